import Display
import Glibc
import Notifications
import Presentation
import Testing

/// What is shown beside the texts, and what the user's rules make of a card.
@Suite struct LookTests {
  @Test(
    "WEB-326 a claimed name has hark's mark; no text makes one",
    arguments: ["Firefox · via fake.sh", "⚠ Firefox", "⚠️ via", "\u{26a0}\u{fe0f}"]
  )
  func doubt(name: String) throws {
    for title in ["Title", ""] {
      var popup = popup(1, app: name, title: title)
      #expect(try card(popup).doubt == nil)
      popup.isDoubted = true
      for scale in scales {
        let card = try card(popup, scale: scale)
        let doubt = try #require(card.doubt)
        let sign = try #require(doubt.sign)
        // Within the rim, and before the name.
        #expect(doubt.stripe.maxX <= scale.rim)
        for text in card.texts.prefix(1) { #expect(sign.maxX < text.frame.x) }
        for text in card.texts { #expect(text.frame.maxX <= card.size.width) }
      }
    }
  }

  @Test("WEB-326 of a long name who it really is stays to be read")
  func doubtedName() throws {
    for title in ["Title", ""] {
      var styles: [TextStyle.Cut] = []
      var popup = popup(1, app: "A long name that nobody doubts · via fake.sh", title: title)
      popup.via = "fake.sh"
      let measurer = FixedMeasurer()
      _ = try card(popup, measurer: measurer)
      for ask in measurer.cuts where ask.text == popup.appName {
        styles.append(ask.cut)
        #expect(ask.lines == 1)
      }
      #expect(styles == [.start])
    }
  }

  @Test("KDE-041 of a long name with a site the site's end stays to be read")
  func siteName() throws {
    var popup = popup(1, app: "Firefox · https://www.paypal.com.account-security.example.org")
    popup.about = "https://www.paypal.com.account-security.example.org"
    let measurer = FixedMeasurer()
    _ = try card(popup, measurer: measurer)
    #expect(measurer.cuts.contains { $0 == (popup.appName, .start, 1) })
  }

  @Test("how many equal ones there are stands at the end of the first line", arguments: scales)
  func count(scale: Scale) throws {
    #expect(try card(popup(1), scale: scale).countBlock == nil)
    for (count, title) in [(2, "Title"), (17, ""), (100_000, "Title")] {
      var popup = popup(1, app: "A very long name of an app that fills the line", title: title)
      popup.count = count
      let card = try card(popup, scale: scale)
      let block = try #require(card.countBlock)
      let first = try #require(card.texts.first?.frame)
      #expect(first.maxX <= block.rect.x && block.rect.maxX <= card.close.x)
    }
  }

  @Test("another count is another card, at the same revision too")
  func recount() {
    let layout = Layout()
    let measurer = FixedMeasurer()
    var popup = popup(1)
    func card() -> Card? {
      layout.scene(
        for: Stack(popups: [popup]),
        theme: .standard,
        scale: .one,
        usable: screen,
        measurer: measurer
      ).cards.first?.card
    }
    let first = card()
    #expect(first === card())
    measurer.forget()
    popup.count = 2
    #expect(first !== card() && measurer.asked.contains("×2"))
  }

  @Test("a rule's colours are the card's; of what it does not name, the theme's stay")
  func style() throws {
    var popup = popup(1)
    popup.urgency = .critical
    #expect(try card(popup).palette == Theme.standard.critical)
    popup.style.background = 0x112233
    popup.style.title = 0x445566
    let palette = try card(popup).palette
    #expect(palette.background == Color(0x112233) && palette.title == Color(0x445566))
    #expect(palette.border == Theme.standard.critical.border)
    popup.style.button = 0xffffff
    #expect(try card(popup).palette.button == Color(0xffffff))
  }

  @Test(
    "a format puts title and text together, and never reads what it filled in",
    arguments: [
      ("%s\n%b", "Title", "Body & <b>"), ("%a: %s", "App: Title", ""),
      ("%s (%p)\n%c\n%b", "Title (40 %)", "im.received x\nBody & <b>"),
      ("%b", "Body & <b>", ""), ("\n%s", "", "Title"), ("", "", ""),
      ("100%% %x %", "100% %x %", ""),
      ("%%s\n%%b", "%s", "%b"), ("%é\n%", "%é", "%"),
    ]
  )
  func format(template: String, title: String, body: String) {
    var notification = Notification(appName: "App", title: "Title", receivedAt: 0)
    notification.body = StyledText("Body & <b>")
    notification.category = "im.received\nx"
    notification.progress = 40
    let format = Format(template)
    #expect(format.title(of: notification) == title)
    #expect(format.body(of: notification).text == body)
  }

  @Test("filled in, the text keeps its styles and links; templates in it are text")
  func formatRuns() {
    var notification = Notification(appName: "%s", title: "%b", receivedAt: 0)
    notification.body = StyledText("é link")
    notification.body.links = ["https://a/"]
    notification.body.runs = [.init(range: 3..<7, style: .bold, link: 0)]
    let body = Format("t\n%a %s:\n%b, %b").body(of: notification)
    #expect(body.text == "%s %b:\né link, é link")
    #expect(body.links == ["https://a/", "https://a/"])
    #expect(body.runs.map(\.range) == [10..<14, 19..<23] && body.runs.map(\.link) == [0, 1])
    notification.body = StyledText(String(repeating: "x", count: 60_000))
    let many = Format("t\n" + String(repeating: "%b", count: 50)).body(of: notification)
    #expect(many.text.utf8.count < 200_000)
  }

  @Test(
    "FD-083 buttons that lead nowhere have no click, and a line above them says why",
    arguments: [("Mail", "Mail is closed"), ("", "Sender is gone")]
  )
  func disabled(sender: String, reason: String) throws {
    var popup = popup(1, body: "Body", buttons: 3)
    popup.sender = sender
    #expect(try card(popup).texts.allSatisfy { $0.role != .reason })
    popup.disabled = ["default", "k0", "k2"]
    for scale in scales {
      let measurer = FixedMeasurer()
      let scene = Layout().scene(
        for: Stack(popups: [popup]),
        theme: .standard,
        scale: scale,
        usable: screen,
        measurer: measurer
      )
      let card = try #require(scene.cards.first?.card)
      #expect(measurer.cuts.contains { $0 == (reason, .start, 1) })
      let line = try #require(card.texts.last)
      #expect(line.role == .reason)
      #expect(card.buttons.map(\.isDisabled) == [true, false, true])
      for button in card.buttons {
        #expect(line.frame.maxY < button.rect.y)
        let hit = scene.hit(Point(x: button.rect.x + 9, y: button.rect.y + 9))
        let key = button.key
        #expect(hit == (key == "k1" ? .button(popup.id, key: key) : .disabled(popup.id)))
      }
    }
    // Of a body that leads nowhere there is nothing to see.
    popup.disabled = ["default"]
    #expect(try card(popup).texts.allSatisfy { $0.role != .reason })
  }

  @Test("FD-083 where there is little room the reason goes before the buttons do")
  func disabledWithoutRoom() throws {
    var popup = popup(1, buttons: 1)
    popup.disabled = ["k0"]
    var counts: Set<String> = []
    for height in 60...160 {
      let scene = Layout().scene(
        for: Stack(popups: [popup]),
        theme: .standard,
        scale: .one,
        usable: Size(width: 400, height: height),
        measurer: FixedMeasurer()
      )
      guard let card = scene.cards.first?.card else { continue }
      let hasReason = card.texts.contains { $0.role == .reason }
      for text in card.texts { #expect(text.frame.maxY <= card.size.height) }
      counts.insert("\(hasReason) \(card.buttons.count)")
    }
    #expect(counts == ["false 0", "false 1", "true 1"])
  }

  @Test("FD-083 what is dim can be read, on each of the theme's cards")
  func contrast() {
    func luminance(_ color: Color) -> Double {
      func channel(_ shift: UInt32) -> Double {
        pow(Double(color.rgb >> shift & 0xff) / 255, 2.2)
      }
      return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }
    for palette in [Palette.quiet, .plain, .urgent] {
      let ratio = (luminance(palette.dimmed) + 0.05) / (luminance(palette.background) + 0.05)
      #expect(ratio > 4.2)
      #expect(1.8 * luminance(palette.dimmed) < luminance(palette.buttonLabel))
    }
  }
}
