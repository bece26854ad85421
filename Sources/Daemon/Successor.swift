import CLibc
import EventLoop

/// The process that is to take over: what it reports, and its end.
///
/// What it reports ends when it has taken over, or when it ends. Nothing here waits long for it: it
/// may hang, and a disk may keep it from dying.
final class Successor {
  private(set) var process: pid_t = 0
  private unowned(unsafe) let loop: any EventLoop
  /// Told once that it comes to nothing, and why.
  private let failed: (String) -> Void
  private var pipe: Int32 = -1
  private var watch: Watch?
  private var timer: Timer?
  /// The last of what it reported.
  private var report = ""
  private var isKilled = false
  /// How it ended, in the shell's numbers.
  private var status: Int32?
  private var looks = 0

  /// Nanoseconds between looks at whether it has ended.
  private static let pause: Int64 = 50_000_000
  /// Looks at one that reports no more: it is dead a moment after its pipe is closed.
  private static let mostLooks = 40
  /// Milliseconds in which a process dies that is killed, unless a disk keeps it.
  private static let timeToDie = 500
  private static let longestReport = 4096

  struct NoProcess: Error {
    let words: String
  }

  init(
    _ loop: any EventLoop,
    _ arguments: [String],
    environment: [(name: String, value: String)],
    failed: @escaping (String) -> Void
  ) throws(NoProcess) {
    self.loop = loop
    self.failed = failed
    var argv = arguments.map { strdup($0) } + [nil]
    var added = environment.map { strdup("\($0.name)=\($0.value)") } + [nil]
    let result = c_start_successor(&argv, &added, &process, &pipe)
    let error = c_errno()
    for pointer in argv + added { free(pointer) }
    guard result == 0 else { throw NoProcess(words: String(cString: strerror(error))) }
    watch = loop.watch(pipe, .readable) { [unowned(unsafe) self] _ in wake() }
  }

  deinit {
    endWatch()
  }

  // MARK: What it reports

  private func wake() {
    guard !readReport() else { return }
    endWatch()
    guard !report.hasSuffix(Log.successReport) else { return }
    timer = loop.timer { [unowned(unsafe) self] in look() }
    look()
  }

  /// False at its end.
  private func readReport() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(pipe, &bytes, bytes.count)
    guard count > 0 else { return false }
    report += String(decoding: bytes[..<count], as: UTF8.self)
    if report.utf8.count > Self.longestReport {
      report = String(decoding: report.utf8.suffix(Self.longestReport), as: UTF8.self)
    }
    return true
  }

  private func endWatch() {
    guard watch != nil else { return }
    watch = nil
    close(pipe)
  }

  // MARK: Its end

  private func look() {
    if hasEnded() {
      let code = status ?? 0
      return failed("it ended" + (code > 128 ? " by signal \(code - 128)" : " with status \(code)"))
    }
    looks += 1
    guard looks < Self.mostLooks else { return failed("it says nothing, and does not end") }
    timer?.deadline = loop.now + Self.pause
  }

  private func hasEnded() -> Bool {
    guard status == nil else { return true }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) != 0 else { return false }
    self.status = c_exit_status(status)
    return true
  }

  /// Kills it, where it lives; tells what it reported, in one line.
  func end() -> String {
    if !hasEnded() { kill(process, SIGKILL) }
    for _ in 0..<Self.timeToDie where !hasEnded() { poll(nil, 0, 1) }
    while watch != nil, hasMore, readReport() {}
    endWatch()
    timer = nil
    if !hasEnded() { reapLater() }
    return report.split(separator: "\n").joined(separator: "; ")
  }

  private var hasMore: Bool {
    var record = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
    return poll(&record, 1, 0) > 0
  }

  /// It lives on for that.
  private func reapLater() {
    timer = loop.timer { [self] in
      if hasEnded() { timer = nil } else { timer?.deadline = loop.now + 20 * Self.pause }
    }
    timer?.deadline = loop.now + 20 * Self.pause
  }
}
