import Testing

@testable import Notifications

/// Quiet, the lock, the global switch, mute and snooze, as they are felt by what is live.
struct HushTests {
  private typealias F = Fixture

  @Test("FD-225 WEB-306 in quiet low and normal ones get no popup, critical ones do")
  func quiet() {
    var f = F()
    f.apply(.quiet(.manual(true, nil)))
    let normal = f.notify()
    let low = f.notify { $0.urgency = .low }
    let critical = f.notify { $0.urgency = .critical }
    #expect(f.core.candidates.map(\.id.rawValue) == [critical])
    #expect(f.core.waiting.count == 0)
    #expect(f.core[normal]?.state == .held(.quiet))
    // Its time runs all the same, so that nobody can read quiet off it (FD-218).
    f.advance(8000)
    #expect(!f.isLive(normal) && !f.isLive(low) && f.isLive(critical))
    #expect(f.core.history.record(of: id(normal))?.reason == .expired)
  }

  @Test("FD-225 critical_in_quiet = false keeps critical ones back")
  func strict() {
    var f = F()
    var preferences = Preferences()
    preferences.quiet.criticalInQuiet = false
    f.apply(.configured(preferences, nil))
    f.apply(.quiet(.manual(true, nil)))
    let critical = f.notify { $0.urgency = .critical }
    #expect(f.core[critical]?.state == .held(.quiet))
  }

  @Test("WEB-306 quiet takes popups away; WEB-307 its end brings a number, not the popups")
  func begins() {
    var f = F()
    let shown = f.notify("a") { $0.timeout = .never }
    f.show()
    f.apply(.quiet(.manual(true, nil)))
    #expect(f.core[shown]?.state == .held(.quiet))
    f.notify("b", from: F.bob)
    f.notify("c", from: F.bob)
    f.apply(.quiet(.manual(false, nil)))
    #expect(f.effects.contains(.quiet(.summary(notifications: 2, apps: 1))))
    #expect(f.core.candidates.isEmpty)
    // More urgent than it was: it comes up.
    f.notify("a", replaces: shown) { $0.urgency = .critical }
    #expect(f.core.candidates.map(\.id.rawValue) == [shown])
  }

  @Test("a level is quiet for all whose rule lets them not pass")
  func level() {
    var f = F()
    var wishes = Treatment.Wishes()
    wishes.passLevel = 40
    f.apply(.configured(Preferences(), Rules(wishes)))
    f.apply(.quiet(.modes(["40"], nil)))
    #expect(f.state("a") == .pending)
    f.apply(.quiet(.modes(["41", "work"], nil)))
    #expect(f.state("b") == .held(.quiet))
  }

  @Test("demand 14 demand 22 locked: hidden, the time stands, and back with the user")
  func locked() {
    var f = F()
    let id = f.notify()
    f.show()
    f.advance(5000)
    f.apply(.quiet(.locked(true, by: .logind)))
    #expect(f.core.candidates.isEmpty && f.core.waiting.count == 0)
    f.apply(.shown([], output: "OUT"))
    f.advance(60_000)
    #expect(f.core[id]?.state == .pending)
    f.apply(.quiet(.locked(false, by: .logind)))
    #expect(f.core.candidates.map(\.id.rawValue) == [id])
    f.show()
    f.advance(2900)
    #expect(f.isLive(id))
    f.advance(100)
    #expect(!f.isLive(id))
  }

  @Test("PT-043 DUN-004 while locked only critical ones come up, and not those that hide")
  func lockScreen() {
    var f = F()
    f.apply(.quiet(.locked(true, by: .logind)))
    let plain = f.notify { $0.urgency = .critical }
    f.notify { ($0.urgency, $0.onLockScreen) = (.critical, .nothing) }
    #expect(f.core.candidates.map(\.id.rawValue) == [plain])
  }

  @Test("an idle user stops the time of what is seen, and is no quiet")
  func idle() {
    var f = F()
    let id = f.notify()
    f.show()
    f.apply(.quiet(.idle(true)))
    f.advance(100_000)
    #expect(f.isLive(id))
    #expect(f.state("new") == .pending)
    f.apply(.quiet(.idle(false)))
    f.advance(7999)
    #expect(f.isLive(id))
    f.advance(1)
    #expect(!f.isLive(id))
  }

  @Test("WEB-321 what is dismissed while the user counts as away is told at the return")
  func deferred() {
    var f = F()
    let ids = ["a", "b", "c", "d"].map { f.notify($0) }
    f.apply(.quiet(.idle(true)))
    for id in ids { f.apply(.dismiss([id], nil)) }
    #expect(ids.allSatisfy { f.closes($0).isEmpty && !f.isLive($0) })
    // For its sender it is live: it may close it, or give it new content.
    f.close(ids[1])
    #expect(f.closes(ids[1]) == [.closedBySender])
    #expect(f.notify("again", replaces: ids[2]) == ids[2])
    #expect(f.notify("foreign", replaces: ids[0], from: F.bob) != ids[0])
    f.apply(.quiet(.idle(false)))
    #expect(ids.map(f.closes) == [[.dismissed], [], [], [.dismissed]])
  }

  @Test("WEB-302 off: nothing on the screen, what was there has expired, the rest is listed")
  func disabled() {
    var f = F()
    let shown = f.notify("a")
    f.show()
    f.apply(.enable(false, f.call()))
    #expect(f.closes(shown) == [.expired])
    #expect(f.effects.contains(.enabled(false)))
    let late = f.notify("b") { $0.urgency = .critical }
    #expect(f.core[late]?.state == .held(.off) && f.core.candidates.isEmpty)
    f.apply(.enable(true, nil))
    #expect(f.state("c") == .pending)
  }

  @Test("WEB-301 WEB-311 a muted app's are listed; other apps, and its other names, are as before")
  func muted() {
    var f = F()
    f.apply(.mute(F.alice.principal, true, f.call()))
    #expect(f.effects.contains(.appChanged(F.alice.principal)))
    let critical = f.notify("a") { $0.urgency = .critical }
    #expect(f.core[critical]?.state == .held(.muted))
    f.close(critical)
    #expect(f.closes(critical) == [.closedBySender])
    #expect(f.state("b", from: F.bob) == .pending)
    f.apply(.mute(F.alice.principal, false, f.call()))
    #expect(f.state("c") == .pending)
  }

  @Test("BR a muted site leaves the browser's others alone; a muted browser mutes them all")
  func sites() {
    var f = F()
    func owner(_ site: String) -> Owner {
      Owner(peer: ":1.7", sender: Sender(level: .exe, principal: "app:b"), origin: site)
    }
    f.apply(.mute("app:b#https://one", true, f.call()))
    #expect(f.state("a", from: owner("https://one")) == .held(.muted))
    #expect(f.state("b", from: owner("https://two")) == .pending)
    f.apply(.mute("app:b", true, f.call()))
    #expect(f.state("c", from: owner("https://two")) == .held(.muted))
  }

  @Test("the configuration mutes; what is set by hand holds until the file says something else")
  func settings() {
    var f = F()
    var preferences = Preferences()
    preferences.apps["alice"] = AppSettings(isMuted: true)
    f.apply(.configured(preferences, nil))
    #expect(f.state("a") == .held(.muted))
    f.apply(.mute("alice", false, f.call()))
    f.apply(.configured(preferences, nil))
    #expect(f.state("b") == .pending)
  }

  @Test("demand 17 snoozed: away without a close, back as it was, its actions too")
  func snoozed() {
    var f = F()
    let id = f.notify { $0.actions = actions("a") }
    f.show()
    f.apply(.snooze(id, seconds: 600, f.call()))
    #expect(f.closes(id).isEmpty && f.core.candidates.isEmpty)
    #expect(f.core[id]?.state == .held(.snoozed(601_000)))
    f.advance(599_000)
    #expect(f.core.candidates.isEmpty)
    f.advance(1000)
    #expect(f.core.candidates.map(\.id.rawValue) == [id])
    f.show()
    f.apply(.invoke(id, key: "a", .control(f.call())))
    #expect(f.invoked == ["a"])
  }

  @Test("a clock that is set takes the return of snoozed ones with it")
  func clock() {
    var f = F()
    let id = f.notify()
    f.apply(.snooze(id, seconds: 600, f.call()))
    f.apply(.clockChanged(WallClock(offset: 601_000)))
    #expect(f.core[id]?.state == .pending)
  }

  // MARK: Abuse

  @Test("WEB-323 past the day's share nothing pops up, the user is asked once, others go on")
  func daily() {
    var f = F()
    var preferences = Preferences()
    preferences.dailyLimit = 3
    f.apply(.configured(preferences, nil))
    for n in 1...3 { #expect(f.state("\(n)") == .pending) }
    #expect(f.state("4") == .held(.dailyLimit))
    #expect(f.effects.contains(.adviseMuting(app: "alice", name: "alice")))
    #expect(f.state("5") == .held(.dailyLimit))
    #expect(!f.effects.contains(.adviseMuting(app: "alice", name: "alice")))
    #expect(f.state("a", from: F.bob) == .pending)
    // Midnight.
    f.now = Instant(nanoseconds: 86_400_000_000_000)
    #expect(f.state("6") == .pending)
  }

  @Test("WEB-324 the fourth critical one in an hour is no reason to break quiet")
  func shouting() {
    var f = F()
    f.apply(.quiet(.manual(true, nil)))
    let ids = (1...4).map { n in f.notify("\(n)") { $0.urgency = .critical } }
    #expect(f.core.candidates.map(\.id.rawValue) == Array(ids.prefix(3)))
    #expect(f.core[ids[3]]?.notification.urgency == .critical)
    f.advance(3_601_000)
    let late = f.notify("late") { $0.urgency = .critical }
    #expect(f.core[late]?.state == .pending)
  }

  @Test("WEB-322 on-screen displays and replacements cost nothing of the share")
  func unmetered() {
    var f = F()
    var preferences = Preferences()
    preferences.dailyLimit = 3
    f.apply(.configured(preferences, nil))
    for n in 0..<300 { f.notify("\(n)") { ($0.tag, $0.progress) = ("volume", n % 100) } }
    #expect(f.core.candidates.count == 1)
    let id = f.notify("a")
    for n in 0..<300 { f.notify("\(n)", replaces: id) }
    #expect(f.core[id]?.state == .pending)
  }
}
