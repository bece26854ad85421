import Notifications
import SQLite

/// By which words the past is found: FTS5, without the texts themselves.
final class TextIndex {
  private let connection: Connection
  private let facts: Facts

  init(_ connection: Connection, _ facts: Facts) {
    self.connection = connection
    self.facts = facts
  }

  private lazy var insert = connection.statement(
    "INSERT INTO past_text(rowid, title, body, app) VALUES (?, ?, ?, ?)"
  )
  private lazy var delete = connection.statement(
    "INSERT INTO past_text(past_text, rowid, title, body, app) VALUES ('delete', ?, ?, ?, ?)"
  )
  private lazy var mergeAll = connection.statement(
    "INSERT INTO past_text(past_text, rank) VALUES ('merge', -16)"
  )
  private lazy var merge = connection.statement(
    "INSERT INTO past_text(past_text, rank) VALUES ('merge', 16)"
  )
  /// The rows that a query finds, newest first, older than a row.
  private(set) lazy var search = connection.statement(
    "SELECT rowid FROM past_text WHERE past_text MATCH ? AND rowid < ? ORDER BY rowid DESC"
  )
  private lazy var nextWord = connection.statement(
    "SELECT term FROM temp.past_words WHERE term >= ? LIMIT 1"
  )
  private var hasBegunToMerge = false

  func add(_ row: Int64, _ notification: Notification, _ app: String) throws(SQLiteError) {
    try run(insert, row, notification, app)
  }

  /// It must be told what it has.
  func remove(_ row: Int64, _ notification: Notification, _ app: String) throws(SQLiteError) {
    try run(delete, row, notification, app)
  }

  private func run(
    _ statement: Statement,
    _ row: Int64,
    _ notification: Notification,
    _ app: String
  ) throws(SQLiteError) {
    try statement.run {
      $0.bind(1, row)
      $0.bind(2, copying: notification.title)
      $0.bind(3, copying: notification.body.text)
      $0.bind(4, copying: app)
    }
  }

  // MARK: Words that are gone

  /// What was deleted by the user: words of it stay until all is merged.
  func mark() throws(SQLiteError) {
    hasBegunToMerge = false
    try facts.set(.isIndexDirty, 1)
  }

  /// Merges a little; whether there is more to do.
  func scrub() throws(SQLiteError) -> Bool {
    guard try facts.number(.isIndexDirty) == 1 else { return false }
    let before = connection.changes
    try (hasBegunToMerge ? merge : mergeAll).run()
    let isMerged = hasBegunToMerge && connection.changes - before < 2
    hasBegunToMerge = !isMerged
    if isMerged { try facts.set(.isIndexDirty, 0) }
    return !isMerged
  }

  // MARK: Asking

  /// As it is asked for a text: each word quoted, so that none of it is an operator. Nil: no words.
  func query(_ text: String, app: String?) throws(SQLiteError) -> String? {
    var words = ""
    for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "\0" }) {
      if !words.isEmpty { words += " AND " }
      let isBeginning = word.count > 1 && word.last == "*"
      words += isBeginning ? try beginning(String(word.dropLast())) : Self.quoted(String(word))
    }
    guard !words.isEmpty else { return nil }
    words = "{title body} : (\(words))"
    // As a text among texts: that it is this very app is seen in its row.
    return app.map { "\(words) AND app : \(Self.quoted($0))" } ?? words
  }

  /// Words of which FTS5 is asked one by one: each gives its rows in their order at once, where for a
  /// beginning it gathers the rows of them all first, 0.2 seconds for a million.
  private static let most = 100

  private func beginning(_ beginning: String) throws(SQLiteError) -> String {
    let whole = Self.quoted(beginning) + "*"
    // Others may be folded to something else, or be no word.
    let isPlain = beginning.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20)
    }
    guard isPlain else { return whole }
    try connection.execute(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.past_words USING fts5vocab(main, past_text, instance)"
    )
    let start = beginning.lowercased()
    var words: [String] = []
    var next = start
    while let word = try word(from: next), word.utf8.starts(with: start.utf8) {
      guard words.count < Self.most else { return whole }
      words.append(Self.quoted(word))
      // Nothing is between.
      next = word + "\u{1}"
    }
    return words.isEmpty ? whole : "(\(words.joined(separator: " OR ")))"
  }

  private func word(from start: String) throws(SQLiteError) -> String? {
    var word: String?
    try nextWord.rows({ $0.bind(1, copying: start) }) { row in
      word = row.text(0)
      return false
    }
    return word
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for character in text { quoted += character == "\"" ? "\"\"" : String(character) }
    return quoted + "\""
  }
}
