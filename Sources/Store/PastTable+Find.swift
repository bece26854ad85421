import Notifications
import SQLite

extension PastTable {
  /// How long the daemon may be busy with one page.
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

    var isOver = true
    if let words = Self.words(of: query.text) {
      try searched.rows({
        $0.bind(1, copying: words)
        $0.bind(2, query.before ?? .max)
      }) { (row: Row) throws(SQLiteError) in
        let key = row.number(0)
        let matches = try has(key) {
          ($0.number(0) >= since && $0.number(0) <= until)
            && (urgency == nil || $0.number(1) == urgency)
            && (query.app == nil || $0.text(2) == query.app)
        }
        isOver = try goOn(key, matches)
        return isOver
      }
    } else {
      var (end, last) = (until, Int64.max)
      if let before = query.before, let closed = try closing.number({ $0.bind(1, before) }) {
        if closed <= end { (end, last) = (closed, before) }
      }
      let statement = query.app == nil ? byTime : byApp
      try statement.rows({
        $0.bind(1, since)
        $0.bind(2, end)
        if let app = query.app { $0.bind(3, copying: app) }
      }) { (row: Row) throws(SQLiteError) in
        let key = row.number(0)
        // Of the same millisecond, and seen before.
        if row.number(1) == end, key >= last { return true }
        isOver = try goOn(key, urgency == nil || row.number(2) == urgency)
        return isOver
      }
    }
    return isOver ? nil : rest
  }

  func page(_ query: PastQuery) throws(SQLiteError) -> PastPage {
    var page = PastPage()
    let limit = min(max(query.limit, 1), PastQuery.mostRows)
    page.rest = try find(query) { (row) throws(SQLiteError) in
      if let entry = try entry(row) { page.entries.append(entry) }
      return page.entries.count < limit
    }
    return page
  }

  /// Nil where there is none, or it cannot be read.
  func entry(_ key: Int64) throws(SQLiteError) -> PastEntry? {
    var found: PastEntry?
    try whole.rows({ $0.bind(1, key) }) { (row: Row) throws(SQLiteError) in
      let picture =
        row.isNull(5) ? nil : Picture(width: row.number(5), height: row.number(6), row.bytes(7))
      guard let id = UInt32(exactly: row.number(0)).flatMap({ NotificationID(rawValue: $0) }),
        let owner = try? Owner(try ArchiveReader(sealed: row.bytes(1))),
        let reader = try? ArchiveReader(sealed: row.bytes(2)),
        let notification = try? Notification(reader, picture: picture),
        let ending = try? Ending(try ArchiveReader(sealed: row.bytes(4)))
      else { return false }
      found = PastEntry(
        row: key,
        id: id,
        notification: notification,
        owner: owner,
        treatment: try? Treatment(try ArchiveReader(sealed: row.bytes(3))),
        reason: ending.reason,
        closedAt: ending.closedAt ?? 0,
        heldBy: ending.heldBy,
        hasAppeared: ending.hasAppeared
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

  /// As the index is asked: every word quoted, so that none of it is an operator. Nil: no words.
  static func words(of text: String) -> String? {
    var words = ""
    for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "\0" }) {
      words += words.isEmpty ? "\"" : " \""
      for character in word { words += character == "\"" ? "\"\"" : String(character) }
      // The beginnings of few letters are in too many words to be looked for.
      words += word.count < 3 ? "\"" : "\"*"
    }
    return words.isEmpty ? nil : words
  }
}
