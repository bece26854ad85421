import Testing

@testable import Notifications

/// Permission, policy and the user's rules, as they are felt by what comes in and what is live.
struct PermitTests {
  private static let app = Owner(peer: ":1.3", principal: "app:org.a")

  private static func scene(_ policy: Permissions.DefaultPolicy) -> Fixture {
    var f = Fixture()
    var preferences = Preferences()
    preferences.defaultPolicy = policy
    f.apply(.configured(preferences, nil))
    return f
  }

  @Test("FD-226 WEB-134 a denied app: a fresh id, closed with 4 after the reply, no record")
  func denied() {
    var f = Self.scene(.allow)
    f.apply(.permission(.set(app: "app:org.a", .denied, f.call())))
    let id = f.notify("a", from: Self.app)
    #expect(id != 0 && !f.isLive(id))
    #expect(f.closes(id) == [.undefined])
    guard case .replyID = f.effects.first else { return #expect(Bool(false), "no reply first") }
    #expect(f.core.history.record(of: NotificationID(rawValue: id) ?? .max) == nil)
    #expect(f.core.permissions.refusals(of: "app:org.a") == 1)
  }

  @Test("WEB-123 denied from now on: what is live closes with 4; the way back revives nothing")
  func revoked() {
    var f = Self.scene(.allow)
    let id = f.notify("a", from: Self.app)
    let other = f.notify("a", from: Fixture.bob)
    f.apply(.permission(.set(app: "app:org.a", .denied, f.call())))
    #expect(f.closes(id) == [.undefined])
    f.apply(.permission(.set(app: "app:org.a", .granted, f.call())))
    #expect(!f.isLive(id) && f.isLive(other))
  }

  @Test(
    "WEB-134 default_policy = prompt: the first one waits for the answer",
    arguments: [true, false]
  )
  func asked(isAllowed: Bool) {
    var f = Self.scene(.prompt)
    let first = f.notify("a", from: Self.app)
    #expect(f.core[first]?.state == .held(.permission))
    #expect(f.core.permissions.loudPrompt?.app == "app:org.a")
    f.advance(30_000)
    #expect(f.isLive(first))
    f.apply(.permission(.answer(app: "app:org.a", isAllowed ? .granted : .denied, nil)))
    #expect(f.core[first]?.state == (isAllowed ? .pending : nil))
    #expect(f.closes(first) == (isAllowed ? [] : [.undefined]))
  }

  @Test("WEB-134 default_policy = deny: as if denied")
  func deny() {
    var f = Self.scene(.deny)
    let id = f.notify("a", from: Self.app)
    #expect(f.closes(id) == [.undefined])
  }

  @Test("WEB-115 a prompt in quiet, without a display, or while off is quiet")
  func silent() {
    var f = Self.scene(.prompt)
    f.apply(.quiet(.manual(true, nil)))
    f.notify("a", from: Self.app)
    #expect(f.core.permissions.loudPrompt == nil)
    #expect(f.core.permissions.prompt(of: "app:org.a")?.place == .quiet)
    f.apply(.quiet(.manual(false, nil)))
    #expect(f.core.permissions.loudPrompt?.app == "app:org.a")
  }

  @Test("a key longer than any path is no app")
  func long() {
    var f = Self.scene(.allow)
    let call = f.call()
    let app = "app:" + String(repeating: "q", count: 1_000_000)
    f.apply(.permission(.set(app: app, .granted, call)))
    #expect(f.effects == [.permission(.refuse(call, .unknownApp))])
  }

  @Test("a browser that is denied speaks for no site; a denied site leaves the others alone")
  func sites() {
    var f = Self.scene(.allow)
    func owner(_ site: String) -> Owner {
      Owner(peer: ":1.7", sender: Sender(level: .exe, principal: "app:b"), origin: site)
    }
    let one = f.notify("a", from: owner("https://one"))
    let two = f.notify("b", from: owner("https://two"))
    f.apply(.permission(.set(app: "app:b#https://one", .denied, f.call())))
    #expect(!f.isLive(one) && f.isLive(two))
    f.apply(.permission(.set(app: "app:b", .denied, f.call())))
    #expect(f.closes(two) == [.undefined])
    let third = f.notify("c", from: owner("https://two"))
    #expect(f.closes(third) == [.undefined])
  }

  // MARK: Rules

  private static func rules(_ change: (inout Treatment.Wishes) -> Void) -> Fixture {
    var f = Fixture()
    var wishes = Treatment.Wishes()
    change(&wishes)
    f.apply(.configured(Preferences(), Rules(wishes)))
    return f
  }

  @Test("rules: drop answers and does nothing else")
  func drop() {
    var f = Self.rules { $0.isDropped = true }
    let id = f.notify()
    #expect(f.closes(id) == [.undefined])
  }

  @Test("rules: urgency, timeout, category and tag are as they say")
  func content() {
    var f = Self.rules {
      ($0.urgency, $0.timeout, $0.category, $0.tag) = (.low, .milliseconds(100), "c", "t")
    }
    let id = f.notify { $0.urgency = .critical }
    #expect(f.core[id]?.notification.urgency == .low)
    #expect(f.core[id]?.notification.category == "c")
    f.notify("next")
    #expect(f.closes(id) == [.undefined])
    f.show()
    f.advance(100)
    #expect(f.core.live.isEmpty)
  }

  @Test("rules: popup = false lists it without a popup; history = false forgets it")
  func hidden() {
    var f = Self.rules { ($0.popsUp, $0.isRemembered) = (false, false) }
    let id = f.notify()
    #expect(f.core[id]?.state == .held(.rule))
    f.apply(.dismiss([id], nil))
    #expect(f.core.history.record(of: NotificationID(rawValue: id) ?? .max) == nil)
  }

  @Test("demand 16 keep_after_close: the sender hears that it is closed, the user keeps it")
  func kept() {
    var f = Self.rules { $0.isKept = true }
    let id = f.notify { ($0.actions, $0.tag) = (actions("a"), "t") }
    f.close(id)
    #expect(f.closes(id) == [.closedBySender])
    #expect(f.core[id]?.isRevoked == true && f.core[id]?.notification.actions == [])
    f.close(id)
    #expect(f.effects == [.refuse(Call(token: 3), .invalidID(id))])
    // Its id and tag are free for its sender.
    #expect(f.notify("next", replaces: id) != id)
    f.apply(.dismiss([id], nil))
    #expect(f.closes(id).isEmpty && !f.isLive(id))
  }

  @Test("rules start programs when it is shown, acted on, closed")
  func commands() {
    var f = Self.rules {
      $0.commands = [
        .init(["up"], on: .shown), .init(["act"], on: .action), .init(["down"], on: .closed),
      ]
    }
    let id = f.notify { $0.actions = actions("a") }
    #expect(f.errands.isEmpty)
    f.show()
    #expect(f.errands == ["up \(id)"])
    f.show()
    #expect(f.errands.isEmpty)
    f.apply(.invoke(id, key: "a", .control(f.call())))
    #expect(f.errands == ["act \(id)", "down \(id)"])
  }
}

extension NotificationID {
  fileprivate static var max: NotificationID { id(.max) }
}
