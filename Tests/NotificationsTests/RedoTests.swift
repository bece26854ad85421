import Testing

@testable import Notifications

@Suite struct RedoTests {
  private static let mail = Owner(
    peer: ":1.7",
    sender: Sender(level: .exe, principal: "mail", wakeID: "org.example.Mail")
  )

  /// What `notify` would have left in the past.
  private func past(_ change: (inout Notification) -> Void = { _ in }) -> Notification {
    var past = Notification(appName: "mail", title: "Lunch?", receivedAt: 5)
    past.actions = actions("default", "yes")
    change(&past)
    return past
  }

  private func redo(
    _ f: inout Fixture,
    _ past: Notification,
    from owner: Owner = Fixture.alice,
    isPresent: Bool = true
  ) -> UInt32 {
    let call = f.call()
    f.apply(.redo(past, nil, from: owner, isPresent: isPresent, call))
    for case .replyID(call, let id) in f.effects { return id.rawValue }
    return 0
  }

  @Test("F62 demand 12 it is shown as it was under a new id, in quiet and when muted, too")
  func again() throws {
    var f = Fixture()
    let old = f.notify("Lunch?")
    f.apply(.dismiss([old], nil))
    f.apply(.quiet(.manual(true, nil)))
    f.apply(.mute(Fixture.alice.principal, true, f.call()))
    let new = redo(&f, past { $0.urgency = .low })
    #expect(new > old)
    let entry = try #require(f.core[new])
    #expect(entry.state == .pending && entry.notification.title == "Lunch?")
    #expect(entry.notification.actions == past().actions && entry.notification.urgency == .low)
    #expect(!entry.isUnread && f.core.unread == 0)
    f.show()
    #expect(f.core[new]?.state == .shown)
    f.apply(.invoke(new, key: "yes", .control(f.call())))
    #expect(f.invoked == ["yes"] && f.closes(new) == [.dismissed])
    // Its place in the past is that of its first life.
    #expect(f.core.history.record(of: id(new)) == nil)
  }

  @Test(
    "demand 13 it has buttons where its sender is on the bus, or can be started",
    arguments: [
      (Fixture.alice, true, 2), (Fixture.alice, false, 0), (mail, true, 2), (mail, false, 2),
    ]
  )
  func buttons(owner: Owner, isPresent: Bool, count: Int) {
    var f = Fixture()
    let id = redo(&f, past(), from: owner, isPresent: isPresent)
    #expect(f.core[id]?.notification.actions.count == count)
    guard count > 0 else { return }
    f.apply(.invoke(id, key: "yes", .control(f.call())))
    let wakes = f.effects.contains {
      if case .wake("org.example.Mail", _) = $0 { true } else { false }
    }
    #expect(wakes == !isPresent)
  }

  @Test("CAN-001 WEB-202 what took its place since stays")
  func places() {
    var f = Fixture()
    let tagged = past { $0.tag = "one" }
    var fields = WebOptions.Fields()
    (fields.method, fields.nid) = (.create, "cup")
    let named = past { $0.web = WebOptions(fields) }
    let live = f.notify { $0.tag = "one" }
    let untagged = redo(&f, tagged)
    #expect(f.isLive(live) && f.core[untagged]?.notification.tag == nil)
    let (first, second) = (redo(&f, named), redo(&f, named))
    #expect(f.core[first]?.notification.nid == "cup")
    #expect(f.core[second]?.notification.nid == "")
  }

  @Test("FD-214 its time runs as it did, and its end reaches who sent it")
  func time() {
    var f = Fixture()
    let id = redo(&f, past { $0.timeout = .milliseconds(500) })
    f.show()
    f.advance(499)
    #expect(f.isLive(id))
    f.advance(1)
    #expect(f.closes(id) == [.expired])
  }
}
