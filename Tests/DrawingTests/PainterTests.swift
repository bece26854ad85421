import Display
import Drawing
import Notifications
import Presentation
import Testing

@Suite(.serialized) struct PainterTests {
  private let painter = makePainter()

  private func paint(_ popups: [Popup], scale: Scale = .one, hover: Hit? = nil) -> (Sheet, Scene) {
    let scene = scene(popups, scale: scale, painter)
    let sheet = Sheet(scene.size, painter)
    sheet.paint(Painting(scene: scene, hover: hover))
    return (sheet, scene)
  }

  private func frame(_ role: TextBlock.Role, of scene: Scene, card: Int = 0) throws -> Rect {
    let item = scene.cards[card]
    let block = try #require(item.card.texts.first { $0.role == role })
    return block.frame.offset(x: item.frame.x, y: item.frame.y)
  }

  @Test("Texts are painted in their colours", arguments: scales)
  func colors(scale: Scale) throws {
    let (sheet, scene) = paint([popup(1, title: "HELLO", body: "HILL")], scale: scale)
    #expect(sheet.pixels(in: try frame(.title, of: scene)).contains(plain.title.argb))
    #expect(sheet.pixels(in: try frame(.body, of: scene)).contains { near($0, plain.body) })
    #expect(sheet.isUntouchedOutside)
  }

  @Test("Corners are clear, the edge is a line, the inside is the card's colour", arguments: scales)
  func plate(scale: Scale) {
    let (sheet, scene) = paint([popup(1)], scale: scale)
    let size = scene.cards[0].frame
    for (x, y) in [(0, 0), (size.maxX - 1, 0), (0, size.maxY - 1), (size.maxX - 1, size.maxY - 1)] {
      #expect(sheet.pixel(x, y) == 0)
    }
    #expect(sheet.pixel(0, size.maxY / 2) == plain.border.argb)
    #expect(sheet.pixel(size.maxX / 2, 0) == plain.border.argb)
    #expect(sheet.pixel(size.maxX / 2, size.maxY - 1) == plain.border.argb)
    #expect(sheet.pixel(4, size.maxY / 2) == plain.background.argb)
  }

  @Test("A critical card has its own edge, ground and accent")
  func critical() throws {
    var popup = popup(1)
    popup.urgency = .critical
    popup.progress = 50
    let (sheet, scene) = paint([popup])
    let theme = Theme.standard.critical
    #expect(sheet.pixel(0, scene.size.height / 2) == theme.border.argb)
    #expect(sheet.pixel(4, scene.size.height / 2) == theme.background.argb)
    let progress = try #require(scene.cards[0].card.progress)
    let y = progress.track.y + progress.track.height / 2
    #expect(sheet.pixel(progress.track.x + 20, y) == theme.accent.argb)
    #expect(sheet.pixel(progress.track.maxX - 20, y) == theme.track.argb)
  }

  @Test("A picture's pixels arrive, at its place, with round corners", arguments: scales)
  func picture(scale: Scale) throws {
    var popup = popup(1, body: "Body")
    let left: UInt32 = 0xff20_40c0
    let right: UInt32 = 0xffc0_8020
    popup.image = Picture(
      width: 96,
      height: 96,
      pixels: (0..<96 * 96).map { $0 % 96 < 48 ? left : right }
    )
    let (sheet, scene) = paint([popup], scale: scale)
    let frame = try #require(scene.cards[0].card.image?.frame)
    let y = frame.y + frame.height / 2
    #expect(sheet.pixel(frame.x + 1, y) == left)
    #expect(sheet.pixel(frame.x + frame.width / 2 - 4, y) == left)
    #expect(sheet.pixel(frame.x + frame.width / 2 + 4, y) == right)
    #expect(sheet.pixel(frame.maxX - 2, y) == right)
    #expect(sheet.pixel(frame.x, frame.y) == plain.background.argb)
    #expect(sheet.pixel(frame.x - 1, y) == plain.background.argb)
  }

  @Test("Marks piled on a letter do not reach the letters above and below", arguments: scales)
  func piledMarks(scale: Scale) throws {
    let marks = (0..<0x50).compactMap { Unicode.Scalar(0x300 + UInt32($0)) }
    let pile = String(String.UnicodeScalarView(marks))
    for piled in [
      popup(1, title: "Zo" + pile, body: "body"), popup(1, title: "Zo", body: "body" + pile),
    ] {
      let (plain, scene) = paint([popup(1, title: "Zo", body: "body")], scale: scale)
      let (sheet, _) = paint([piled], scale: scale)
      #expect(sheet.pixels() != plain.pixels())
      for role: TextBlock.Role in piled.title == "Zo" ? [.appName, .title] : [.appName, .body] {
        let frame = try frame(role, of: scene)
        let letters = Rect(
          x: frame.x,
          y: frame.y + frame.height / 4,
          width: frame.width,
          height: frame.height / 2
        )
        #expect(sheet.pixels(in: letters) == plain.pixels(in: letters))
      }
    }
  }

  @Test("FD-059 F27 texts that run from right to left stand on the right, others on the left")
  func direction() throws {
    let hebrew = popup(1, title: "שלום", body: "עולם\nEnglish")
    let english = popup(2, title: "Hello", body: "World")
    let (sheet, scene) = paint([hebrew, english])
    let right = scene.size.width - 12
    let title = try #require(sheet.ink(in: try frame(.title, of: scene), on: plain.background))
    #expect(title.x > scene.size.width / 2 && title.maxX > right - 4)
    var body = try frame(.body, of: scene)
    body.height /= 2
    let first = try #require(sheet.ink(in: body, on: plain.background))
    #expect(first.x > scene.size.width / 2)
    let second = try #require(
      sheet.ink(in: body.offset(y: body.height), on: plain.background)
    )
    #expect(second.x > scene.size.width / 2 || second.x < 20)
    let other = try #require(
      sheet.ink(in: try frame(.title, of: scene, card: 1), on: plain.background)
    )
    #expect(other.x < 20)
  }

  @Test("WEB-015 dir: every paragraph stands on its side, whatever its letters are")
  func givenDirection() throws {
    for (direction, isRight) in [(WebOptions.Direction.rtl, true), (.ltr, false)] {
      var popup = popup(1, title: "Hello שלום", body: "One\nעולם\nTwo")
      popup.direction = direction
      let (sheet, scene) = paint([popup])
      let body = try frame(.body, of: scene)
      let line = Rect(x: body.x, y: body.y, width: body.width, height: body.height / 3)
      let rects = [try frame(.title, of: scene)] + (0..<3).map { line.offset(y: $0 * line.height) }
      for rect in rects {
        let ink = try #require(sheet.ink(in: rect, on: plain.background))
        #expect(isRight ? ink.maxX > rect.maxX - 4 : ink.x < rect.x + 4)
        #expect(isRight ? ink.x > rect.x + 100 : ink.maxX < rect.maxX - 100)
      }
    }
  }

  @Test("Marks piled high do not leave their card")
  func piled() {
    let pile = String(repeating: "e" + String(repeating: "\u{301}\u{316}", count: 60), count: 5)
    let (sheet, scene) = paint([popup(1), popup(2, title: pile), popup(3)])
    let (quiet, _) = paint([popup(1), popup(2), popup(3)])
    let gap = Rect(
      x: 0,
      y: scene.cards[0].frame.maxY,
      width: scene.size.width,
      height: scene.cards[1].frame.y - scene.cards[0].frame.maxY
    )
    #expect(sheet.pixels(in: gap).allSatisfy { $0 == 0 })
    for card in [scene.cards[0], scene.cards[2]] {
      #expect(sheet.pixels(in: card.frame) == quiet.pixels(in: card.frame))
    }
  }

  @Test("Letters that no font has are shown as boxes, within their line")
  func missing() throws {
    let (sheet, scene) = paint([popup(1, title: "日本語")])
    let title = try frame(.title, of: scene)
    let ink = try #require(sheet.ink(in: title, on: plain.background))
    #expect(ink.width > 20 && ink.height > 8)
    #expect(sheet.isUntouchedOutside)
  }

  @Test("Underlined text has a line below it, and no other has")
  func underline() throws {
    var underlined = popup(1, body: "mmm mmm")
    underlined.body.runs = [StyledText.Run(range: 0..<3, style: .underline)]
    let (sheet, scene) = paint([underlined])
    let body = try frame(.body, of: scene)
    let row = (body.y + body.height / 2..<body.maxY).first { y in
      (body.x + 2..<body.x + 28).allSatisfy { sheet.pixel($0, y) == plain.body.argb }
    }
    let y = try #require(row)
    #expect(sheet.pixel(body.x + 50, y) == plain.background.argb)
  }

  @Test("The cross shows only on the card under the pointer, brighter under it")
  func cross() {
    let popups = [popup(1), popup(2)]
    let (none, scene) = paint(popups)
    let (body, _) = paint(popups, hover: .body(id(1)))
    let (close, _) = paint(popups, hover: .close(id(1)))
    let mark = scene.cards[0].card.closeMark
    #expect(none.pixels(in: mark).allSatisfy { $0 == plain.background.argb })
    #expect(body.pixels(in: mark).contains { near($0, plain.appName) })
    #expect(close.pixels(in: mark).contains { near($0, plain.title) })
    #expect(body.pixels(in: scene.cards[1].frame) == none.pixels(in: scene.cards[1].frame))
  }

  @Test("The button and the link under the pointer stand out")
  func hover() throws {
    var popup = linked(1, "See ", "this page", " for more")
    popup.buttons = [.init(key: "a", label: "A"), .init(key: "b", label: "B")]
    let (none, scene) = paint([popup])
    let card = scene.cards[0].card
    let (button, _) = paint([popup], hover: .button(id(1), key: "b"))
    let place = card.buttons.map { Point(x: $0.rect.x + 8, y: $0.rect.y + $0.rect.height / 2) }
    #expect(none.pixel(place[1].x, place[1].y) == plain.button.argb)
    #expect(button.pixel(place[0].x, place[0].y) == plain.button.argb)
    #expect(button.pixel(place[1].x, place[1].y) == plain.buttonUnderPointer.argb)
    let line = try #require(card.links.first).underline
    let (link, _) = paint([popup], hover: .link(id(1), "https://example.org/"))
    #expect(none.pixel(line.x + 1, line.y) != plain.accent.argb)
    #expect(none.pixel(line.x + 1, line.y) != plain.background.argb)
    #expect(link.pixel(line.x + 1, line.y) == plain.accent.argb)
  }

  @Test(
    "FD-133 the host stands where the app's name was, and nothing else moves",
    arguments: scales
  )
  func address(scale: Scale) throws {
    let popups = [linked(1, "See ", "bank.example", " for more"), popup(2)]
    let (body, scene) = paint(popups, scale: scale, hover: .body(id(1)))
    let (link, _) = paint(popups, scale: scale, hover: .link(id(1), "https://example.org/"))
    let name = try frame(.appName, of: scene)
    #expect(body.ink(in: name, on: plain.background) != link.ink(in: name, on: plain.background))
    #expect(link.pixels(in: name).contains { near($0, plain.accent) })
    #expect(!body.pixels(in: name).contains { near($0, plain.accent) })
    let line = try #require(scene.cards[0].card.links.first).underline
    for y in 0..<scene.size.height where !(name.y..<name.maxY).contains(y) {
      guard !(line.y..<line.maxY).contains(y) else { continue }
      let row = Rect(x: 0, y: y, width: scene.size.width, height: 1)
      #expect(body.pixels(in: row) == link.pixels(in: row))
    }
  }

  @Test("FD-133 a host that is too long keeps its end")
  func longAddress() throws {
    func picture(_ host: String) throws -> [UInt32] {
      var popup = linked(1, "See ", "this", "")
      popup.body.links = ["https://\(host)/"]
      let (sheet, scene) = paint([popup], hover: .link(id(1), popup.body.links[0]))
      let name = try frame(.appName, of: scene)
      #expect(try #require(sheet.ink(in: name, on: plain.background)).width > name.width - 12)
      return sheet.pixels(in: name)
    }
    let middle = String(repeating: "secure.", count: 12)
    let bank = try picture("bank.example." + middle + "evil.example")
    #expect(try picture("shop.example." + middle + "evil.example") == bank)
    #expect(try picture("bank.example." + middle + "good.example") != bank)
  }

  @Test(
    "FD-133 the cross hides nothing of a first line that runs from right to left",
    arguments: [("שלום", "Title"), ("", "שלום"), (String(repeating: "שלום ", count: 20), "Title")],
    scales
  )
  func crossBesideText(texts: (app: String, title: String), scale: Scale) throws {
    var popup = popup(1, title: texts.title)
    popup.appName = texts.app
    let (none, scene) = paint([popup], scale: scale)
    let (hovered, _) = paint([popup], scale: scale, hover: .body(id(1)))
    let first = try #require(scene.cards[0].card.texts.first).frame
    let ink = try #require(none.ink(in: first, on: plain.background))
    #expect(ink.maxX > first.maxX - scale.device(6))
    #expect(none.pixels(in: first) == hovered.pixels(in: first))
  }

  @Test(
    "Painting over what was there gives the same picture as painting afresh",
    arguments: [Scale.one, Scale(of120: 180)]
  )
  func over(scale: Scale) {
    let layout = Layout()
    var tall = linked(3, "A body with ", "a link", " in it")
    tall.buttons = [.init(key: "a", label: "Button")]
    tall.progress = 30
    var image = popup(4, body: "With an image")
    image.image = Picture(width: 20, height: 20, pixels: Array(repeating: 0x8040_2010, count: 400))
    let stacks: [([Popup], Int, Hit?)] = [
      ([popup(1), popup(2)], 0, nil), ([popup(1), popup(2)], 0, .body(id(1))),
      ([popup(2), popup(1)], 0, .close(id(2))), ([popup(1), tall, image], 3, nil),
      ([tall, popup(1), image], 3, .more),
      ([image, tall, popup(1)], 2, .link(id(3), "https://example.org/")),
      ([tall, image, popup(1)], 2, .button(id(3), key: "a")), ([popup(1)], 0, nil),
    ]
    let paintings = stacks.map { popups, waiting, hover in
      Painting(
        scene: scene(popups, waiting: waiting, scale: scale, layout: layout, painter),
        hover: hover
      )
    }
    for new in paintings {
      let fresh = Sheet(new.scene.size, painter)
      fresh.paint(new)
      for old in paintings where old.scene.size == new.scene.size {
        let sheet = Sheet(new.scene.size, painter)
        sheet.paint(old)
        let width = sheet.size.width
        let rows = (0..<sheet.size.height).map { Rect(x: 0, y: $0, width: width, height: 1) }
        let before = rows.map { sheet.pixels(in: $0) }
        sheet.paint(new, over: old)
        #expect(sheet.pixels() == fresh.pixels())
        // What the display is told covers every change.
        let damage = new.damage(since: old)
        let isCovered = rows.allSatisfy { row in
          let after = sheet.pixels(in: row)
          return after == before[row.y]
            || (0..<width).allSatisfy { x in
              after[x] == before[row.y][x]
                || damage.contains { $0.contains(Point(x: x, y: row.y)) }
            }
        }
        #expect(isCovered)
      }
    }
  }

  @Test("A frame of another size is painted as far as it goes")
  func otherSize() {
    let scene = scene([popup(1, body: "Body"), popup(2)], painter)
    for size in [
      Size(width: 40, height: 30), Size(width: 1, height: 1), Size(width: 400, height: 400),
    ] {
      let sheet = Sheet(size, painter)
      sheet.paint(Painting(scene: scene, hover: .close(id(1))))
      #expect(sheet.isUntouchedOutside)
      #expect(sheet.pixel(size.width - 1, size.height - 1) != 0xa5a5_a5a5)
    }
  }

  private func near(_ pixel: UInt32, _ color: Color) -> Bool {
    [0, 8, 16].allSatisfy { shift in
      abs(Int(pixel >> shift & 0xff) - Int(color.rgb >> shift & 0xff)) < 24
    }
  }
}
