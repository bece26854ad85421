import Display
import Notifications
import Presentation
import Testing

@testable import Popups

/// The question whether an app may notify, between a core and a display.
@Suite(.serialized) struct QuestionTests {
  private func asking(_ apps: String...) -> Desk {
    let desk = Desk()
    var preferences = Preferences()
    preferences.defaultPolicy = .prompt
    desk.handle(.configured(preferences, nil))
    for app in apps { desk.notify("from \(app)", from: app) }
    return desk
  }

  private func draw(_ desk: Desk) {
    desk.wait(16)
    desk.display.frame()
  }

  private func place(_ answer: Permissions.Answer, _ desk: Desk) throws -> Point {
    try #require(desk.place { if case .answer(_, answer) = $0 { true } else { false } })
  }

  @Test(
    "WEB-106 WEB-107 each part of the question answers it, and nothing else does",
    arguments: [Permissions.Answer.granted, .denied, .dismissed]
  )
  func answers(answer: Permissions.Answer) throws {
    let desk = asking("app:org.example.One")
    draw(desk)
    #expect(desk.popups?.scene?.question?.card.question.app == "app:org.example.One")
    desk.wait(501)
    let words = try #require(desk.place { if case .question = $0 { true } else { false } })
    desk.click(words)
    desk.click(words, .secondary)
    desk.click(try place(answer, desk), .secondary)
    #expect(desk.story == ["display"])
    desk.click(try place(answer, desk))
    #expect(desk.story == ["display", "app:org.example.One \(answer.rawValue)"])
    draw(desk)
    #expect(desk.popups?.scene?.question == nil)
    // What waited for it is seen now, or gone.
    let isShown = answer == .granted
    #expect(desk.popups?.scene?.cards.count ?? 0 == (isShown ? 1 : 0))
  }

  @Test("a middle click dismisses it, wherever it is on it")
  func middle() throws {
    for answer: Permissions.Answer? in [.granted, nil] {
      let desk = asking("app:one")
      draw(desk)
      desk.wait(501)
      let words = try #require(desk.place { if case .question = $0 { true } else { false } })
      desk.click(try answer.map { try place($0, desk) } ?? words, .middle)
      #expect(desk.story == ["display", "app:one dismissed"])
    }
  }

  @Test(
    "FD-078 a press within half a second of being drawn answers nothing, however it came there",
    arguments: [PointerButton.primary, .middle]
  )
  func haste(button: PointerButton) throws {
    let desk = asking("app:one", "app:two")
    let allow = try place(.granted, desk)
    // It is laid out, and nobody has seen it.
    desk.wait(600)
    desk.click(allow, button)
    #expect(desk.story == ["display"])
    desk.display.frame()
    for _ in 0..<4 {
      desk.wait(120)
      desk.pointer(.moved(Point(x: allow.x - 3, y: allow.y)))
      desk.pointer(.moved(allow))
      desk.click(allow, button)
    }
    // A press that came too early is no better when it is let go late.
    desk.pointer(.pressed(button, allow))
    desk.wait(30)
    desk.pointer(.released(button, allow, press: InputSerial(value: 1)))
    #expect(!desk.story.contains { $0.hasPrefix("app:") })
    // Each began the half second anew.
    desk.wait(460)
    desk.pointer(.pressed(button, allow))
    desk.pointer(.released(button, allow, press: InputSerial(value: 1)))
    #expect(!desk.story.contains { $0.hasPrefix("app:") })
    desk.wait(501)
    desk.click(allow, button)
    #expect(desk.story.filter { $0.hasPrefix("app:one ") }.count == 1)
    // The next one stands where it stood, and has a time of its own.
    draw(desk)
    #expect(desk.popups?.scene?.question?.card.question.app == "app:two")
    desk.wait(400)
    desk.click(allow, button)
    #expect(!desk.story.contains { $0.hasPrefix("app:two ") })
    desk.wait(501)
    desk.click(allow, button)
    #expect(desk.story.filter { $0.hasPrefix("app:two ") }.count == 1)
  }

  @Test("FD-078 the same question asked again at once has a half second of its own")
  func again() throws {
    let desk = asking("app:one")
    draw(desk)
    desk.wait(501)
    let dismiss = try place(.dismissed, desk)
    desk.click(dismiss)
    desk.notify("again", from: "app:one")
    draw(desk)
    desk.wait(400)
    desk.click(dismiss)
    #expect(desk.story.filter { $0 == "app:one dismissed" }.count == 1)
    desk.wait(501)
    desk.click(dismiss)
    #expect(desk.story.filter { $0 == "app:one dismissed" }.count == 2)
  }

  @Test("what is drawn again at another place or size has to stand there for half a second anew")
  func moved() throws {
    let desk = asking("app:one")
    draw(desk)
    desk.wait(501)
    desk.display.outputs = [
      Output(name: "OUT", usable: Size(width: 200, height: 400), scale: .one)
    ]
    desk.display.handlers?.outputsChanged()
    draw(desk)
    desk.wait(300)
    desk.click(try place(.granted, desk))
    #expect(desk.story == ["display"])
    desk.wait(501)
    desk.click(try place(.granted, desk))
    #expect(desk.story == ["display", "app:one granted"])
  }

  @Test("WEB-113 WEB-115 quiet takes it from the screen; it takes no popup's place")
  func quiet() throws {
    let desk = Desk()
    for i in 0..<5 { desk.notify("\(i)", from: "app:old") }
    var preferences = Preferences()
    preferences.defaultPolicy = .prompt
    desk.handle(.configured(preferences, nil))
    desk.notify("new", from: "app:one")
    desk.notify("new", from: "app:two")
    draw(desk)
    let scene = try #require(desk.popups?.scene)
    #expect(scene.question?.card.question.app == "app:one" && scene.cards.count == 5)
    #expect(desk.shown.count == 5)
    desk.handle(.quiet(.manual(true, nil)))
    desk.endTurn()
    draw(desk)
    #expect(desk.popups?.scene?.question == nil)
  }

  @Test("PT-043 DUN-004 demand 22 a locked screen shows names; nothing but the cross answers")
  func locked() throws {
    for (visible, isVeiled) in [
      (Notification.LockScreen.name, true), (.content, false),
    ] {
      let desk = Desk()
      var preferences = Preferences()
      preferences.quiet.criticalInQuiet = true
      desk.handle(.configured(preferences, nil))
      let id = desk.notify("secret") {
        $0.urgency = .critical
        $0.onLockScreen = visible
        $0.actions = [.init(key: "default", label: ""), .init(key: "k", label: "Pay")]
        $0.body = StyledText("link")
        $0.body.links = ["https://example.org/"]
        $0.body.runs = [.init(range: 0..<4, style: [], link: 0)]
        $0.isResident = true
      }
      desk.notify("hidden") {
        $0.urgency = .critical
        $0.onLockScreen = .nothing
      }
      desk.notify("plain")
      draw(desk)
      let button = try #require(desk.place { if case .button = $0 { true } else { false } })
      let link = try #require(desk.place { if case .link = $0 { true } else { false } })
      desk.handle(.quiet(.locked(true, by: .logind)))
      // The picture of before is still there: what is clicked on it does nothing either.
      desk.click(button)
      desk.click(link)
      desk.endTurn()
      draw(desk)
      let cards = try #require(desk.popups?.scene?.cards)
      #expect(cards.map { $0.card.id.rawValue } == [id])
      let card = try #require(cards.first?.card)
      #expect(card.buttons.isEmpty && card.links.isEmpty && !card.isActivatable)
      #expect(card.texts.contains { $0.role == .body } == !isVeiled)
      let body = try #require(desk.place { if case .body = $0 { true } else { false } })
      for mouse in [PointerButton.primary, .middle] { desk.click(body, mouse) }
      #expect(desk.story == ["display"])
      // Unlocked, it is what it was.
      desk.handle(.quiet(.locked(false, by: .logind)))
      desk.endTurn()
      draw(desk)
      let whole = desk.popups?.scene?.cards.first { $0.card.id.rawValue == id }
      #expect(whole?.card.buttons.count == 1 && whole?.card.links.count == 1)
      desk.handle(.quiet(.locked(true, by: .logind)))
      desk.endTurn()
      draw(desk)
      let cross = try #require(desk.place { if case .close = $0 { true } else { false } })
      desk.click(cross)
      #expect(desk.story == ["display", "dismiss [\(id)]"])
    }
  }
}
