import Notifications
import SQLite

/// The open file with its statements, and the journal of what is not in it yet. It is the writer
/// thread's.
final class Database {
  let connection: Connection
  let facts: Facts
  let journal: JournalReader

  private let addContent: Statement
  private let setStanding: Statement
  private let addEnded: Statement
  private let dropContent: Statement
  private let dropStanding: Statement
  private let setPermission: Statement
  private let dropPermission: Statement
  private let forgetPermissions: Statement
  private let findPicture: Statement
  private let addPicture: Statement
  private var isChecked = false
  private(set) lazy var past = PastTable(connection, facts)
  private(set) lazy var upkeep = Upkeep(self)

  init(_ connection: Connection, _ facts: Facts, _ journal: JournalReader) {
    self.connection = connection
    self.facts = facts
    self.journal = journal
    addContent = connection.statement(
      "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    setStanding = connection.statement("INSERT OR REPLACE INTO standing VALUES (?, ?)")
    addEnded = connection.statement("INSERT OR REPLACE INTO ended VALUES (?, ?, ?)")
    dropContent = connection.statement("DELETE FROM content WHERE row = ?")
    dropStanding = connection.statement("DELETE FROM standing WHERE row = ?")
    setPermission = connection.statement("INSERT OR REPLACE INTO permissions VALUES (?, ?)")
    dropPermission = connection.statement("DELETE FROM permissions WHERE app = ?")
    forgetPermissions = connection.statement("DELETE FROM permissions")
    findPicture = connection.statement(
      "SELECT picture, width, height, pixels FROM pictures WHERE sum = ?"
    )
    addPicture = connection.statement(
      "INSERT INTO pictures(sum, width, height, pixels) VALUES (?, ?, ?, ?)"
    )
  }

  /// Some milliseconds of work, so that what has ended a moment ago is past as well; whether there is
  /// more to do.
  func catchUp() throws(SQLiteError) -> Bool {
    try takeIn() ? true : try upkeep.moveEnded()
  }

  /// Moves what the journal has into the tables, for some two milliseconds; whether there is more.
  func takeIn() throws(SQLiteError) -> Bool {
    guard journal.hasMore else { return false }
    try check()
    let start = journal.place
    let end = monotonicTime() + 2_000_000
    do throws(SQLiteError) {
      try connection.transaction { () throws(SQLiteError) in
        while monotonicTime() < end {
          let batches = try journal.next(256)
          guard !batches.isEmpty else { break }
          try enter(batches)
        }
        let mark = journal.mark
        try mark.span.withUnsafeBytes { bytes throws(SQLiteError) in
          try facts.set(.journal, bytes)
        }
      }
    } catch {
      journal.rewind(to: start)
      throw error
    }
    return journal.hasMore
  }

  /// A page that is wrong about its room would be spoilt by what is written to it, and what it has
  /// as well: it is looked for before the first time. The past may be large, and is left out.
  private func check() throws(SQLiteError) {
    guard !isChecked else { return }
    let tables: [StaticString] = [
      "PRAGMA quick_check(content)", "PRAGMA quick_check(standing)", "PRAGMA quick_check(ended)",
      "PRAGMA quick_check(gone)", "PRAGMA quick_check(facts)", "PRAGMA quick_check(permissions)",
    ]
    for table in tables {
      var words = ""
      try connection.statement(table).rows { row in
        words = row.text(0)
        return false
      }
      guard words == "ok" else {
        throw SQLiteError(code: SQLiteError.Kind.corrupt.rawValue, words: words)
      }
    }
    isChecked = true
  }

  /// Moves what the logs have had by now into the one file, where the disk has it, and empties them;
  /// whether there is more to do.
  func emptyLogs() throws(SQLiteError) -> Bool {
    if try takeIn() || journal.beginToClear() { return true }
    try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return try !journal.clear()
  }

  /// The same when nobody writes to them any more.
  func finish() throws(SQLiteError) {
    while try takeIn() {}
    try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    try journal.empty()
  }

  /// What came and went among them, as each but the last of an app's progress, leaves no trace.
  func enter(_ batches: [Batch]) throws(SQLiteError) {
    var came: Set<Int64> = []
    var went: Set<Int64> = []
    for batch in batches {
      for operation in batch.operations {
        switch operation {
        case .content(let content):
          came.insert(content.row)
          went.remove(content.row)
        case .drop(let row):
          if came.contains(row) { went.insert(row) }
        default: break
        }
      }
    }
    for batch in batches {
      try batch.archive.withBytes { bytes throws(SQLiteError) in
        for operation in batch.operations {
          if let row = operation.row, went.contains(row) { continue }
          try write(operation, bytes)
        }
      }
    }
  }

  private func write(
    _ operation: Batch.Operation,
    _ archive: UnsafeRawBufferPointer
  ) throws(SQLiteError) {
    func at(_ bytes: Batch.Bytes) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: archive[bytes.start..<bytes.start + bytes.count])
    }
    switch operation {
    case .content(let content):
      let picture = try content.picture.map { picture throws(SQLiteError) in try key(of: picture) }
      try addContent.run {
        $0.bind(1, content.row)
        $0.bind(2, Int64(content.id.rawValue))
        $0.bind(3, blob: at(content.standing))
        $0.bind(4, blob: at(content.owner))
        if let notification = content.notification { $0.bind(5, blob: at(notification)) }
        if let treatment = content.treatment { $0.bind(6, blob: at(treatment)) }
        if let picture { $0.bind(7, picture) }
      }
    case .standing(let row, let standing):
      try setStanding.run {
        $0.bind(1, row)
        $0.bind(2, blob: at(standing))
      }
    case .ended(let number, let row, let ending):
      try addEnded.run {
        $0.bind(1, number)
        $0.bind(2, row)
        $0.bind(3, blob: at(ending))
      }
    case .drop(let row):
      try dropContent.run { $0.bind(1, row) }
      try dropStanding.run { $0.bind(1, row) }
    case .forgetPermissions:
      try forgetPermissions.run()
    case .permission(let app, let record):
      guard let record else { return try dropPermission.run { $0.bind(1, text: at(app)) } }
      try setPermission.run {
        $0.bind(1, text: at(app))
        $0.bind(2, blob: at(record))
      }
    case .settings(let settings):
      try facts.set(.settings, at(settings))
    case .counter(let counter):
      try facts.set(.counter, Int64(counter))
    case .clock(let boot, let offset):
      try facts.set(.boot, at(boot))
      try facts.set(.offset, offset)
    case .forgetPeers:
      try past.forgetPeers()
    case .writer(let writer):
      try facts.set(.writer, writer)
    }
  }

  func key(of picture: Picture) throws(SQLiteError) -> Int64 {
    try picture.withPixels { pixels throws(SQLiteError) in
      let sum = Int64(bitPattern: checksum(pixels))
      var key: Int64?
      try findPicture.rows({ $0.bind(1, sum) }) { row in
        let isSame =
          row.number(1) == Int64(picture.width) && row.number(2) == Int64(picture.height)
          && row.bytes(3).elementsEqual(pixels)
        if isSame { key = row.number(0) }
        return !isSame
      }
      if let key { return key }
      try addPicture.run {
        $0.bind(1, sum)
        $0.bind(2, Int64(picture.width))
        $0.bind(3, Int64(picture.height))
        $0.bind(4, blob: pixels)
      }
      return connection.lastRow
    }
  }
}

extension Archive {
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.span.withUnsafeBytes { buffer throws(Failure) in try body(buffer) }
  }
}

extension Picture {
  /// In the order of this machine's bytes.
  func withPixels<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try pixels.span.withUnsafeBytes { buffer throws(Failure) in try body(buffer) }
  }

  /// Nil where the numbers do not fit each other.
  init?(width: Int64, height: Int64, _ bytes: UnsafeRawBufferPointer) {
    let edges = 1...Int64(1 << 14)
    guard edges.contains(width), edges.contains(height), bytes.count == Int(width * height * 4)
    else { return nil }
    let pixels = [UInt32](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      count = bytes.count / 4
    }
    self.init(width: Int(width), height: Int(height), pixels: pixels)
  }
}
