import Notifications
import SQLite

/// What is done when nobody waits: what has ended becomes history, what is too old goes, and the file
/// gives back what it does not need. In slices of a few milliseconds.
final class Upkeep {
  private unowned(unsafe) let database: Database
  private let connection: Connection
  private var past: PastTable { database.past }

  init(_ database: Database) {
    self.database = database
    connection = database.connection
  }

  private lazy var ended = connection.statement(
    """
    SELECT number, ended.row, ending, id, owner, notification, treatment, picture
    FROM ended LEFT JOIN content ON content.row = ended.row
    WHERE number < ? ORDER BY number LIMIT 32
    """
  )
  private lazy var addGone = connection.statement("INSERT INTO gone(id, owner) VALUES (?, ?)")
  private lazy var dropEnded = connection.statement("DELETE FROM ended WHERE number = ?")
  private lazy var dropContent = connection.statement("DELETE FROM content WHERE row = ?")
  private lazy var dropStanding = connection.statement("DELETE FROM standing WHERE row = ?")
  private lazy var trimGone = connection.statement(
    "DELETE FROM gone WHERE number <= (SELECT max(number) FROM gone) - ?"
  )
  private lazy var putAside = connection.statement(
    """
    INSERT INTO aside SELECT 'ended', id, owner, notification, treatment, NULL
    FROM content WHERE row = ?
    """
  )
  private lazy var pages = connection.statement("PRAGMA page_count")
  private lazy var freePages = connection.statement("PRAGMA freelist_count")

  /// One run of it, from slice to slice.
  final class Run {
    /// What ends meanwhile is the next one's.
    let endedUpTo: Int64
    let retention: Retention
    let clock: Clock
    var stage = Stage.journal

    enum Stage {
      case journal
      case ended
      case retention
      case index
      case vacuum
      case logs
    }

    init(endedUpTo: Int64, _ retention: Retention, _ clock: Clock) {
      self.endedUpTo = endedUpTo
      self.retention = retention
      self.clock = clock
    }
  }

  /// Works for some two milliseconds; whether there is more to do.
  func slice(_ run: Run) throws(SQLiteError) -> Bool {
    let end = monotonicTime() + 2_000_000
    while run.stage != .logs {
      try step(run)
      if monotonicTime() >= end { return true }
    }
    if try database.emptyLogs() { return true }
    try connection.execute("PRAGMA shrink_memory")
    return false
  }

  private func step(_ run: Run) throws(SQLiteError) {
    switch run.stage {
    case .journal:
      if try !database.takeIn() { run.stage = .ended }
    case .ended:
      if try !moveEnded(upTo: run.endedUpTo) { run.stage = .retention }
    case .retention:
      var hasMore = false
      try connection.transaction { () throws(SQLiteError) in
        try trimGone.run { $0.bind(1, Int64(Limits().rememberedOwners)) }
        hasMore = try past.expire(run.retention, run.clock.wall)
      }
      if !hasMore { run.stage = .index }
    case .index:
      if try !past.index.scrub() { run.stage = .vacuum }
    case .vacuum:
      if try !vacuum() { run.stage = .logs }
    case .logs: break
    }
  }

  /// False when there is none left.
  func moveEnded(upTo end: Int64 = .max) throws(SQLiteError) -> Bool {
    var numbers: [(number: Int64, row: Int64)] = []
    try connection.transaction { () throws(SQLiteError) in
      try ended.rows({ $0.bind(1, end) }) { (row: Row) throws(SQLiteError) in
        numbers.append((row.number(0), row.number(1)))
        try move(row)
        return true
      }
      for (number, row) in numbers {
        try drop(row)
        try dropEnded.run { $0.bind(1, number) }
      }
    }
    return !numbers.isEmpty
  }

  private func move(_ row: Row) throws(SQLiteError) {
    // Its content is gone: it was ended twice.
    guard !row.isNull(3) else { return }
    try addGone.run {
      $0.bind(1, row.number(3))
      $0.bind(2, blob: row.bytes(4))
    }
    guard let ending = try? Ending(try ArchiveReader(sealed: row.bytes(2))),
      let closedAt = ending.closedAt, !row.isNull(5)
    else { return }
    guard let reader = try? ArchiveReader(sealed: row.bytes(5)),
      let notification = try? Notification(reader, picture: nil),
      let owner = try? Owner(try ArchiveReader(sealed: row.bytes(4)))
    else { return try putAside.run { $0.bind(1, row.number(1)) } }
    try past.add(
      PastTable.Addition(
        id: row.number(3),
        app: owner.principal,
        closedAt: closedAt,
        notification: notification,
        owner: row.bytes(4),
        content: row.bytes(5),
        treatment: row.isNull(6) ? nil : row.bytes(6),
        ending: row.bytes(2),
        picture: row.isNull(7) ? nil : row.number(7)
      )
    )
  }

  private func drop(_ row: Int64) throws(SQLiteError) {
    try dropContent.run { $0.bind(1, row) }
    try dropStanding.run { $0.bind(1, row) }
  }

  /// Gives pages back once they are an eighth of the file.
  private func vacuum() throws(SQLiteError) -> Bool {
    let free = try freePages.number() ?? 0
    guard free > 256, let all = try pages.number(), free > all / 8 else { return false }
    try connection.execute("PRAGMA incremental_vacuum(64)")
    return true
  }
}
