import Display
import Notifications
import Presentation
import Testing

@Suite struct LinkAddressTests {
  @Test(
    "FD-133 the host, as a browser finds it; the address of mailto and tel",
    arguments: [
      ("https://example.org/a/b?c#d", "example.org"), ("http://example.org", "example.org"),
      ("HTTPS://PaypaI.Example/", "paypai.example"),
      ("https://example.org:8443/", "example.org:8443"), ("http://[::1]:80/", "[::1]:80"),
      ("https://bank.example@evil.example/", "evil.example"),
      ("https://bank.example:443@x@evil.example/", "evil.example"),
      ("https://evil.example\\@bank.example/", "evil.example"),
      ("https://\\evil.example/@bank.example", "evil.example"),
      ("https://evil.example?@bank.example", "evil.example"),
      ("https://evil.example#@bank.example", "evil.example"),
      ("mailto:a@b.example?subject=x", "a@b.example"), ("MailTo:a@b.example", "a@b.example"),
      ("tel:+49-30-123", "+49-30-123"),
      // Where there is none, all of it.
      ("mailto:?to=a@b.example", "mailto:?to=a@b.example"), ("https://@/", "https://@/"),
      ("x-other:a", "x-other:a"), ("", ""),
    ]
  )
  func address(target: String, expected: String) {
    #expect(LinkAddress(of: target).text == expected)
  }

  @Test(
    "FD-133 letters beyond ASCII as in the name of the host",
    arguments: [
      ("https://münchen.example/", "xn--mnchen-3ya.example"),
      ("https://MÜNCHEN.example/", "xn--mnchen-3ya.example"),
      // A Cyrillic а.
      ("https://p\u{430}ypal.example", "xn--pypal-4ve.example"),
      ("https://пример.рф:80/", "xn--e1afmkfd.xn--p1ai:80"),
      ("https://bank.example。evil.example/", "bank.example.evil.example"),
      // RFC 3492, 7.1 (B) and (A).
      ("https://他们为什么不说中文/", "xn--ihqwcrb4cv8a8dqg056pqjye"),
      ("https://ليهمابتكلموشعربي؟/", "xn--egbpdaj6bu4bxfgehfvwxn"),
      ("mailto:ü@b.example", "%C3%BC@b.example"),
    ]
  )
  func letters(target: String, expected: String) {
    #expect(LinkAddress(of: target).text == expected)
  }

  @Test(
    "FD-133 nothing that turns the direction, breaks the line or has no shape gets through",
    arguments: [
      "\u{202E}", "\u{2067}", "\u{200F}", "\u{61C}", "\u{200B}", "\u{AD}", "\u{2028}", "\n", "\t",
      "\0", "\u{7F}", "\u{85}", " ", "\u{A0}", "א", "\u{301}", "\u{E0041}", "👩‍👩‍👧",
    ]
  )
  func harmless(text: String) {
    for target in ["https://a\(text)b.example/", "mailto:a\(text)b", "tel:1\(text)2", "x:\(text)"] {
      let address = LinkAddress(of: target).text
      #expect(address.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "\(address)")
    }
  }

  @Test("FD-133 what is too long keeps the end of a host and the beginning of a number")
  func long() {
    let host = LinkAddress(of: "https://bank.example." + many("a.", 5000) + "evil.example/")
    #expect(host.cut == .start && host.text.hasSuffix("a.a.evil.example"))
    let mail = LinkAddress(of: "mailto:a@bank.example." + many("a.", 5000) + "evil.example")
    #expect(mail.cut == .start && mail.text.hasSuffix("a.a.evil.example"))
    let number = LinkAddress(of: "tel:+1900" + many("0", 5000))
    #expect(number.cut == .end && number.text.hasPrefix("+1900"))
    for text in [host.text, mail.text, number.text] { #expect(text.count == 256) }
    let letters = LinkAddress(of: "https://" + String(repeating: "юя", count: 500) + "/")
    #expect(letters.text.count == 256)
  }

  private func many(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  @Test(
    "FD-133 it stands in place of the card's first text, clear of the close button",
    arguments: [
      ("App", "Title"), ("", "Title"), ("App", ""), ("", String(repeating: "x", count: 99)),
    ]
  )
  func line(app: String, title: String) throws {
    for scale in scales {
      var popup = popup(1, app: app, title: title, body: "See this")
      popup.body.links = ["https://e.example/"]
      popup.body.runs = [StyledText.Run(range: 4..<8, style: [], link: 0)]
      popup.image = picture(48, 48)
      let card = try card(popup, scale: scale)
      let first = try #require(card.texts.first).frame
      let address = card.address
      #expect(address.frame.intersection(first) == address.frame)
      #expect(address.frame.x == first.x && address.frame.y == first.y)
      #expect(address.frame.height == address.style.lineHeight)
      #expect(first.intersection(card.close).isEmpty)
      #expect(first.intersection(card.closeMark).isEmpty)
      let image = try #require(card.image)
      #expect(address.frame.x > image.frame.maxX)
    }
  }

  @Test("FD-133 only the card with the link under the pointer tells")
  func hover() throws {
    var linked = popup(1, body: "See this")
    linked.body.links = ["https://e.example/"]
    linked.body.runs = [StyledText.Run(range: 4..<8, style: [], link: 0)]
    let scene = Layout().scene(
      for: Stack(popups: [linked, popup(2)]),
      theme: .standard,
      scale: .one,
      usable: screen,
      measurer: FixedMeasurer()
    )
    func addresses(_ hover: Hit?) -> [String?] {
      let painting = Painting(scene: scene, hover: hover)
      return scene.cards.map { painting.address(on: $0.card)?.text }
    }
    #expect(addresses(.link(id(1), "https://e.example/")) == ["e.example", nil])
    #expect(addresses(.link(id(2), "https://e.example/")) == [nil, nil])
    #expect(addresses(.link(id(1), "https://other.example/")) == [nil, nil])
    #expect(addresses(.body(id(1))) == [nil, nil])
    #expect(addresses(nil) == [nil, nil])
  }
}
