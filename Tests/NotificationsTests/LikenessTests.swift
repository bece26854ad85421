import Testing

@testable import Notifications

/// `stack_duplicates`: what looks the same is one popup with a count.
struct LikenessTests {
  private static func scene() -> Fixture {
    var f = Fixture()
    f.apply(.configured(Preferences(), nil))
    return f
  }

  @Test("demand duplicates: three equal ones are one popup; each has its id, each its close")
  func three() {
    var f = Self.scene()
    let ids = (0..<3).map { _ in f.notify("same") }
    #expect(Set(ids).count == 3)
    #expect(f.core.candidates.map(\.id.rawValue) == [ids[0]])
    #expect(f.core.candidates.map(\.count) == [3])
    #expect(f.core.waiting.count == 0)
    f.close(ids[1])
    #expect(f.closes(ids[1]) == [.closedBySender])
    #expect(f.core.candidates.map(\.count) == [2])
    f.show()
    f.advance(8000)
    #expect([ids[0], ids[2]].map(f.closes) == [[.expired], [.expired]])
  }

  @Test("a new one begins the time anew")
  func time() {
    var f = Self.scene()
    let first = f.notify("same")
    f.show()
    f.advance(7000)
    let second = f.notify("same")
    f.advance(7000)
    #expect(f.isLive(first) && f.isLive(second))
    f.advance(1000)
    #expect(!f.isLive(first) && !f.isLive(second))
  }

  @Test("the one that is seen goes: the next has its place and what was left of its time")
  func heir() {
    var f = Self.scene()
    let first = f.notify("same")
    let other = f.notify("other")
    let second = f.notify("same")
    let third = f.notify("same")
    f.show()
    f.advance(3000)
    f.close(first)
    #expect(f.core.candidates.map(\.id.rawValue) == [second, other])
    #expect(f.core.candidates.map(\.count) == [2, 1])
    #expect(f.core[second]?.state == .shown)
    f.advance(5000)
    #expect(!f.isLive(second) && !f.isLive(third) && !f.isLive(other))
  }

  @Test(
    "F40 other urgency, picture, actions or title: not the same",
    arguments: [
      { $0.urgency = .critical }, { $0.title = "else" }, { $0.rawBody = "more" },
      { $0.actions = actions("a") },
      { $0.image = Picture(width: 1, height: 1, pixels: [1]) },
    ] as [@Sendable (inout Notification) -> Void]
  )
  func different(_ change: @Sendable (inout Notification) -> Void) {
    var f = Self.scene()
    f.notify("same")
    f.notify("same", change)
    #expect(f.core.candidates.map(\.count) == [1, 1])
    f.notify("same", from: Fixture.bob)
    #expect(f.core.candidates.map(\.count) == [1, 1, 1])
  }

  @Test("F39 a replacement that makes it equal to another joins nobody; one that differs leaves")
  func replaced() {
    var f = Self.scene()
    let one = f.notify("one")
    let two = f.notify("two")
    f.notify("one", replaces: two)
    #expect(f.core.candidates.map(\.id.rawValue) == [one, two])
    let third = f.notify("one")
    #expect(f.core.candidates.map(\.count) == [2, 1])
    f.notify("changed", replaces: third)
    #expect(f.core.candidates.map(\.count) == [1, 1, 1])
    // The same again is no change.
    let fourth = f.notify("changed")
    f.notify("changed", replaces: fourth)
    #expect(f.core.candidates.map(\.count) == [1, 1, 2])
  }

  @Test("F41 the rule's program starts for each of them")
  func hooks() {
    var f = Fixture()
    var wishes = Treatment.Wishes()
    wishes.commands = [.init(["hook"], on: .shown), .init(["end"], on: .closed)]
    f.apply(.configured(Preferences(), Rules(wishes)))
    let first = f.notify("same")
    f.show()
    #expect(f.errands == ["hook \(first)"])
    let second = f.notify("same")
    #expect(f.errands == ["hook \(second)"])
    f.apply(.dismiss([first], nil))
    #expect(f.errands == ["end \(first)", "end \(second)"])
  }

  @Test("a click goes to the newest and ends them all; the user's close button too")
  func clicks() {
    var f = Self.scene()
    let ids = (0..<3).map { _ in f.notify("same") { $0.actions = actions("default") } }
    f.show()
    f.apply(.invoke(ids[0], key: "default", .pointer(Press(serial: 1))))
    f.apply(.activationToken(id(ids[0]), nil))
    #expect(
      f.effects.contains(.actionInvoked(id(ids[2]), key: "default", .peer(Fixture.alice.peer)))
    )
    #expect(ids.map(f.closes) == [[.dismissed], [.dismissed], [.dismissed]])
  }

  @Test("of an app that floods, equal ones still count")
  func flood() {
    var f = Self.scene()
    for _ in 0..<100 { f.notify("same") }
    #expect(f.core.candidates.map(\.count) == [100])
    #expect(f.core.waiting.count == 0)
  }

  @Test("stack_duplicates = false: each its own popup")
  func off() {
    var f = Fixture()
    var preferences = Preferences()
    preferences.stacksDuplicates = false
    f.apply(.configured(preferences, nil))
    f.notify("same")
    f.notify("same")
    #expect(f.core.candidates.map(\.count) == [1, 1])
  }
}

/// Rules that want the same of every notification.
final class Rules: RuleBook {
  private let wishes: Treatment.Wishes
  private(set) var asked: [Notification] = []

  init(_ wishes: Treatment.Wishes) {
    self.wishes = wishes
  }

  func treatment(of notification: Notification, from: Owner, in: Circumstances) -> Treatment? {
    asked.append(notification)
    return Treatment(wishes, trace: ["config.toml:1"])
  }
}

extension Fixture {
  var errands: [String] {
    effects.compactMap {
      if case .run(let errand) = $0 { "\(errand.arguments[0]) \(errand.id.rawValue)" } else { nil }
    }
  }
}
