import Testing

@testable import Notifications

/// Whose name the question on the screen shows.
@Suite struct AskerTests {
  private static func sender(_ level: Sender.Level) -> Sender {
    Sender(level: level, principal: "app:a", name: "A")
  }

  private func fixture() -> Fixture {
    var fixture = Fixture()
    var preferences = Preferences()
    preferences.defaultPolicy = .prompt
    fixture.apply(.configured(preferences, nil))
    return fixture
  }

  @Test("WEB-106 it is who asked first, for as long as the question is open")
  func first() {
    var fixture = fixture()
    fixture.notify(from: Owner(peer: ":1.5", sender: Self.sender(.unit), appName: "Firefox"))
    fixture.notify(from: Owner(peer: ":1.6", sender: Self.sender(.exe)))
    #expect(fixture.core.question?.app == "app:a")
    #expect(fixture.core.question?.asker?.level == .unit)
    fixture.apply(.permission(.answer(app: "app:a", .dismissed, nil)))
    #expect(fixture.core.question == nil && fixture.core.askers.isEmpty)
    fixture.notify(from: Owner(peer: ":1.6", sender: Self.sender(.exe)))
    #expect(fixture.core.question?.asker?.level == .exe)
  }

  @Test("WEB-113 of those that wait for their turn each has its own; none is left over")
  func queue() {
    var fixture = fixture()
    fixture.notify(from: Owner(peer: ":1.5", sender: Self.sender(.unit)))
    let call = fixture.call()
    let gesture = Gesture(isClaimed: true, isTrusted: true)
    let other = Sender(level: .sandbox, principal: "flatpak:b", name: "B")
    fixture.apply(
      .permission(.request(app: "flatpak:b", by: ":1.7", gesture, call, sender: other))
    )
    #expect(fixture.core.question?.app == "app:a" && fixture.core.askers.count == 2)
    // The caller leaves before its turn.
    fixture.apply(.peerLeft(":1.7"))
    #expect(fixture.core.askers.keys.sorted() == ["app:a"])
    fixture.apply(.permission(.answer(app: "app:a", .granted, nil)))
    #expect(fixture.core.question == nil && fixture.core.askers.isEmpty)
  }

  @Test("WEB-111 lists of apps tell each open question, when it opens, moves and closes")
  func told() {
    var fixture = fixture()
    func told() -> [String] {
      fixture.effects.compactMap { if case .appChanged(let app) = $0 { app } else { nil } }
    }
    func question(_ app: String) -> Prompt.Place? {
      fixture.core.summary(of: app, wall: 0).question
    }
    fixture.notify(from: Owner(peer: ":1.5", sender: Self.sender(.unit)))
    #expect(told() == ["app:a"] && question("app:a") == .loud)
    fixture.notify(from: Owner(peer: ":1.5", sender: Self.sender(.unit)))
    #expect(told().isEmpty)
    let script = Sender(level: .program, principal: "script:/b", name: "b")
    fixture.apply(
      .permission(
        .request(app: "script:/b", by: ":1.7", Gesture(), fixture.call(), sender: script)
      )
    )
    #expect(told() == ["script:/b"] && question("script:/b") == .quiet)
    #expect(fixture.core.knownApps == ["app:a", "script:/b"])
    #expect(fixture.core.permissions.apps == ["app:a", "script:/b"])
    #expect(fixture.core.summary(of: "script:/b", wall: 0).name == "b")
    fixture.notify(from: Owner(peer: ":1.7", sender: script))
    #expect(told() == ["script:/b"] && question("script:/b") == .waiting)
    fixture.apply(.permission(.answer(app: "app:a", .dismissed, nil)))
    #expect(told() == ["app:a", "script:/b"])
    #expect(question("app:a") == nil && question("script:/b") == .loud)
  }

  @Test("who is admitted without a question leaves nothing behind")
  func none() {
    var fixture = Fixture()
    fixture.notify(from: Owner(peer: ":1.5", sender: Self.sender(.unit)))
    #expect(fixture.core.askers.isEmpty && fixture.core.question == nil)
  }

  @Test("FD-005 WEB-105 where the daemon ends, who waits hears that nothing is decided")
  func end() {
    var fixture = fixture()
    fixture.notify(from: Owner(peer: ":1.5", sender: Self.sender(.unit)))
    let gesture = Gesture(isClaimed: true, isTrusted: true)
    var calls: [Call] = []
    for app in ["app:a", "flatpak:b"] {
      calls.append(fixture.call())
      fixture.apply(
        .permission(.request(app: app, by: ":1.7", gesture, calls.last ?? fixture.call()))
      )
    }
    fixture.apply(.permission(.endQuestions))
    let answered = fixture.effects.compactMap {
      if case .permission(.answer(let call, .default)) = $0 { call } else { nil }
    }
    #expect(Set(answered) == Set(calls))
    // Only what notifications wait for is still asked.
    #expect(fixture.core.permissions.prompts.map(\.app) == ["app:a"])
    fixture.apply(.peerLeft(":1.7"))
    #expect(fixture.core.question?.app == "app:a")
  }
}
