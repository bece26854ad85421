import Display
import Notifications
import Presentation
import Testing

@Suite struct CardTests {
  @Test(
    "FD-053 FD-054 what is missing leaves no hole",
    arguments: [
      ("App", "Title", "Body", ["App", "Title", "Body"]),
      ("App", "", "Body", ["App", "Body"]),
      ("App", "  ", "", ["App"]),
      ("", "Title", "Body", ["Title", "Body"]),
      ("", "", "Body", ["Unknown", "Body"]),
      ("", "", "", ["Unknown"]),
      // Nothing that is seen is nothing.
      ("\u{200D}", "\u{200B}", "Body", ["Unknown", "Body"]),
      ("App", "\u{2060} \u{3164}", "", ["App"]),
    ]
  )
  func texts(app: String, title: String, body: String, expected: [String]) {
    let measurer = FixedMeasurer()
    _ = Layout().scene(
      for: Stack(popups: [popup(1, app: app, title: title, body: body)]),
      theme: .standard,
      scale: .one,
      usable: screen,
      measurer: measurer
    )
    #expect(Set(measurer.asked) == Set(expected))
    #expect(measurer.asked.count == expected.count)
  }

  @Test(
    "FD-166 images keep their aspect, are scaled down to the box and up to twice their size",
    arguments: [
      (96, 96, 48, 48), (96, 48, 48, 24), (10, 96, 5, 48), (48, 48, 48, 48), (30, 30, 48, 48),
      (16, 16, 32, 32), (1, 1, 2, 2), (96, 1, 48, 1), (16, 8, 32, 16),
    ]
  )
  func image(width: Int, height: Int, shownWidth: Int, shownHeight: Int) throws {
    var popup = popup(1, body: "Body")
    popup.image = picture(width, height)
    let frame = try #require(try card(popup).image?.frame)
    #expect(frame.width == shownWidth && frame.height == shownHeight)
    // In the middle of the box.
    #expect(abs(frame.x - 12 + frame.maxX - 60) <= 1)
    #expect(abs(frame.y - 12 + frame.maxY - 60) <= 1)
  }

  @Test("Texts stand to the right of the image")
  func besideImage() throws {
    var popup = popup(1, body: "Body")
    popup.image = picture(96, 96)
    let card = try card(popup)
    let image = try #require(card.image)
    for text in card.texts { #expect(text.frame.x > image.frame.maxX) }
  }

  @Test(
    "The bar is filled by its percentage",
    arguments: [(0, 0), (1, 4), (50, 138), (100, 276), (250, 276), (-4, 0)]
  )
  func progress(percent: Int, filled: Int) throws {
    var popup = popup(1)
    popup.progress = percent
    let progress = try #require(try card(popup).progress)
    #expect(progress.track.width == 276 && progress.filled.width == filled)
  }

  @Test("Rows of buttons fill the width", arguments: [1, 2, 3, 4, 5, 7, 16])
  func buttonRows(count: Int) throws {
    let card = try card(popup(1, buttons: count))
    let rows = Dictionary(grouping: card.buttons, by: \.rect.y)
    #expect(card.buttons.count == count)
    for row in rows.values {
      #expect(row.first?.rect.x == 12)
      #expect(row.last?.rect.maxX == card.size.width - 12)
    }
  }

  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  @Test("Whatever is shown, all lies within its card and no two regions overlap", arguments: 1...40)
  func property(seed: UInt64) {
    var random = Random(state: seed &* 0x9e37_79b9_7f4a_7c15)
    for _ in 0..<25 {
      var popups: [Popup] = []
      for n in 1...UInt32.random(in: 1...4, using: &random) {
        func text(_ most: Int) -> String {
          String(repeating: "ab c", count: Int.random(in: 0...most, using: &random))
        }
        var one = popup(n, app: text(20), title: text(30), body: text(200))
        let count = Int.random(in: 0...16, using: &random)
        one.buttons = (0..<count).map { Notification.Action(key: "\($0)", label: text(12)) }
        let length = one.body.text.utf8.count
        if length > 20 {
          let middle = Int.random(in: 5..<length - 5, using: &random)
          one.body.links = ["a:", "b:"]
          one.body.runs = [
            StyledText.Run(range: 0..<middle, style: [], link: 0),
            StyledText.Run(range: middle..<length, style: [], link: 1),
          ]
        }
        if Bool.random(using: &random) {
          one.image = picture(Int.random(in: 1...96, using: &random), 40)
        }
        if Bool.random(using: &random) { one.progress = Int.random(in: 0...100, using: &random) }
        popups.append(one)
      }
      let usable = Size(
        width: Int.random(in: 1...700, using: &random),
        height: Int.random(in: 1...900, using: &random)
      )
      let scale = scales.randomElement(using: &random) ?? .one
      let scene = Layout().scene(
        for: Stack(popups: popups),
        theme: .standard,
        scale: scale,
        usable: usable,
        measurer: FixedMeasurer()
      )
      check(scene)
    }
  }

  private func check(_ scene: Scene) {
    let all = Rect(x: 0, y: 0, width: scene.size.width, height: scene.size.height)
    for frame in scene.cards.map(\.frame) + [scene.more?.frame].compactMap(\.self) {
      #expect(frame.isWithin(all) && !frame.isEmpty)
    }
    for card in scene.cards.map(\.card) {
      let bounds = Rect(x: 0, y: 0, width: card.size.width, height: card.size.height)
      var rects = card.texts.map(\.frame) + card.buttons.map(\.labelFrame)
      rects += card.links.map(\.underline)
      if let image = card.image { rects.append(image.frame) }
      if let progress = card.progress { rects += [progress.track, progress.filled] }
      let regions = card.buttons.map(\.rect) + card.links.map(\.rect)
      for rect in rects + regions + [card.close] {
        #expect(rect.isWithin(bounds), "\(rect) in \(bounds)")
      }
      for (i, a) in regions.enumerated() {
        for b in regions[(i + 1)...] { #expect(a.intersection(b).isEmpty) }
      }
    }
  }
}

extension Rect {
  fileprivate func isWithin(_ other: Rect) -> Bool {
    isEmpty || intersection(other) == self
  }
}
