import CLibc

/// One line per problem, on standard error; under the journal with systemd's priority in front.
///
/// No text of a notification is ever logged.
final class Log {
  enum Level: Int {
    /// The daemon cannot do its work.
    case error = 3
    /// Something is left out, and a default takes its place.
    case warning = 4
    case info = 6
  }

  private let prefixes: Bool
  private var last = ""
  private var second = 0
  private var count = 0
  /// Where the daemon that started this one to take over reads why it cannot; -1: nobody does.
  private var report: Int32 = -1
  /// Lines a second: whoever sends nonsense all day fills no disk.
  private static let limit = 20

  init() {
    prefixes = environmentVariable("JOURNAL_STREAM") != nil
    guard let number = environmentVariable("HARK_REPORT").flatMap({ Int32($0) }) else { return }
    unsetenv("HARK_REPORT")
    c_close_on_exec(number)
    report = number
  }

  /// What is reported at last where it could.
  static let successReport = "taken\n"

  /// This daemon has the names.
  func endReport() {
    guard report >= 0 else { return }
    put(Self.successReport, report)
    close(report)
    report = -1
  }

  /// A line that repeats the one before it is left out.
  func callAsFunction(_ level: Level, _ words: String) {
    guard words != last else { return }
    last = words
    if time(nil) != second { (second, count) = (time(nil), 0) }
    count += 1
    guard count <= Self.limit || level == .error else {
      if count == Self.limit + 1 { write(level, "more is left out this second") }
      return
    }
    write(level, words)
    if level == .error, report >= 0 { put(words + "\n", report) }
  }

  private func write(_ level: Level, _ words: String) {
    put(prefixes ? "<\(level.rawValue)>\(words)\n" : "harkd: \(words)\n", STDERR_FILENO)
  }
}

/// In one `write`, so that lines of several processes do not mix.
func put(_ text: String, _ descriptor: Int32) {
  var text = text
  text.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
}

func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
