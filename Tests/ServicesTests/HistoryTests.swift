import EventLoop
import Foundation
import Notifications
import TestSupport
import Testing

@testable import DBus
@testable import Services
@testable import Store

/// The past over the bus, and as lines of JSON.
@Suite struct HistoryTests {
  // MARK: JSON

  @Test("JSON that somebody wrote is read, or is none")
  func json() {
    let table: [(String, JSONValue?)] = [
      ("null", .null), (" true ", .boolean(true)), ("-12", .integer(-12)), ("1.5", .other),
      ("99999999999999999999", .other), ("[]", .array([])),
      ("[1,\"a\"]", .array([.integer(1), .string("a")])),
      ("{}", .object([])),
      (
        #"{"a":{"b":[null]}}"#,
        .object([.init(name: "a", value: .object([.init(name: "b", value: .array([.null]))]))])
      ),
      (#""\"\\\/\n\u00e9\ud83d\ude00""#, .string("\"\\/\né😀")),
      (#""\ud83d!""#, .string("\u{FFFD}!")),
      (#""\u12""#, nil), (#""\u+123""#, nil), ("\"", nil), ("", nil), ("{", nil), ("[1", nil),
      ("[1,]", nil),
      ("{\"a\"}", nil), ("{a:1}", nil), ("1 2", nil), ("nul", nil), ("-", nil), ("\u{1}", nil),
      (String(repeating: "[", count: 100_000), nil),
    ]
    for (text, value) in table {
      #expect(JSONValue(Array(text.utf8)[...]) == value, "\(text.prefix(40))")
    }
  }

  private static let line =
    #"{"id":7,"principal":"app:org.x.Mail","level":"unit","app_name":"Mail","title":"Lunch?","body":"at <12>","urgency":2,"actions":[{"action":"yes","title":"Yes"}],"created":1000,"closed":2000,"reason":2,"unread":true}"#

  @Test("a line becomes an entry; nothing can wake or reach who sent it")
  func line() throws {
    let entry = try HistoryLine(Array(Self.line.utf8)[...], now: 0).entry
    let notification = entry.notification
    #expect(notification.title == "Lunch?" && notification.body.text == "at <12>")
    #expect(notification.urgency == .critical && notification.actions.map(\.key) == ["yes"])
    #expect(entry.reason == .dismissed && entry.closedAt == 2000 && entry.isUnread)
    #expect(entry.owner.principal == "app:org.x.Mail" && !entry.owner.sender.isVerified)
    #expect(entry.notification.isDoubted)
    #expect(
      entry.owner.sender.evidence == ["imported from a file, whose level for it is “unit”"]
    )
    #expect(entry.owner.sender.wakeID.isEmpty && !entry.owner.peer.hasPrefix(":"))
  }

  private static let impossible = [
    (#""id":0"#, "“id” is no number from 1 to 4294967295"),
    (#""id":4294967296"#, "“id” is no number from 1 to 4294967295"),
    (#""closed":86400001"#, "“closed” is in the future"),
    (#""created":4102444800000"#, "“created” is in the future"),
    (#""urgency":77"#, "“urgency” is no number from 0 to 2"),
    (#""urgency":"critical""#, "“urgency” is no number from 0 to 2"),
    (#""reason":0"#, "“reason” is no number from 1 to 4"),
    (#""progress":1e9"#, "“progress” is no number from 0 to 100"),
    (#""unread":1"#, "“unread” is neither true nor false"),
    (#""body":["x"]"#, "“body” is no text"),
    (#""level":"king""#, "“level” is none that there is"),
    (#""principal":"app:a/b""#, "“principal” is a key that nobody can have"),
  ]

  @Test(
    "what cannot be past is refused in words, its field named",
    arguments: [
      ("[]", "no JSON object"), (#"{"id":1}"#, "no title"),
      (#"{"id":1,"title":"a"}"#, "no time in “created”"),
      (
        #"{"id":1,"title":"a","created":-1,"closed":1}"#,
        "“created” is no time of day in milliseconds"
      ),
      (#"{"id":1,"title":"a","created":1,"closed":"x"}"#, "no time in “closed”"),
      (#"{"title":"a","created":1,"closed":1}"#, "no id"),
    ] + impossible.map { (#"{\#($0.0),"id":1,"title":"a","created":1,"closed":1}"#, $0.1) }
  )
  func refused(text: String, words: String) {
    let problem = #expect(throws: HistoryLine.Problem.self) {
      try HistoryLine(Array(text.utf8)[...], now: 0)
    }
    #expect(problem?.words == words)
  }

  @Test("what is too long or wild in a line is cut as in a call")
  func bounds() throws {
    let long = String(repeating: "x", count: 200_000)
    let text = """
      {"id":1,"title":"\(long)","body_raw":"<b>\(long)","created":1,"closed":86400000,"urgency":null,
       "category":"\(long)","app_name":"a\\u202eb","actions":[7,{"title":"nameless"}]}
      """
    let entry = try HistoryLine(Array(text.utf8)[...], now: 0).entry
    #expect(entry.notification.title.utf8.count <= 4 << 10)
    #expect(entry.notification.body.text.utf8.count <= 64 << 10)
    #expect(entry.notification.category.utf8.count <= 512 && entry.notification.urgency == .normal)
    #expect(entry.notification.name == "ab" && entry.reason == .undefined)
    #expect(entry.notification.actions.isEmpty && entry.notification.progress == nil)
  }

  // MARK: Calls

  /// Three that the user has put away.
  private func office() throws -> (FalseBus, Office) {
    let bus = try FalseBus()
    let office = Office(bus)
    _ = office.store.open()
    for title in ["one", "two", "three"] {
      let id = try #require(try office.notify(title))
      office.handle(.dismiss([id], nil))
    }
    return (bus, office)
  }

  private func history(_ office: Office, _ filter: (inout Writer) -> Void) throws -> [String] {
    let answer = try office.call(Center.path, Center.interfaceName, "History") {
      $0.dictionary("sv", filter)
    }
    var reader = try #require(answer).reader()
    var titles: [String] = []
    reader.forEach { $0.forEachEntry { if $0 == "title" { titles.append($1.string() ?? "") } } }
    return answer?.kind == .error ? [answer?.error.message ?? ""] : titles
  }

  @Test("History: by text, app and row, newest first, and what is wrong with a filter")
  func calls() throws {
    let (_, office) = try office()
    #expect(try history(office) { _ in } == ["three", "two", "one"])
    #expect(try history(office) { $0.entry("limit", "u") { $0.uint32(1) } } == ["three"])
    #expect(try history(office) { $0.entry("before", "t") { $0.uint64(2) } } == ["one"])
    #expect(try history(office) { $0.entry("row", "t") { $0.uint64(2) } } == ["two"])
    #expect(try history(office) { $0.entry("text", "s") { $0.string("tw*") } } == ["two"])
    #expect(try history(office) { $0.entry("app", "s") { $0.string("org.gone") } } == [])
    #expect(
      try history(office) { $0.entry("app", "s") { $0.string("app:a/b") } }[0].contains(
        "names no app"
      )
    )
    for name in ["app", "text", "since", "until", "urgency", "before", "limit", "row"] {
      let answer = try history(office) { $0.entry(name, "d") { $0.double(1) } }
      #expect(answer.first?.hasPrefix("\(name) is of type") == true, "\(answer)")
    }
  }

  /// How many, or why not.
  private func delete(_ office: Office, _ filter: (inout Writer) -> Void) throws -> String {
    let answer = try office.call(Center.path, Center.interfaceName, "DeleteHistory") {
      $0.dictionary("sv", filter)
    }
    var reader = try #require(answer).reader()
    return answer?.kind == .error ? answer?.error.message ?? "" : "\(reader.uint32() ?? 99)"
  }

  @Test(
    "a text without a word, and an app without a name, find nothing and delete nothing",
    arguments: [("text", ""), ("text", " "), ("text", "\t\u{A0}\n"), ("text", "* **"), ("app", "")]
  )
  func nothingToFind(name: String, value: String) throws {
    let (_, office) = try office()
    func filter(_ writer: inout Writer) { writer.entry(name, "s") { $0.string(value) } }
    let words = name == "app" ? "app is empty" : "text is words to find"
    #expect(try history(office, filter).first?.hasPrefix(words) == true)
    #expect(try delete(office, filter).hasPrefix(words))
    #expect(try history(office) { _ in } == ["three", "two", "one"])
  }

  /// The titles that are told by id.
  private func inspected(_ office: Office) throws -> [String] {
    try (1...3 as ClosedRange<UInt32>).compactMap { id in
      let answer = try office.call(Center.path, Center.interfaceName, "Inspect") { $0.uint32(id) }
      guard let answer, answer.kind == .methodReturn else { return nil }
      var reader = answer.reader()
      var title: String?
      reader.forEachEntry { if $0 == "title" { title = $1.string() } }
      return title
    }
  }

  @Test("what is deleted is told by its id no more either")
  func forgotten() throws {
    let (_, office) = try office()
    #expect(try inspected(office) == ["one", "two", "three"])
    _ = try delete(office) { $0.entry("text", "s") { $0.string("nothing") } }
    #expect(try inspected(office) == ["one", "two", "three"])
    #expect(try delete(office) { $0.entry("row", "t") { $0.uint64(1) } } == "1")
    #expect(try inspected(office) == ["two", "three"])
    #expect(try delete(office) { $0.entry("text", "s") { $0.string("thr*") } } == "1")
    #expect(try inspected(office) == ["two"])
    #expect(try delete(office) { $0.entry("all", "b") { $0.boolean(true) } } == "1")
    #expect(try inspected(office) == [])
  }

  @Test("what deletes or exports takes no page", arguments: ["DeleteHistory", "Export"])
  func pages(member: MemberName) throws {
    let (_, office) = try office()
    for isLimit in [true, false] {
      let answer = try office.call(Center.path, Center.interfaceName, member) {
        $0.dictionary("sv") {
          $0.entry("text", "s") { $0.string("body") }
          if isLimit { $0.entry("limit", "u") { $0.uint32(1) } }
          if !isLimit { $0.entry("before", "t") { $0.uint64(9) } }
        }
        if member == "Export" { $0.descriptor() }
      }
      #expect(answer?.error.message == "limit and before are for History alone")
    }
    #expect(try history(office) { _ in }.count == 3)
  }

  @Test("DeleteHistory takes no filter that it does not know, and everything only by name")
  func deletion() throws {
    let (_, office) = try office()
    func delete(_ filter: (inout Writer) -> Void) throws -> String {
      try self.delete(office, filter)
    }
    #expect(try delete { _ in } == "say what: a filter, or all")
    #expect(try delete { $0.entry("apps", "s") { $0.string("x") } } == "there is no filter apps")
    #expect(try delete { $0.entry("row", "t") { $0.uint64(2) } } == "1")
    #expect(try delete { $0.entry("row", "t") { $0.uint64(2) } } == "0")
    #expect(try history(office) { _ in } == ["three", "one"])
    #expect(try delete { $0.entry("all", "b") { $0.boolean(true) } } == "2")
    #expect(try history(office) { _ in } == [])
  }

  @Test("without a store it is said why there is no past")
  func noStore() throws {
    let office = Office(try FalseBus(), stateDirectory: "/proc/none")
    _ = office.store.open()
    try office.notify("one")
    let words = try history(office) { _ in }
    #expect(words[0].hasPrefix("the past cannot be read: /proc/none"), "\(words)")
  }

  // MARK: Files

  private func pump(_ thread: WorkerThread, _ store: Store, until isDone: () -> Bool) {
    let limit = ContinuousClock.now + .seconds(20)
    while !isDone(), ContinuousClock.now < limit {
      _ = thread.wait(milliseconds: 100)
      store.settle()
    }
  }

  private func taken(_ text: String, _ office: Office) throws -> HistoryImport.Outcome? {
    let path = FileManager.default.temporaryDirectory.path + "/hark-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    let handle = try #require(FileHandle(forReadingAtPath: path))
    let thread = try #require(WorkerThread(office.bus.loop))
    let file = try #require(BorrowedFile(handle.fileDescriptor, thread))
    var outcome: HistoryImport.Outcome?
    HistoryImport(file, office.store, clock: { 0 }) { outcome = $0 }.start()
    pump(thread, office.store) { outcome != nil }
    return outcome
  }

  @Test("what is exported is imported elsewhere, oldest first, and only once")
  func files() throws {
    let (_, office) = try office()
    let pipe = Pipe()
    let thread = try #require(WorkerThread(office.bus.loop))
    var failure: String?? = .none
    do {
      let end = pipe.fileHandleForWriting
      let file = try #require(BorrowedFile(end.fileDescriptor, thread))
      HistoryExport(file, office.store) { failure = $0 }.start(PastQuery())
      try end.close()
    }
    pump(thread, office.store) { failure != .none }
    #expect(failure == .some(nil))
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].contains("\"title\":\"one\""))
    let other = Office(try FalseBus())
    _ = other.store.open()
    // Who asks is known from here on.
    try other.notify("live")
    for expected in [3, 0] {
      guard case .taken(expected) = try taken(text, other) else {
        Issue.record("not \(expected)")
        return
      }
    }
    #expect(try history(other) { _ in } == ["three", "two", "one"])
    #expect(try history(other) { $0.entry("text", "s") { $0.string("body") } }.first == "three")
  }

  @Test("a pipe that nobody serves is given back when its caller leaves, any number of times")
  func abandoned() throws {
    let (bus, office) = try office()
    let (full, silent) = (try PipeEnds(), try PipeEnds())
    let page = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<16 {
      _ = page.withUnsafeBytes { write(full.writing.fileDescriptor, $0.baseAddress, 4096) }
    }
    for round in 0..<3 {
      let peer = ":1.\(20 + round)"
      try office.notify("who", from: peer)
      var serials: [UInt32] = []
      for _ in 0..<2 {
        serials.append(try office.lend(silent.reading.fileDescriptor, "Import", from: peer))
        serials.append(
          try office.lend(full.writing.fileDescriptor, "Export", from: peer) {
            $0.dictionary { _ in }
          }
        )
      }
      for serial in serials { #expect(office.answer(to: serial, within: .milliseconds(60)) == nil) }
      try bus.send([bus.left(peer)])
      for serial in serials {
        let words = office.answer(to: serial)?.error.message ?? "no answer"
        #expect(words.hasSuffix("whoever asked for it has left"), "\(words)")
      }
    }
  }

  @Test("what comes slowly is read all the same, and a slow reader gets all")
  func slow() throws {
    let (_, office) = try office()
    let pipe = try PipeEnds()
    let serial = try office.lend(pipe.reading.fileDescriptor, "Import")
    let text = Self.line.replacing("7", with: "70") + "\n"
    for part in [text.prefix(40), text.dropFirst(40)] {
      #expect(office.answer(to: serial, within: .milliseconds(300)) == nil)
      try pipe.writing.write(contentsOf: Data(part.utf8))
    }
    try pipe.writing.close()
    var reader = office.answer(to: serial)?.reader()
    #expect(reader?.uint32() == 1)
  }

  @Test("a terminal is not read")
  func terminal() throws {
    let (_, office) = try office()
    let end = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(end >= 0)
    defer { close(end) }
    let answer = office.answer(to: try office.lend(end, "Import"))
    #expect(answer?.error.message == "the descriptor is a terminal; a file or a pipe is read")
  }

  @Test("bad lines are told of by their number, and the good ones taken")
  func badLines() throws {
    let (_, office) = try office()
    let long = String(repeating: "x", count: 3 << 20)
    let text =
      "nonsense\n\n\(Self.line)\n\(long)\n{\"title\":\"x\"}\n\(Self.line.replacing("7", with: "8"))"
    guard case .failed(let words) = try taken(text, office) else {
      Issue.record("nothing was wrong")
      return
    }
    let expected =
      "2 taken, the others not; line 1: no JSON object; line 4: longer than 1 MiB; "
      + "line 5: no time in “created”"
    #expect(words == expected)
    #expect(
      try history(office) { $0.entry("text", "s") { $0.string("lunch") } } == ["Lunch?", "Lunch?"]
    )
    guard case .failed(let many) = try taken(String(repeating: "x\n", count: 1000), office) else {
      Issue.record("nothing was wrong")
      return
    }
    let marked = "\u{FEFF}" + Self.line.replacing("7", with: "9") + "\n\u{FEFF}\n"
    guard case .failed(let onlySecond) = try taken(marked, office) else {
      Issue.record("a mark belongs at the beginning")
      return
    }
    #expect(onlySecond == "1 taken, the others not; line 2: no JSON object")
    #expect(many.hasPrefix("nothing taken; line 1: ") && many.hasSuffix("; and 990 more"))
  }
}
