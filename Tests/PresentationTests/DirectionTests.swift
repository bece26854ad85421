import Display
import Notifications
import Presentation
import Testing

@Suite struct DirectionTests {
  @Test("WEB-015 each paragraph has the mark of its direction; runs keep their letters")
  func marks() {
    var text = StyledText("ab cd\n\nef")
    text.links = ["https://example.org/"]
    text.runs = [
      StyledText.Run(range: 0..<2, style: .bold),
      StyledText.Run(range: 3..<9, style: .italic, link: 0),
    ]
    let rtl = text.directed(.rtl)
    #expect(rtl.text == "\u{200f}ab cd\n\n\u{200f}ef" && rtl.links == text.links)
    let bytes = Array(rtl.text.utf8)
    #expect(
      rtl.runs.map { String(decoding: bytes[$0.range], as: UTF8.self) } == [
        "ab", "cd\n\n\u{200f}ef",
      ]
    )
    #expect(rtl.runs.map(\.style) == [.bold, .italic] && rtl.runs[1].link == 0)
    #expect(text.directed(.ltr).text == "\u{200e}ab cd\n\n\u{200e}ef")
    #expect(text.directed(.auto) == text && StyledText().directed(.rtl) == StyledText())
  }

  @Test("WEB-015 buttons beside each other stand in the other order", arguments: [1, 2, 3, 5, 7])
  func buttons(count: Int) throws {
    func card(_ direction: WebOptions.Direction) throws -> Card {
      var popup = popup(1, body: "Body", buttons: count)
      popup.direction = direction
      let scene = Layout().scene(
        for: Stack(popups: [popup]),
        theme: .standard,
        scale: .one,
        usable: screen,
        measurer: FixedMeasurer()
      )
      return try #require(scene.cards.first?.card)
    }
    let (ltr, rtl) = (try card(.ltr), try card(.rtl))
    #expect(rtl.size == ltr.size && rtl.buttons.map(\.key) == ltr.buttons.map(\.key))
    for (one, other) in zip(ltr.buttons, rtl.buttons) {
      #expect(other.rect.x == ltr.size.width - one.rect.maxX && other.rect.y == one.rect.y)
      #expect(other.rect.width == one.rect.width)
    }
    #expect(try card(.auto).buttons[0].rect.x == ltr.buttons[0].rect.x)
  }
}
