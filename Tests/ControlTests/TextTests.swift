import Testing

@testable import Control

@Suite struct TextTests {
  @Test(
    "no control character reaches the terminal",
    arguments: [
      ("plain", "plain"), ("a\u{1B}[31mb", "a\u{FFFD}[31mb"), ("\u{9B}31m", "\u{FFFD}31m"),
      ("a\u{7}\u{8}\u{0}", "a\u{FFFD}\u{FFFD}\u{FFFD}"), ("a\nb\tc\r\nd", "a b c  d"),
      ("ab\u{202E}dc\u{2066}", "abdc"), ("a\u{2028}b", "a b"),
    ]
  )
  func printableText(text: String, expected: String) {
    #expect(printable(text) == expected)
  }

  @Test("lines stay where they are wanted")
  func lines() {
    #expect(printable("a\nb\u{1B}", keepsLines: true) == "a\nb\u{FFFD}")
  }

  @Test(
    "long text is cut to the columns there are",
    arguments: [
      ("short", 5, "short"), ("longer", 5, "long…"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"),
      ("日本語", 4, "日…"), ("", 0, ""), ("x", 0, "…"), ("e\u{301}e\u{301}e", 2, "e\u{301}…"),
    ]
  )
  func cutting(text: String, width: Int, expected: String) {
    #expect(cut(text, to: width) == expected)
    let (mirrored, turned) = (String(text.reversed()), String(expected.reversed()))
    #expect(cut(mirrored, to: width, atStart: true) == turned)
  }

  @Test("columns stand below each other, wide characters counted as two")
  func alignment() {
    let rows = [["1", "ab", "x"], ["22", "日本", "y z"], ["3"]]
    #expect(aligned(rows) == "1   ab    x\n22  日本  y z\n3\n")
    #expect(aligned(rows, width: 8) == "1   ab …\n22  日…\n3\n")
    #expect(aligned([]) == "")
    let long = String(repeating: "k", count: 61)
    #expect(aligned([[long, "x"], ["a", "y"]]) == "\(long)  x\na  y\n")
  }
}
