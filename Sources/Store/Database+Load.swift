import Notifications
import SQLite

/// What a daemon finds when it starts.
struct Loaded {
  var saved = Saved()
  var ledger = Ledger()
  /// What could not be read, and was put aside.
  var damaged = 0
  /// Which run had the file last.
  var writer: Int64?
}

extension Database {
  /// Reads all that is live, on `clock`.
  func load(_ clock: Clock) throws(SQLiteError) -> Loaded {
    let loader = Loader(self, clock)
    try connection.transaction { () throws(SQLiteError) in try loader.load() }
    return loader.loaded
  }

  /// The same with what the journal has, while nothing can be written: the tables stay as they are.
  func loadBeside(_ clock: Clock) throws(SQLiteError) -> Loaded {
    let loader = Loader(self, clock)
    let start = journal.place
    defer { journal.rewind(to: start) }
    var isLoaded = false
    // What has entered stays in memory.
    try connection.execute("PRAGMA cache_spill = OFF")
    do throws(SQLiteError) {
      try connection.transaction { () throws(SQLiteError) in
        while case let batches = try journal.next(256), !batches.isEmpty { try enter(batches) }
        try loader.load()
        isLoaded = true
        throw SQLiteError(code: SQLiteError.Kind.full.rawValue, words: "nothing of it is kept")
      }
    } catch {
      guard isLoaded else { throw error }
    }
    try connection.execute("PRAGMA cache_spill = ON")
    return loader.loaded
  }
}

private final class Loader {
  private let connection: Connection
  private let clock: Clock
  var loaded = Loaded()

  private var owners: [[UInt8]: Owner] = [:]
  private var last: (bytes: [UInt8], owner: Owner)?
  private var pictures: [Int64: Picture] = [:]
  /// From the clock then to the clock now.
  private var shift = Instant.Span.zero
  private var ended: Set<Int64> = []

  init(_ database: Database, _ clock: Clock) {
    connection = database.connection
    self.clock = clock
  }

  func load() throws(SQLiteError) {
    try loadFacts()
    var lastEnded: [Int64] = []
    try connection.statement("SELECT number, row FROM ended ORDER BY number").rows { row in
      loaded.ledger.nextNumber = row.number(0) &+ 1
      loaded.ledger.nextRow = max(loaded.ledger.nextRow, row.number(1) &+ 1)
      ended.insert(row.number(1))
      lastEnded.append(row.number(1))
      return true
    }
    try loadGone()
    try loadContent(lastEnded)
    try loadPermissions()
  }

  private func loadFacts() throws(SQLiteError) {
    var boot = ""
    try connection.statement("SELECT name, value FROM facts").rows { row in
      switch Facts.Name(rawValue: row.text(0)) {
      case .settings:
        if let settings = try? Saved.Settings(try ArchiveReader(sealed: row.bytes(1))) {
          loaded.saved.settings = settings
        } else {
          loaded.damaged += 1
        }
      case .counter:
        let counter = UInt32(clamping: row.number(1))
        loaded.saved.counter = counter
        loaded.ledger.counter = counter
      case .boot: boot = row.text(1)
      case .offset: loaded.ledger.offset = row.number(1)
      case .writer: loaded.writer = row.number(1)
      default: break
      }
      return true
    }
    if boot != clock.boot, let then = loaded.ledger.offset {
      let milliseconds = then.subtractingReportingOverflow(clock.offset())
      let (span, overflow) = milliseconds.partialValue.multipliedReportingOverflow(by: 1_000_000)
      if !overflow, !milliseconds.overflow { shift = Instant.Span(nanoseconds: span) }
      loaded.ledger.offset = nil
    }
  }

  private func owner(_ bytes: UnsafeRawBufferPointer) -> Owner? {
    // Who sent one often sent the next one, too.
    if let last, last.bytes.elementsEqual(bytes) { return last.owner }
    guard let owner = known(bytes) else { return nil }
    last = ([UInt8](bytes), owner)
    return owner
  }

  private func known(_ bytes: UnsafeRawBufferPointer) -> Owner? {
    let key = [UInt8](bytes)
    if let owner = owners[key] { return owner }
    guard let owner = try? Owner(try ArchiveReader(sealed: bytes)) else { return nil }
    owners[key] = owner
    return owner
  }

  private func loadGone() throws(SQLiteError) {
    try connection.statement("SELECT id, owner FROM gone ORDER BY number").rows { row in
      if let id = UInt32(exactly: row.number(0)).flatMap({ NotificationID(rawValue: $0) }),
        let owner = owner(row.bytes(1))
      {
        loaded.saved.gone.append(Saved.Gone(id, owner))
      }
      return true
    }
  }

  private func loadContent(_ lastEnded: [Int64]) throws(SQLiteError) {
    var places: [NotificationID: Int] = [:]
    var live: [Saved.Live?] = []
    var gone: [Int64: Saved.Gone] = [:]
    var unreadable: [Int64] = []
    var doubtful: [Int64] = []
    var superseded: [Int64] = []
    // Where the file was put aside, the journal may tell of rows that nobody has.
    let standing = try connection.statement("SELECT max(row) FROM standing").number() ?? 0
    loaded.ledger.nextRow = max(loaded.ledger.nextRow, standing &+ 1)
    var highest: UInt32 = 0
    try connection.statement(
      """
      SELECT content.row, id, content.standing, owner, notification, treatment, picture,
        standing.standing
      FROM content LEFT JOIN standing ON standing.row = content.row ORDER BY content.row
      """
    ).rows { (row: Row) throws(SQLiteError) in
      let key = row.number(0)
      loaded.ledger.nextRow = max(loaded.ledger.nextRow, key &+ 1)
      guard let id = UInt32(exactly: row.number(1)).flatMap({ NotificationID(rawValue: $0) }),
        let owner = owner(row.bytes(3))
      else {
        unreadable.append(key)
        return true
      }
      highest = max(highest, id.rawValue)
      guard !ended.contains(key) else {
        gone[key] = Saved.Gone(id, owner)
        return true
      }
      guard
        var found = Self.live(id, owner, row, try self.picture(row.isNull(6) ? nil : row.number(6)))
      else {
        unreadable.append(key)
        return true
      }
      if found.isDoubtful { doubtful.append(key) }
      found.live.standing.move(by: shift)
      if let place = places[id] {
        live[place] = nil
        if let older = loaded.ledger.live[id] { superseded.append(older.row) }
      }
      places[id] = live.count
      live.append(found.live)
      loaded.ledger.live[id] = Ledger.Known(
        row: key,
        version: 0,
        // After the clock has moved it is another one.
        standing: shift == .zero ? found.standing : 0
      )
      return true
    }
    if loaded.saved.counter == 0 { loaded.saved.counter = highest }
    for row in lastEnded {
      if let gone = gone[row] { loaded.saved.gone.append(gone) }
    }
    loaded.saved.live = live.compactMap { $0 }.sorted { $0.standing.age < $1.standing.age }
    for row in unreadable + doubtful { try putAside(row) }
    let drop = connection.statement("DELETE FROM content WHERE row = ?")
    for row in unreadable + superseded { try drop.run { $0.bind(1, row) } }
    loaded.damaged += unreadable.count + doubtful.count
  }

  private func putAside(_ row: Int64) throws(SQLiteError) {
    try connection.statement(
      """
      INSERT INTO aside SELECT 'content', id, standing, owner, notification, treatment
      FROM content WHERE row = ?
      """
    ).run { $0.bind(1, row) }
  }

  /// Nil where not even its place is known. A content that cannot be read is as a private one: its
  /// owner hears that it is closed.
  private static func live(
    _ id: NotificationID,
    _ owner: Owner,
    _ row: Row,
    _ picture: Picture?
  ) -> (live: Saved.Live, standing: UInt64, isDoubtful: Bool)? {
    guard let reader = try? ArchiveReader(sealed: row.bytes(row.isNull(7) ? 2 : 7)),
      let standing = try? Saved.Standing(reader)
    else { return nil }
    var isDoubtful = false
    var notification: Notification?
    if !row.isNull(4) {
      if let reader = try? ArchiveReader(sealed: row.bytes(4)),
        let read = try? Notification(reader, picture: picture)
      {
        notification = read
      } else {
        isDoubtful = true
      }
    }
    var treatment: Treatment?
    if !row.isNull(5) {
      if let reader = try? ArchiveReader(sealed: row.bytes(5)), let read = try? Treatment(reader) {
        treatment = read
      } else {
        isDoubtful = true
      }
    }
    let live = Saved.Live(
      id: id,
      version: 0,
      sent: notification.map { Content($0) },
      owner: owner,
      treatment: treatment,
      standing: standing
    )
    return (live, reader.sum, isDoubtful)
  }

  private func picture(_ key: Int64?) throws(SQLiteError) -> Picture? {
    guard let key else { return nil }
    if let picture = pictures[key] { return picture }
    let found = try Picture(key, in: selectPicture)
    pictures[key] = found
    return found
  }

  private lazy var selectPicture = connection.statement(Picture.selection)

  private func loadPermissions() throws(SQLiteError) {
    try connection.statement("SELECT app, record FROM permissions").rows { row in
      if let record = try? Permissions.Record(try ArchiveReader(sealed: row.bytes(1))) {
        loaded.saved.permissions[row.text(0)] = record
      } else {
        loaded.damaged += 1
      }
      return true
    }
  }
}

extension Picture {
  static var selection: StaticString {
    "SELECT width, height, pixels FROM pictures WHERE picture = ?"
  }

  init?(_ key: Int64, in selection: Statement) throws(SQLiteError) {
    var found: Picture?
    try selection.rows({ $0.bind(1, key) }) { row in
      found = Picture(width: row.number(0), height: row.number(1), row.bytes(2))
      return false
    }
    guard let found else { return nil }
    self = found
  }
}
