import Display
import Drawing
import Notifications
import Presentation
import TestSupport
import Testing

@Suite(.serialized) struct TextTests {
  private let painter = makePainter()
  private let style = TextStyle(
    family: "Sans",
    size: 13,
    isBold: false,
    lineHeight: 18,
    link: Color(0xff0000)
  )

  private func shape(_ text: String, width: Int = 276, lines: Int = 8) -> any ShapedText {
    painter.shape(StyledText(text), style, width: width, lines: lines)
  }

  @Test(
    "A text has at most the lines asked for",
    arguments: [
      ("word", 1), ("one\ntwo\nthree", 3), (String(repeating: "word ", count: 300), 8),
      (String(repeating: "x", count: 3000), 8), (String(repeating: "a\n", count: 100), 8),
      ("one\u{2029}two", 2), ("", 1),
    ]
  )
  func lines(text: String, expected: Int) {
    let shaped = shape(text)
    #expect(shaped.size.height == expected * style.lineHeight)
    #expect(shaped.size.width <= 276)
    #expect(shape(text, lines: 1).size.height == style.lineHeight)
    #expect(shape(text, lines: 1).size.width <= 276)
  }

  @Test("A blank line is a pause of half a line")
  func blank() {
    #expect(shape("one\n\ntwo").size.height == 2 * style.lineHeight + style.lineHeight / 2)
  }

  @Test("What is cut says so, and what is whole does not")
  func ellipsis() {
    let whole = shape("one\ntwo\nthree", lines: 3)
    let cut = shape("one\ntwo\nthree", lines: 2)
    let two = shape("one\ntwo", lines: 2)
    #expect(whole.size.height == 3 * style.lineHeight)
    #expect(cut.size.height == 2 * style.lineHeight)
    #expect(cut.size.width > two.size.width)
  }

  @Test("Bold runs are wider")
  func bold() {
    var text = StyledText("some words here")
    let before = painter.shape(text, style, width: 276, lines: 1).size.width
    text.runs = [StyledText.Run(range: 0..<15, style: .bold)]
    #expect(painter.shape(text, style, width: 276, lines: 1).size.width > before)
  }

  @Test("FD-131 a link has a region on each of its lines")
  func links() throws {
    var text = StyledText(String(repeating: "word ", count: 30))
    text.links = ["https://example.org/"]
    text.runs = [StyledText.Run(range: 10..<120, style: [], link: 0)]
    let areas = painter.shape(text, style, width: 276, lines: 8).links
    #expect(areas.count >= 3)
    #expect(Set(areas.map(\.rect.y)).count == areas.count)
    #expect(areas[0].rect.x > 20)
    #expect(areas[1].rect.x == 0)
    for area in areas {
      #expect(area.rect.height == style.lineHeight && area.rect.maxX <= 277)
      #expect(area.underline.y > area.rect.y && area.underline.maxY <= area.rect.maxY)
    }
    // The last line, which is a text of its own, has its part too.
    let cut = painter.shape(text, style, width: 276, lines: 2).links
    #expect(cut.count == 2)
    #expect(cut.last?.rect.x == 0)
    #expect(cut.last?.rect.width ?? 0 > 200, "\(cut)")
  }

  @Test("A link in a text from right to left is where its letters are")
  func linkFromRightToLeft() throws {
    let before = "שלום "
    var text = StyledText(before + "קישור")
    text.links = ["https://example.org/"]
    text.runs = [
      StyledText.Run(range: before.utf8.count..<text.text.utf8.count, style: [], link: 0)
    ]
    let shaped = painter.shape(text, style, width: 276, lines: 2)
    let area = try #require(shaped.links.first?.rect)
    #expect(abs(area.x - (276 - shaped.size.width)) <= 1)
    #expect(area.maxX < 276)
  }

  @Test(
    "Runs that lie badly do no harm",
    arguments: [0..<1000, 5..<5, 1..<2, 40..<50, 0..<Int.max]
  )
  func badRuns(range: Range<Int>) {
    var text = StyledText("é日本語")
    text.links = ["a:"]
    text.runs = [StyledText.Run(range: range, style: [.bold, .underline], link: 7)]
    #expect(painter.shape(text, style, width: 100, lines: 2).size.height > 0)
  }

  @Test(
    "FD-060 however long a text is, it costs little",
    arguments: [
      "a", "word ", "x\n", "e\u{301}\u{301}", "👩‍👩‍👧‍👦", "שלום ", "\u{202e}ab ", "\u{200b}", "<b>",
    ]
  )
  func long(unit: String) {
    let text = String(repeating: unit, count: 65_536 / unit.utf8.count)
    _ = shape("warm \(unit)")
    let time = processorTime { _ = shape(text) }
    // A release build takes a tenth of it.
    #expect(time < .milliseconds(200))
  }
}
