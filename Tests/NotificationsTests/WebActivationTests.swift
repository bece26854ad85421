import Testing

@testable import Notifications

/// What a click does to notifications of the strict interface.
struct WebActivationTests {
  private func actions(_ names: String...) -> [Notification.Action] {
    Notification.Action.list(names.map { (name: $0, label: $0) })
  }

  @Test("WEB-040 WEB-046 WEB-047 WEB-412 a click on the body, then Closed(2)")
  func body() {
    var f = WebFixture()
    let one = f.show()
    f.base.show()
    f.click(one)
    #expect(
      f.told == [
        .web(.clicked(id(one), nid: "", action: "", index: -1, token: "token"), to: ":1.1"),
        .web(.closed(id(one), nid: "", .dismissed), to: ":1.1"),
      ]
    )
    let kept = f.show(persistent: true)
    f.base.show()
    f.click(kept)
    #expect(f.signals.count == 1 && f.base.isLive(kept), "its handler closes it")
    f.close(kept)
    #expect(f.signals == [.closed(id(kept), nid: "", .closedBySender)])
  }

  @Test("WEB-041 WEB-220 actions by index: opaque names, twice the same, default among them")
  func actionIndex() {
    var f = WebFixture()
    let list = actions("a", "default", "a", "")
    #expect(list.map(\.name) == ["a", "default", "a", ""])
    #expect(Set(list.map(\.key)).count == 4 && !list.contains { $0.key == "default" })
    let one = f.show(persistent: true) { notification, _ in notification.actions = list }
    f.base.show()
    for (index, action) in list.enumerated() {
      f.base.advance(1000)
      f.click(one, action.key)
      #expect(
        f.signals
          == [.clicked(id(one), nid: "", action: action.name, index: index, token: "token")]
      )
    }
  }

  @Test("WEB-042 WEB-043 navigate opens a link in place of Clicked; an action has its own")
  func navigate() {
    var f = WebFixture()
    let one = f.show(persistent: true) {
      $0.actions = actions("open", "tell")
      $1.navigate = "https://body.example/"
      $1.actionTargets = ["https://action.example/", ""]
    }
    f.base.show()
    f.click(one)
    #expect(f.told == [.open("https://body.example/")])
    f.base.advance(1000)
    f.click(one, "open")
    #expect(f.told == [.open("https://action.example/")])
    f.base.advance(1000)
    f.click(one, "tell")
    #expect(
      f.signals == [.clicked(id(one), nid: "", action: "tell", index: 1, token: "token")]
    )
    let closing = f.show { $1.navigate = "https://body.example/" }
    f.base.show()
    f.click(closing)
    #expect(f.told.count == 2 && f.signals == [.closed(id(closing), nid: "", .dismissed)])
  }

  private static let mailer = Owner(
    peer: ":1.1",
    sender: Sender(
      level: .sandbox,
      principal: "app:a",
      wakeID: "org.example.Mailer",
      schemes: ["mailer", "https", "file"]
    )
  )

  @Test(
    "WEB-043 FD-132 links that a sender may have: the common ones, and of its own schemes",
    arguments: [
      ("mailer:inbox/7", true), ("MAILER:x", true), ("mailer:", false), ("mailer", false),
      ("mailers:x", false), (":x", false), ("other:x", false), ("https://e.org/", true),
      ("https:e.org", false), ("file:///etc/passwd", false), ("mailer:a\u{202e}b", false),
    ]
  )
  func targets(link: String, isAllowed: Bool) {
    #expect(LinkPolicy(Self.mailer.sender).target(of: link) == (isAllowed ? link : nil))
    if isAllowed { #expect(Self.mailer.sender.isOwn(link) == !link.hasPrefix("https")) }
    let stranger = LinkPolicy(Sender(level: .exe, principal: "app:b")).target(of: link)
    #expect((stranger == nil) == !(link == "https://e.org/" || link.hasPrefix("file")))
    let body = StyledText(
      markup: "<a href=\"\(link)\">x</a>",
      links: LinkPolicy(Self.mailer.sender),
      limit: 99
    )
    #expect(body.links == (link == "https://e.org/" ? [link] : []), "a body has no others")
  }

  @Test("WEB-043 WEB-111 a link of the app's own scheme goes to the app, with the token")
  func ownScheme() {
    var f = WebFixture()
    let one = f.show(from: Self.mailer, persistent: true) {
      $0.actions = actions("web")
      $1.navigate = "mailer:inbox/7"
      $1.actionTargets = ["https://mail.example/"]
    }
    f.base.show()
    f.click(one)
    let opened = Effect.openInApp("org.example.Mailer", "mailer:inbox/7", token: "token")
    #expect(f.told == [opened])
    f.base.advance(1000)
    f.click(one, "web")
    #expect(f.told == [.open("https://mail.example/")])
    f.base.apply(.peerLeft(":1.1"))
    let call = f.base.call()
    f.base.apply(.invoke(one, key: "default", .control(call)))
    let plain = Effect.openInApp("org.example.Mailer", "mailer:inbox/7", token: "")
    #expect(f.told == [plain, .replyEmpty(call)])

    f.set(nil, "app:a")
    let gesture = Gesture(token: "token")
    f.base.apply(.permission(.request(app: "app:a", by: ":1.5", gesture, f.base.call())))
    #expect(f.core.permissions.prompt(of: "app:a")?.place == .loud)
  }

  @Test("WEB-044 FD-083 persistent, and its sender gone: its app is woken")
  func wake() {
    var f = WebFixture()
    let one = f.show(from: WebFixture.wakeable, persistent: true) { notification, _ in
      notification.actions = actions("a")
    }
    f.base.show()
    f.base.apply(.peerLeft(":1.1"))
    f.click(one, "a")
    let wake = Wake(id: id(one), nid: "", action: "a", token: "token")
    #expect(f.told == [.wake(app: "a", wake)])
    // A `Notify` too; who listens with another connection hears of it all the same (FD-274).
    let legacy = f.base.notify(from: WebFixture.wakeable) {
      $0.actions = [.init(key: "default", label: "")]
    }
    f.base.show()
    f.base.apply(.peerLeft(":1.1"))
    f.click(legacy)
    #expect(
      f.told.first == .wake(app: "a", Wake(id: id(legacy), nid: "", action: "", token: "token"))
    )
    #expect(f.base.invoked == ["default"])
  }

  @Test("WEB-045 WEB-155 the sender gone and nobody to call: nothing is told, and it stays")
  func gone() {
    for owner in [WebFixture.app, WebFixture.wakeable] {
      var f = WebFixture()
      let one = f.show(from: owner)
      f.base.show()
      f.base.apply(.peerLeft(":1.1"))
      f.click(one)
      #expect(f.told.isEmpty && f.base.isLive(one))
      let call = f.base.call()
      f.base.apply(.invoke(one, key: "default", .control(call)))
      #expect(f.told == [.refuse(call, .nobodyHears)] && f.base.isLive(one))
      f.base.effects = []
      f.base.apply(.dismiss([one], nil))
      #expect(f.told.isEmpty && !f.base.isLive(one))
    }
  }

  @Test(
    "WEB-045 FD-083 FD-274 a `Notify` out of a sandbox that was left: invoking it reaches nobody"
  )
  func goneSandbox() {
    var f = WebFixture()
    let boxed = Owner(peer: ":1.1", sender: Sender(level: .sandbox, principal: "flatpak:a"))
    let one = f.base.notify(from: boxed) { $0.actions = actions("a") }
    let key = f.core[one]?.notification.actions.first?.key ?? ""
    f.base.show()
    f.base.apply(.peerLeft(":1.1"))
    let call = f.base.call()
    f.base.apply(.invoke(one, key: key, .control(call)))
    #expect(f.told == [.refuse(call, .nobodyHears)] && f.base.isLive(one))
    // A click that was on its way when it left does nothing; one on the body has done with it.
    f.click(one, key)
    #expect(f.told.isEmpty && f.base.isLive(one))
    f.base.advance(1000)
    f.click(one)
    #expect(f.base.invoked.isEmpty && !f.base.isLive(one))
  }

  @Test(
    "FD-083 what an action that is shown disabled leads to, and how it is found",
    arguments: [
      // Level, whether it can be started, strict, persistent; then what is disabled.
      (Sender.Level.sandbox, false, false, false, ["a", "default"]),
      (.none, false, false, false, ["a", "default"]),
      (.sandbox, true, false, false, []),
      (.program, false, false, false, []),
      (.exe, false, false, false, []),
      (.sandbox, false, true, true, ["a", "default"]),
      (.sandbox, true, true, true, []),
      (.sandbox, true, true, false, ["a", "default"]),
      (.exe, false, true, true, ["a", "default"]),
      (.exe, true, true, true, []),
    ]
  )
  func disabled(
    level: Sender.Level,
    canWake: Bool,
    isStrict: Bool,
    isPersistent: Bool,
    expected: [String]
  ) {
    let owner = Owner(
      peer: ":1.1",
      sender: Sender(level: level, principal: "flatpak:b", wakeID: canWake ? "b" : "")
    )
    var f = WebFixture()
    f.set(.granted, "flatpak:b")
    func fill(_ notification: inout Notification, _ fields: inout WebOptions.Fields) {
      notification.actions = ["a", "link", "default"].prefix(isStrict ? 2 : 3).map {
        .init(key: $0, label: $0)
      }
      fields.actionTargets = ["", "https://e.org/"]
    }
    let one =
      isStrict
      ? f.show(from: owner, persistent: isPersistent, fill)
      : f.base.notify(from: owner) {
        var fields = WebOptions.Fields()
        fields.method = .notify
        fill(&$0, &fields)
        $0.web = WebOptions(fields)
      }
    guard let fresh = f.core[one] else { return #expect(Bool(false), "it is live") }
    #expect(f.core.disabledActions(of: fresh).isEmpty)
    let before = f.core.stackRevision
    f.base.apply(.peerLeft(":1.2"))
    #expect(f.core.stackRevision == before)
    f.base.apply(.peerLeft(":1.1"))
    #expect((f.core.stackRevision != before) == !expected.isEmpty)
    guard let left = f.core[one] else { return #expect(Bool(false), "it stays") }
    let disabled = f.core.disabledActions(of: left)
    #expect(disabled == expected)

    // On another bus the owner's name is another's, whoever has it there.
    var keeper = Keeper()
    keeper.absorb(&f.base.core)
    var other = Core(bus: "other")
    _ = other.apply(.restore(keeper.saved, present: [":1.1"]), at: Instant(nanoseconds: 0))
    if let restored = other[one] { #expect(other.disabledActions(of: restored) == expected) }
    #expect((other[one] == nil) == (f.core[one] == nil))

    // What is said is what happens; a host's on the strict interface keep their look.
    for key in ["a", "default", "link"] where !(isStrict && left.owner.sender.isHost) {
      var copy = f
      let call = copy.base.call()
      copy.base.apply(.invoke(one, key: key, .control(call)))
      let isRefused = copy.told == [.refuse(call, .nobodyHears)]
      #expect(isRefused == disabled.contains(key), "\(key)")
    }
  }

  @Test("FD-083 of equal ones that are seen as one, the newest one's sender is who listens")
  func disabledPile() {
    var f = WebFixture()
    func owner(_ peer: String) -> Owner {
      Owner(peer: peer, sender: Sender(level: .sandbox, principal: "flatpak:b"))
    }
    f.base.apply(.configured(Preferences(), nil))
    let one = f.base.notify(from: owner(":1.1")) { $0.actions = actions("a") }
    f.base.notify(from: owner(":1.2")) { $0.actions = actions("a") }
    f.base.show()
    func isDisabled() -> Bool {
      f.core[one].map { !f.core.disabledActions(of: f.core.addressee(of: $0)).isEmpty } ?? false
    }
    f.base.apply(.peerLeft(":1.1"))
    #expect(f.core[one]?.count == 2 && !isDisabled())
    let before = f.core.stackRevision
    f.base.apply(.peerLeft(":1.2"))
    #expect(isDisabled() && f.core.stackRevision != before)
  }

  @Test("FD-079 no default action: the body's click brings up an app that the bus can start")
  func raise() {
    var f = WebFixture()
    let one = f.base.notify(from: WebFixture.wakeable)
    f.base.show()
    f.click(one)
    #expect(
      f.told.first == .wake(app: "a", Wake(id: id(one), nid: "", action: "", token: "token"))
    )
    #expect(f.base.closes(one) == [.dismissed] && f.base.invoked.isEmpty)
  }

  @Test("WEB-111 a token that went to an app proves a click for five seconds")
  func gesture() {
    for (wait, place) in [(4_000, Prompt.Place.loud), (6_000, .quiet)] {
      var f = WebFixture()
      let one = f.show(persistent: true)
      f.base.show()
      f.click(one, token: "proof")
      f.set(nil, "app:a")
      f.base.advance(wait)
      let request = PermissionEvent.request(
        app: "app:a",
        by: ":1.1",
        Gesture(token: "proof"),
        f.base.call()
      )
      f.base.apply(.permission(request))
      #expect(f.core.permissions.prompt(of: "app:a")?.place == place)
    }
  }

  @Test("WEB-004 who chooses something on the command line saw it: Displayed before Clicked")
  func control() {
    var f = WebFixture()
    let one = f.show()
    f.base.apply(.invoke(one, key: "default", .control(f.base.call())))
    #expect(
      f.signals == [
        .displayed(id(one), nid: ""),
        .clicked(id(one), nid: "", action: "", index: -1, token: ""),
        .closed(id(one), nid: "", .dismissed),
      ]
    )
  }
}
