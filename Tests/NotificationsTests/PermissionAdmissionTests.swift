import Testing

@testable import Notifications

private typealias F = PermissionFixture

/// What becomes of a `Notify`, and of a `Show`.
struct PermissionAdmissionTests {
  @Test("WEB-134 WEB-135 FD-226 who may show, by policy and state")
  func table() {
    typealias Row = (
      Permissions.DefaultPolicy, Permissions.Decision?, Permissions.Admission, Permissions.Admission
    )
    let rows: [Row] = [
      (.allow, nil, .show, .refuse), (.allow, .granted, .show, .show),
      (.allow, .denied, .refuse, .refuse), (.prompt, nil, .hold, .refuse),
      (.prompt, .granted, .show, .show), (.prompt, .denied, .refuse, .refuse),
      (.deny, nil, .refuse, .refuse), (.deny, .granted, .show, .show),
    ]
    for (policy, decision, legacy, strict) in rows {
      let f = F(policy)
      f.set(decision)
      let (admission, effects) = f.permissions.strictUse(by: F.app, at: f.now)
      #expect(admission == strict && effects.isEmpty)
      #expect(f.use() == legacy)
      let refused = (strict == .refuse ? 1 : 0) + (legacy == .refuse ? 1 : 0)
      #expect(f.permissions.refusals(of: F.app) == refused)
      #expect(f.state() == decision?.state ?? .default)
    }
  }

  @Test("WEB-134 prompt: what comes is held, one prompt is shown, and its answer is for all")
  func hold() {
    let rows: [(Permissions.Answer?, Permissions.Effect)] = [
      (.granted, .releaseHeld(app: F.app)), (.denied, .closeHeld(app: F.app)),
      (.dismissed, .closeHeld(app: F.app)), (nil, .closeHeld(app: F.app)),
    ]
    for (answer, effect) in rows {
      let f = F(.prompt)
      #expect(f.use() == .hold)
      #expect(f.effects == [.showPrompt(app: F.app, .loud)])
      #expect(f.use() == .hold)
      #expect(f.effects.isEmpty)
      let call = f.request()
      f.leave(":1.1")
      #expect(f.effects == [.abandon(call)])
      #expect(f.permissions.prompts.count == 1)
      if let answer { f.answer(answer) } else { f.advance(.seconds(60)) }
      #expect(f.effects.contains(effect))
      #expect(f.effects.count { $0 == effect } == 1)
    }
  }

  @Test(
    "WEB-134 WEB-109 whoever is held is asked about loudly; in quiet it waits, and is not counted"
  )
  func loudly() {
    let f = F(.prompt)
    #expect(f.use(F.script) == .hold)
    #expect(f.effects == [.showPrompt(app: F.script, .loud)])
    f.quiet(true)
    f.answer(.granted, F.script)
    for app in [F.app, F.script + "2"] {
      #expect(f.use(app) == .hold)
      #expect(f.effects == [.showPrompt(app: app, .quiet)])
    }
    f.advance(days: 1)
    #expect(f.effects.isEmpty && f.permissions.prompts.count == 2)
    // Who asks itself is answered in time, and nothing is held against an app that nobody saw ask.
    let call = f.request(F.app, Gesture())
    f.advance(.seconds(60))
    #expect(f.answers == [.answer(call, .default)])
    #expect(f.effects.contains(.closeHeld(app: F.app)))
    #expect(f.permissions.record(of: F.app) == nil)
    f.quiet(false)
    #expect(f.permissions.loudPrompt?.app == F.script + "2")
    f.advance(.seconds(60))
    #expect(f.permissions.record(of: F.script + "2")?.ignores == 1)
  }

  @Test("WEB-134 a quiet question becomes a loud one when a notification waits for it")
  func raised() {
    let f = F(.prompt)
    f.request(F.script, Gesture())
    #expect(f.permissions.prompt(of: F.script)?.place == .quiet)
    #expect(f.use(F.script) == .hold)
    #expect(f.permissions.loudPrompt?.app == F.script)
  }

  @Test("WEB-134 another default policy decides about what is held")
  func reconfigured() {
    for policy in [Permissions.DefaultPolicy.allow, .deny] {
      let f = F(.prompt)
      #expect(f.use(F.app) == .hold)
      #expect(f.use(F.other) == .hold)
      let call = f.request(F.other)
      f.note(f.permissions.configure(policy, storesHeuristics: false, at: f.now))
      let allows = policy == .allow
      #expect(
        f.effects == [
          allows ? .releaseHeld(app: F.app) : .closeHeld(app: F.app), .hidePrompt(app: F.app),
          .showPrompt(app: F.other, .loud),
          allows ? .releaseHeld(app: F.other) : .closeHeld(app: F.other),
        ]
      )
      // Who asked still waits.
      f.answer(.granted, F.other)
      #expect(f.answers == [.answer(call, .granted)])
      #expect(!f.effects.contains(.releaseHeld(app: F.other)))
    }
  }

  @Test("WEB-113 one sender has eight prompts at most, with all its sites")
  func share() {
    let f = F(.prompt)
    for site in 0..<20 {
      #expect(f.use("\(F.app)#https://\(site).example") == (site < 8 ? .hold : .refuse))
    }
    #expect(f.permissions.prompts.count == 8)
    #expect(f.use(F.other) == .hold && f.use("\(F.boxed)#https://1.example") == .hold)
    // Whoever is asked about already, is.
    #expect(f.use("\(F.app)#https://3.example") == .hold)
    f.request("\(F.app)#https://30.example")
    #expect(f.answers.count == 1)
    // A path may have the sign.
    for path in 0..<10 { #expect(f.use("exe:/opt/a#\(path)") == .hold) }
  }

  @Test("FD-226 FD-297 what sites were refused is counted for their browser, and leaves nothing")
  func sites() {
    let f = F(.deny)
    for site in 0..<1000 { _ = f.use("\(F.app)#https://\(site).example") }
    _ = f.permissions.strictUse(by: "\(F.app)#https://a.example", at: f.now)
    #expect(f.permissions.accounts.count == 1)
    #expect(f.permissions.refusals(of: F.app) == 1001)
    #expect(f.use("exe:/opt/a#b") == .refuse)
    #expect(f.permissions.refusals(of: "exe:/opt/a#b") == 1)
  }

  @Test("WEB-134 the state stays default; three dismissals end the asking")
  func bounded() {
    let f = F(.prompt)
    for _ in 0..<3 {
      #expect(f.use() == .hold)
      f.answer(.dismissed)
    }
    #expect(f.use() == .refuse)
    #expect(f.permissions.status(of: F.app).reason == "dismissed-3")
  }
}
