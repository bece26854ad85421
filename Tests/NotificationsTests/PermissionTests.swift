import Testing

@testable import Notifications

private typealias F = PermissionFixture

/// What an app is told, and what it can ask for.
struct PermissionTests {
  @Test("WEB-100 WEB-101 WEB-138 WEB-450 the state of an app that nobody has heard of")
  func unheardOf() {
    let status = F().permissions.status(of: F.app)
    #expect(status == .init(state: .default, source: .default, canPrompt: true))
    #expect(status.state.promptState == "prompt")
    #expect(F().permissions.apps.isEmpty)
  }

  @Test(
    "WEB-101 WEB-138 the words and numbers of a state",
    arguments: [
      (Permissions.State.granted, "granted", "granted", 0 as UInt32),
      (.default, "default", "prompt", 1), (.denied, "denied", "denied", 2),
    ]
  )
  func words(state: Permissions.State, word: String, prompt: String, number: UInt32) {
    #expect(state.rawValue == word)
    #expect(state.promptState == prompt)
    #expect(state.number == number)
  }

  @Test("WEB-103 asking a thousand times for a state keeps nothing")
  func queries() {
    let f = F()
    for index in 0..<1000 { _ = f.permissions.status(of: "app:\(index)") }
    #expect(f.permissions.accounts.isEmpty)
    f.advance(days: 1)
    #expect(f.all.isEmpty)
  }

  @Test("WEB-105 WEB-157 a request in a decided state is answered at once, without a prompt")
  func decided() {
    for decision in [Permissions.Decision.granted, .denied] {
      let f = F()
      f.set(decision)
      let call = f.request()
      #expect(f.effects == [.answer(call, decision.state)])
      #expect(f.permissions.prompts.isEmpty)
    }
  }

  @Test("WEB-106 WEB-120 11.6 an answer: kept, told to watchers, the prompt gone, then the reply")
  func order() {
    let f = F()
    #expect(f.watch(F.app, by: ":1.9"))
    let call = f.request()
    #expect(f.effects == [.showPrompt(app: F.app, .loud)])
    f.answer(.granted)
    let status = f.permissions.status(of: F.app)
    #expect(status.state == .granted && status.source == .user && status.reason == "prompt")
    #expect(status.since == f.now.wall && status.expires == 0 && !status.canPrompt)
    #expect(
      f.effects == [
        .keep(app: F.app, f.permissions.record(of: F.app)),
        .changed(app: F.app, status),
        .tell(":1.9", app: F.app, status),
        .hidePrompt(app: F.app),
        .answer(call, .granted),
      ]
    )
  }

  @Test("WEB-106 a decision outlives the daemon")
  func restart() {
    let f = F()
    f.request()
    f.answer(.denied)
    guard case .keep(let app, let record?)? = f.effects.first else {
      Issue.record("nothing kept")
      return
    }
    #expect(F(kept: [app: record]).state() == .denied)
  }

  @Test("WEB-107 closed without a choice: default, and counted")
  func dismissed() {
    let f = F()
    let call = f.request()
    f.answer(.dismissed)
    #expect(f.answers == [.answer(call, .default)])
    #expect(f.permissions.record(of: F.app)?.dismissals == 1)
    #expect(!f.effects.contains { if case .changed = $0 { true } else { false } })
  }

  @Test("WEB-107 WEB-114 no answer for 60 s, not before: default, and counted as ignored")
  func ignored() {
    let f = F()
    let call = f.request()
    f.advance(.milliseconds(59_999))
    #expect(f.effects.isEmpty)
    #expect(f.permissions.nextDeadline(f.clock) == f.instant + .milliseconds(1))
    f.advance(.milliseconds(1))
    #expect(f.answers == [.answer(call, .default)])
    #expect(f.permissions.record(of: F.app)?.ignores == 1)
    #expect(f.permissions.nextDeadline(f.clock) == nil)
  }

  @Test("WEB-107 the last caller gone: the prompt goes and counts as ignored; no reply to nobody")
  func callerGone() {
    let f = F()
    let first = f.request(by: ":1.1")
    let second = f.request(by: ":1.2")
    f.leave(":1.1")
    #expect(f.effects == [.abandon(first)])
    f.leave(":1.2")
    #expect(
      f.effects == [
        .abandon(second), .keep(app: F.app, f.permissions.record(of: F.app)),
        .hidePrompt(app: F.app),
      ]
    )
    #expect(f.permissions.record(of: F.app)?.ignores == 1)
  }

  @Test("WEB-107 a prompt that was never on the screen was not ignored")
  func neverShown() {
    let f = F()
    f.request(F.other)
    let call = f.request(F.app, by: ":1.2")
    f.leave(":1.2")
    #expect(f.effects == [.abandon(call)])
    #expect(f.permissions.record(of: F.app) == nil)
  }

  @Test(
    "WEB-108 WEB-109 how many prompts without a choice block, loud and quiet",
    arguments: [
      (Permissions.Record.Outcome.dismissed, F.click, 3, "dismissed-3"),
      (.ignored, F.click, 4, "ignored-4"),
      (.dismissed, Gesture(), 1, "dismissed-1"),
      (.ignored, Gesture(), 2, "ignored-2"),
    ]
  )
  func blocks(outcome: Permissions.Record.Outcome, gesture: Gesture, count: Int, reason: String) {
    let f = F()
    for number in 1...count {
      #expect(f.state() == .default)
      let call = f.request(F.app, gesture)
      if outcome == .dismissed { f.answer(.dismissed) } else { f.advance(.seconds(60)) }
      #expect(f.answers == [.answer(call, number == count ? .denied : .default)])
    }
    let week: Int64 = 7 * 86_400_000
    #expect(
      f.permissions.status(of: F.app)
        == .init(
          state: .denied,
          source: .heuristic,
          reason: reason,
          since: f.now.wall,
          expires: f.now.wall + week
        )
    )
  }

  @Test("WEB-108 a block ends by itself after seven days; the next dismissal blocks again")
  func embargo() {
    for outcome in [Permissions.Record.Outcome.dismissed, .ignored] {
      let f = F()
      f.watch(F.app, by: ":1.9")
      f.exhaust(outcome, times: outcome == .dismissed ? 3 : 4)
      #expect(f.permissions.nextDeadline(f.clock) == f.instant + .seconds(7 * 86_400))
      f.advance(.seconds(7 * 86_400 - 1))
      #expect(f.state() == .denied)
      f.advance(.seconds(1))
      #expect(f.told(":1.9") == [.default])
      #expect(f.permissions.status(of: F.app).canPrompt)
      f.exhaust(.dismissed, times: 1)
      #expect(f.state() == .denied)
    }
  }

  @Test("WEB-108 a block outlives the daemon, and ends though it was not running")
  func embargoRestart() {
    let f = F()
    f.exhaust(.dismissed, times: 3)
    let kept = f.permissions.record(of: F.app) ?? .init()
    let after = F(kept: [F.app: kept])
    after.instant = f.instant
    #expect(after.state() == .denied)
    after.advance(days: 30)
    #expect(after.state() == .default)
    #expect(after.permissions.record(of: F.app)?.wasBlocked == true)
  }

  @Test("WEB-110 an answer of the user, and a reset, clear the counters")
  func cleared() {
    for decision in [Permissions.Decision.granted, .denied, nil] {
      let f = F()
      f.exhaust(.dismissed, times: 2)
      f.exhaust(.ignored, times: 3)
      f.set(decision)
      f.set(nil)
      #expect(f.permissions.record(of: F.app) == nil)
      f.exhaust(.dismissed, times: 2)
      #expect(f.state() == .default)
    }
  }

  @Test("WEB-108 WEB-110 WEB-451 a reset ends a block, and watchers hear it")
  func reset() {
    let f = F()
    f.exhaust(.dismissed, times: 3)
    f.watch(F.app, by: ":1.9")
    let call = f.set(nil)
    #expect(f.told(":1.9") == [.default])
    #expect(f.effects.last == .done(call))
    #expect(f.effects.first == .keep(app: F.app, nil))
    #expect(f.permissions.status(of: F.app) == F().permissions.status(of: F.app))
  }

  @Test("WEB-111 WEB-112 what proves a gesture")
  func gestures() {
    let rows: [(String, Gesture, Prompt.Place)] = [
      (F.app, Gesture(), .quiet),
      (F.app, Gesture(hasFocus: true), .loud),
      (F.app, Gesture(isClaimed: true), .quiet),
      (F.app, Gesture(isTrusted: true), .quiet),
      (F.app, Gesture(isClaimed: true, isTrusted: true), .loud),
      (F.app, Gesture(token: "t"), .loud),
      (F.app, Gesture(token: "forged"), .quiet),
      (F.app, Gesture(token: "of another"), .quiet),
      // Unverified peers ask quietly (10), unless one who may asks for them.
      (F.script, Gesture(hasFocus: true), .quiet),
      (F.script, Gesture(token: "script's"), .quiet),
      (F.script, Gesture(isClaimed: true, isTrusted: true), .loud),
      (F.boxed, Gesture(hasFocus: true), .loud),
    ]
    for (app, gesture, place) in rows {
      let f = F()
      f.permissions.tokenIssued("t", to: F.app, at: f.now)
      f.permissions.tokenIssued("of another", to: F.other, at: f.now)
      f.permissions.tokenIssued("script's", to: F.script, at: f.now)
      f.request(app, gesture)
      #expect(f.effects == [.showPrompt(app: app, place)], "\(gesture)")
    }
  }

  @Test("WEB-111 a token proves one click for five seconds")
  func tokens() {
    let f = F()
    f.permissions.tokenIssued("t", to: F.app, at: f.now)
    f.permissions.tokenIssued("u", to: F.app, at: f.now)
    f.request(F.app, Gesture(token: "t"))
    #expect(f.permissions.loudPrompt?.app == F.app)
    f.answer(.dismissed)
    f.request(F.app, Gesture(token: "t"))
    #expect(f.permissions.prompts.map(\.place) == [.quiet])
    f.set(nil)
    f.leave(":1.1")
    f.advance(.milliseconds(5001))
    f.request(F.app, Gesture(token: "u"))
    #expect(f.permissions.loudPrompt == nil)
  }

  @Test("WEB-111 WEB-113 a click while the app's quiet prompt is open makes it a loud one")
  func louder() {
    let f = F()
    let first = f.request(F.app, Gesture())
    f.advance(.seconds(50))
    let second = f.request(F.app)
    #expect(f.permissions.loudPrompt?.app == F.app)
    // 60 s begin when it is seen.
    f.advance(.seconds(59))
    #expect(f.permissions.prompts.count == 1)
    f.answer(.granted)
    #expect(f.answers == [.answer(first, .granted), .answer(second, .granted)])
  }

  @Test("WEB-113 one prompt for an app, one answer for all who asked")
  func shared() {
    let f = F()
    let calls = (0..<5).map { f.request(by: ":1.\($0)") }
    #expect(f.permissions.prompts.count == 1)
    #expect(f.all == [.showPrompt(app: F.app, .loud)])
    f.answer(.denied)
    #expect(f.answers == calls.map { .answer($0, .denied) })
  }

  @Test("WEB-113 prompts of several apps come one after the other, and their time with them")
  func queue() {
    let f = F()
    let apps = [F.app, F.other, F.boxed]
    let calls = apps.map { f.request($0) }
    #expect(f.permissions.prompts.map(\.place) == [.loud, .waiting, .waiting])
    f.answer(.granted)
    #expect(f.effects.suffix(2) == [.answer(calls[0], .granted), .showPrompt(app: F.other, .loud)])
    f.advance(.seconds(60))
    #expect(f.answers == [.answer(calls[1], .default)])
    f.advance(.seconds(59))
    #expect(f.permissions.loudPrompt?.app == F.boxed)
    f.advance(.seconds(1))
    #expect(f.answers == [.answer(calls[2], .default)])
  }

  @Test("WEB-113 too many prompts, or callers of one, are answered default at once")
  func bounds() {
    var limits = Permissions.Limits()
    limits.prompts = 2
    limits.callersPerPrompt = 2
    let f = F(limits: limits)
    for app in [F.app, F.app, F.other] {
      f.request(app)
      #expect(f.answers.isEmpty)
    }
    for app in [F.app, F.boxed] {
      let call = f.request(app)
      #expect(f.effects == [.answer(call, .default)])
    }
    #expect(f.permissions.prompts.count == 2)
  }

  @Test("WEB-113 WEB-450 quiet prompts shut out no loud one: the oldest goes, and is not counted")
  func displaced() {
    let f = F()
    let first = f.request("script:0", Gesture())
    for number in 1..<64 { f.request("script:\(number)", Gesture()) }
    #expect(f.permissions.prompts.count == 64)
    #expect(!f.permissions.status(of: "script:new").canPrompt)
    #expect(f.permissions.status(of: F.app).canPrompt)
    let quiet = f.request(F.app, Gesture())
    #expect(f.effects == [.answer(quiet, .default)])
    f.request(F.app)
    #expect(
      f.effects == [
        .hidePrompt(app: "script:0"), .answer(first, .default), .showPrompt(app: F.app, .loud),
      ]
    )
    #expect(f.permissions.record(of: "script:0") == nil && f.permissions.prompts.count == 64)
    for number in 0..<63 { f.request("app:\(number)") }
    #expect(f.permissions.prompts.allSatisfy { $0.place != .quiet })
    #expect(!f.permissions.status(of: F.other).canPrompt)
    let call = f.request(F.other)
    #expect(f.effects == [.answer(call, .default)])
    f.answer(.dismissed)
    #expect(f.permissions.status(of: F.other).canPrompt)
  }

  @Test("WEB-114 a minute for each prompt on the screen, whoever joins")
  func joinersShareTheTime() {
    let f = F()
    let first = f.request()
    f.advance(.seconds(40))
    let second = f.request()
    f.advance(.seconds(20))
    #expect(f.answers == [.answer(first, .default), .answer(second, .default)])
  }

  @Test("WEB-115 quiet makes every prompt a quiet one; after it they are asked where they belong")
  func quiet() {
    let f = F()
    f.request(F.app)
    f.request(F.other)
    f.quiet(true)
    #expect(
      f.effects == [.showPrompt(app: F.app, .quiet), .showPrompt(app: F.other, .quiet)]
    )
    f.request(F.boxed)
    #expect(f.permissions.prompts.allSatisfy { $0.place == .quiet })
    f.quiet(false)
    #expect(f.permissions.prompts.map(\.place) == [.loud, .waiting, .waiting])
    #expect(f.permissions.loudPrompt?.app == F.app)
  }

  @Test("WEB-115 WEB-109 a prompt that quiet took from the screen counts as a quiet one")
  func quietCount() {
    let f = F()
    f.request()
    f.quiet(true)
    f.answer(.dismissed)
    #expect(f.permissions.status(of: F.app).reason == "dismissed-1")
  }

  @Test("ID-050 an unknown peer: never asked, decided or kept; fdo works")
  func unknown() {
    for key in ["none", "", ":1.7", "nonsense:x"] {
      let f = F()
      let call = f.request(key)
      #expect(f.effects == [.answer(call, .default)])
      #expect(!f.permissions.status(of: key).canPrompt)
      #expect(f.use(key) == .show)
      let set = f.set(.granted, key)
      #expect(f.effects == [.refuse(set, .unknownApp)])
      f.note(f.permissions.configure(.prompt, storesHeuristics: false, at: f.now))
      #expect(f.use(key) == .refuse)
      f.note(f.permissions.presence(of: key, isInstalled: false, at: f.now))
      #expect(f.permissions.accounts.isEmpty)
      #expect(!f.all.contains { if case .keep = $0 { true } else { false } })
      let kept = Permissions.Record.UserDecision(.granted, since: 0, reason: "set")
      var record = Permissions.Record()
      record.user = kept
      #expect(F(kept: [key: record]).state(key) == .default)
    }
  }
}
