import Testing

@testable import Rules

@Suite struct GlobTests {
  @Test(
    "globs",
    arguments: [
      ("", "", true), ("", "a", false), ("a", "a", true), ("a", "A", false), ("a", "aa", false),
      ("*", "", true), ("*", "any thing\n", true), ("a*", "abc", true), ("*c", "abc", true),
      ("*b*", "abc", true), ("*x*", "abc", false), ("a*c*e", "abcde", true),
      ("a*c*e", "abcd", false), ("**a**", "a", true), ("?", "ü", true), ("?", "", false),
      ("??", "a", false), ("a?c", "abc", true), ("[abc]", "b", true), ("[a-c]x", "bx", true),
      ("[!a-c]", "b", false), ("[!a-c]", "d", true), ("[^a]", "b", true), ("[]]", "]", true),
      ("[a-]", "-", true), ("[", "[", true), ("[ab", "[ab", true), ("\\*", "*", true),
      ("\\*", "x", false), ("\\", "\\", true), ("[\\]]", "]", true), ("[c-a]", "b", true),
      ("email.*", "email.arrived", true), ("email.*", "email", false),
      ("*a*a*a*a*b", String(repeating: "a", count: 2000), false),
      ("/usr/*", "/usr/bin/x", true),
      ("***", "", true), ("*", "é", true), ("a**b", "ab", true), ("aa*aa", "aaa", false),
      ("a?*", "a", false), ("*?", "é", true), ("*??", "é", false), ("*a?c", "abcaéc", true),
      ("*a?c*", "xaéc", true), ("*é*", "caf\u{e9}s", true), ("*é", "e\u{301}", false),
      ("é", "e\u{301}", false), ("?", "😀", true), ("*[😀-😂]*", "a😁b", true), ("[!é]", "e", true),
      ("*\\**", "a*b", true), ("*\\**", "ab", false), ("*[*]", "a*", true), ("?é", "éé", true),
      ("*\u{0}b", "a\u{0}b", true), ("*[a-z]*[0-9]*b", String(repeating: "a1", count: 2000), false),
      (
        String(repeating: "*a", count: 200) + "*b", String(repeating: "a", count: 2000),
        false
      ),
    ]
  )
  func globs(pattern: String, text: String, expected: Bool) {
    #expect(Glob(pattern).matches(text) == expected)
  }

  /// By trying everything.
  private static func plainly(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    let rest = Array(pattern.dropFirst())
    if first == "*" {
      return (0...text.count).contains { plainly(rest, Array(text.dropFirst($0))) }
    }
    guard let letter = text.first, first == "?" || first == letter else { return false }
    return plainly(rest, Array(text.dropFirst()))
  }

  @Test("each short glob matches what it should, whatever its letters take in bytes")
  func exhaustive() {
    func words(_ letters: [Unicode.Scalar], _ most: Int) -> [[Unicode.Scalar]] {
      var words: [[Unicode.Scalar]] = [[]]
      var longest = words
      for _ in 0..<most {
        longest = longest.flatMap { word in letters.map { word + [$0] } }
        words += longest
      }
      return words
    }
    func string(_ word: [Unicode.Scalar]) -> String {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: word)
      return String(text)
    }
    let texts = words(["a", "ü", "😀"], 4)
    for pattern in words(["a", "ü", "😀", "*", "?"], 4) {
      let glob = Glob(string(pattern))
      for text in texts where glob.matches(string(text)) != Self.plainly(pattern, text) {
        Issue.record("\(glob.source) \(string(text))")
      }
    }
  }

  @Test("a glob that is plain text is compared as such")
  func literals() {
    #expect(Glob("app:org.x").literal == "app:org.x")
    #expect(Glob("a\\*b").literal == "a*b")
    #expect(Glob("a*").literal == nil)
  }

  @Test(
    "regular expressions",
    arguments: [
      ("/b/", "abc", true), ("/^b/", "abc", false), ("/B/i", "abc", true), ("/B/", "abc", false),
      ("/^b$/m", "a\nb\nc", true), ("/^b$/", "a\nb\nc", false), ("/a.b/s", "a\nb", true),
      ("/a.b/", "a\nb", false), ("/\\d{6}/", "code 123456", true), ("/ü/i", "Ü", true),
      ("/a/b/", "a/b", true), ("//", "anything", true),
      // No expressions, but globs.
      ("/usr", "/usr", true), ("/a/b/x", "/a/b/x", true), ("[/]a/x", "/a/x", true),
      ("/", "/", true),
    ]
  )
  func expressions(pattern: String, text: String, expected: Bool) throws {
    let file = "[[rule]]\nmatch.summary = '\(pattern)'\nset = {}\n"
    let rules = try RuleTests.rules(file)
    let subject = Subject()
    subject.summary = text
    #expect(rules.apply(to: subject).1.isEmpty != expected)
  }
}
