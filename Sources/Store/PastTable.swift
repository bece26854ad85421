import Notifications
import SQLite

/// The past: rows by which it is found, the texts as an index, and the rest as it was written.
final class PastTable {
  private let connection: Connection
  private let facts: Facts
  let index: TextIndex

  init(_ connection: Connection, _ facts: Facts) {
    self.connection = connection
    self.facts = facts
    index = TextIndex(connection, facts)
  }

  struct Addition {
    var id: Int64
    var app: String
    var closedAt: Int64
    var notification: Notification
    var owner: UnsafeRawBufferPointer
    var content: UnsafeRawBufferPointer
    var treatment: UnsafeRawBufferPointer?
    var ending: UnsafeRawBufferPointer
    var picture: Int64?
  }

  private lazy var insert = connection.statement(
    """
    INSERT INTO past(id, app, closed, urgency, owner, notification, treatment, ending, picture)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  )
  private lazy var content = connection.statement(
    "SELECT notification, app FROM past WHERE row = ?"
  )
  private lazy var delete = connection.statement("DELETE FROM past WHERE row = ?")
  private lazy var oldest = connection.statement(
    "SELECT row FROM past ORDER BY closed, row LIMIT ?"
  )
  private lazy var older = connection.statement(
    "SELECT row FROM past WHERE closed < ? ORDER BY closed, row LIMIT ?"
  )
  private lazy var countOfApp = connection.statement("SELECT count(*) FROM past WHERE app = ?")
  private lazy var oldestOfApp = connection.statement(
    "SELECT row FROM past WHERE app = ? ORDER BY closed, row LIMIT ?"
  )
  private lazy var olderOfApp = connection.statement(
    "SELECT row FROM past WHERE app = ? AND closed < ? ORDER BY closed, row LIMIT ?"
  )

  private lazy var lastRow = connection.statement(
    "SELECT seq FROM sqlite_sequence WHERE name = 'past'"
  )
  /// Of what becomes past.
  private lazy var endings = connection.statement(
    """
    SELECT ending FROM ended JOIN content ON content.row = ended.row
    WHERE notification NOT NULL
    """
  )

  // Finding.
  private(set) lazy var byTime = connection.statement(
    """
    SELECT row, closed FROM past WHERE closed >= ? AND closed <= ?
    ORDER BY closed DESC, row DESC
    """
  )
  private(set) lazy var byUrgency = connection.statement(
    """
    SELECT row, closed FROM past WHERE closed >= ? AND closed <= ? AND urgency = ?
    ORDER BY closed DESC, row DESC
    """
  )
  private(set) lazy var byApp = connection.statement(
    """
    SELECT row, closed, urgency FROM past WHERE closed >= ? AND closed <= ? AND app = ?
    ORDER BY closed DESC, row DESC
    """
  )
  private(set) lazy var closing = connection.statement("SELECT closed FROM past WHERE row = ?")
  private(set) lazy var placing = connection.statement(
    "SELECT closed, row FROM past WHERE row <= ? ORDER BY row DESC LIMIT 1"
  )
  private(set) lazy var site = connection.statement(
    "SELECT row FROM past WHERE app > ? AND app < ? LIMIT 1"
  )
  private(set) lazy var twin = connection.statement(
    "SELECT row FROM past WHERE app = ? AND closed = ? AND id = ? LIMIT 1"
  )
  private(set) lazy var brief = connection.statement(
    "SELECT closed, urgency, app FROM past WHERE row = ?"
  )
  private(set) lazy var whole = connection.statement(
    """
    SELECT id, owner, notification, treatment, ending, width, height, pixels
    FROM past LEFT JOIN pictures ON pictures.picture = past.picture WHERE row = ?
    """
  )

  /// Up to this row owners were on another bus.
  private var foreign: Int64?
  /// How many there are, as far as it was read: counting takes its time.
  private var total: Int64?

  func add(_ addition: Addition) throws(SQLiteError) {
    try insert.run {
      $0.bind(1, addition.id)
      $0.bind(2, copying: addition.app)
      $0.bind(3, addition.closedAt)
      $0.bind(4, Int64(addition.notification.urgency.rawValue))
      $0.bind(5, blob: addition.owner)
      $0.bind(6, blob: addition.content)
      if let treatment = addition.treatment { $0.bind(7, blob: treatment) }
      $0.bind(8, blob: addition.ending)
      if let picture = addition.picture { $0.bind(9, picture) }
    }
    let row = connection.lastRow
    try index.add(row, addition.notification, addition.app)
    try count(1)
  }

  private func count(_ more: Int64) throws(SQLiteError) {
    let before = try size()
    total = before + more
    try facts.set(.past, before + more)
  }

  private func size() throws(SQLiteError) -> Int64 {
    if let total { return total }
    // It has no checksum.
    let read = min(max(try facts.number(.past) ?? 0, 0), 1 << 40)
    total = read
    return read
  }

  /// The index must be told what it has.
  func remove(_ key: Int64) throws(SQLiteError) {
    try content.rows({ $0.bind(1, key) }) { (row: Row) throws(SQLiteError) in
      if let reader = try? ArchiveReader(sealed: row.bytes(0)),
        let notification = try? Notification(reader, picture: nil)
      {
        try index.remove(key, notification, row.text(1))
      }
      return false
    }
    try delete.run { $0.bind(1, key) }
    try count(-1)
  }

  func foreignRows() throws(SQLiteError) -> Int64 {
    if let foreign { return foreign }
    let read = try facts.number(.foreignRows) ?? 0
    foreign = read
    return read
  }

  /// Another bus: the owners of what is past by now, or about to be, cannot be found by their names.
  func forgetPeers() throws(SQLiteError) {
    var last = try lastRow.number() ?? 0
    try endings.rows { row in
      let ending = try? Ending(try ArchiveReader(sealed: row.bytes(0)))
      if ending?.closedAt != nil { last += 1 }
      return true
    }
    foreign = nil
    try facts.set(.foreignRows, last)
  }

  private static let slice: Int64 = 32

  /// Removes some of what is too much or too old; whether there may be more.
  func expire(_ retention: Retention, _ wall: Int64) throws(SQLiteError) -> Bool {
    var rows: [Int64] = []
    func take(from statement: Statement, _ bind: (Parameters) -> Void) throws(SQLiteError) {
      try statement.rows(bind) { row in
        rows.append(row.number(0))
        return true
      }
    }
    let surplus = try size() - Int64(retention.count)
    if surplus > 0 {
      try take(from: oldest) { $0.bind(1, min(surplus, Self.slice)) }
    }
    if rows.isEmpty, let age = retention.age {
      try take(from: older) {
        $0.bind(1, wall - age)
        $0.bind(2, Self.slice)
      }
    }
    for (app, bounds) in retention.apps where rows.isEmpty {
      var surplus: Int64 = 0
      if let count = bounds.count {
        surplus = (try countOfApp.number { $0.bind(1, copying: app) } ?? 0) - Int64(count)
      }
      if surplus > 0 {
        try take(from: oldestOfApp) {
          $0.bind(1, copying: app)
          $0.bind(2, min(surplus, Self.slice))
        }
      } else if let age = bounds.age {
        try take(from: olderOfApp) {
          $0.bind(1, copying: app)
          $0.bind(2, wall - age)
          $0.bind(3, Self.slice)
        }
      }
    }
    for row in rows { try remove(row) }
    return !rows.isEmpty
  }
}
