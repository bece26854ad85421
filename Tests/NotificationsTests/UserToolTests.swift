import Testing

@testable import Notifications

/// What the core tells the user's tools.
@Suite struct UserToolTests {
  private static let mailer = Owner(peer: ":1.1", principal: "app:org.example.Mailer")
  private static let other = Owner(peer: ":1.2", principal: "flatpak:org.example.Mailer")
  private static let shop = Owner(peer: ":1.3", principal: "app:org.example.Shop")

  @Test("ID-050 an app is known that has something live, a setting or a permission")
  func known() {
    var fixture = Fixture()
    fixture.notify(from: Self.mailer)
    fixture.apply(.mute(Self.other.principal, true, nil))
    fixture.apply(.permission(.set(app: Self.shop.principal, .denied, fixture.call())))
    let apps = [Self.mailer, Self.shop, Self.other].map { $0.principal }
    #expect(fixture.core.knownApps == apps)
    for app in apps + ["cli"] { #expect(fixture.core.knows(app) == (app != "cli"), "\(app)") }
  }

  @Test("FD-226 what an app sent and what was refused are counted; the day's count ends with it")
  func summary() {
    var fixture = Fixture()
    let app = Self.mailer.principal
    fixture.notify(from: Self.mailer) { $0.name = "Mailer" }
    fixture.notify(from: Self.mailer) { $0.name = "Mailer" }
    fixture.apply(.mute(app, true, nil))
    #expect(fixture.effects == [.appChanged(app)])
    var summary = fixture.core.summary(of: app, wall: 0)
    #expect(summary.name == "Mailer" && summary.level == .exe && summary.settings.isMuted)
    #expect(summary.live == 2 && summary.sentToday == 2 && summary.refusals == 0)
    #expect(fixture.core.summary(of: app, wall: 86_400_000).sentToday == 0)

    fixture.apply(.permission(.set(app: Self.shop.principal, .denied, fixture.call())))
    fixture.notify(from: Self.shop)
    summary = fixture.core.summary(of: Self.shop.principal, wall: 0)
    #expect(summary.refusals == 1 && summary.live == 0 && summary.permission.state == .denied)
    #expect(fixture.core.knownApps.contains(Self.shop.principal))
  }

  @Test("what hark itself says has no limit, no mute, no permission, and is not missed in quiet")
  func ownNotifications() {
    var fixture = Fixture()
    var preferences = Preferences()
    preferences.defaultPolicy = .deny
    preferences.dailyLimit = 3
    fixture.apply(.configured(preferences, nil))
    fixture.apply(.mute(Owner.hark.principal, true, nil))
    let ids = (0..<50).map { fixture.notify("notice \($0)", from: .hark) }
    for id in ids { #expect(fixture.core[id]?.heldBy == nil && fixture.isLive(id)) }
    #expect(fixture.core.knownApps.isEmpty)
    fixture.apply(.quiet(.manual(true, nil)))
    fixture.notify(from: .hark)
    fixture.apply(.quiet(.manual(false, nil)))
    #expect(!fixture.effects.contains { if case .quiet(.summary) = $0 { true } else { false } })
  }

  @Test("WEB-323 who is muted already is not offered to be muted")
  func advice() {
    var fixture = Fixture()
    var preferences = Preferences()
    preferences.dailyLimit = 1
    fixture.apply(.configured(preferences, nil))
    func advises() -> Bool {
      fixture.effects.contains { if case .adviseMuting = $0 { true } else { false } }
    }
    fixture.apply(.mute(Self.shop.principal, true, nil))
    for owner in [Self.mailer, Self.shop] {
      fixture.notify(from: owner)
      #expect(!advises())
      fixture.notify(from: owner)
      #expect(advises() == (owner == Self.mailer))
    }
  }

  // MARK: Explain

  private func steps(_ fixture: Fixture, _ raw: UInt32) -> [String] {
    let wall = fixture.core.wallClock.moment(fixture.now).wall
    return fixture.core.explanation(of: id(raw), wall: wall) ?? []
  }

  @Test("explain: who sent it, what that rests on, what was not believed, permission")
  func origin() {
    var fixture = Fixture()
    let sender = Sender(
      level: .program,
      principal: "script:/home/a/b.sh",
      name: "b.sh",
      processID: 42,
      executable: "/usr/bin/notify-send",
      evidence: ["bash runs b.sh"]
    )
    let one = fixture.notify(from: Owner(peer: ":1.9", sender: sender)) {
      $0.claimedName = "Firefox"
      $0.rejectedClaims = ["desktop-entry firefox"]
    }
    let expected = [
      "from script:/home/a/b.sh, process 42, /usr/bin/notify-send",
      "identity: a program that belongs to no app", "evidence: bash runs b.sh",
      "not believed: desktop-entry firefox", "calls itself “Firefox”",
      "permission: nobody was asked; default_policy allows it",
    ]
    #expect(Array(steps(fixture, one).prefix(6)) == expected)
    fixture.apply(.permission(.set(app: sender.principal, .granted, fixture.call())))
    #expect(steps(fixture, one).contains("permission: granted by the user (set)"))
    #expect(fixture.core.explanation(of: id(99), wall: 0) == nil)
  }

  @Test("explain: which rule dropped it, or what its app may not; the last 64 of them")
  func refused() {
    var fixture = Fixture()
    var wishes = Treatment.Wishes()
    wishes.isDropped = true
    fixture.apply(.configured(Preferences(), Rules(wishes)))
    let dropped = fixture.notify(from: Self.mailer)
    #expect(
      Array(steps(fixture, dropped).suffix(2)) == [
        "rule: config.toml:1", "refused: a rule drops it",
      ]
    )
    fixture.apply(.permission(.set(app: Self.mailer.principal, .denied, fixture.call())))
    let denied = fixture.notify(from: Self.mailer)
    #expect(
      Array(steps(fixture, denied).suffix(2)) == [
        "permission: denied by the user (set)", "refused: its app may not notify",
      ]
    )
    for _ in 0..<63 { fixture.notify(from: Self.mailer) }
    #expect(steps(fixture, dropped).isEmpty && !steps(fixture, denied).isEmpty)
  }

  @Test("explain: what keeps it off the screen, when it expires and why")
  func course() {
    var fixture = Fixture(limits: Limits(), display: false)
    let one = fixture.notify { $0.timeout = .milliseconds(90_000) }
    #expect(steps(fixture, one).contains("not on the screen: there is no display"))
    #expect(steps(fixture, one).contains("expires in 90 s: its sender gives it 90 s"))
    fixture.apply(.displayPresent(true))
    fixture.show()
    #expect(steps(fixture, one).contains("on the screen OUT"))

    let table: [(String, (inout Fixture) -> Void)] = [
      ("it is quiet (manual)", { $0.apply(.quiet(.manual(true, nil))) }),
      ("its app is muted", { $0.apply(.mute("alice", true, nil)) }),
      ("popups are switched off", { $0.apply(.enable(false, nil)) }),
    ]
    for (words, change) in table {
      var fixture = Fixture()
      change(&fixture)
      let held = fixture.notify()
      #expect(steps(fixture, held).contains("not on the screen: " + words), "\(words)")
      #expect(steps(fixture, held).contains("it has not been on the screen yet"))
      #expect(steps(fixture, held).contains("expires in 8 s: timeout.normal gives it 8 s"))
    }
    let critical = fixture.notify { $0.urgency = .critical }
    #expect(steps(fixture, critical).contains("does not expire: it is critical"))
    fixture.apply(.snooze(critical, seconds: 1200, fixture.call()))
    #expect(steps(fixture, critical).contains("not on the screen: snoozed, and back in 20 min"))
    fixture.apply(.quiet(.locked(true, by: .logind)))
    let locked = fixture.notify()
    #expect(steps(fixture, locked).contains("not on the screen: it is quiet (locked)"))
  }

  @Test("explain: why one closed, and what kept it off the screen until then")
  func past() {
    var fixture = Fixture()
    fixture.apply(.quiet(.manual(true, nil)))
    let one = fixture.notify { $0.receivedAt = 1000 }
    fixture.apply(.dismiss([one], nil))
    fixture.advance(5000)
    let steps = steps(fixture, one)
    #expect(steps.contains("was not on the screen: it was quiet"))
    #expect(steps.contains("it was never on the screen"))
    #expect(steps.last == "closed 5 s ago: the user dismissed it, or chose an action")
  }
}
