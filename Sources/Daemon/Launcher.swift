import CLibc
import DBus

/// Starts other programs for the user, so that they neither inherit from the daemon nor die with it.
final class Launcher {
  private unowned(unsafe) let connection: Connection
  private let log: Log
  private var count = 0

  /// The variables of the display in use.
  var environment: () -> [(name: String, value: String)] = { [] }

  init(_ connection: Connection, _ log: Log) {
    self.connection = connection
    self.log = log
  }

  /// Opens a link with the desktop's handler, by argument vector (FD-131).
  func open(_ target: String) {
    guard let opener = search("xdg-open") else {
      return log(.warning, "cannot open a link: xdg-open is not on the PATH")
    }
    start([opener, target], "Link from a notification")
  }

  private func start(_ arguments: [String], _ description: String) {
    count += 1
    let variables = environment().map { "\($0.name)=\($0.value)" }
    // No other daemon has this pid, and this one no other count.
    let unit = "app-hark-open@\(getpid()).\(count).service"
    let call = UserManager.startTransientUnit(
      unit,
      description: description,
      arguments: arguments,
      environment: variables
    )
    connection.call(call, timeout: 2000) { [log] answer in
      guard case .failure(let error) = answer else { return }
      // A manager that does not answer may start the program yet: twice would be worse than never.
      guard error.name != ErrorName.noReply.text else {
        return log(.warning, "the user manager did not answer; \(arguments[0]) may not run")
      }
      launchDetached(arguments, variables, log)
    }
  }

  /// The first executable of this name on the PATH.
  private func search(_ program: String) -> String? {
    let path = environmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/\(program)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
  }
}

private func launchDetached(_ arguments: [String], _ variables: [String], _ log: Log) {
  var argv = arguments.map { strdup($0) }
  var added = variables.map { strdup($0) }
  argv.append(nil)
  added.append(nil)
  defer {
    for pointer in argv { free(pointer) }
    for pointer in added { free(pointer) }
  }
  if c_launch_detached(&argv, &added) != 0 {
    log(.warning, "cannot start \(arguments[0]): \(String(cString: strerror(c_errno())))")
  }
}
