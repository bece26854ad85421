import Notifications
import Testing

struct PlainTextTests {
  @Test(
    "FD-056 F25 newlines and tabs of a line are spaces, its ends are trimmed",
    arguments: [
      ("a\nb", "a b"), ("a\tb", "a b"), ("a \n\t b", "a b"), ("a  b", "a  b"), ("  a ", "a"),
      ("\n\ta\n", "a"), (" ", ""), ("\n", ""), ("", ""), ("a\r\nb", "a b"), ("a\u{2028}b", "a b"),
      ("\u{A0}\u{3000}a\u{2003}", "a"), ("a\u{A0}b", "a\u{A0}b"), ("a\\nb", "a\\nb"),
      ("ä\nö", "ä ö"), ("日本 語", "日本 語"),
    ]
  )
  func line(text: String, expected: String) {
    #expect(PlainText.line(text, limit: 1000) == expected)
  }

  @Test(
    "FD-057 F25 newlines of a body stay, blank lines at its ends go, two in a row remain",
    arguments: [
      ("a\nb", "a\nb"), ("\n\na", "a"), ("a\n\n", "a"), ("a\n\nb", "a\n\nb"),
      ("a\n\n\nb", "a\n\nb"),
      ("a\n\n\n\n\nb\n", "a\n\nb"), ("a\n \n\t\n b", "a\n\n b"), (" \n  a", "  a"),
      ("a  \n ", "a  "),
      (" ", ""), ("\n", ""), ("", ""), ("a\tb", "a\tb"), ("a\r\nb\r\n", "a\nb"), ("a\\nb", "a\\nb"),
      ("a\u{2029}b", "a\nb"), ("\u{3000}\u{A0}\na", "a"),
    ]
  )
  func body(text: String, expected: String) {
    #expect(StyledText(markup: text, links: .remote, limit: 1000).text == expected)
  }

  @Test(
    "FD-059 a name has nothing that turns or hides it",
    arguments: [
      ("\u{202E}uimorhC", "uimorhC"), ("a\u{2067}b\u{2069}\u{202C}", "ab"),
      ("\u{200E}a\u{200F}\u{61C}b", "ab"), ("Fire\u{200B}\u{2060}\u{AD}fox", "Firefox"),
      ("\u{FEFF}a\u{E0041}\u{3164}", "a"), (" \u{202E} a\nb ", "a b"), ("", ""),
      ("می\u{200C}خواهم", "می\u{200C}خواهم"), ("⚙\u{FE0F}", "⚙\u{FE0F}"), ("Über ß", "Über ß"),
    ]
  )
  func name(text: String, expected: String) {
    #expect(PlainText.name(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  @Test("FD-059 a name that runs to the left leaves the words around it where they are")
  func isolated() {
    #expect(PlainText.isolated("Mail") == "Mail")
    #expect(PlainText.isolated("דואר") == "\u{2068}דואר\u{2069}")
    var notification = Notification(appName: "דואר", title: "", receivedAt: 0)
    #expect(notification.shownName == "דואר")
    notification.via = "a.sh"
    #expect(notification.shownName == "\u{2068}דואר\u{2069} · via a.sh")
    notification.about = "b.org"
    #expect(notification.shownName == "\u{2068}דואר\u{2069} · b.org · via a.sh")
  }

  @Test("KDE-041 a site that is too long loses its beginning")
  func site() {
    #expect(PlainText.site("https://a.org", limit: 13) == "https://a.org")
    #expect(PlainText.site("https://b.a.org", limit: 13) == "…://b.a.org")
    #expect(PlainText.site("ééééa", limit: 7) == "…éa")
  }

  @Test("FD-058 control characters, U+FFFE, U+FFFF and byte order marks are removed")
  func controls() {
    let kept: Set<UInt32> = [0x0A, 0x09]
    for value in Array(0..<0xA0) + [0xFEFF, 0xFFFE, 0xFFFF] as [UInt32] {
      guard let scalar = Unicode.Scalar(value) else { continue }
      guard value < 0x20 || value >= 0x7F, !kept.contains(value) else { continue }
      let text = "a" + String(scalar) + "é"
      #expect(PlainText.line(text, limit: 1000) == "aé", "\(value)")
      #expect(StyledText(markup: text, links: .remote, limit: 1000).text == "aé", "\(value)")
    }
  }

  @Test(
    "FD-059 what opens a direction is closed within its text, what closes none is dropped",
    arguments: [
      ("a\u{202E}b", "a\u{202E}b\u{202C}"), ("\u{2067}a", "\u{2067}a\u{2069}"),
      ("\u{2067}\u{202B}a", "\u{2067}\u{202B}a\u{202C}\u{2069}"),
      ("\u{2067}\u{202B}a\u{2069}b", "\u{2067}\u{202B}a\u{2069}b"),
      ("a\u{202C}\u{2069}b", "ab"), ("\u{2068}\u{202C}a\u{2069}", "\u{2068}a\u{2069}"),
      ("\u{202A}a\u{202C}", "\u{202A}a\u{202C}"), ("\u{200F}a", "\u{200F}a"),
      ("\u{202E}a ", "\u{202E}a\u{202C}"),
    ]
  )
  func directions(text: String, expected: String) {
    #expect(PlainText.line(text, limit: 1000).unicodeScalars.elementsEqual(expected.unicodeScalars))
    let body = StyledText(markup: "x\n" + text, links: .remote, limit: 1000).text
    let last = body.unicodeScalars.split(separator: "\n")[1]
    #expect(last.filter { $0 != " " } == expected.unicodeScalars.filter { $0 != " " })
  }

  @Test("FD-059 every paragraph closes its own; there are never more than 32 open")
  func paragraphs() {
    let body = StyledText(markup: "\u{202E}a\nb\u{202C}", links: .remote, limit: 1000).text
    #expect(body.unicodeScalars.elementsEqual("\u{202E}a\u{202C}\nb".unicodeScalars))
    let many = PlainText.line(String(repeating: "\u{2066}", count: 1000) + "a", limit: 10_000)
    #expect(many.utf8.count == 32 * 3 * 2 + 1)
  }

  @Test(
    "FD-060 a text over the limit is cut between graphemes and ends with …",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abc…"), ("abc  fghi", 8, "abc…"), ("äöü", 5, "ä…"),
      ("äöü", 6, "äöü"), ("ae\u{301}bcd", 6, "a…"), ("👨‍👩‍👧xyz", 20, "…"), ("xy👨‍👩‍👧", 19, "xy…"),
      ("🇩🇪🇫🇷", 12, "🇩🇪…"), ("abc", 2, "…"), ("abc", 0, "…"), ("", 0, ""), ("abc", -1, "…"),
    ]
  )
  func cut(text: String, limit: Int, expected: String) {
    let result = PlainText.line(text, limit: limit)
    if text.utf8.count <= limit {
      #expect(result == text)
    } else {
      #expect(result == expected)
      #expect(result.utf8.count <= max(limit, 3))
    }
    #expect(StyledText(markup: text, links: .remote, limit: limit).text == result)
  }

  @Test("FD-060 open directions are closed behind the ellipsis, and marks without end are cut too")
  func oddCuts() {
    let line = PlainText.line("a\u{202E}bcdef\u{202C}ghij", limit: 10)
    #expect(line.unicodeScalars.elementsEqual("a\u{202E}bcd…\u{202C}".unicodeScalars))
    let marks = PlainText.line("a" + String(repeating: "\u{301}", count: 5000), limit: 1000)
    #expect(marks.utf8.count > 990 && marks.utf8.count <= 1000)
    #expect(marks.hasSuffix("…"))
    let lines = StyledText(markup: "ab\n\n\ncdefgh", links: .remote, limit: 7)
    #expect(lines.text == "ab…")
    let huge = String(repeating: "ab ", count: 1 << 20)
    #expect(StyledText(markup: huge, links: .remote, limit: 100).text.utf8.count <= 100)
  }

  @Test("FD-060 newlines that would go at the end are no reason to cut")
  func trailingNewlines() {
    #expect(StyledText(markup: "abcdef\n\n\n", links: .remote, limit: 6).text == "abcdef")
    #expect(StyledText(markup: "abcdef\n\nx", links: .remote, limit: 6).text == "abc…")
  }

  @Test(
    "FD-053 FD-054 only white space counts as empty",
    arguments: [
      ("", true), (" ", true), ("\n\t ", true), ("\u{A0}\u{3000}", true), ("\u{1}\u{FEFF}", true),
      ("a", false), (" a", false), ("é", false), (".", false), ("\\n", false), ("\u{2010}", false),
    ]
  )
  func blank(text: String, isBlank: Bool) {
    #expect(PlainText.line(text, limit: 100).isEmpty == isBlank)
  }
}
