import CSQLite

/// One statement of a connection, kept ready between its uses.
package final class Statement {
  private let handle: Handle
  private var connection: OpaquePointer { handle.raw }
  private let sql: StaticString
  private var raw: OpaquePointer?

  init(_ handle: Handle, _ sql: StaticString) {
    self.handle = handle
    self.sql = sql
  }

  deinit {
    sqlite3_finalize(raw)
  }

  @inline(never)
  private func ready() throws(SQLiteError) -> OpaquePointer {
    if let raw { return raw }
    var made: OpaquePointer?
    let code = sqlite3_prepare_v3(
      connection,
      UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self),
      Int32(sql.utf8CodeUnitCount),
      UInt32(SQLITE_PREPARE_PERSISTENT),
      &made,
      nil
    )
    guard code == SQLITE_OK, let made else { throw SQLiteError(connection) }
    raw = made
    return made
  }

  /// Runs it to its end. What is bound must live until this returns.
  package func run(_ bind: (Parameters) -> Void = { _ in }) throws(SQLiteError) {
    try rows(bind) { _ in false }
  }

  /// Runs it while `row` wants more.
  package func rows(
    _ bind: (Parameters) -> Void = { _ in },
    _ row: (Row) throws(SQLiteError) -> Bool
  ) throws(SQLiteError) {
    let raw = try ready()
    defer { Self.finish(raw) }
    bind(Parameters(raw: raw))
    while try step(raw), try row(Row(raw: raw)) {}
  }

  /// Whether there is a row.
  @inline(never)
  private func step(_ raw: OpaquePointer) throws(SQLiteError) -> Bool {
    switch sqlite3_step(raw) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw SQLiteError(connection)
    }
  }

  @inline(never)
  private static func finish(_ raw: OpaquePointer) {
    sqlite3_reset(raw)
    sqlite3_clear_bindings(raw)
  }

  /// The first column of the first row.
  package func number(_ bind: (Parameters) -> Void = { _ in }) throws(SQLiteError) -> Int64? {
    var number: Int64?
    try rows(bind) { row in
      number = row.isNull(0) ? nil : row.number(0)
      return false
    }
    return number
  }
}

/// The parameters of a statement, from 1 on. Those that are not bound are NULL.
package struct Parameters {
  fileprivate let raw: OpaquePointer

  package func bind(_ index: Int32, _ number: Int64) {
    sqlite3_bind_int64(raw, index, number)
  }

  /// Not copied: the bytes must stay where they are until the statement has run.
  package func bind(_ index: Int32, blob bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      sqlite3_bind_zeroblob(raw, index, 0)
      return
    }
    sqlite3_bind_blob64(raw, index, start, UInt64(bytes.count), nil)
  }

  /// UTF-8, not copied either.
  package func bind(_ index: Int32, text bytes: UnsafeRawBufferPointer) {
    bind(index, bytes, nil)
  }

  /// Copied.
  package func bind(_ index: Int32, copying text: String) {
    var text = text
    text.withUTF8 { bind(index, UnsafeRawBufferPointer($0), Parameters.copied) }
  }

  private func bind(
    _ index: Int32,
    _ bytes: UnsafeRawBufferPointer,
    _ destructor: sqlite3_destructor_type?
  ) {
    let encoding = UInt8(SQLITE_UTF8)
    if let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) {
      sqlite3_bind_text64(raw, index, start, UInt64(bytes.count), destructor, encoding)
    } else {
      // No address would be NULL.
      var nothing: CChar = 0
      sqlite3_bind_text64(raw, index, &nothing, 0, Parameters.copied, encoding)
    }
  }

  /// SQLITE_TRANSIENT, a cast that is not imported.
  private static var copied: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}

/// The row that a statement stands at; columns count from 0.
package struct Row {
  fileprivate let raw: OpaquePointer

  package func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(raw, column) == SQLITE_NULL
  }

  /// 0 where there is none.
  package func number(_ column: Int32) -> Int64 {
    sqlite3_column_int64(raw, column)
  }

  /// Valid until the next row. Whatever is there, as bytes; empty for NULL.
  package func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(raw, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column)))
  }

  @inline(never)
  package func text(_ column: Int32) -> String {
    String(decoding: bytes(column), as: UTF8.self)
  }
}
