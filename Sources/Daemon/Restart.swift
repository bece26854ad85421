import CLibc
import DBus
import EventLoop
import Services

/// `hark restart`: starts the harkd that is installed now, which asks this one to hand over (FD-005).
///
/// It is a child of this process, so that it is in the cgroup of the same unit; the unit's manager is
/// told which process counts from then on.
final class Restart {
  private unowned(unsafe) let connection: Connection
  private let services: Services
  private let environment: () -> [(name: String, value: String)]
  private var call: PendingReply?
  private var child: pid_t = 0
  /// Where it says why it cannot: what it reports ends when it does.
  private var pipe: Int32 = -1
  private var watch: Watch?
  private var timer: Timer?
  private var report = ""
  /// Where this daemon was installed when it started.
  private let program = Restart.program()

  /// Nanoseconds in which it must have taken over.
  private static let patience: Int64 = 20_000_000_000

  init(
    _ connection: Connection,
    _ services: Services,
    environment: @escaping () -> [(name: String, value: String)]
  ) {
    self.connection = connection
    self.services = services
    self.environment = environment
    timer = connection.loop.timer { [unowned(unsafe) self] in
      failed("it did not take over in \(Self.patience / 1_000_000_000) s")
    }
  }

  func begin(_ call: MethodCall) {
    guard child == 0 else { return call.fail(.failed, "another restart is under way") }
    guard let program else {
      return call.fail(.failed, "the binary that this daemon was started from is gone")
    }
    guard access(program, X_OK) == 0 else {
      let words = String(cString: strerror(c_errno()))
      return call.fail(.failed, "\(program) cannot be started: \(words)")
    }
    var arguments = [program] + Arguments.ofProcess
    if !arguments.contains("--replace") { arguments.append("--replace") }
    var argv = arguments.map { strdup($0) } + [nil]
    var added = environment().map { strdup("\($0.name)=\($0.value)") } + [nil]
    defer {
      for pointer in argv { free(pointer) }
      for pointer in added { free(pointer) }
    }
    guard c_start_successor(&argv, &added, &child, &pipe) == 0 else {
      child = 0
      return call.fail(
        .failed,
        "no process for \(program): \(String(cString: strerror(c_errno())))"
      )
    }
    self.call = call.pending
    services.trust(child)
    timer?.deadline = connection.loop.now + Self.patience
    watch = connection.loop.watch(pipe, .readable) { [unowned(unsafe) self] _ in wake() }
  }

  private static func program() -> String? {
    var path = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &path, path.count)
    guard length > 0 else { return nil }
    let name = String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // It may be a daemon that began anew, after the file was exchanged.
    let mark = " (deleted)"
    return name.hasSuffix(mark) ? String(name.dropLast(mark.count)) : name
  }

  private func wake() {
    guard !readReport() else { return }
    endWatch()
    if report != Log.successReport { failed("it ended", hasEnded: true) }
  }

  /// False at its end.
  private func readReport() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(pipe, &bytes, bytes.count)
    guard count > 0 else { return false }
    if report.utf8.count < 4096 { report += String(decoding: bytes[..<count], as: UTF8.self) }
    return true
  }

  private func endWatch() {
    guard watch != nil else { return }
    watch = nil
    close(pipe)
  }

  /// It has all.
  func succeeded() {
    guard child != 0 else { return }
    notify("MAINPID=\(child)")
    call?.reply()
    call = nil
  }

  /// It has not taken over, and does not any more.
  func failed(_ reason: String, hasEnded: Bool = false) {
    guard child != 0 else { return }
    var words = reason
    var status: Int32 = 0
    if hasEnded {
      waitpid(child, &status, 0)
      let code = c_exit_status(status)
      words += code > 128 ? " by signal \(code - 128)" : " with status \(code)"
    } else {
      kill(child, SIGKILL)
      waitpid(child, &status, 0)
      while watch != nil, readReport() {}
      endWatch()
    }
    let said = report.split(separator: "\n").joined(separator: "; ")
    call?.fail(.failed, "the new harkd did not take over: " + (said.isEmpty ? words : said))
    call = nil
    child = 0
    report = ""
    timer?.deadline = nil
    services.trust(nil)
  }

  /// Tells the manager of the unit, where there is one.
  private func notify(_ state: String) {
    guard let socket = environmentVariable("NOTIFY_SOCKET") else { return }
    _ = c_send_datagram(socket, state)
  }
}
