import Testing

@testable import Notifications

/// Lives by the strict interface, as their owners hear of them.
struct WebTests {
  private func displayed(_ raw: UInt32, _ nid: String = "") -> WebSignal {
    .displayed(id(raw), nid: nid)
  }

  @Test("WEB-001 WEB-002 Show: the reply, then exactly one Displayed when it is on the screen")
  func show() {
    var f = WebFixture()
    let one = f.show()
    guard case .replyID(_, id(one)) = f.told.first else { return #expect(Bool(false)) }
    #expect(f.told.count == 1, "nothing is displayed yet")
    f.base.show()
    #expect(f.signals == [displayed(one)])
    f.base.show()
    #expect(f.signals.isEmpty)
  }

  @Test("WEB-135 WEB-150 without a grant: an id and Failed, or an error for what is a promise")
  func refusal() {
    for decision in [Permissions.Decision.denied, nil] {
      var f = WebFixture()
      f.set(decision, "app:a")
      let one = f.show()
      #expect(f.signals == [.failed(id(one), nid: "", .permissionDenied)])
      guard case .replyID = f.told.first else { return #expect(Bool(false)) }
      #expect(f.core[one] == nil)
      f.show(persistent: true)
      guard case .answer(_, .denied) = f.told.first else { return #expect(Bool(false)) }
      #expect(f.told.count == 1)
      f.create("n")
      guard case .answer(_, .denied) = f.told.first else { return #expect(Bool(false)) }
      #expect(f.core.live.isEmpty)
    }
  }

  @Test("WEB-151 WEB-320 retained and held ones are displayed at once, those in the queue later")
  func displayedAtOnce() {
    var f = WebFixture()
    #expect(f.show().self > 0 && f.signals.isEmpty)
    let kept = f.show(persistent: true)
    #expect(f.signals == [displayed(kept)])
    f.base.apply(.quiet(.manual(true, nil)))
    let quiet = f.show()
    #expect(f.signals == [displayed(quiet)])
    f.base.apply(.quiet(.manual(false, nil)))
    f.base.apply(.mute("app:a", true, f.base.call()))
    let muted = f.show()
    #expect(f.signals == [displayed(muted)])
    f.base.apply(.mute("app:a", false, f.base.call()))
    f.base.apply(.enable(false, nil))
    let off = f.show()
    #expect(f.signals == [displayed(off)])
    f.base.apply(.enable(true, nil))
    f.base.apply(.quiet(.locked(true, by: .logind)))
    let locked = f.show()
    #expect(f.signals == [displayed(locked)])
  }

  @Test("WEB-152 WEB-003 WEB-019 what is closed before it was displayed is not heard of again")
  func cancel() {
    var f = WebFixture()
    let one = f.show()
    f.close(one)
    #expect(f.signals.isEmpty)
    f.close(one)
    guard case .replyEmpty = f.told.first else { return #expect(Bool(false)) }
    #expect(f.told.count == 1)
    f.base.show()
    #expect(f.signals.isEmpty)
  }

  @Test("WEB-019 WEB-153 Close: one Closed(3), to the owner; another's or unknown ids do nothing")
  func close() {
    var f = WebFixture()
    let one = f.show()
    f.base.show()
    f.close(one, from: WebFixture.stranger)
    #expect(f.signals.isEmpty && f.base.isLive(one))
    f.close(99)
    #expect(f.told.count == 1)
    f.close(one, from: WebFixture.twin)
    #expect(f.effects.contains(.web(.closed(id(one), nid: "", .closedBySender), to: ":1.1")))
  }

  @Test("WEB-020 non-persistent: the default time, then Closed(1)")
  func expiry() {
    var f = WebFixture()
    let one = f.show()
    f.base.show()
    f.base.advance(7_999)
    #expect(f.base.isLive(one))
    f.base.advance(1)
    #expect(f.signals == [.closed(id(one), nid: "", .expired)])
    #expect(f.core.history.record(of: id(one)) == nil)
    let kept = f.show(persistent: true)
    f.base.apply(.dismiss([kept], nil))
    #expect(f.core.history.record(of: id(kept)) != nil)
  }

  @Test("WEB-021 persistent: off the screen after its time, and live until closed")
  func persistent() {
    var f = WebFixture()
    let one = f.show(persistent: true)
    f.base.show()
    f.base.advance(8_000)
    #expect(f.core[one]?.state == .held(.retained))
    #expect(f.core.candidates.isEmpty && f.signals.isEmpty)
    f.base.advance(1_000_000)
    #expect(f.base.isLive(one))
    f.base.apply(.dismiss([one], nil))
    #expect(f.signals == [.closed(id(one), nid: "", .dismissed)])
    let named = f.show(persistent: true) { notification, _ in
      notification.timeout = .milliseconds(500)
    }
    f.base.show()
    f.base.advance(500)
    #expect(f.signals == [.closed(id(named), nid: "", .expired)], "its own word (FD-217)")
  }

  @Test("WEB-022 requireInteraction: no expiry, on the screen or in quiet")
  func requireInteraction() {
    var f = WebFixture()
    let one = f.show { notification, _ in notification.timeout = .never }
    f.base.show()
    f.base.apply(.quiet(.manual(true, nil)))
    let two = f.show { notification, _ in notification.timeout = .never }
    f.base.advance(10_000_000)
    #expect(f.base.isLive(one) && f.base.isLive(two))
  }

  @Test("WEB-154 without a display for ten seconds: Failed, unless it is one that stays")
  func noDisplay() {
    var f = WebFixture(display: false)
    let one = f.show()
    let kept = f.show(persistent: true)
    f.base.advance(9_999)
    #expect(f.base.isLive(one))
    f.base.advance(1)
    #expect(f.signals == [.failed(id(one), nid: "", .notSupported)])
    #expect(f.base.isLive(kept))
    let late = f.show()
    f.base.advance(5_000)
    f.base.apply(.displayPresent(true))
    f.base.advance(60_000)
    #expect(f.base.isLive(late))
    f.base.apply(.displayPresent(false))
    f.base.advance(10_000)
    #expect(f.signals == [.failed(id(late), nid: "", .notSupported)])
  }

  @Test("WEB-030 WEB-002 a tag: Closed of the old, the reply, Displayed of the new")
  func tag() {
    var f = WebFixture()
    let old = f.show(tag: "x")
    f.base.show()
    let new = f.show(from: WebFixture.twin, tag: "x")
    #expect(new != old && f.core.live.count == 1)
    guard f.told.count == 3, case .replyID = f.told[1] else { return #expect(Bool(false)) }
    #expect(f.told[0] == .web(.closed(id(old), nid: "", .undefined), to: ":1.1"))
    #expect(f.told[2] == .web(displayed(new), to: ":1.5"))
    #expect(f.core[new]?.state == .shown)
  }

  @Test("WEB-031 WEB-036 tags are their app's, and a site's, own")
  func tagOwners() {
    var f = WebFixture()
    f.set(.granted, "app:b")
    let browser = Sender(level: .exe, principal: "app:a")
    let one = Owner(peer: ":1.1", sender: browser, origin: "https://one.example")
    let two = Owner(peer: ":1.1", sender: browser, origin: "https://two.example")
    for owner in [one, two] { f.set(.granted, owner.principal) }
    for owner in [WebFixture.app, WebFixture.stranger, one, two] { f.show(from: owner, tag: "x") }
    #expect(f.core.live.count == 4)
    for owner in [WebFixture.twin, WebFixture.stranger, one, two] { f.show(from: owner, tag: "x") }
    #expect(f.core.live.count == 4)
  }

  @Test(
    "WEB-032 WEB-035 no Closed of a persistent one that is replaced by tag, or of a pending one"
  )
  func quietReplacement() {
    var f = WebFixture()
    f.show(persistent: true, tag: "x")
    let new = f.show(persistent: true, tag: "x")
    #expect(f.signals == [displayed(new)])
    f.show(tag: "y")
    f.show(tag: "y")
    #expect(f.signals.isEmpty)
  }

  @Test("WEB-024 WEB-006 a replacement comes up again only with renotify")
  func renotify() {
    for again in [false, true] {
      var f = WebFixture()
      f.show(persistent: true, tag: "x")
      f.base.show()
      f.base.advance(8_000)
      let new = f.show(persistent: true, tag: "x") { $1.alertsAgain = again }
      #expect(f.core[new]?.mayPopUp == again)
    }
  }

  @Test("WEB-033 WEB-034 on Notify a tag does likewise, and an id wins over it")
  func legacyTag() {
    var f = WebFixture()
    let legacy = Owner(peer: ":1.1", principal: "app:a")
    let old = f.base.notify(from: legacy) { $0.tag = "x" }
    let new = f.base.notify(from: legacy) { $0.tag = "x" }
    guard case .closed(id(old), .undefined, _) = f.told.first else { return #expect(Bool(false)) }
    let other = f.base.notify(from: legacy)
    let same = f.base.notify(replaces: other, from: legacy) { $0.tag = "x" }
    #expect(same == other && f.base.closes(new) == [.undefined])
    // One tag, whichever interface it comes by.
    f.base.show()
    let strict = f.show(tag: "x")
    #expect(f.base.closes(other) == [.undefined] && f.base.isLive(strict))
  }

  @Test("WEB-123 WEB-004 a grant that is taken away ends what is live, once")
  func revocation() {
    var f = WebFixture()
    let seen = f.show()
    f.base.show()
    let unseen = f.show()
    f.set(.denied, "app:a")
    #expect(
      f.signals == [
        .closed(id(seen), nid: "", .undefined), .failed(id(unseen), nid: "", .permissionDenied),
      ]
    )
  }

  @Test("FD-290 WEB-004 what is pushed out before it was displayed has failed")
  func eviction() {
    var limits = Limits()
    limits.livePerApp = 2
    var f = WebFixture(limits: limits)
    let first = f.show()
    f.show()
    f.show()
    #expect(f.signals == [.failed(id(first), nid: "", .rateLimited)])
  }

  @Test("WEB-010 WEB-011 WEB-012 WEB-210 an app reads its own, in the order of creation")
  func reading() {
    var f = WebFixture()
    f.set(.granted, "app:b")
    let (one, two) = (f.show(tag: "x"), f.create("n"))
    f.show(from: WebFixture.stranger)
    #expect(f.core.notifications(of: WebFixture.twin).map(\.id) == [id(one), id(two)])
    f.base.apply(.dismiss([one], nil))
    #expect(f.core.notifications(of: WebFixture.app).map(\.id) == [id(two)])
  }

  @Test("WEB-321 what is dismissed while the user is away is live for its app until then")
  func deferredClose() {
    var f = WebFixture()
    let one = f.create("n")
    f.base.show()
    f.base.apply(.quiet(.locked(true, by: .logind)))
    f.base.apply(.dismiss([one], nil))
    #expect(f.signals.isEmpty)
    #expect(f.core.notifications(of: WebFixture.app).map(\.id) == [id(one)])
    #expect(f.update("n") { notification, _ in notification.title = "u" } == true)
    f.base.apply(.quiet(.locked(false, by: .logind)))
    #expect(f.signals == [.closed(id(one), nid: "n", .dismissed)])
    #expect(f.core.notifications(of: WebFixture.app).isEmpty)
    // What takes its name meanwhile takes the place of what was live.
    let two = f.create("n")
    f.base.show()
    f.base.apply(.quiet(.locked(true, by: .logind)))
    f.base.apply(.dismiss([two], nil))
    f.create("n")
    #expect(f.signals.first == .closed(id(two), nid: "n", .undefined))
  }

  @Test(
    "WEB-012 WEB-132 what came by Notify is told as shown, once it was, and wherever it is then"
  )
  func seemsShown() throws {
    var f = WebFixture()
    func told(_ id: UInt32) throws -> Bool { f.core.seemsShown(try #require(f.core[id])) }
    let one = f.base.notify(from: WebFixture.app)
    #expect(try !told(one))
    f.base.show()
    #expect(try told(one))
    f.base.apply(.displayPresent(false))
    #expect(try told(one))
    f.base.apply(.quiet(.manual(true, nil)))
    let held = f.base.notify(from: WebFixture.app)
    #expect(try told(held))
  }
}
