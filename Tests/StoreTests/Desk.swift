import CLibc
import EventLoop
import Foundation
import Notifications
import SQLite

@testable import Store

/// A folder of its own, which goes with it.
final class Folder {
  let path: String

  init() {
    // In memory, where there is such a place: tests sync by the thousand.
    let memory = "/dev/shm"
    let isThere = FileManager.default.isWritableFile(atPath: memory)
    let parent = isThere ? memory : FileManager.default.temporaryDirectory.path
    path = parent + "/hark-store-\(UUID().uuidString)"
    mkdir(path, 0o700)
  }

  deinit {
    chmod(path, 0o700)
    try? FileManager.default.removeItem(atPath: path)
  }

  var state: String { path + "/state/hark" }
  var file: String { state + "/hark.db" }

  func bytes(_ name: String) -> [UInt8] {
    FileManager.default.contents(atPath: path + "/" + name).map { [UInt8]($0) } ?? []
  }

  /// All files of the state, as they are now.
  var files: [String: [UInt8]] {
    var all: [String: [UInt8]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: state)) ?? [] {
      all[name] = bytes("state/hark/" + name)
    }
    return all
  }

  /// As a kill would leave it: what is in the kernel, and nothing else.
  func copy() -> Folder {
    let copy = Folder()
    copy.put(files)
    return copy
  }

  func put(_ files: [String: [UInt8]]) {
    try? FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    for (name, bytes) in files {
      _ = FileManager.default.createFile(atPath: state + "/" + name, contents: Data(bytes))
    }
  }

  func contains(_ text: String) -> Bool {
    let needle = Data(text.utf8)
    return files.values.contains { Data($0).range(of: needle) != nil }
  }
}

/// A core with its store: each event is a turn.
final class Desk {
  let folder: Folder
  let loop = ManualLoop()
  let store: Store
  var core = Core()
  var now = Instant(nanoseconds: 1_000_000_000)
  var log: [String] = []
  var conditions: [Condition] = []
  var damage: [String] = []
  private(set) var opened: Saved?
  private var lastCall: UInt64 = 0

  static let alice = Owner(peer: ":1.1", sender: Sender(level: .exe, principal: "exe:/alice"))
  static let bob = Owner(peer: ":1.2", sender: Sender(level: .exe, principal: "exe:/bob"))

  init(
    _ folder: Folder = Folder(),
    vfs: String? = nil,
    clock: Clock = .system
  ) {
    self.folder = folder
    var report: (String) -> Void = { _ in }
    store = Store(
      loop,
      directory: folder.state,
      clock: clock
    ) { report($0) }
    if let vfs { store.use(vfs: vfs) }
    report = { [unowned self] in log.append($0) }
    store.damaged = { [unowned self] in damage += $0 }
    store.conditionChanged = { [unowned self] in conditions.append($0) }
    store.current = { [unowned self] in core }
    store.opened = { [unowned self] in opened = $0 }
    _ = core.apply(.clockChanged(WallClock(offset: 1_700_000_000_000)), at: now)
    _ = core.apply(.displayPresent(true), at: now)
    _ = core.takeUnsaved()
  }

  /// What the daemon does when it starts. Whether the file was there in time.
  @discardableResult
  func start(patience: Int32 = 10_000) -> Saved? {
    let saved = store.open(patience: patience)
    if let saved { apply(.restore(saved, present: [":1.1", ":1.2"])) }
    return saved
  }

  @discardableResult
  func apply(_ event: Event) -> [Effect] {
    let effects = core.apply(event, at: now)
    commit()
    return effects
  }

  func commit() {
    store.note(&core)
    store.commit()
  }

  func call() -> Call {
    lastCall += 1
    return Call(token: lastCall)
  }

  @discardableResult
  func notify(
    _ title: String,
    body: String = "",
    replaces: UInt32 = 0,
    from owner: Owner = alice,
    _ change: (inout Notifications.Notification) -> Void = { _ in }
  ) -> UInt32 {
    var notification = Notifications.Notification(
      appName: owner.principal,
      title: title,
      receivedAt: wall
    )
    notification.body = StyledText(body)
    notification.timeout = .never
    change(&notification)
    let effects = apply(.notify(notification, replaces: replaces, from: owner, call()))
    for case .replyID(_, let id) in effects { return id.rawValue }
    return 0
  }

  var wall: Int64 { 1_700_000_000_000 + now.nanoseconds / 1_000_000 }

  func close(_ id: UInt32) {
    apply(.dismiss([id], nil))
  }

  /// Lets the time pass, and what the store does meanwhile end: upkeep is one of them.
  func wait(_ seconds: Int64 = 12) {
    for _ in 0..<seconds {
      now = now + .seconds(1)
      loop.advance(to: loop.now + 1_000_000_000)
      store.settle()
    }
  }

  /// Until all is well, two minutes at the most.
  func recover() {
    for _ in 0..<120 where store.condition != .durable { wait(1) }
  }

  /// By id.
  var titles: [String] { core.live.sorted { $0.id < $1.id }.map(\.notification.title) }

  /// What another daemon finds when this one is killed now.
  func afterKill(clock: Clock = .system) -> Desk {
    let next = Desk(folder.copy(), clock: clock)
    next.start()
    return next
  }

  @discardableResult
  func history(_ change: (inout PastQuery) -> Void = { _ in }) -> [String] {
    var query = PastQuery()
    change(&query)
    return past(query)?.map(\.notification.title) ?? [store.condition.words]
  }

  /// As whoever asks for it gets it.
  func past(_ query: PastQuery = PastQuery()) -> [PastEntry]? {
    var rows: [Int64]?
    store.findPast(query) { rows = $0 }
    store.settle()
    guard var rest = rows?[...] else { return nil }
    var found: [PastEntry] = []
    while !rest.isEmpty {
      store.readPast(rest) { entries, left in
        found += entries ?? []
        rest = entries == nil ? [] : left
      }
      store.settle()
    }
    return found
  }

  /// The one number that a statement tells.
  func number(_ sql: StaticString) throws -> Int64? {
    let folder = folder.copy()
    return try withExtendedLifetime(folder) {
      try Connection(folder.file).statement(sql).number()
    }
  }

  /// What SQLite thinks of the file.
  var integrity: String {
    let folder = folder.copy()
    guard let connection = try? Connection(folder.file) else { return "cannot be opened" }
    defer { withExtendedLifetime(folder) {} }
    var words: [String] = []
    try? connection.statement("PRAGMA integrity_check").rows { row in
      words.append(row.text(0))
      return true
    }
    return words.joined(separator: "; ")
  }
}
