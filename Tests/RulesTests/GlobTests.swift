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
    ]
  )
  func globs(pattern: String, text: String, expected: Bool) {
    #expect(Glob(pattern).matches(text) == expected)
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
      ("/usr", "/usr", true), ("/a/x", "/a/x", true), ("/", "/", true),
    ]
  )
  func expressions(pattern: String, text: String, expected: Bool) throws {
    let file = "[[rule]]\nmatch.summary = '\(pattern)'\nset = {}\n"
    let rules = try RuleTests.rules(file)
    var subject = Subject()
    subject.summary = text
    #expect(rules.apply(to: subject).1.isEmpty != expected)
  }
}
