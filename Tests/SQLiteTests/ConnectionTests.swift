import SQLite
import Testing

@Suite struct ConnectionTests {
  private func connection() throws -> Connection {
    let connection = try Connection(":memory:")
    try connection.execute("CREATE TABLE things(key INTEGER PRIMARY KEY, name TEXT, bytes BLOB)")
    return connection
  }

  @Test("what is bound comes back by its type", arguments: ["", "äöü", "a\0b"])
  func values(text: String) throws {
    let connection = try connection()
    let insert = connection.statement("INSERT INTO things VALUES (?, ?, ?)")
    let bytes: [UInt8] = [0, 1, 255]
    for key in [Int64.min, 0, Int64.max] {
      try bytes.withUnsafeBytes { bytes in
        try insert.run {
          $0.bind(1, key)
          $0.bind(2, copying: text)
          $0.bind(3, blob: bytes)
        }
      }
    }
    var rows = 0
    try connection.statement("SELECT * FROM things ORDER BY key").rows { row in
      #expect(row.number(0) == [.min, 0, .max][rows])
      #expect(row.text(1) == text)
      #expect([UInt8](row.bytes(2)) == bytes)
      rows += 1
      return true
    }
    #expect(rows == 3)
  }

  @Test func whatIsNotBoundIsNull() throws {
    let connection = try connection()
    let insert = connection.statement("INSERT INTO things VALUES (?, ?, ?)")
    try insert.run { $0.bind(2, copying: "kept") }
    try insert.run()
    var names: [String?] = []
    try connection.statement("SELECT name FROM things").rows { row in
      names.append(row.isNull(0) ? nil : row.text(0))
      return true
    }
    #expect(names == ["kept", nil])
  }

  private static func twice(
    _ connection: Connection,
    _ insert: Statement
  ) throws(SQLiteError) {
    try connection.transaction { () throws(SQLiteError) in
      try insert.run { $0.bind(1, 1) }
      try insert.run { $0.bind(1, 1) }
    }
  }

  @Test func aTransactionIsAllOrNothing() throws {
    let connection = try connection()
    let insert = connection.statement("INSERT INTO things(key) VALUES (?)")
    #expect(throws: SQLiteError.self) {
      try Self.twice(connection, insert)
    }
    #expect(try connection.statement("SELECT count(*) FROM things").number() == 0)
    try insert.run { $0.bind(1, 1) }
    #expect(try connection.statement("SELECT count(*) FROM things").number() == 1)
  }

  @Test func errorsHaveTheExtendedCode() throws {
    let connection = try connection()
    let insert = connection.statement("INSERT INTO things(key) VALUES (1)")
    try insert.run()
    #expect(throws: SQLiteError(code: 1555, words: "UNIQUE constraint failed: things.key")) {
      try insert.run()
    }
    #expect(throws: SQLiteError.self) { try connection.execute("nonsense") }
    #expect(
      Self.failure { () throws(SQLiteError) in _ = try Connection("/nonexistent/file") }
        == .cannotOpen
    )
  }

  private static func failure(_ body: () throws(SQLiteError) -> Void) -> SQLiteError.Kind? {
    do {
      try body()
      return nil
    } catch {
      return error.kind
    }
  }
}
