import Testing

@testable import Notifications

struct ActivationTests {
  private func click(_ f: inout Fixture, _ n: UInt32, _ key: String = "default") {
    f.apply(.invoke(n, key: key, .pointer(Press(serial: 7))))
  }

  @Test("FD-072 FD-080 FD-275 FD-281 a click: token, action, close, in this order")
  func order() {
    var f = Fixture()
    let n = f.notify { $0.actions = actions("default") }
    f.show()
    click(&f, n)
    #expect(f.effects == [.requestActivationToken(id(n), Press(serial: 7))])
    f.apply(.activationToken(id(n), "token"))
    #expect(
      f.effects == [
        .activationToken(id(n), "token", to: ":1.1"),
        .actionInvoked(id(n), key: "default", .peer(":1.1")),
        .closed(id(n), .dismissed, .peer(":1.1")),
        .removed(id(n), .dismissed),
      ]
    )
  }

  @Test("FD-275 the action waits 100 ms for its token and goes without; never an empty one")
  func patience() {
    var f = Fixture()
    let n = f.notify { $0.actions = actions("default") }
    f.show()
    click(&f, n)
    f.advance(99)
    #expect(f.invoked.isEmpty)
    f.advance(1)
    #expect(f.invoked == ["default"])
    f.apply(.activationToken(id(n), "late"))
    #expect(f.effects.isEmpty)

    let empty = f.notify { $0.actions = actions("default") }
    click(&f, empty)
    f.apply(.activationToken(id(empty), ""))
    #expect(f.invoked == ["default"])
    #expect(!f.effects.contains { if case .activationToken = $0 { true } else { false } })
  }

  @Test("FD-275 a click is not lost to an expiry while its token is awaited")
  func expiry() {
    var f = Fixture()
    let n = f.notify {
      $0.actions = actions("default")
      $0.timeout = .milliseconds(1000)
    }
    f.show()
    f.advance(990)
    click(&f, n)
    f.advance(50)
    f.apply(.activationToken(id(n), "t"))
    #expect(f.invoked == ["default"])
  }

  @Test("FD-073 FD-079 a body click without a default action dismisses, with no action")
  func noDefault() {
    var f = Fixture()
    let n = f.notify { $0.actions = actions("Default", "x") }
    click(&f, n)
    #expect(f.invoked.isEmpty)
    #expect(f.closes(n) == [.dismissed])
  }

  @Test("FD-078 two clicks within half a second are one")
  func doubleClick() {
    var f = Fixture()
    let n = f.notify {
      $0.actions = actions("default")
      $0.isResident = true
    }
    click(&f, n)
    f.apply(.activationToken(id(n), nil))
    #expect(f.invoked == ["default"])
    f.advance(400)
    click(&f, n)
    #expect(f.effects.isEmpty)
    f.advance(100)
    click(&f, n)
    f.apply(.activationToken(id(n), nil))
    #expect(f.invoked == ["default"])
  }

  @Test("FD-081 a resident one stays and can be invoked again")
  func resident() {
    var f = Fixture()
    let n = f.notify {
      $0.actions = actions("a")
      $0.isResident = true
    }
    f.apply(.invoke(n, key: "a", .control(f.call())))
    #expect(f.invoked == ["a"])
    #expect(f.isLive(n))
    f.apply(.invoke(n, key: "a", .control(f.call())))
    #expect(f.invoked == ["a"])
  }

  @Test("FD-082 an action that a replacement took away is never emitted")
  func takenAway() {
    var f = Fixture()
    let n = f.notify { $0.actions = actions("old") }
    click(&f, n, "old")
    f.notify(replaces: n) { $0.actions = actions("new") }
    f.apply(.activationToken(id(n), "t"))
    #expect(f.effects.isEmpty)
    let call = f.call()
    f.apply(.invoke(n, key: "old", .control(call)))
    #expect(f.effects == [.refuse(call, .noSuchAction("old"))])
  }

  @Test("FD-274 FD-276 the owner has left: everyone hears of the action, nobody of the token")
  func ownerLeft() {
    var f = Fixture()
    let n = f.notify { $0.actions = actions("default") }
    f.apply(.peerLeft(":1.1"))
    click(&f, n)
    f.apply(.activationToken(id(n), "secret"))
    #expect(
      f.effects == [
        .actionInvoked(id(n), key: "default", .everyone), .closed(id(n), .dismissed, .everyone),
        .removed(id(n), .dismissed),
      ]
    )
  }

  @Test("FD-279 a link neither invokes nor closes")
  func link() {
    var f = Fixture()
    let n = f.notify()
    f.apply(.openLink("https://e.org/"))
    #expect(f.effects == [.open("https://e.org/")])
    #expect(f.isLive(n))
  }
}
