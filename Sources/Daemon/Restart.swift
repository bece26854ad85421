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
  private var successor: Successor?
  private var timer: Timer?
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
    guard successor == nil else { return call.fail(.failed, "another restart is under way") }
    guard let program else {
      return call.fail(.failed, "the binary that this daemon was started from is gone")
    }
    guard access(program, X_OK) == 0 else {
      let words = String(cString: strerror(c_errno()))
      return call.fail(.failed, "\(program) cannot be started: \(words)")
    }
    var arguments = [program] + Arguments.ofProcess
    if !arguments.contains("--replace") { arguments.append("--replace") }
    let successor: Successor
    do throws(Successor.NoProcess) {
      successor = try Successor(connection.loop, arguments, environment: environment()) {
        [unowned(unsafe) self] in failed($0)
      }
    } catch {
      return call.fail(.failed, "no process for \(program): \(error.words)")
    }
    self.successor = successor
    self.call = call.pending
    services.trust(successor.process)
    timer?.deadline = connection.loop.now + Self.patience
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

  /// It has all.
  func succeeded() {
    guard let successor else { return }
    notify("MAINPID=\(successor.process)")
    call?.reply()
    call = nil
  }

  /// It has not taken over, and does not any more.
  func failed(_ reason: String) {
    guard let successor else { return }
    self.successor = nil
    let said = successor.end()
    call?.fail(.failed, "the new harkd did not take over: " + (said.isEmpty ? reason : said))
    call = nil
    timer?.deadline = nil
    services.trust(nil)
  }

  /// Tells the manager of the unit, where there is one.
  private func notify(_ state: String) {
    guard let socket = environmentVariable("NOTIFY_SOCKET") else { return }
    _ = c_send_datagram(socket, state)
  }
}
