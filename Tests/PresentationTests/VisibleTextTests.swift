import Notifications
import Presentation
import Testing

@Suite struct VisibleTextTests {
  private func visible(_ text: String, lines: Int = 8) -> String {
    StyledText(text).visible(lines: lines, width: 276, size: 13).text
  }

  @Test(
    "What can be visible stays as it is",
    arguments: ["", "one line", "a\nb\nc\nd\ne\nf\ng\nh"]
  )
  func whole(text: String) {
    #expect(visible(text) == text)
  }

  @Test(
    "FD-060 what cannot be visible is cut at a grapheme and ends in …",
    arguments: ["a", "word ", "👩‍👩‍👧‍👦", "e\u{301}", "日", "\r\n", "x\n", "🇸🇪", "\u{301}"]
  )
  func cut(unit: String) {
    let text = String(repeating: unit, count: 65_536 / unit.utf8.count)
    let short = visible(text)
    #expect(short.unicodeScalars.count < 2000)
    #expect(short.hasSuffix("…"))
    let head = String(short.dropLast())
    #expect(text.utf8.starts(with: head.utf8))
    if unit != "\u{301}" {
      #expect(Array(head) == Array(text.prefix(head.count)))
    }
  }

  @Test("Runs end where the text does")
  func runs() {
    var text = StyledText(String(repeating: "a", count: 60_000))
    text.links = ["a:"]
    text.runs = [
      StyledText.Run(range: 0..<10, style: .bold),
      StyledText.Run(range: 10..<50_000, style: [], link: 0),
      StyledText.Run(range: 55_000..<60_000, style: .italic),
    ]
    let short = text.visible(lines: 2, width: 276, size: 13)
    #expect(short.runs.count == 2)
    #expect(short.runs[0] == text.runs[0])
    #expect(short.runs[1].range == 10..<short.text.utf8.count - "…".utf8.count)
    #expect(short.links == text.links)
  }
}
