import Testing

@testable import Notifications

/// What rules make of a notification is the user's to see; its sender sees what it sent.
@Suite struct RuledTests {
  private func configured(_ f: inout WebFixture, _ rules: any RuleBook) {
    f.base.apply(.configured(Preferences(), rules))
  }

  @Test("WEB-132 WEB-207 a sender reads back and updates what it sent; rules are asked about that")
  func sent() {
    var wishes = Treatment.Wishes()
    wishes.urgency = .critical
    wishes.category = "ruled"
    wishes.timeout = .never
    wishes.tag = "ruled"
    let rules = Rules(wishes)
    var f = WebFixture()
    configured(&f, rules)
    let raw = f.create("n") { notification, _ in
      notification.category = "own"
      notification.timeout = .milliseconds(7)
    }
    for title in ["t", "u"] {
      let entry = f.core[raw]
      #expect(entry?.notification.urgency == .critical && entry?.notification.tag == "ruled")
      #expect(entry?.notification.category == "ruled" && entry?.notification.timeout == .never)
      #expect(entry?.sent.urgency == .normal && entry?.sent.tag == nil)
      #expect(entry?.sent.category == "own" && entry?.sent.timeout == .milliseconds(7))
      let known = f.core.notification(named: "n", of: WebFixture.app)?.1
      #expect(known == entry?.sent && known?.title == title)
      #expect(rules.asked.last == known)
      #expect(f.update("n") { notification, _ in notification.title = "u" } == true)
    }
    #expect(f.core[raw]?.notification.title == "u")
    // What rules wanted is gone with them.
    f.base.apply(.configured(Preferences(), nil))
    #expect(f.update("n") { _, _ in } == true)
    #expect(f.core[raw]?.notification.urgency == .normal && f.core[raw]?.notification.tag == nil)
  }

  @Test("CAN-005 a line that is appended joins what was sent")
  func appended() {
    var wishes = Treatment.Wishes()
    wishes.category = "ruled"
    var f = Fixture()
    f.apply(.configured(Preferences(), Rules(wishes)))
    f.notify { ($0.appends, $0.rawBody) = (true, "one") }
    let joined = f.notify { ($0.appends, $0.rawBody) = (true, "two") }
    #expect(f.core[joined]?.sent.rawBody == "one\ntwo")
    #expect(f.core[joined]?.notification.rawBody == "one\ntwo")
    #expect(f.core[joined]?.notification.category == "ruled")
  }

  @Test("WEB-205 an update that a rule drops or the user refuses is denied, and nothing else")
  func denied() throws {
    var wishes = Treatment.Wishes()
    wishes.isDropped = true
    for isRuled in [true, false] {
      var f = WebFixture()
      f.set(nil, WebFixture.app.principal)
      // By `Notify`, with `x-hark-id`.
      var fields = WebOptions.Fields()
      (fields.method, fields.nid) = (.notify, "n")
      let raw = f.base.notify(from: WebFixture.app) { $0.web = WebOptions(fields) }
      if isRuled {
        configured(&f, Rules(wishes))
      } else {
        var preferences = Preferences()
        preferences.defaultPolicy = .deny
        f.base.apply(.configured(preferences, nil))
      }
      let old = try #require(f.core.notification(named: "n", of: WebFixture.app)?.1)
      let call = f.base.call()
      f.base.apply(
        .web(.update(id(raw), old), from: WebFixture.app, call)
      )
      #expect(f.told == [.answer(call, .denied)])
    }
  }

  @Test("WEB-205 WEB-030 an update takes its tag from another, as a new one does")
  func tagged() {
    var f = WebFixture()
    let other = f.show(tag: "x")
    f.create("n")
    #expect(f.update("n") { notification, _ in notification.tag = "x" } == true)
    #expect(f.core[other] == nil)
    #expect(f.core.live.count == 1)
  }

  @Test("a rule keeps one out of the list; it is there by its id, and counts")
  func unlisted() {
    var wishes = Treatment.Wishes()
    wishes.isListed = false
    var limits = Limits()
    limits.livePerApp = 2
    var f = Fixture(limits: limits)
    var preferences = Preferences()
    preferences.limits = limits
    preferences.stacksDuplicates = false
    f.apply(.configured(preferences, Rules(wishes)))
    let first = f.notify()
    f.apply(.configured(preferences, nil))
    let second = f.notify()
    #expect(f.core.listed.map(\.id.rawValue) == [second])
    #expect(f.core.live.count == 2 && f.core[first] != nil)
    #expect(f.core.candidates.count == 2)
    f.notify()
    #expect(f.closes(first) == [.undefined])
  }
}
