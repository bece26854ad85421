import Display
import Notifications
import Presentation
import Testing

@Suite struct StackTests {
  private func scene(
    _ stack: Stack,
    scale: Scale = .one,
    usable: Size = screen,
    layout: Layout = Layout(),
    measurer: FixedMeasurer = FixedMeasurer()
  ) -> Scene {
    layout.scene(
      for: stack,
      theme: .standard,
      scale: scale,
      usable: usable,
      measurer: measurer
    )
  }

  @Test("Cards go from top to bottom in the order given, a gap apart")
  func order() {
    let scene = scene(Stack(popups: [popup(3), popup(1), popup(2)]))
    #expect(scene.shown == [id(3), id(1), id(2)])
    #expect(scene.more == nil)
    for (above, below) in zip(scene.cards, scene.cards.dropFirst()) {
      #expect(below.frame.y == above.frame.maxY + Theme.standard.gap)
    }
    #expect(scene.cards.last?.frame.maxY == scene.size.height)
  }

  @Test("The surface is the theme's width at every scale", arguments: scales)
  func width(scale: Scale) {
    let scene = scene(Stack(popups: [popup(1)]), scale: scale)
    #expect(scene.size.width == scale.device(300))
    #expect(scene.placement.size.width == 300)
    #expect(scene.size.height == scale.device(scene.placement.size.height))
    #expect(scene.placement.margin == Theme.standard.margin)
  }

  @Test(
    "F28 nothing is ever empty",
    arguments: [Stack(), Stack(popups: [popup(1, app: "", title: "")])]
  )
  func neverEmpty(stack: Stack) {
    for usable in [screen, Size(width: 1, height: 1), Size(width: 0, height: 0)] {
      let scene = scene(stack, usable: usable)
      #expect(scene.size.width > 0 && scene.size.height > 0)
      #expect(scene.placement.size.width > 0 && scene.placement.size.height > 0)
    }
  }

  struct Row: Sendable {
    let popups: Int
    let waiting: Int
    let waitingApp: String?
    let apps: [String]
    let expected: String
  }

  @Test(
    "What has no room and what waits is counted together",
    arguments: [
      Row(popups: 3, waiting: 7, waitingApp: nil, apps: ["App"], expected: "7 more"),
      Row(popups: 3, waiting: 7, waitingApp: "Mail", apps: ["App"], expected: "7 more from Mail"),
      Row(popups: 99, waiting: 0, waitingApp: nil, apps: ["App"], expected: "89 more from App"),
      Row(popups: 99, waiting: 1, waitingApp: "App", apps: ["App"], expected: "90 more from App"),
      Row(popups: 99, waiting: 1, waitingApp: "Mail", apps: ["App"], expected: "90 more"),
      Row(popups: 99, waiting: 0, waitingApp: nil, apps: ["A", "B"], expected: "89 more"),
    ]
  )
  func row(row: Row) {
    let measurer = FixedMeasurer()
    let popups = (1...row.popups).map { popup(UInt32($0), app: row.apps[$0 % row.apps.count]) }
    // Ten cards and the row fit.
    let one = scene(Stack(popups: [popup(1)])).size.height
    let usable = Size(width: 800, height: 10 * (one + 8) + 28 + 20)
    let scene = scene(
      Stack(popups: popups, waiting: row.waiting, waitingApp: row.waitingApp),
      usable: usable,
      measurer: measurer
    )
    #expect(measurer.asked.last == row.expected)
    #expect(scene.cards.count == min(row.popups, 10))
    #expect(scene.more?.frame.maxY == scene.size.height)
    #expect(scene.size.height <= usable.height - 20)
  }

  @Test("WEB-326 what more there is comes from who really sends")
  func rowOfClaims() {
    let popups = (1...99).map { number in
      var popup = popup(UInt32(number), app: "Claim \(number) · via fake.sh")
      popup.via = "fake.sh"
      return popup
    }
    #expect(scene(Stack(popups: popups)).more?.app == "fake.sh")
  }

  @Test("Neither width nor height passes the usable area", arguments: scales)
  func limits(scale: Scale) {
    let long = String(repeating: "word ", count: 4000)
    let stacks = [
      Stack(popups: [popup(1, body: long)]),
      Stack(popups: [popup(1, body: long, buttons: 16)]),
      Stack(popups: [popup(1, title: long, body: long, buttons: 3), popup(2)], waiting: 3),
      Stack(popups: (1...30).map { popup($0, body: long) }),
    ]
    for size in [(1920, 1080), (640, 480), (320, 200), (100, 50), (40, 20), (3, 3)] {
      let usable = Size(width: size.0, height: size.1)
      for stack in stacks {
        let scene = scene(stack, scale: scale, usable: usable)
        let placement = scene.placement
        #expect(placement.size.width + 2 * placement.margin <= max(usable.width, 1))
        #expect(placement.size.height + 2 * placement.margin <= max(usable.height, 1))
      }
    }
  }

  @Test("A long body gives way to its buttons")
  func buttonsAreKept() throws {
    let long = String(repeating: "word ", count: 400)
    let scene = scene(
      Stack(popups: [popup(1, body: long, buttons: 3)]),
      usable: Size(width: 400, height: 160)
    )
    let card = try #require(scene.cards.first?.card)
    #expect(card.buttons.count == 3)
    #expect(card.texts.contains { $0.role == .body })
  }

  @Test("Sixteen buttons wrap to rows; at an extreme the last are left out")
  func manyButtons() throws {
    let all = scene(Stack(popups: [popup(1, buttons: 16)]))
    #expect(all.cards.first?.card.buttons.map(\.key) == (0..<16).map { "k\($0)" })
    let few = scene(Stack(popups: [popup(1, buttons: 16)]), usable: Size(width: 400, height: 140))
    let kept = try #require(few.cards.first?.card.buttons)
    #expect(kept.count > 0 && kept.count < 16)
  }

  @Test("The row always fits, alone where there is room for nothing else")
  func rowAlone() {
    let scene = scene(
      Stack(popups: [popup(1), popup(2)], waiting: 5),
      usable: Size(width: 100, height: 40)
    )
    #expect(scene.more != nil)
    #expect(scene.more?.count == 7 - scene.cards.count)
    #expect(scene.size.height <= 40)
  }

  @Test("A count at the end of its range does not trap")
  func hugeCount() {
    let measurer = FixedMeasurer()
    _ = scene(
      Stack(popups: (1...99).map { popup($0) }, waiting: .max),
      measurer: measurer
    )
    #expect(measurer.asked.last == "\(Int.max) more")
  }

  @Test("Only what changed is measured again")
  func cache() {
    let layout = Layout()
    let measurer = FixedMeasurer()
    let first = scene(
      Stack(popups: [popup(1, app: "A", title: "one"), popup(2)]),
      layout: layout,
      measurer: measurer
    )
    measurer.forget()
    let second = scene(
      Stack(popups: [popup(1, revision: 2, app: "A", title: "new"), popup(2), popup(3, title: "3")]
      ),
      layout: layout,
      measurer: measurer
    )
    #expect(measurer.asked == ["new", "3", "App"])
    #expect(second.cards[0].card !== first.cards[0].card)
    #expect(second.cards[1] == first.cards[1])
    measurer.forget()
    let third = scene(Stack(popups: [popup(2)], waiting: 1), layout: layout, measurer: measurer)
    #expect(measurer.asked == ["1 more"])
    #expect(third.cards[0].card === first.cards[1].card)
    measurer.forget()
    let fourth = scene(Stack(popups: [popup(2)], waiting: 1), layout: layout, measurer: measurer)
    #expect(measurer.asked.isEmpty)
    #expect(fourth == third)
    measurer.forget()
    _ = scene(
      Stack(popups: [popup(2)]),
      scale: Scale(of120: 180),
      layout: layout,
      measurer: measurer
    )
    #expect(measurer.asked == ["Title", "App"])
  }

  @Test("A card cut to the height is laid out once, and again when there is room")
  func cutCache() {
    let layout = Layout()
    let measurer = FixedMeasurer()
    let long = popup(1, body: String(repeating: "word ", count: 400))
    let small = Size(width: 400, height: 120)
    let cut = scene(Stack(popups: [long]), usable: small, layout: layout, measurer: measurer)
    measurer.forget()
    #expect(
      scene(Stack(popups: [long]), usable: small, layout: layout, measurer: measurer) == cut
    )
    #expect(measurer.asked.isEmpty)
    let whole = scene(Stack(popups: [long]), layout: layout, measurer: measurer)
    #expect(whole.size.height > cut.size.height)
  }
}
