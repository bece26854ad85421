import Display
import Notifications
import Presentation
import Testing

@Suite struct QuestionTests {
  private let question = Question(
    app: "app:org.gnome.Evince",
    asker: Sender(level: .unit, principal: "app:org.gnome.Evince", name: "Document Viewer")
  )

  private func scene(_ stack: Stack, usable: Size = screen, scale: Scale = .one) -> Scene {
    Layout().scene(
      for: stack,
      theme: .standard,
      scale: scale,
      usable: usable,
      measurer: FixedMeasurer()
    )
  }

  @Test(
    "WEB-106 it names who was proved, and what that rests on",
    arguments: [
      ("app:org.x.Y", Sender.Level.unit, "Viewer", "Viewer", "app:org.x.Y, by its systemd unit"),
      ("flatpak:org.x.Y", .sandbox, "", "org.x.Y", "flatpak:org.x.Y, by its sandbox"),
      ("app:org.x.Y", .exe, "Viewer", "Viewer", "app:org.x.Y, by its program"),
      ("app:org.x.Y", .name, "V", "V", "app:org.x.Y, by its name on the bus"),
      ("app:", .name, "", "app:", "app:, by its name on the bus"),
      (
        "script:/a/b.sh", .program, "b.sh", "b.sh",
        "script:/a/b.sh, a program that belongs to no app"
      ),
      (
        "app:firefox#https://example.org", .unit, "Firefox", "https://example.org",
        "a site, as Firefox says: app:firefox, by its systemd unit"
      ),
      // A name is one line, whatever a desktop file says.
      (
        "app:a", .exe, " Two\nlines\u{202e}\u{7} ", "Two lines",
        "app:a, by its program"
      ),
      (
        "app:c#https://a\u{202e}b.org", .exe, "\u{202e}C", "https://ab.org",
        "a site, as C says: app:c, by its program"
      ),
      // One whose letters run to the left leaves the words around it where they are.
      (
        "app:c#https://b.org", .exe, "אב", "https://b.org",
        "a site, as \u{2068}אב\u{2069} says: app:c, by its program"
      ),
      (
        "script:/tmp/\u{202e}x", .program, "\u{202e}x", "x",
        "script:/tmp/x, a program that belongs to no app"
      ),
    ]
  )
  func words(app: String, level: Sender.Level, name: String, shown: String, grounds: String) {
    let question = Question(
      app: app,
      asker: Sender(level: level, principal: app, name: name)
    )
    #expect(question.name == shown)
    #expect(question.grounds == grounds)
  }

  @Test("WEB-106 of a site the end is seen, however long it is")
  func longSite() {
    let host = "https://www.paypal.com.account-security.example.org"
    let site = Question(app: "app:firefox#" + host, asker: nil)
    let measurer = FixedMeasurer()
    _ = Layout().scene(
      for: Stack(question: site),
      theme: .standard,
      scale: .one,
      usable: screen,
      measurer: measurer
    )
    #expect(measurer.cuts.contains { $0 == (host, .start, 1) })
    let long = Question(
      app: "app:firefox#https://" + String(repeating: "a.", count: 900) + "evil.org",
      asker: nil
    )
    #expect(long.name.hasPrefix("…") && long.name.hasSuffix(".evil.org"))
  }

  @Test("who asked is not known: the key stands alone")
  func nobody() {
    let question = Question(app: "app:org.x.Y", asker: nil)
    #expect(question.name == "org.x.Y" && question.grounds == "app:org.x.Y")
  }

  @Test("it stands above five popups, which give way where there is no room", arguments: scales)
  func above(scale: Scale) throws {
    let popups = (1...5).map { popup($0, body: "Body", buttons: 2) }
    for height in [1080, 720, 480, 300, 240, 200, 160] {
      let scene = scene(
        Stack(popups: popups, question: question),
        usable: Size(width: 1920, height: height),
        scale: scale
      )
      let frame = try #require(scene.question?.frame, "\(height)")
      #expect(frame.y == 0 && frame.width == scene.size.width)
      #expect(scene.surface.height + 2 * scene.margin <= height)
      #expect(frame.maxY <= scene.size.height)
      for card in scene.cards { #expect(card.frame.y > frame.maxY) }
      if let more = scene.more {
        #expect(more.frame.y > frame.maxY && more.frame.maxY <= scene.size.height)
      }
      if height == 1080 { #expect(scene.cards.count == 5 && scene.more == nil) }
      #expect(scene.placement.input.count == scene.cards.count + (scene.more == nil ? 1 : 2))
      // The name and both answers are there, whatever else is not.
      let card = try #require(scene.question?.card)
      #expect(card.texts.contains { $0.role == .name })
      #expect(card.buttons.map(\.answer) == [.granted, .denied])
      for button in card.buttons { #expect(button.rect.maxY < card.size.height) }
    }
  }

  @Test("a question alone, and none where not even its name has room")
  func tiny() {
    #expect(scene(Stack(question: question)).question != nil)
    #expect(!Stack(question: question).isEmpty)
    let scene = scene(Stack(question: question), usable: Size(width: 300, height: 80))
    #expect(scene.question == nil)
  }

  @Test("each part is what a click there means", arguments: scales)
  func hits(scale: Scale) throws {
    let scene = scene(Stack(question: question), scale: scale)
    let card = try #require(scene.question?.card)
    for button in card.buttons {
      #expect(scene.hit(button.rect.middle) == .answer(question.app, button.answer))
    }
    #expect(scene.hit(card.closeMark.middle) == .answer(question.app, .dismissed))
    #expect(scene.hit(Point(x: 20, y: card.band.maxY + 10)) == .question(question.app))
    #expect(scene.hit(Point(x: 20, y: 5)) == .question(question.app))
  }

  @Test("only what changed of it is painted")
  func changes() throws {
    let layout = Layout()
    let measurer = FixedMeasurer()
    func scene(_ question: Question?, _ popups: [Popup]) -> Scene {
      layout.scene(
        for: Stack(popups: popups, question: question),
        theme: .standard,
        scale: .one,
        usable: screen,
        measurer: measurer
      )
    }
    let popups = [popup(1), popup(2)]
    let first = Painting(scene: scene(question, popups))
    measurer.forget()
    let same = Painting(scene: scene(question, popups))
    #expect(same.changes(since: first).isEmpty && measurer.asked == [])
    let other = Question(app: "app:b", asker: nil)
    let next = Painting(scene: scene(other, popups))
    #expect(next.changes(since: first).paintsQuestion)
    let hovered = Painting(scene: next.scene, hover: .answer("app:b", .granted))
    #expect(hovered.changes(since: next).paintsQuestion && hovered.changes(since: next).cards == [])
    let gone = Painting(scene: scene(nil, popups))
    #expect(gone.changes(since: hovered).cards == [0, 1])
  }
}

extension Rect {
  fileprivate var middle: Point { Point(x: x + width / 2, y: y + height / 2) }
}
