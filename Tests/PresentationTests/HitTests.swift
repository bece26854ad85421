import Display
import Notifications
import Presentation
import Testing

@Suite struct HitTests {
  private let scene: Scene
  private let target = "https://example.org/"

  init() {
    var linked = popup(2, body: "See this page for more", buttons: 2)
    linked.body.links = [target]
    linked.body.runs = [StyledText.Run(range: 4..<13, style: [], link: 0)]
    linked.isActivatable = true
    scene = Layout().scene(
      for: Stack(popups: [popup(1), linked], waiting: 3),
      theme: .standard,
      scale: Scale(of120: 180),
      usable: screen,
      measurer: FixedMeasurer()
    )
  }

  private func middle(_ rect: Rect, of card: CardScene? = nil) -> Point {
    Point(
      x: rect.x + rect.width / 2 + (card?.frame.x ?? 0),
      y: rect.y + rect.height / 2 + (card?.frame.y ?? 0)
    )
  }

  @Test("Buttons, links, the body and the row are found")
  func targets() throws {
    let card = scene.cards[1]
    let link = try #require(card.card.links.first)
    #expect(scene.hit(middle(link.rect, of: card)) == .link(id(2), target))
    for button in card.card.buttons {
      #expect(scene.hit(middle(button.rect, of: card)) == .button(id(2), key: button.key))
    }
    let title = try #require(card.card.texts.first { $0.role == .title })
    #expect(scene.hit(middle(title.frame, of: card)) == .body(id(2)))
    #expect(scene.hit(middle(try #require(scene.more).frame)) == .more)
  }

  @Test("F57 a hit on close never counts as the body")
  func close() {
    for card in scene.cards {
      let close = card.card.close
      for y in close.y..<close.maxY {
        for x in close.x..<close.maxX {
          #expect(
            scene.hit(Point(x: x + card.frame.x, y: y + card.frame.y)) == .close(card.card.id)
          )
        }
      }
    }
  }

  @Test("Between cards and outside there is nothing")
  func nothing() {
    let gap = scene.cards[0].frame.maxY + 2
    for point in [(10, gap), (-1, 10), (scene.size.width, 10), (10, scene.size.height), (10, -1)] {
      #expect(scene.hit(Point(x: point.0, y: point.1)) == nil)
    }
  }

  @Test("Logical points find the same")
  func logical() {
    for (x, y) in [(5, 5), (290, 10), (299, 30)] {
      #expect(
        scene.hit(logical: Point(x: x, y: y))
          == scene.hit(Point(x: scene.scale.device(x), y: scene.scale.device(y)))
      )
    }
    #expect(scene.hit(logical: Point(x: 290, y: 10)) == .close(id(1)))
  }

  @Test("The hand is shown where a click does something")
  func cursor() {
    #expect(scene.cursor(over: nil) == .arrow)
    #expect(scene.cursor(over: .body(id(1))) == .arrow)
    #expect(scene.cursor(over: .body(id(2))) == .hand)
    #expect(scene.cursor(over: .close(id(1))) == .hand)
    #expect(scene.cursor(over: .link(id(2), target)) == .hand)
    #expect(scene.cursor(over: .more) == .arrow)
  }

  @Test("Input is taken on cards and the row, and nowhere between", arguments: scales)
  func input(scale: Scale) {
    let scene = Layout().scene(
      for: Stack(popups: [popup(1), popup(2)], waiting: 3),
      theme: .standard,
      scale: scale,
      usable: screen,
      measurer: FixedMeasurer()
    )
    let placement = scene.placement
    #expect(placement.input.count == 3)
    for (a, b) in zip(placement.input, placement.input.dropFirst()) { #expect(a.maxY < b.y) }
    #expect(placement.input.last?.maxY == placement.size.height)
    #expect(placement.input.allSatisfy { $0.x == 0 && $0.width == placement.size.width })
  }
}
