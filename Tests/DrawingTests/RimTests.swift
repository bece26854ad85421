import Display
import Drawing
import Notifications
import Presentation
import Testing

/// What a sender sends never reaches the rim of its card, where hark's own signs are.
@Suite(.serialized) struct RimTests {
  private let painter = makePainter()
  private let question = Question(
    app: "app:org.gnome.Evince",
    asker: Sender(level: .unit, principal: "app:org.gnome.Evince", name: "Document Viewer")
  )

  private func paint(_ stack: Stack, _ scale: Scale, hover: Hit? = nil) -> (Sheet, Scene) {
    let scene = Layout().scene(
      for: stack,
      theme: .standard,
      scale: scale,
      usable: Size(width: 1280, height: 2000),
      measurer: painter
    )
    let sheet = Sheet(scene.size, painter)
    sheet.paint(Painting(scene: scene, hover: hover))
    return (sheet, scene)
  }

  /// The pixels between the edge of a rectangle and what is so far within.
  private func ring(of sheet: Sheet, _ frame: Rect, _ width: Int) -> [UInt32] {
    let parts = [
      Rect(x: frame.x, y: frame.y, width: frame.width, height: width),
      Rect(x: frame.x, y: frame.maxY - width, width: frame.width, height: width),
      Rect(x: frame.x, y: frame.y + width, width: width, height: frame.height - 2 * width),
      Rect(
        x: frame.maxX - width,
        y: frame.y + width,
        width: width,
        height: frame.height - 2 * width
      ),
    ]
    return parts.flatMap { sheet.pixels(in: $0) }
  }

  /// Texts that reach as far beyond their place as texts can.
  private static let texts: [String] = {
    let piled = (0..<0x70).compactMap { Unicode.Scalar(0x300 + UInt32($0)) }
    let enclosing = "\u{20dd}\u{20de}\u{20df}\u{20e0}\u{20e3}\u{488}\u{489}"
    return [
      String(String.UnicodeScalarView(piled)) + "x",
      enclosing + " W" + enclosing,
      "\u{202e}" + enclosing + "שלום" + enclosing + "\u{202c}",
      String(repeating: "█▇■◼⬛", count: 200),
      String(repeating: "﷽", count: 40),
      "⚠️ Permission " + String(repeating: "🟪🛡", count: 60) + " via",
      String(repeating: "j\u{489}", count: 300),
    ]
  }()

  private static let hostile: [Popup] = {
    var popups: [Popup] = []
    let violet = QuestionPalette.standard.band.argb
    for text in texts {
      for urgency in [Notification.Urgency.normal, .critical] {
        var popup = popup(UInt32(popups.count + 1), title: text, body: text + "\n" + text)
        popup.appName = text
        popup.urgency = urgency
        popup.image = Picture(
          width: 64,
          height: 64,
          pixels: Array(repeating: violet, count: 64 * 64)
        )
        popup.body.links = ["https://example.org/" + text]
        popup.body.runs = [.init(range: 0..<popup.body.text.utf8.count, style: .bold, link: 0)]
        popup.progress = 100
        popup.buttons = (0..<16).map { .init(key: "k\($0)", label: text) }
        popup.isActivatable = true
        popup.count = 1000
        popups.append(popup)
        popup.id = id(UInt32(popups.count + 1))
        popup.image = nil
        popup.body = StyledText()
        popup.title = ""
        popups.append(popup)
      }
    }
    return popups
  }()

  @Test("WEB-106 WEB-326 nothing that a notification holds is drawn in its rim", arguments: scales)
  func rim(scale: Scale) throws {
    for popup in Self.hostile {
      let target = popup.body.links.first
      for hover in [
        Hit.close(popup.id), target.map { .link(popup.id, $0) } ?? .button(popup.id, key: "k0"),
      ] {
        let (sheet, scene) = paint(Stack(popups: [popup]), scale, hover: hover)
        let frame = scene.cards[0].frame
        // Where the card is straight, the rim is its line and its ground.
        let palette = Theme.standard.palette(for: popup.urgency)
        let radius = scale.device(Theme.standard.radius)
        let allowed: Set<UInt32> = [palette.border.argb, palette.background.argb]
        let straight = [
          Rect(x: radius, y: 0, width: frame.width - 2 * radius, height: scale.rim),
          Rect(
            x: radius,
            y: frame.maxY - scale.rim,
            width: frame.width - 2 * radius,
            height: scale.rim
          ),
          Rect(x: 0, y: radius, width: scale.rim, height: frame.height - 2 * radius),
          Rect(
            x: frame.maxX - scale.rim,
            y: radius,
            width: scale.rim,
            height: frame.height - 2 * radius
          ),
        ]
        for part in straight {
          #expect(Set(sheet.pixels(in: part)).isSubset(of: allowed), "\(popup.id)")
        }
        // And so are the corners: no pixel of the question's, nor of the mark's.
        let ring = Set(ring(of: sheet, frame, scale.rim))
        #expect(!ring.contains(QuestionPalette.standard.band.argb))
        #expect(!ring.contains(DoubtMark.color.argb))
      }
    }
  }

  @Test("WEB-106 a question has hark's colour on every side, and across its top", arguments: scales)
  func frame(scale: Scale) throws {
    let long = Question(
      app: "app:" + Self.texts[2],
      asker: Sender(level: .exe, principal: "app:x", name: Self.texts[1])
    )
    let band = QuestionPalette.standard.band.argb
    for asked in [question, long] {
      let popups = [popup(1), popup(2)]
      let (sheet, scene) = paint(Stack(popups: popups, question: asked), scale)
      let item = try #require(scene.question)
      let frame = item.frame
      let line = item.card.line
      let radius = scale.device(Theme.standard.radius)
      for part in [
        Rect(x: radius, y: 0, width: frame.width - 2 * radius, height: line),
        Rect(x: 0, y: radius, width: line, height: frame.height - 2 * radius),
        Rect(x: frame.maxX - line, y: radius, width: line, height: frame.height - 2 * radius),
        Rect(x: radius, y: frame.maxY - line, width: frame.width - 2 * radius, height: line),
      ] {
        #expect(Set(sheet.pixels(in: part)) == [band])
      }
      // Its corners are as round as a card's.
      let other = scene.cards[0].frame
      for (x, y, otherX, otherY) in [
        (0, 0, 0, other.y), (frame.maxX - radius, 0, other.maxX - radius, other.y),
        (0, frame.maxY - radius, 0, other.maxY - radius),
        (frame.maxX - radius, frame.maxY - radius, other.maxX - radius, other.maxY - radius),
      ] {
        func opacity(_ x: Int, _ y: Int) -> [UInt32] {
          sheet.pixels(in: Rect(x: x, y: y, width: radius, height: radius)).map { $0 >> 24 }
        }
        #expect(opacity(x, y) == opacity(otherX, otherY))
      }
      // The band is hark's: whatever the app is called.
      let (plain, alone) = paint(Stack(question: question), scale)
      let plainBand = try #require(alone.question?.card.band)
      #expect(sheet.pixels(in: item.card.band) == plain.pixels(in: plainBand))
      #expect(sheet.isUntouchedOutside)
    }
  }

  @Test("WEB-326 the mark is a stripe in the rim and a sign before the name", arguments: scales)
  func mark(scale: Scale) throws {
    var doubted = popup(1)
    doubted.isDoubted = true
    let (sheet, scene) = paint(Stack(popups: [doubted]), scale)
    let mark = try #require(scene.cards[0].card.doubt)
    #expect(Set(sheet.pixels(in: mark.stripe)) == [DoubtMark.color.argb])
    let sign = try #require(mark.sign)
    #expect(sheet.pixels(in: sign).contains(DoubtMark.color.argb))
  }

  @Test("a rule's colours reach its card, and no other, nor the question", arguments: scales)
  func style(scale: Scale) throws {
    var styled = popup(1, title: "HILL")
    styled.style.background = 0x123456
    styled.style.title = 0xfedcba
    let (sheet, scene) = paint(Stack(popups: [styled, popup(2)], question: question), scale)
    let frames = scene.cards.map(\.frame)
    let x = scene.size.width / 2
    #expect(sheet.pixel(x, frames[0].maxY - 4) == 0xff12_3456)
    #expect(sheet.pixels(in: frames[0]).contains(0xfffe_dcba))
    #expect(sheet.pixel(x, frames[1].maxY - 4) == plain.background.argb)
    let asked = try #require(scene.question?.frame)
    #expect(!sheet.pixels(in: asked).contains(0xff12_3456))
  }
}
