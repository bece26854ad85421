import Testing

@testable import Notifications

/// Badges as the core keeps them: who may, who is on top, what is told and when.
struct BadgeTests {
  private struct Scene {
    var core = Core()
    var now = Instant(nanoseconds: 0)
    private var lastCall: UInt64 = 0

    mutating func apply(_ event: Event) -> [Effect] { core.apply(event, at: now) }

    mutating func wait(_ milliseconds: Int) { now = now + .milliseconds(milliseconds) }

    mutating func set(_ badge: Badge, by writer: BadgeWriter) -> [Effect] {
      lastCall += 1
      return apply(.badge(.set(badge, by: writer, Call(token: lastCall))))
    }

    mutating func entry(
      _ app: String = mail,
      from owner: Owner,
      _ change: (inout LauncherUpdate) -> Void
    ) -> [Effect] {
      var update = LauncherUpdate()
      change(&update)
      return apply(.badge(.launcher(app: app, update, from: owner)))
    }

    mutating func configure(_ change: (inout Preferences) -> Void) -> [Effect] {
      var preferences = core.preferences
      change(&preferences)
      return apply(.configured(preferences, nil))
    }

    mutating func permit(_ app: String, _ decision: Permissions.Decision?) {
      lastCall += 1
      _ = apply(.permission(.set(app: app, decision, Call(token: lastCall))))
    }

    func badge(_ app: String = mail) -> Badge { core.badgeLook(of: app).badge }
  }

  private static let mail = "app:mail"

  private static func owner(
    _ peer: String,
    _ principal: String = mail,
    _ level: Sender.Level = .exe,
    appName: String = ""
  ) -> Owner {
    Owner(peer: peer, sender: Sender(level: level, principal: principal), appName: appName)
  }

  private let own = owner(":1.1")
  private let other = owner(":1.2", "app:other")

  private static func told(_ effects: [Effect]) -> [Badge] {
    effects.compactMap { if case .badges(.changed(mail, let badge)) = $0 { badge } else { nil } }
  }

  private static func exported(_ effects: [Effect]) -> [Badge] {
    effects.compactMap { if case .badges(.exported(mail, let badge)) = $0 { badge } else { nil } }
  }

  @Test("WEB-400 WEB-401 WEB-402 WEB-403 WEB-409 a badge is told once, with its reply before it")
  func set() {
    var scene = Scene()
    let table: [(Badge, [Badge])] = [
      (Badge(42), [.number(42)]), (Badge(42), []), (.flag, [.flag]), (Badge(0), [.nothing]),
      (.nothing, []), (Badge(.max), [.number(.max)]),
    ]
    for (index, (badge, expected)) in table.enumerated() {
      let effects = scene.set(badge, by: .app(own))
      #expect(effects.first == .replyEmpty(Call(token: UInt64(index + 1))))
      #expect(Self.told(effects) == expected && Self.exported(effects) == expected)
      #expect(effects.count == 1 + 2 * expected.count, "WEB-408: nothing else happens")
    }
  }

  @Test(
    "WEB-404 the last of an app's connections wins, and what it wrote outlives it and the daemon"
  )
  func lastWriter() {
    var scene = Scene()
    _ = scene.set(Badge(1), by: .app(own))
    _ = scene.set(Badge(2), by: .app(Self.owner(":1.9", appName: "Other Name")))
    #expect(Self.told(scene.apply(.peerLeft(":1.9"))) == [])
    #expect(scene.badge() == .number(2))
    var keeper = Keeper()
    keeper.absorb(&scene.core)
    var next = Scene()
    let effects = next.apply(.restore(keeper.saved, present: []))
    #expect(Self.told(effects) == [.number(2)] && Self.exported(effects) == [.number(2)])
    #expect(next.core.savedSettings.badges.keys.sorted() == [Self.mail])
    var late = Scene()
    _ = late.set(.nothing, by: .app(own))
    _ = late.apply(.restore(keeper.saved, present: []))
    #expect(late.badge() == .nothing, "set since")
  }

  @Test("WEB-406 WEB-407 who may set a badge")
  func rights() {
    let program = Self.owner(":1.3", "script:/a", .program)
    let nobody = Self.owner(":1.4", "", .none)
    let boxed = Self.owner(":1.5", "flatpak:mail", .sandbox)
    let table: [(Owner, Permissions.Decision?, requiresGrant: Bool, Badges.Refusal?)] = [
      (own, nil, false, nil), (own, nil, true, .denied), (own, .granted, true, nil),
      (own, .denied, false, .denied), (program, nil, false, .unverified),
      (program, .granted, false, .unverified), (nobody, nil, false, .unverified),
      (boxed, nil, false, nil), (boxed, .denied, true, .denied),
    ]
    for (owner, decision, requiresGrant, refusal) in table {
      var scene = Scene()
      _ = scene.configure { $0.badges.requiresGrant = requiresGrant }
      if let decision { scene.permit(owner.principal, decision) }
      let effects = scene.set(Badge(1), by: .app(owner))
      if let refusal {
        guard case .badges(.refuse(_, refusal))? = effects.first else {
          Issue.record("\(effects)")
          continue
        }
      }
      #expect(scene.badge(owner.principal) == (refusal == nil ? .number(1) : .nothing))
      _ = scene.set(Badge(2), by: .user(app: owner.principal))
      #expect(scene.badge(owner.principal) == .number(2), "the user's word")
    }
  }

  @Test("WEB-408 LE-013 what comes too fast is told as it is at the end of the second")
  func pace() {
    for (limit, step) in [(10, Badges.Pace.own), (20, .launcher)] {
      var scene = Scene()
      var told: [Badge] = []
      for number in 1...50 {
        let effects =
          step == .own
          ? scene.set(Badge(UInt64(number)), by: .app(own))
          : scene.entry(from: own) { ($0.count, $0.isCountVisible) = (UInt64(number), true) }
        told += Self.told(effects)
        scene.wait(1)
      }
      #expect(told == (1...limit).map { .number(UInt64($0)) })
      #expect(scene.badge() == .number(50), "List has it at once")
      #expect(scene.core.nextDeadline == Instant(nanoseconds: 1_000_000_000))
      scene.now = Instant(nanoseconds: 1_000_000_000)
      #expect(Self.told(scene.apply(.deadline)) == [.number(50)])
      #expect(scene.core.nextDeadline == nil)
      #expect(Self.told(scene.set(.flag, by: .app(other))) == [], "another app's")
    }
  }

  @Test("WEB-410 LE-014 a mute hides no badge; badges = false does, and quiet where that is wanted")
  func hidden() {
    var scene = Scene()
    _ = scene.set(Badge(3), by: .app(own))
    _ = scene.apply(.mute(Self.mail, true, nil))
    #expect(scene.badge() == .number(3))
    var effects = scene.configure {
      $0.apps[Self.mail] = AppSettings(isMuted: true, showsBadges: false)
    }
    #expect(Self.told(effects) == [.nothing] && Self.exported(effects) == [.nothing])
    #expect(Self.told(scene.set(Badge(4), by: .app(own))) == [])
    effects = scene.configure { $0.apps = [:] }
    #expect(Self.told(effects) == [.number(4)])
    #expect(Self.told(scene.apply(.quiet(.manual(true, nil)))) == [])
    #expect(Self.told(scene.configure { $0.badges.showsInQuiet = false }) == [.nothing])
    #expect(Self.told(scene.apply(.quiet(.manual(false, nil)))) == [.number(4)])
    #expect(Self.told(scene.apply(.quiet(.manual(true, nil)))) == [.nothing])
    #expect(scene.core.shownBadges.isEmpty)
  }

  @Test("WEB-413 an app that set none may have the number of what it has live")
  func derived() {
    var scene = Scene()
    func notification(_ title: String) -> Event {
      .notify(
        Notification(appName: "x", title: title, receivedAt: 0),
        replaces: 0,
        from: own,
        Call(token: 0)
      )
    }
    #expect(Self.told(scene.apply(notification("a"))) == [], "off")
    #expect(Self.told(scene.configure { $0.badges.derives = true }) == [.number(1)])
    #expect(Self.told(scene.apply(notification("b"))) == [.number(2)])
    #expect(Self.told(scene.apply(.dismissAll(nil))) == [.nothing])
    _ = scene.apply(notification("c"))
    #expect(Self.told(scene.set(.nothing, by: .app(own))) == [.nothing], "it said nothing")
    #expect(Self.told(scene.apply(notification("d"))) == [])
  }

  @Test("LE-003 LE-005 an entry keeps what an update does not name")
  func updates() {
    var scene = Scene()
    let table: [((inout LauncherUpdate) -> Void, Badge)] = [
      ({ $0.count = 7 }, .nothing), ({ $0.isCountVisible = true }, .number(7)),
      ({ $0.isUrgent = true }, .number(7)), ({ $0.count = 0 }, .nothing),
      ({ $0.count = 8 }, .number(8)), ({ $0.isCountVisible = false }, .nothing),
    ]
    for (change, expected) in table {
      _ = scene.entry(from: own, change)
      #expect(scene.badge() == expected)
    }
    #expect(scene.core.badgeLook(of: Self.mail).progress == nil)
    let effects = scene.entry(from: own) { ($0.progress, $0.isProgressVisible) = (0.5, true) }
    #expect(effects == [.appChanged(Self.mail)])
    #expect(scene.core.badgeLook(of: Self.mail).progress == 0.5)
  }

  @Test(
    "LE-006 LE-007 LE-011 the latest sender is on top and goes with its record; docks hear the rest"
  )
  func layers() {
    var scene = Scene()
    let effects = scene.set(.flag, by: .app(own))
    #expect(Self.exported(effects) == [.flag])
    func count(_ owner: Owner, _ number: UInt64) -> [Effect] {
      scene.entry(from: owner) { ($0.count, $0.isCountVisible) = (number, true) }
    }
    #expect(Self.told(count(own, 1)) == [.number(1)])
    #expect(Self.told(count(other, 2)) == [.number(2)])
    #expect(Self.told(count(own, 3)) == [.number(3)])
    #expect(Self.told(scene.set(Badge(9), by: .app(own))) == [], "covered")
    #expect(Self.told(scene.apply(.peerLeft(own.peer))) == [.number(2)])
    #expect(Self.told(scene.apply(.peerLeft(other.peer))) == [.number(9)])
  }

  @Test("LE-008 LE-009 a sandbox speaks for its own app; a host program for any, and is marked")
  func launcherRights() {
    let boxed = Self.owner(":1.5", "flatpak:mail", .sandbox)
    let nobody = Self.owner(":1.4", "", .none)
    let program = Self.owner(":1.3", "script:/a", .program)
    let table: [(Owner, String, isTaken: Bool, isForeign: Bool)] = [
      (boxed, "flatpak:mail", true, false), (boxed, Self.mail, false, false),
      (boxed, "flatpak:other", false, false), (own, Self.mail, true, false),
      (other, Self.mail, true, true), (program, Self.mail, true, true),
      (own, "flatpak:mail", false, false), (nobody, Self.mail, false, false),
      (nobody, "", false, false),
    ]
    for (owner, app, isTaken, isForeign) in table {
      var scene = Scene()
      let effects = scene.entry(app, from: owner) { $0.isUrgent = true }
      #expect(effects == (isTaken ? [.appChanged(app)] : []))
      let look = scene.core.badgeLook(of: app)
      #expect(look.needsAttention == isTaken && look.isForeign == isForeign)
    }
  }
}
