import CLibc
import DBus
import Notifications

/// Starts other programs for the user, so that they neither inherit from the daemon nor die with it.
final class Launcher {
  private unowned(unsafe) let connection: Connection
  private let log: Log
  private var count = 0
  /// How many programs rules may start now.
  private var allowance = mostErrands
  private var lastErrand = 0

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
    start("open", [opener, target], "Link from a notification")
  }

  /// Starts what a rule says, with what it is about in its environment. A rule that starts programs
  /// without end is stopped by the numbers here.
  func run(_ errand: Errand) {
    let second = time(nil)
    allowance = min(Self.mostErrands, allowance + Int(clamping: second - lastErrand) * 5)
    lastErrand = second
    guard allowance > 0 else {
      return log(.warning, "rules start too many programs; \(errand.arguments[0]) is left out")
    }
    allowance -= 1
    guard let program = search(errand.arguments[0]) else {
      return log(.warning, "cannot run \(errand.arguments[0]): there is no such program")
    }
    start(
      "rule",
      [program] + errand.arguments.dropFirst(),
      "Rule about a notification",
      errand.environment,
      seconds: Self.longestErrand
    )
  }

  private static let mostErrands = 50
  /// Seconds that a rule's program may take.
  private static let longestErrand: UInt32 = 600

  private func start(
    _ purpose: String,
    _ arguments: [String],
    _ description: String,
    _ about: [String] = [],
    seconds: UInt32 = 0
  ) {
    count += 1
    let variables = environment().map { "\($0.name)=\($0.value)" } + about
    // No other daemon has this pid, and this one no other count.
    let unit = "app-hark-\(purpose)@\(getpid()).\(count).service"
    let call = UserManager.startTransientUnit(
      unit,
      description: description,
      arguments: arguments,
      environment: variables,
      seconds: seconds
    )
    connection.call(call, timeout: 2000) { [log] answer in
      guard case .failure(let error) = answer else { return }
      // A manager that does not answer may start the program yet: twice would be worse than never.
      guard error.name != ErrorName.noReply.text else {
        return log(.warning, "the user manager did not answer; \(arguments[0]) may not run")
      }
      launchDetached(arguments, variables, seconds, log)
    }
  }

  /// The first executable of this name on the PATH.
  private func search(_ program: String) -> String? {
    if program.utf8.contains(UInt8(ascii: "/")) {
      return access(program, X_OK) == 0 ? program : nil
    }
    let path = environmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/\(program)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
  }
}

private func launchDetached(
  _ arguments: [String],
  _ variables: [String],
  _ seconds: UInt32,
  _ log: Log
) {
  var argv = arguments.map { strdup($0) }
  var added = variables.map { strdup($0) }
  argv.append(nil)
  added.append(nil)
  defer {
    for pointer in argv { free(pointer) }
    for pointer in added { free(pointer) }
  }
  if c_launch_detached(&argv, &added, seconds) != 0 {
    log(.warning, "cannot start \(arguments[0]): \(String(cString: strerror(c_errno())))")
  }
}

extension Errand {
  /// What a rule's program is told. Texts of a notification are data here, never part of a command.
  fileprivate var environment: [String] {
    var variables = [
      "HARK_EVENT=\(occasion.rawValue)", "HARK_ID=\(id.rawValue)", "HARK_APP=\(principal)",
      "HARK_APP_NAME=\(notification.appName)", "HARK_SUMMARY=\(notification.title)",
      "HARK_BODY=\(notification.body.text)", "HARK_URGENCY=\(notification.urgency.rawValue)",
      "HARK_CATEGORY=\(notification.category)",
    ]
    if !action.isEmpty { variables.append("HARK_ACTION=\(action)") }
    if let reason { variables.append("HARK_REASON=\(reason.rawValue)") }
    // A variable ends at its first NUL; 64 KiB of text are more than a program can want of one.
    return variables.map { String($0.unicodeScalars.prefix(16 << 10).filter { $0 != "\0" }) }
  }
}

extension String {
  fileprivate init(_ scalars: [Unicode.Scalar]) {
    self.init()
    for scalar in scalars { unicodeScalars.append(scalar) }
  }
}
