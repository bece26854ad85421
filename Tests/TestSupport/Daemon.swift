import Foundation

/// The daemon under test.
package final class Daemon {
  package let child: Child
  let logPath: String
  /// Set where a test ends the daemon, or expects it to end.
  package var mayEnd = false

  init(child: Child, logPath: String) {
    self.child = child
    self.logPath = logPath
  }

  package var pid: pid_t { child.pid }
  package var facts: ProcessFacts { ProcessFacts(pid: pid) }
  package var log: String { text(of: logPath) }
  package var status: String { child.status.map { "\($0)" } ?? "running" }

  /// Waits for an end that the test expects.
  @discardableResult
  package func ended(within limit: Duration = .seconds(10)) throws -> ExitStatus {
    mayEnd = true
    return try child.ended(within: limit)
  }

  /// Ends it as a session does.
  @discardableResult
  package func stop(_ signal: Int32 = SIGTERM) throws -> ExitStatus {
    mayEnd = true
    child.signal(signal)
    return try child.ended()
  }

  func checkItLived() throws {
    guard mayEnd || child.isRunning else { throw Trouble("the daemon ended: \(status)") }
  }
}

/// What the kernel says about a process.
package struct ProcessFacts {
  let folder: String

  package init(pid: pid_t) {
    folder = "/proc/\(pid)"
  }

  /// False for one that has ended and that its parent has not asked about.
  package var exists: Bool {
    let line = text(of: folder + "/stat")
    guard let end = line.lastIndex(of: ")") else { return false }
    return !line[end...].hasPrefix(") Z")
  }

  package var descriptors: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: folder + "/fd").count) ?? 0
  }

  /// Kilobytes.
  package var residentMemory: Int { field("VmRSS") }
  /// How often it slept and was woken.
  package var wakeUps: Int { field("voluntary_ctxt_switches") }

  private func field(_ name: String) -> Int {
    for line in text(of: folder + "/status").split(separator: "\n")
    where line.hasPrefix(name + ":") {
      return Int(line.dropFirst(name.count + 1).filter(\.isNumber)) ?? 0
    }
    return 0
  }

  /// Nanoseconds of processor time of the main thread.
  package var processorTime: Int64 {
    text(of: folder + "/schedstat").split(separator: " ").first.flatMap { Int64($0) } ?? 0
  }

  package var children: [pid_t] {
    text(of: folder + "/task/\(folder.dropFirst(6))/children").split(separator: " ")
      .compactMap { pid_t($0) }
  }
}
