import CLibc
import DBus

extension Command {
  static var history: Command {
    Command(
      "history",
      operands: "[redo ROW|delete ROW...|delete --all|export|import]",
      count: 0...1000,
      "Tells what is past, the newest first: row, when and how it ended, who sent it, what it said.",
      details: """
        redo ROW      shows one again as it was; its buttons work where its sender can be reached
        delete ROW... deletes for good, or what the options find, or --all
        export        writes lines of JSON to standard output, the oldest first; options choose which
        import        takes such lines from standard input, as hark history import < FILE; what is
                      there already is left out

        With --text, what was imported comes first, whenever it ended, as its rows are new.

        TEXT is words, each of which is in the title or the body; one with * at its end begins a word
        there. TIME is a duration ago such as 2h or 30d, the last 18:30, a day such as 2026-11-20, or
        2026-11-20T18:30. Transient notifications and on-screen displays are never past, nor what its
        sender took back, unless the configuration has history_keeps_revoked. Exports have neither
        pictures nor hints.
        """,
      options: [
        Option(
          "app",
          "APP",
          "of this app and its sites: an id, a whole one as hark apps has it, or a name as shown"
        ),
        Option("text", "TEXT", "in whose title or body these words are"),
        Option("since", "TIME", "that ended then or later"),
        Option("until", "TIME", "that ended then or earlier"),
        Option("urgency", "LEVEL", "low, normal or critical"),
        Option("limit", "N", "of those that are told of at most so many; otherwise 100"),
        Option("all", "with delete: everything"),
        .json,
      ]
    ) { arguments throws(Failure) in
      var filter = try PastFilter(arguments)
      let words = arguments.operands
      guard !arguments.has("limit") || words.isEmpty else {
        throw .usage("--limit is not for hark history \(words[0])")
      }
      guard filter.isEmpty || !["redo", "import"].contains(words.first) else {
        throw .usage("hark history \(words[0]) takes no options that choose")
      }
      guard !arguments.has("all") || words == ["delete"] else {
        throw .usage("--all is for hark history delete")
      }
      switch (words.first, words.count) {
      case (nil, _): try tell(&filter, arguments)
      case ("redo", 2): try redo(row(words[1]))
      case ("delete", _): try delete(&filter, Array(words.dropFirst()), all: arguments.has("all"))
      case ("export", 1): try export(&filter)
      case ("import", 1): try takeIn()
      default: throw .usage("hark history takes redo ROW, delete, export or import; see --help")
      }
      return .success
    }
  }

  private static func tell(_ filter: inout PastFilter, _ arguments: Arguments) throws(Failure) {
    var left: UInt32 = try arguments.number("limit", in: 1...10_000_000) ?? 100
    let session = try Session()
    try filter.resolve(session)
    var rows: [[String]] = []
    var last: UInt64?
    while left > 0 {
      let before = last
      var page = try session.center("History") {
        $0.dictionary {
          filter.write(&$0)
          $0.entry("limit", "u") { $0.uint32(min(left, 500)) }
          if let before { $0.entry("before", "t") { $0.uint64(before) } }
        }
      }.reader()
      var count: UInt32 = 0
      var lines = ""
      page.forEach { element in
        count += 1
        var json = JSON()
        var copy = element
        json.value(&copy)
        lines += json.text + "\n"
        let past = Past(&element)
        last = past.row
        rows.append(past.cells)
      }
      if arguments.has("json") { try put(lines) }
      guard count > 0 else { break }
      left -= min(left, count)
    }
    if !arguments.has("json") { try put(aligned(rows, width: terminalWidth)) }
  }

  private static func row(_ word: String) throws(Failure) -> UInt64 {
    guard let row = UInt64(word), row != 0 else {
      throw .usage("not a row: \(word); hark history shows them")
    }
    return row
  }

  private static func redo(_ row: UInt64) throws(Failure) {
    var reader = try Session().center("Redo", hint: Failure.pastHint) { $0.uint64(row) }.reader()
    try put("\(reader.uint32() ?? 0)\n")
  }

  private static func delete(
    _ filter: inout PastFilter,
    _ words: [String],
    all: Bool
  ) throws(Failure) {
    guard [!words.isEmpty, all, !filter.isEmpty].filter({ $0 }).count == 1 else {
      throw .usage("hark history delete takes rows, or options that say which, or --all")
    }
    var rows: [UInt64] = []
    for word in words { rows.append(try row(word)) }
    let session = try Session()
    try filter.resolve(session)
    var count: UInt32 = 0
    var unknown: [UInt64] = []
    for row in rows {
      let deleted = try session.deleteHistory { $0.entry("row", "t") { $0.uint64(row) } }
      count += deleted
      if deleted == 0 { unknown.append(row) }
    }
    if rows.isEmpty {
      count = try session.deleteHistory {
        filter.write(&$0)
        if all { $0.entry("all", "b") { $0.boolean(true) } }
      }
    }
    try put("\(count) deleted\n")
    if let row = unknown.first {
      throw .failed("no past notification has the row \(row); \(Failure.pastHint)")
    }
  }

  private static func export(_ filter: inout PastFilter) throws(Failure) {
    let session = try Session()
    try filter.resolve(session)
    let call = OutgoingMessage.call(.hark, .hark, .center, "Export").withoutAutoStart()
      .with(descriptor: STDOUT_FILENO)
    call.append {
      $0.dictionary { filter.write(&$0) }
      $0.descriptor()
    }
    do throws(DBusError) {
      _ = try session.connection.callAndWait(call, timeout: patience)
    } catch {
      // Whoever read it has had enough.
      var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
      let isClosed = poll(&output, 1, 0) > 0 && output.revents & Int16(POLLERR | POLLHUP) != 0
      throw isClosed ? .failed("") : failure(error, "what was written is not all there is")
    }
  }

  private static func takeIn() throws(Failure) {
    guard isatty(STDIN_FILENO) == 0 else {
      throw .usage("give it a file: hark history import < FILE")
    }
    let call = OutgoingMessage.call(.hark, .hark, .center, "Import").withoutAutoStart()
      .with(descriptor: STDIN_FILENO)
    call.append { $0.descriptor() }
    let count: UInt32
    let session = try Session()
    do throws(DBusError) {
      var reader = try session.connection.callAndWait(call, timeout: patience).reader()
      count = reader.uint32() ?? 0
    } catch {
      throw failure(error, "import it again, what is there already is left out")
    }
    try put("\(count) taken\n")
  }

  private static func failure(_ error: DBusError, _ consequence: String) -> Failure {
    guard error.name == ErrorName.noReply.text else { return Failure(error) }
    return .failed("harkd ended or was replaced meanwhile: \(consequence)")
  }

  /// Milliseconds: who writes or reads at the other end may take any time.
  private static let patience = 1 << 31
}

/// Which past notifications, as the options say it.
private struct PastFilter {
  private var app: String?
  private var text: String?
  private var since: Timestamp?
  private var until: Timestamp?
  private var urgency: UInt8?

  init(_ arguments: Arguments) throws(Failure) {
    app = arguments.value("app")
    text = arguments.value("text")
    if let text, !Self.hasWord(text) {
      throw .usage("--text takes words to find; there is none in “\(text)”")
    }
    guard app?.isEmpty != true else { throw .usage("--app takes an app, not an empty text") }
    since = try Self.time("since", arguments)
    until = try Self.time("until", arguments)
    if let word = arguments.value("urgency") {
      guard let level = (0...2).first(where: { urgencyName($0) == word }) else {
        throw .usage("--urgency takes low, normal or critical, not \(word)")
      }
      urgency = level
    }
  }

  private static func hasWord(_ text: String) -> Bool {
    text.split { $0.isWhitespace }.contains { word in word.contains { $0 != "*" } }
  }

  private static func time(_ name: String, _ arguments: Arguments) throws(Failure) -> Timestamp? {
    guard let text = arguments.value(name) else { return nil }
    guard let time = pastTime(text, before: .now) else {
      throw .usage("--\(name) takes a time such as 2h, 18:30 or 2026-11-20, not \(text)")
    }
    return time
  }

  /// The app may be called by a name.
  mutating func resolve(_ session: Session) throws(Failure) {
    app = try app.map { (word) throws(Failure) in try session.pastApp(word) }
  }

  var isEmpty: Bool {
    app == nil && text == nil && since == nil && until == nil && urgency == nil
  }

  func write(_ writer: inout Writer) {
    if let app { writer.entry("app", "s") { $0.string(app) } }
    if let text { writer.entry("text", "s") { $0.string(text) } }
    if let since { writer.entry("since", "x") { $0.int64(since.milliseconds) } }
    if let until { writer.entry("until", "x") { $0.int64(until.milliseconds) } }
    if let urgency { writer.entry("urgency", "y") { $0.byte(urgency) } }
  }
}

/// A past notification for people.
private struct Past {
  private(set) var row: UInt64 = 0
  private var live: Live
  private var closed: Timestamp?
  private var reason: UInt32 = 0
  private var isUnread = false

  /// Reads an `a{sv}`.
  init(_ reader: inout Reader) {
    var copy = reader
    live = Live(&copy)
    reader.forEachEntry { key, value in
      switch key {
      case "row": row = value.uint64() ?? 0
      case "closed": closed = value.int64().map { Timestamp(milliseconds: $0) }
      case "reason": reason = value.uint32() ?? 0
      case "unread": isUnread = value.boolean() ?? false
      default: break
      }
    }
  }

  var cells: [String] {
    let end = closeReasonName(reason) + (isUnread ? ", unread" : "")
    return [String(row), closed?.text ?? "", end] + live.row.suffix(2)
  }
}

extension Failure {
  fileprivate static let pastHint = "hark history shows those that there are"
}

extension Session {
  fileprivate func deleteHistory(_ filter: (inout Writer) -> Void) throws(Failure) -> UInt32 {
    var reader = try center("DeleteHistory") { $0.dictionary("sv", filter) }.reader()
    return reader.uint32() ?? 0
  }
}
