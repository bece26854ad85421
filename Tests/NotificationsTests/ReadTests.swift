import Testing

@testable import Notifications

@Suite struct ReadTests {
  private func changes(_ fixture: Fixture) -> [UInt32] {
    fixture.effects.compactMap { if case .changed(let id) = $0 { id.rawValue } else { nil } }
  }

  @Test("unread is what was never on the screen; new words are unread where nobody sees them")
  func screen() {
    var f = Fixture()
    let first = f.notify()
    f.notify()
    #expect(f.core.unread == 2)
    f.show()
    #expect(f.core.unread == 0)
    f.notify("new words", replaces: first)
    #expect(f.core.unread == 0)
    f.apply(.quiet(.manual(true, nil)))
    f.notify("new words", replaces: first)
    #expect(f.core.unread == 0)
    f.notify("other words", replaces: first)
    #expect(f.core.unread == 1)
    let kept = f.notify()
    #expect(f.core.unread == 2)
    f.close(kept)
    #expect(f.core.unread == 1)
  }

  @Test("watchers hear that one is on the screen, or off it again")
  func stream() {
    var f = Fixture()
    let id = f.notify()
    f.show()
    #expect(changes(f) == [id])
    f.show()
    #expect(changes(f) == [])
    f.apply(.shown([], output: ""))
    #expect(changes(f) == [id] && f.core.unread == 0)
  }

  @Test("the user marks some or all as read, and hears of ids that nobody has")
  func marking() {
    var f = Fixture()
    let ids = [f.notify("a"), f.notify("b"), f.notify("c")]
    let some = f.call()
    f.apply(.markRead([ids[1], 99, ids[1]], some))
    #expect(f.effects == [.changed(id(ids[1])), .refuse(some, .invalidIDs([99]))])
    #expect(f.core.unread == 2)
    let all = f.call()
    f.apply(.markAllRead(all))
    #expect(changes(f) == [ids[2], ids[0]] && f.effects.last == .replyEmpty(all))
    #expect(f.core.unread == 0)
    // It was never on the screen all the same.
    #expect(f.core[ids[0]]?.hasAppeared == false)
  }

  @Test(
    "WEB-216 WEB-413 what asks for no notice, has no list, or follows the hand is not unread",
    arguments: [
      ("plain", 1), ("priority -1", 1), ("priority -2", 0), ("unlisted", 0), ("display", 0),
    ]
  )
  func counted(kind: String, count: Int) {
    var f = Fixture()
    if kind == "unlisted" {
      f.core.rules = OneRule { $0.isListed = false }
    }
    f.notify {
      if kind == "display" { ($0.tag, $0.progress) = ("volume", 40) }
      guard kind.hasPrefix("priority") else { return }
      var fields = WebOptions.Fields()
      fields.method = .notify
      fields.priority = kind == "priority -2" ? -2 : -1
      $0.web = WebOptions(fields)
    }
    #expect(f.core.unread == count)
    f.apply(.dismissAll(nil))
    #expect(f.core.unread == 0)
  }

  @Test("equal ones are read together")
  func piles() {
    var f = Fixture()
    f.core.preferences.stacksDuplicates = true
    let first = f.notify("same")
    let second = f.notify("same")
    #expect(f.core.unread == 2)
    f.show()
    #expect(f.core.unread == 0)
    #expect(changes(f).sorted() == [first, second])
  }

  @Test("FD-227 what is read stays so for the next daemon, and what is past tells it")
  func keeping() {
    var f = Fixture(display: false)
    let (read, unread) = (f.notify("read"), f.notify("unread"))
    f.apply(.markRead([read], f.call()))
    #expect(f.core.saved(id(read))?.standing.flags.contains(.isRead) == true)
    #expect(f.core.saved(id(unread))?.standing.flags.contains(.isRead) == false)
    var next = Fixture(display: false)
    var saved = Saved()
    saved.live = [read, unread].compactMap { f.core.saved(id($0)) }
    next.apply(.restore(saved, present: []))
    #expect(next.core.unread == 1)
    for (one, expected) in [(read, false), (unread, true)] {
      f.apply(.closeNotification(one, from: Fixture.alice, f.call()))
      #expect(f.core.history.record(of: id(one)) == nil)
      next.core.preferences.remembersRevoked = true
      next.close(one)
      #expect(next.core.history.record(of: id(one))?.isUnread == expected)
    }
    let dismissed = f.notify()
    f.apply(.dismiss([dismissed], nil))
    #expect(f.core.history.record(of: id(dismissed))?.isUnread == false)
  }
}

/// The same for every notification.
private final class OneRule: RuleBook {
  private let treatment: Treatment

  init(_ change: (inout Treatment.Wishes) -> Void) {
    var wishes = Treatment.Wishes()
    change(&wishes)
    treatment = Treatment(wishes, trace: [])
  }

  func treatment(of: Notification, from: Owner, in: Circumstances) -> Treatment? { treatment }
}
