import CSQLite

/// An open database. It belongs to one thread at a time, with all its statements.
package final class Connection {
  private let handle: Handle
  private var raw: OpaquePointer { handle.raw }
  private lazy var begin = statement("BEGIN IMMEDIATE")
  private lazy var commit = statement("COMMIT")
  private lazy var rollback = statement("ROLLBACK")

  /// `vfs` names another way to the files than SQLite's own.
  /// The corresponding C function is `sqlite3_open_v2`.
  package init(_ path: String, vfs: String? = nil) throws(SQLiteError) {
    _ = Self.isConfigured
    var opened: OpaquePointer?
    // Nobody else has this connection, so it needs no mutex.
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &opened, flags, vfs)
    guard code == SQLITE_OK, let opened else {
      let error = SQLiteError(opened)
      sqlite3_close_v2(opened)
      throw error
    }
    handle = Handle(opened)
    sqlite3_extended_result_codes(opened, 1)
  }

  /// Before SQLite does anything.
  private static let isConfigured = csqlite_count_no_memory() == SQLITE_OK

  /// A statement that is made ready when it is first used, and kept.
  package func statement(_ sql: StaticString) -> Statement {
    Statement(handle, sql)
  }

  /// Statements without parameters, one after the other. The corresponding C function is `sqlite3_exec`.
  package func execute(_ sql: StaticString) throws(SQLiteError) {
    let code = sql.withUTF8Buffer { bytes in
      // The literal ends with a NUL.
      bytes.withMemoryRebound(to: CChar.self) { sqlite3_exec(raw, $0.baseAddress, nil, nil, nil) }
    }
    guard code == SQLITE_OK else { throw SQLiteError(raw) }
  }

  /// All of `body` or nothing.
  package func transaction(
    _ body: () throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    try begin.run()
    do {
      try body()
      try commit.run()
    } catch {
      // A full disk may have rolled it back already.
      if sqlite3_get_autocommit(raw) == 0 { try? rollback.run() }
      throw error
    }
  }

  package var lastRow: Int64 { sqlite3_last_insert_rowid(raw) }

  /// Rows changed since the connection was opened.
  package var changes: Int64 { sqlite3_total_changes64(raw) }

  /// Whether the file may only be read, as it is found when it was first accessed.
  package var isReadOnly: Bool { sqlite3_db_readonly(raw, "main") == 1 }

  /// Whether closing moves what is in the log into the database.
  package func setCheckpointsOnClose(_ does: Bool) {
    _ = csqlite_checkpoint_on_close(raw, does ? 1 : 0)
  }
}

/// Closes when neither the connection nor a statement is left.
final class Handle {
  let raw: OpaquePointer

  init(_ raw: OpaquePointer) {
    self.raw = raw
  }

  deinit {
    sqlite3_close_v2(raw)
  }
}
