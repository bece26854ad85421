import Testing

@testable import Configuration

@Suite struct TOMLTests {
  @Test("values, and where keys and values stand")
  func values() throws {
    let text = """
      a = 1
      [b."x y"]
      c.d = [1, 2.5, "ü", true, 07:30:00, 2020-01-01]
      """
    let root = try parseTOML(Array(text.utf8), file: "f").get()
    #expect(
      root.content.text
        == #"{ a = 1, b = { "x y" = { c = { d = [1, 2.5, "ü", true, "07:30", a date] } } } }"#
    )
    guard case .table(let members) = root.content else { return #expect(Bool(false)) }
    #expect(members[0].keyPlace == Place(line: 1, column: 1))
    #expect(members[0].value.place == Place(line: 1, column: 5))
    #expect(members[1].keyPlace == Place(line: 2, column: 2))
  }

  @Test("an array of tables keeps its order and has the places of its headers")
  func tables() throws {
    let text = "[[rule]]\nz = 1\n\n[[rule]]\na = 1\n"
    let root = try parseTOML(Array(text.utf8), file: "f").get()
    guard case .table(let members) = root.content, case .array(let rules) = members[0].value.content
    else { return #expect(Bool(false)) }
    #expect(rules.map { $0.place.line } == [1, 4])
    #expect(rules.map { $0.content.text } == ["{ z = 1 }", "{ a = 1 }"])
  }

  @Test(
    "what is no TOML has a line and a column",
    arguments: [
      ("a = 1\nb = = 2", 2, 5),
      ("a = 1\na = 2", 2, 5),
      ("[a\nb = 1", 1, 3),
      ("a = \"x\ny\"", 1, 7),
      ("a = 'ünter", 1, 11),
      ("a =", 1, 4),
      ("a = 99999999999999999999", 1, 25),
    ]
  )
  func errors(text: String, line: Int, column: Int) {
    guard case .failure(let diagnostic) = parseTOML(Array(text.utf8), file: "f") else {
      return #expect(Bool(false), "\(text) was read")
    }
    #expect(diagnostic.place == Place(line: line, column: column), "\(diagnostic.text)")
    #expect(!diagnostic.problem.isEmpty)
  }

  @Test(
    "no text of bytes is more than an error",
    arguments: [
      [0xFF, 0xFE], [0], Array("a = \"\u{0}\"".utf8), Array("\u{FEFF}a = 1".utf8), [],
      Array(String(repeating: "a = [", count: 100_000).utf8),
      Array("a = \(String(repeating: "[", count: 100_000))".utf8),
      Array("a = \(String(repeating: "{a=", count: 100_000))".utf8),
      Array((String(repeating: "a.", count: 300_000) + "a = 1").utf8),
      Array(("[" + String(repeating: "a.", count: 300_000) + "a]").utf8),
      Array("a = \"\"\"\\".utf8), Array("'".utf8), Array("'''".utf8), Array("\"\\".utf8),
    ] as [[UInt8]]
  )
  func hostile(bytes: [UInt8]) {
    _ = parseTOML(bytes, file: "f")
  }

  @Test("a key has at most 32 parts; dots elsewhere do not count")
  func longKeys() throws {
    let key = Array(repeating: "a", count: 33).joined(separator: ".")
    #expect(throws: Diagnostic.self) { try parseTOML(Array("\(key) = 1".utf8), file: "f").get() }
    let dots = String(repeating: ".", count: 100)
    let text = """
      # \(dots)
      a = "\(dots)\\"\(dots)"
      b = '\(dots)'
      c = \"\"\"
      "\(dots)" \(dots)\"\"\"
      "d\(dots)" = 1
      e = [\(Array(repeating: "1.5", count: 40).joined(separator: ", "))]
      """
    _ = try parseTOML(Array(text.utf8), file: "f").get()
  }

  @Test("random bytes of TOML's own letters end as a table or as an error")
  func random() {
    var generator = SystemRandomNumberGenerator()
    let letters = Array("[]{}=.,\"'#\\\n\t ab1-:_+eu0xTZ".utf8)
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...40, using: &generator)
      let text = (0..<length).map { _ in letters.randomElement(using: &generator) ?? 0 }
      _ = parseTOML(text, file: "f")
    }
  }

  @Test("what is written is read again as the same")
  func writing() throws {
    let content = TOMLContent.string("a\"b\\c\n\t\u{1}ü\u{7F}")
    let root = try parseTOML(Array("a = \(content.text)".utf8), file: "f").get()
    guard case .table(let members) = root.content else { return #expect(Bool(false)) }
    #expect(members[0].value.content == content)
  }
}
