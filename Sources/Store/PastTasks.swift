import Notifications
import SQLite

/// The user wants some of the past gone, from the index and the log as well.
final class Deletion {
  private var query: PastQuery
  private(set) var count = 0
  private var stage = Stage.begin

  private enum Stage {
    case begin
    case rows
    case index
    case log
  }

  init(_ query: PastQuery) {
    self.query = query
  }

  /// Whether there is more to do.
  func slice(_ database: Database) throws(SQLiteError) -> Bool {
    switch stage {
    case .begin:
      if try !database.catchUp() { stage = .rows }
    case .rows:
      try database.connection.transaction { () throws(SQLiteError) in try remove(database.past) }
    case .index:
      if try !database.past.index.scrub() { stage = .log }
    case .log:
      // The texts were there as well, and may be in what could not be read.
      try database.connection.execute("DELETE FROM aside")
      return try database.emptyLogs()
    }
    return true
  }

  private func remove(_ past: PastTable) throws(SQLiteError) {
    var rows: [Int64] = []
    let rest = try past.find(query) { row in
      rows.append(row)
      return rows.count < 32
    }
    for row in rows { try past.remove(row) }
    count += rows.count
    if !rows.isEmpty { try past.index.mark() }
    if rest == nil { stage = .index } else if rows.isEmpty { query.before = rest }
  }
}

/// The rows that a query finds.
final class Search {
  private var query: PastQuery
  private(set) var rows: [Int64] = []
  private var isCurrent = false

  init(_ query: PastQuery) {
    self.query = query
  }

  /// Whether there is more to do.
  func slice(_ database: Database) throws(SQLiteError) -> Bool {
    if !isCurrent {
      isCurrent = try !database.catchUp()
      return true
    }
    query.before = try database.past.find(query) { row in
      rows.append(row)
      return rows.count < query.limit
    }
    return query.before != nil && rows.count < query.limit
  }
}

/// What rows are.
final class Reading {
  private(set) var rows: ArraySlice<Int64>
  private(set) var entries: [PastEntry] = []
  /// Bytes, about.
  private var size = 0
  private var isCurrent = false

  private static let most = 1 << 20

  init(_ rows: ArraySlice<Int64>) {
    self.rows = rows
  }

  /// Whether there is more to do.
  func slice(_ database: Database) throws(SQLiteError) -> Bool {
    if !isCurrent {
      isCurrent = try !database.catchUp()
      return true
    }
    for _ in 0..<32 where size < Self.most {
      guard let row = rows.popFirst() else { break }
      guard let entry = try database.past.entry(row) else { continue }
      entries.append(entry)
      size += entry.notification.cost
    }
    return !rows.isEmpty && size < Self.most
  }
}

/// Entries from elsewhere become history.
final class Import {
  private var entries: ArraySlice<PastEntry>
  private(set) var count = 0
  private var isCurrent = false

  init(_ entries: [PastEntry]) {
    self.entries = entries[...]
  }

  /// Whether there is more to do.
  func slice(_ database: Database) throws(SQLiteError) -> Bool {
    if !isCurrent {
      isCurrent = try !database.catchUp()
      return true
    }
    try database.connection.transaction { () throws(SQLiteError) in
      for entry in entries.prefix(32) where try !database.past.has(entry) {
        try add(entry, to: database)
        count += 1
      }
    }
    entries = entries.dropFirst(32)
    return !entries.isEmpty
  }

  private func add(_ entry: PastEntry, to database: Database) throws(SQLiteError) {
    var batch = Batch()
    let owner = batch.seal { $0.write(entry.owner) }.bytes
    let content = batch.seal { $0.write(entry.notification) }.bytes
    let treatment = entry.treatment.map { treatment in batch.seal { $0.write(treatment) }.bytes }
    var ending = Ending()
    ending.reason = entry.reason
    ending.closedAt = entry.closedAt
    ending.heldBy = entry.heldBy
    ending.hasAppeared = entry.hasAppeared
    ending.isUnread = entry.isUnread
    let end = batch.seal { $0.write(ending) }.bytes
    let picture = try entry.notification.image.map { (picture) throws(SQLiteError) in
      try database.key(of: picture)
    }
    try batch.archive.withBytes { (archive) throws(SQLiteError) in
      func at(_ bytes: Batch.Bytes) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: archive[bytes.start..<bytes.start + bytes.count])
      }
      try database.past.add(
        PastTable.Addition(
          id: Int64(entry.id.rawValue),
          app: entry.owner.principal,
          closedAt: entry.closedAt,
          notification: entry.notification,
          owner: at(owner),
          content: at(content),
          treatment: treatment.map(at),
          ending: at(end),
          picture: picture
        )
      )
    }
  }
}
