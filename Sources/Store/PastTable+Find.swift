import Notifications
import SQLite

extension PastTable {
  /// Nanoseconds of a slice, for which others wait who ask for less.
  private static let patience: Int64 = 20_000_000

  /// What has the query's text, or has ended within its time, newest first; `look` gets each that
  /// matches, and says whether it wants more. Returns where to go on.
  func find(
    _ query: PastQuery,
    _ look: (Int64) throws(SQLiteError) -> Bool
  ) throws(SQLiteError) -> Int64? {
    let deadline = monotonicTime() + Self.patience
    var seen = 0
    var rest: Int64?
    let (since, until) = (query.since ?? .min, query.until ?? .max)
    let urgency = query.urgency.map { Int64($0.rawValue) }

    func goOn(_ row: Int64, _ matches: Bool) throws(SQLiteError) -> Bool {
      seen += 1
      rest = row
      if matches, !(try look(row)) { return false }
      return seen % 64 != 0 || monotonicTime() < deadline
    }

    if let row = query.row {
      if try closing.number({ $0.bind(1, row) }) != nil { _ = try look(row) }
      return nil
    }
    var isOver = true
    let apps = try query.apps.map { (apps) throws(SQLiteError) in try Apps(apps, self) }
    if let words = try index.query(query.text, app: apps?.only) {
      try index.search.rows({
        $0.bind(1, copying: words)
        $0.bind(2, query.before ?? .max)
      }) { (row: Row) throws(SQLiteError) in
        let key = row.number(0)
        let matches = try has(key) {
          ($0.number(0) >= since && $0.number(0) <= until)
            && (urgency == nil || $0.number(1) == urgency)
            && apps?.has($0.text(2)) != false
        }
        isOver = try goOn(key, matches)
        return isOver
      }
    } else {
      var (end, last) = (until, Int64.max)
      if let before = query.before {
        guard let (closed, row) = try place(of: before) else { return nil }
        if closed <= end { (end, last) = (closed, row) }
      }
      let app = apps?.exact
      let statement = app != nil ? byApp : urgency != nil ? byUrgency : byTime
      try statement.rows({
        $0.bind(1, since)
        $0.bind(2, end)
        if let app { $0.bind(3, copying: app) } else if let urgency { $0.bind(3, urgency) }
      }) { (row: Row) throws(SQLiteError) in
        let key = row.number(0)
        // Of the same millisecond, and seen before.
        if row.number(1) == end, key >= last { return true }
        var matches = app == nil || urgency == nil || row.number(2) == urgency
        if let apps, app == nil { matches = try has(key) { apps.has($0.text(2)) } }
        isOver = try goOn(key, matches)
        return isOver
      }
    }
    return isOver ? nil : rest
  }

  /// The principals that are asked for.
  private struct Apps {
    private let apps: [String]
    /// The one that has no sites: an index finds it.
    let exact: String?

    init(_ apps: [String], _ table: PastTable) throws(SQLiteError) {
      self.apps = apps
      guard let only = apps.first, apps.count == 1 else {
        exact = nil
        return
      }
      let site = try table.site.number {
        $0.bind(1, copying: only + "#")
        $0.bind(2, copying: only + "$")
      }
      exact = site == nil ? only : nil
    }

    var only: String? { apps.count == 1 ? apps[0] : nil }

    func has(_ app: String) -> Bool {
      apps.contains { app == $0 || app.hasPrefix($0 + "#") }
    }
  }

  /// Where a row stands in time, and it; one that is gone stands where the one before it does. Nil:
  /// nothing is older.
  private func place(of row: Int64) throws(SQLiteError) -> (closed: Int64, row: Int64)? {
    var found: (Int64, Int64)?
    try placing.rows({ $0.bind(1, row) }) {
      found = ($0.number(0), $0.number(1) == row ? row : .max)
      return false
    }
    return found
  }

  /// The same, from here or from elsewhere.
  func has(_ entry: PastEntry) throws(SQLiteError) -> Bool {
    try twin.number {
      $0.bind(1, copying: entry.owner.principal)
      $0.bind(2, entry.closedAt)
      $0.bind(3, Int64(entry.id.rawValue))
    } != nil
  }

  /// Nil where there is none, or it cannot be read.
  func entry(_ key: Int64) throws(SQLiteError) -> PastEntry? {
    var found: PastEntry?
    try whole.rows({ $0.bind(1, key) }) { (row: Row) throws(SQLiteError) in
      let picture =
        row.isNull(5) ? nil : Picture(width: row.number(5), height: row.number(6), row.bytes(7))
      guard let id = UInt32(exactly: row.number(0)).flatMap({ NotificationID(rawValue: $0) }),
        let owner = try? Owner(try ArchiveReader(sealed: row.bytes(1))),
        let foreign = try? foreignRows(),
        let reader = try? ArchiveReader(sealed: row.bytes(2)),
        let notification = try? Notification(reader, picture: picture),
        let ending = try? Ending(try ArchiveReader(sealed: row.bytes(4)))
      else { return false }
      found = PastEntry(
        row: key,
        id: id,
        notification: notification,
        owner: key > foreign ? owner : owner.unreachable,
        treatment: try? Treatment(try ArchiveReader(sealed: row.bytes(3))),
        reason: ending.reason,
        closedAt: ending.closedAt ?? 0,
        heldBy: ending.heldBy,
        hasAppeared: ending.hasAppeared,
        isUnread: ending.isUnread
      )
      return false
    }
    return found
  }

  private func has(_ key: Int64, _ matches: (Row) -> Bool) throws(SQLiteError) -> Bool {
    var result = false
    try brief.rows({ $0.bind(1, key) }) { row in
      result = matches(row)
      return false
    }
    return result
  }
}
