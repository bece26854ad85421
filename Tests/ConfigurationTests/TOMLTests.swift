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

  @Test("random TOML: a table that is read again as it is written, or a place in the text")
  func random() throws {
    var generator = Chance(state: 1)
    let parts =
      Array("[]{}=.,\"'#\\\n\t ab1-:_+eu0xTZ").map { String($0) }
      + [
        "a = ", "\nb = ", "\n[c]\n", "\n[[d]]\n", "1.5", "0x1F", "true", "'x'", "\"\\u00fc\"",
        "07:30:00", "[1, 2]", "{ x = 1, \"y z\" = 2 }",
      ]
    var filled = 0
    for _ in 0..<20_000 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...20, using: &generator) {
        text += (parts.randomElement(using: &generator) ?? "").utf8
      }
      switch parseTOML(text, file: "f") {
      case .success(let root):
        let written = root.content.text
        let again = try parseTOML(Array("a = \(written)".utf8), file: "f").get()
        #expect(again.content.text == "{ a = \(written) }")
        if written != "{}" { filled += 1 }
      case .failure(let diagnostic):
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let place = try #require(diagnostic.place)
        #expect(!diagnostic.problem.isEmpty && (1...lines.count + 1).contains(place.line))
        #expect((1...text.count + 1).contains(place.column), "\(diagnostic.text)")
      }
    }
    #expect(filled > 100)
  }

  @Test("what is written is read again as the same")
  func writing() throws {
    let content = TOMLContent.string("a\"b\\c\n\t\u{1}ü\u{7F}")
    let root = try parseTOML(Array("a = \(content.text)".utf8), file: "f").get()
    guard case .table(let members) = root.content else { return #expect(Bool(false)) }
    #expect(members[0].value.content == content)
  }
}

/// The same at each run.
private struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 32
  }
}
