import Testing

@testable import Notifications

struct IdentifierTests {
  @Test("FD-030 FD-031 FD-032 ids start at 1 and rise by one, whoever asks")
  func counting() {
    var f = Fixture()
    #expect(f.notify() == 1)
    #expect(f.notify(from: Fixture.bob) == 2)
    #expect(f.notify() == 3)
  }

  @Test("FD-033 the counter wraps past 0, and past what is live or remembered")
  func wrapping() {
    var f = Fixture(counter: .max - 1)
    #expect(f.notify() == .max)
    #expect(f.notify() == 1)
    f.close(1)
    var g = Fixture(counter: .max)
    #expect(g.notify() == 1)
    var h = Fixture(counter: 0)
    #expect(h.notify(replaces: 2) == 2)
    #expect(h.notify() == 1)
    #expect(h.notify() == 3)
    h.close(3)
    #expect(h.notify(replaces: 4) == 4)
    h.close(4)
    #expect(h.notify() == 5)
  }

  @Test("FD-036 FD-037 FD-038 a live id of the same owner is replaced whole and in place")
  func replacement() {
    var f = Fixture()
    let first = f.notify("one") {
      $0.urgency = .critical; $0.progress = 5
    }
    f.notify("two")
    let created = f.core[first]?.created
    f.now = f.now + .seconds(1)
    #expect(f.notify("new", replaces: first) == first)
    #expect(f.closes(first).isEmpty)
    #expect(f.core[first]?.notification.title == "new")
    #expect(f.core[first]?.notification.urgency == .normal)
    #expect(f.core[first]?.notification.progress == nil)
    #expect(f.core[first]?.created == created)
    #expect(f.core.live.map(\.id.rawValue) == [2, first])
    #expect(f.core.candidates.map(\.id.rawValue) == [first, 2])
  }

  @Test("FD-040 an id nobody had is taken; one of a stranger's is not")
  func requestedID() {
    var f = Fixture()
    #expect(f.notify(replaces: 9999) == 9999)
    f.close(9999)
    #expect(f.notify(replaces: 9999) == 9999)
    f.close(9999)
    #expect(f.notify(replaces: 9999, from: Fixture.bob) == 1)
  }

  @Test("FD-040 the owners of the last closed ids are remembered, older ones are not")
  func forgetting() {
    var limits = Limits()
    limits.rememberedOwners = 4
    var f = Fixture(limits: limits)
    let first = f.notify()
    f.close(first)
    for _ in 0..<3 { f.close(f.notify()) }
    #expect(f.notify(replaces: first, from: Fixture.bob) == 5)
    f.close(5)
    #expect(f.notify(replaces: first, from: Fixture.bob) == first)
  }

  @Test("FD-041 a stranger's live notification stays untouched")
  func foreign() {
    var f = Fixture()
    let mine = f.notify("mine")
    let theirs = f.notify("theirs", replaces: mine, from: Fixture.bob)
    #expect(theirs == 2)
    #expect(f.core[mine]?.notification.title == "mine")
  }

  @Test("FD-042 FD-044 another process of one app may replace, and gets the signals from then on")
  func sameApp() {
    var f = Fixture()
    let shared = f.notify()
    let other = Owner(peer: ":1.9", principal: Fixture.alice.principal)
    #expect(f.notify(replaces: shared, from: other) == shared)
    f.close(shared)
    #expect(f.effects.contains(.closed(id(shared), .closedBySender, .peer(":1.9"))))
  }
}
