import Display
import EventLoop
import Notifications
import Presentation
import Testing

@testable import Popups

/// Popups between a core and a display, on a clock that the test moves.
@Suite(.serialized) struct PopupsTests {
  private static let pace: Int64 = 8_000_000

  @Test("what is live is placed and drawn, and reported as shown only then")
  func shows() {
    let desk = Desk()
    #expect(desk.display.placement == nil && !desk.display.wantsFrame)
    let id = desk.notify("one")
    #expect(desk.display.placement != nil && desk.display.wantsFrame)
    #expect(desk.shown == [])
    desk.display.frame()
    #expect(desk.shown.map { $0.rawValue } == [id] && desk.display.drawings == 1)
    desk.handle(.dismissAll(nil))
    desk.endTurn()
    desk.wait(16)
    #expect(desk.display.placement == nil && desk.shown == [])
  }

  @Test("WEB-326 KDE-041 who really sends stands at the end of the name, and is told to the card")
  func via() throws {
    let desk = Desk()
    desk.notify("one") {
      $0.name = "Bank"
      $0.about = "phone"
      $0.via = "fake.sh"
    }
    let popup = try #require(Stack(desk.core).popups.first)
    #expect(popup.appName == "Bank · phone · via fake.sh" && popup.via == "fake.sh")
    for number in 0..<9 {
      desk.notify("\(number)") {
        $0.name = "Bank \(number)"
        $0.via = "fake.sh"
      }
    }
    #expect(Stack(desk.core).waitingApp == "fake.sh")
  }

  @Test("however much comes between two frames, the stack is laid out once")
  func pace() {
    let desk = Desk()
    desk.notify("first")
    desk.display.frame()
    let placings = desk.display.placings
    for i in 0..<4 { desk.notify("more \(i)") }
    #expect(desk.display.placings == placings && !desk.display.wantsFrame)
    desk.loop.advance(to: desk.loop.now + Self.pace - 1)
    #expect(!desk.display.wantsFrame)
    desk.loop.advance(to: desk.loop.now + 1)
    #expect(desk.display.placings == placings + 1 && desk.display.wantsFrame)
    desk.display.frame()
    #expect(desk.shown.count == 5)
  }

  @Test("FD-078 a press that was on its way when another card came there chooses nothing")
  func intrusion() throws {
    let desk = Desk()
    let action = Notification.Action(key: "ok", label: "OK")
    let first = desk.notify("first") { $0.actions = [action] }
    let second = desk.notify("second") { $0.actions = [action] }
    desk.display.frame()
    let button = try #require(
      desk.place {
        if case .button(let id, _) = $0 { id.rawValue == first } else { false }
      }
    )
    func press() {
      desk.click(button)
      // No token is to be had.
      for id in [first, second] {
        if let id = NotificationID(rawValue: id) { desk.handle(.activationToken(id, nil)) }
      }
      desk.endTurn()
    }
    desk.pointer(.moved(button))
    press()
    desk.wait(20)
    desk.display.frame()
    #expect(desk.core[first] == nil && desk.core[second] != nil)
    // The second has slid under the pointer: the other half of a double click is not for it.
    desk.wait(200)
    press()
    #expect(desk.core[second] != nil)
    // Half a second later, or after a move, it is.
    desk.wait(400)
    press()
    #expect(desk.core[second] == nil)
  }

  @Test("FD-220 the pointer stops the time, but not one that lay there before the popups")
  func parkedPointer() throws {
    let desk = Desk()
    desk.notify("one")
    desk.display.frame()
    let body = try #require(desk.place { if case .body = $0 { true } else { false } })
    // It comes with the popup: nobody moved it there.
    desk.pointer(.moved(body))
    desk.wait(2000)
    #expect(desk.story == ["display"])
    desk.pointer(.moved(Point(x: body.x + 1, y: body.y)))
    #expect(desk.story == ["display", "pause"])
    desk.pointer(.left)
    #expect(desk.story == ["display", "pause", "go on"])
    // Later than half a second it was brought.
    desk.wait(501)
    desk.pointer(.moved(body))
    #expect(desk.story.last == "pause" && desk.story.count == 4)
  }

  @Test("a click is press and release on one thing; what it means is the thing's and the button's")
  func clicks() throws {
    let desk = Desk()
    let id = desk.notify("one") {
      $0.actions = [.init(key: "default", label: ""), .init(key: "k", label: "Label")]
      $0.isResident = true
    }
    desk.display.frame()
    let body = try #require(desk.place { if case .body = $0 { true } else { false } })
    let button = try #require(desk.place { if case .button = $0 { true } else { false } })
    let cross = try #require(desk.place { if case .close = $0 { true } else { false } })
    desk.pointer(.pressed(.primary, button))
    desk.pointer(.released(.primary, body, press: InputSerial(value: 1)))
    desk.pointer(.released(.primary, button, press: InputSerial(value: 1)))
    #expect(desk.story == ["display"])
    desk.click(body)
    desk.click(button)
    desk.click(body, .secondary)
    #expect(desk.story.dropFirst() == ["invoke \(id) default", "invoke \(id) k"])
    desk.click(cross)
    #expect(desk.story.last == "dismiss [\(id)]")
    let other = desk.notify("two")
    desk.wait(16)
    desk.display.frame()
    desk.click(body, .middle)
    #expect(desk.story.last == "dismiss [\(other)]")
  }

  @Test("the cursor is a hand over what a click does something to")
  func cursor() throws {
    let desk = Desk()
    desk.notify("one") { $0.actions = [.init(key: "k", label: "Label")] }
    desk.display.frame()
    let body = try #require(desk.place { if case .body = $0 { true } else { false } })
    let button = try #require(desk.place { if case .button = $0 { true } else { false } })
    desk.pointer(.moved(button))
    #expect(desk.display.cursor == .hand)
    desk.pointer(.moved(body))
    #expect(desk.display.cursor == .arrow)
  }

  @Test("F44 a display that goes is told once; the next one has everything again")
  func displayGoes() {
    let desk = Desk()
    let id = desk.notify("one")
    desk.display.frame()
    desk.display.handlers?.lost("it left")
    #expect(desk.log == ["the display paper is gone: it left"])
    #expect(desk.story == ["display", "no display"] && desk.popups?.displayName == nil)
    desk.notify("meanwhile")
    let next = PaperDisplay(output: "NEXT")
    desk.popups?.take(next, DisplayEnvironment([]))
    #expect(next.placement != nil)
    next.frame()
    #expect(desk.shown.count == 2 && desk.shown.contains { $0.rawValue == id })
    #expect(desk.popups?.outputInUse == "NEXT")
    desk.popups?.close()
    #expect(next.isClosed)
  }

  @Test("FD-083 the sender leaves: its card is another, and a disabled button does nothing")
  func disabled() throws {
    let desk = Desk()
    for (peer, level, name) in [(":1.7", Sender.Level.sandbox, "Mail"), (":1.8", .none, "Bank")] {
      var notification = Notification(appName: name, title: "title", receivedAt: 0)
      notification.actions = ["default", "a", "b"].map { .init(key: $0, label: $0) }
      notification.timeout = .never
      let owner = Owner(peer: peer, sender: Sender(level: level, principal: peer))
      desk.handle(.notify(notification, replaces: 0, from: owner, Call(token: 0)))
    }
    func cards() -> [Card] {
      desk.wait(16)
      desk.display.frame()
      return desk.popups?.scene?.cards.map { $0.card } ?? []
    }
    let before = cards()
    #expect(before.count == 2)
    #expect(before.allSatisfy { $0.isActivatable && !$0.buttons.contains { $0.isDisabled } })
    desk.handle(.peerLeft(":1.7"))
    desk.handle(.peerLeft(":1.8"))
    desk.endTurn()
    let after = cards()
    #expect(zip(before, after).allSatisfy { $0.revision != $1.revision && !$1.isActivatable })
    #expect(after.allSatisfy { $0.buttons.count == 2 && $0.buttons.allSatisfy { $0.isDisabled } })
    #expect(Set(Stack(desk.core).popups.map { $0.sender }) == ["Mail", ""])
    let place = try #require(desk.place { if case .disabled = $0 { true } else { false } })
    desk.pointer(.moved(place))
    #expect(desk.display.cursor == .arrow)
    desk.click(place)
    #expect(!desk.story.contains { $0.hasPrefix("invoke") || $0.hasPrefix("dismiss") })
    desk.click(place, .middle)
    #expect(desk.story.contains { $0.hasPrefix("dismiss") })
  }
}
