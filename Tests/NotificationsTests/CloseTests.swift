import Testing

@testable import Notifications

struct CloseTests {
  @Test("FD-260 FD-261 FD-265 FD-270 the signal goes before the reply; a second close is an error")
  func bySender() {
    var f = Fixture()
    let n = f.notify()
    let call = f.call()
    f.apply(.closeNotification(n, from: Fixture.alice, call))
    #expect(
      f.effects == [
        .closed(id(n), .closedBySender, .peer(":1.1")), .removed(id(n), .closedBySender),
        .replyEmpty(call),
      ]
    )
    for unknown in [n, 0, 4711] {
      let again = f.call()
      f.apply(.closeNotification(unknown, from: Fixture.alice, again))
      #expect(f.effects == [.refuse(again, .invalidID(unknown))])
    }
  }

  @Test("FD-263 one that waits is closed before it was ever shown")
  func queued() {
    var limits = Limits()
    limits.visible = 1
    var f = Fixture(limits: limits)
    f.notify()
    let queued = f.notify()
    f.show()
    f.close(queued)
    #expect(f.closes(queued) == [.closedBySender])
    #expect(f.core.waiting.count == 0)
  }

  @Test("FD-264 resident and critical ones close likewise")
  func stubborn() {
    var f = Fixture()
    let n = f.notify {
      $0.isResident = true
      $0.urgency = .critical
    }
    f.close(n)
    #expect(f.closes(n) == [.closedBySender])
  }

  @Test("WEB-309 who dismisses several hears of each that is not there")
  func dismissUnknown() {
    var f = Fixture()
    let n = f.notify()
    let call = f.call()
    f.apply(.dismiss([7, n, 0, 9], call))
    let refusal = f.effects.last
    #expect(refusal == .refuse(call, .invalidIDs([7, 0, 9])))
    #expect(f.closes(n) == [.dismissed])
  }

  @Test("FD-277 FD-272 dismissing closes each with reason 2")
  func dismissAll() {
    var f = Fixture()
    let a = f.notify()
    let b = f.notify(from: Fixture.bob)
    f.apply(.dismissAll(nil))
    #expect(f.closes(a) == [.dismissed])
    #expect(f.closes(b) == [.dismissed])
  }

  @Test("FD-216 FD-218 FD-267 what is kept of the past")
  func records() {
    var f = Fixture()
    let expired = f.notify()
    let transient = f.notify { $0.isTransient = true }
    f.show()
    f.advance(8000)
    let revoked = f.notify()
    f.close(revoked)
    #expect(f.core.history.record(of: id(expired))?.reason == .expired)
    #expect(f.core.history.record(of: id(transient)) == nil)
    #expect(f.core.history.record(of: id(revoked)) == nil)
  }

  @Test("the past is bounded by number and by content")
  func boundedRecords() {
    var limits = Limits()
    limits.records = 100
    limits.recordContent = 100_000
    limits.burst = 1_000_000
    var f = Fixture(limits: limits)
    for _ in 0..<1000 { f.apply(.dismiss([f.notify { $0.rawBody = "x" }], nil)) }
    #expect(f.core.history.record(of: id(1000)) != nil)
    #expect(f.core.history.record(of: id(901)) != nil)
    #expect(f.core.history.record(of: id(800)) == nil)
    for _ in 0..<20 {
      let big = f.notify { $0.rawBody = String(repeating: "x", count: 20_000) }
      f.apply(.dismiss([big], nil))
    }
    #expect(f.core.history.record(of: id(1020)) != nil)
    #expect(f.core.history.record(of: id(1010)) == nil)
  }
}
