import SQLite

/// Single values, each under its name.
final class Facts {
  enum Name: String {
    case settings
    /// Ids up to it are spoken for.
    case counter
    /// By what clock instants were written.
    case boot
    case offset
    /// Which run of which daemon had the file last.
    case writer
    /// Up to where the tables have the journal.
    case journal
    /// How many rows are past: counting takes its time.
    case past
    /// 1: texts that the user deleted are still in the index, as what is no longer found.
    case isIndexDirty
    /// Up to this row of the past, owners were on another bus.
    case foreignRows
  }

  private let find: Statement
  private let replace: Statement

  init(_ connection: Connection) {
    find = connection.statement("SELECT value FROM facts WHERE name = ?")
    replace = connection.statement("INSERT OR REPLACE INTO facts VALUES (?, ?)")
  }

  func number(_ name: Name) throws(SQLiteError) -> Int64? {
    try find.number { $0.bind(1, copying: name.rawValue) }
  }

  /// Empty where there is none.
  func bytes(_ name: Name) throws(SQLiteError) -> [UInt8] {
    var bytes: [UInt8] = []
    try find.rows({ $0.bind(1, copying: name.rawValue) }) { row in
      bytes = [UInt8](row.bytes(0))
      return false
    }
    return bytes
  }

  func set(_ name: Name, _ number: Int64) throws(SQLiteError) {
    try replace.run {
      $0.bind(1, copying: name.rawValue)
      $0.bind(2, number)
    }
  }

  func set(_ name: Name, _ bytes: UnsafeRawBufferPointer) throws(SQLiteError) {
    try replace.run {
      $0.bind(1, copying: name.rawValue)
      $0.bind(2, blob: bytes)
    }
  }
}
