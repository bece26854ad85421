import Testing

@testable import Notifications

private typealias F = PermissionFixture

/// Who hears of a change, and what it does to what is live.
struct PermissionChangeTests {
  @Test("WEB-120 every watcher hears each transition once, whatever its cause, and in order")
  func causes() {
    let f = F()
    let peers = [":1.7", ":1.8", ":1.9"]
    for peer in peers + peers { #expect(f.watch(F.boxed, by: peer)) }
    let steps: [((F) -> Void, [Permissions.State])] = [
      ({ $0.set(.granted, F.boxed) }, [.granted]),
      ({ $0.set(.granted, F.boxed) }, []),
      ({ $0.set(.denied, F.boxed) }, [.denied]),
      ({ $0.set(nil, F.boxed) }, [.default]),
      ({ $0.request(F.boxed) }, []),
      ({ $0.answer(.granted, F.boxed) }, [.granted]),
      ({ $0.policy([F.boxed: .init(.denied)]) }, [.denied]),
      ({ $0.policy([:]) }, [.granted]),
      ({ $0.set(nil, F.boxed) }, [.default]),
      ({ f in f.confirm() }, []),
      ({ $0.store(["org.x.Boxed": .no]) }, [.denied]),
      ({ $0.store([:]) }, [.default]),
      ({ $0.exhaust(.dismissed, times: 3, F.boxed) }, [.denied]),
      ({ $0.advance(days: 7) }, [.default]),
    ]
    for (number, (step, expected)) in steps.enumerated() {
      step(f)
      let tells = f.effects.compactMap {
        if case .tell(let peer, F.boxed, let status) = $0 { (peer, status.state) } else { nil }
      }
      #expect(tells.map(\.0) == (expected.isEmpty ? [] : peers), "step \(number)")
      #expect(tells.allSatisfy { [$0.1] == expected }, "step \(number)")
    }
  }

  @Test("WEB-121 another source of the same state is told to nobody")
  func sources() {
    let f = F()
    f.watch(F.app, by: ":1.9")
    f.exhaust(.dismissed, times: 3)
    #expect(f.permissions.status(of: F.app).source == .heuristic)
    f.set(.denied)
    #expect(f.told(":1.9").isEmpty)
    #expect(f.permissions.status(of: F.app).source == .user)
    f.policy([F.app: .init(.denied)])
    #expect(f.effects.isEmpty)
    #expect(f.permissions.status(of: F.app).source == .policy)
  }

  @Test("WEB-122 a watcher that left hears nothing")
  func watchers() {
    let f = F()
    for peer in [":1.7", ":1.9"] { f.watch(F.app, by: peer) }
    f.leave(":1.7")
    f.set(.denied)
    #expect(f.told(":1.7").isEmpty && f.told(":1.9") == [.denied])
    f.set(nil)
    f.leave(":1.9")
    #expect(f.permissions.accounts.isEmpty && f.permissions.watched.isEmpty)
  }

  @Test("WEB-122 a peer may watch only so many")
  func tooMany() {
    var limits = Permissions.Limits()
    limits.watchesPerPeer = 2
    let f = F(limits: limits)
    #expect(f.watch("app:a", by: ":1.1"))
    #expect(f.watch("app:b", by: ":1.1"))
    #expect(!f.watch("app:c", by: ":1.1"))
    #expect(f.watch("app:a", by: ":1.1"))
    #expect(f.watch("app:c", by: ":1.2"))
  }

  @Test("WEB-123 what is admitted no more loses its live notifications; the way back revives none")
  func revocation() {
    let rows: [(Permissions.DefaultPolicy, Permissions.Decision?, Permissions.Decision?, Bool)] = [
      (.allow, nil, .denied, true), (.allow, .granted, .denied, true),
      (.allow, .granted, nil, false), (.allow, .denied, nil, false),
      (.allow, .denied, .granted, false), (.allow, nil, .granted, false),
      (.prompt, .granted, nil, true), (.prompt, nil, .denied, false),
      (.deny, .granted, nil, true), (.deny, .granted, .denied, true),
      (.deny, nil, .denied, false),
    ]
    for (policy, before, after, closes) in rows {
      let f = F(policy)
      f.set(before)
      f.set(after)
      #expect(
        f.effects.contains(.closeLive(app: F.app)) == closes,
        "\(policy) \(String(describing: before)) \(String(describing: after))"
      )
    }
  }

  @Test("WEB-130 policy over user over heuristic over store over default, with their reasons")
  func precedence() {
    let f = F()
    f.store(["org.x.Boxed": .ask])
    f.exhaust(.dismissed, times: 3, F.boxed)
    let heuristic = f.permissions.status(of: F.boxed)
    f.store(["org.x.Boxed": .no])
    #expect(f.permissions.status(of: F.boxed) == heuristic)
    f.set(.granted, F.boxed)
    f.confirm()
    f.store(["org.x.Boxed": .no])
    #expect(f.permissions.status(of: F.boxed).source == .user)
    #expect(f.state(F.boxed) == .granted)
    f.policy([F.boxed: .init(.denied)])
    let policy = f.permissions.status(of: F.boxed)
    #expect(policy.source == .policy && policy.state == .denied && policy.reason == "admin-file")
    #expect(!policy.canPrompt && policy.since == f.now.wall)
    f.policy([:])
    #expect(f.permissions.status(of: F.boxed).source == .user)
  }

  @Test("WEB-130 a policy entry refuses Set and Reset, and answers an open prompt")
  func policy() {
    let f = F()
    let request = f.request()
    f.policy([F.app: .init(.granted), F.other: .init(.denied)])
    #expect(f.answers == [.answer(request, .granted)])
    #expect(f.permissions.prompts.isEmpty)
    for decision in [Permissions.Decision.granted, .denied, nil] {
      let call = f.set(decision, F.other)
      #expect(f.effects == [.refuse(call, .policy)])
    }
    let call = f.request(F.other)
    #expect(f.effects == [.answer(call, .denied)])
    #expect(f.permissions.apps == [F.other, F.app])
    // What the administrator says is in the files, not in the store.
    #expect(!f.all.contains { if case .keep = $0 { true } else { false } })
  }

  @Test("WEB-106 a prompt can be answered from the command line, also one that waits")
  func answers() {
    let f = F()
    f.request(F.app)
    let waiting = f.request(F.other)
    let call = f.call()
    f.note(f.permissions.answer(F.other, .granted, call, at: f.now))
    #expect(f.effects.suffix(2) == [.answer(waiting, .granted), .done(call)])
    #expect(!f.effects.contains(.hidePrompt(app: F.other)))
    #expect(f.permissions.loudPrompt?.app == F.app)
    let late = f.call()
    f.note(f.permissions.answer(F.other, .denied, late, at: f.now))
    #expect(f.effects == [.refuse(late, .noPrompt)])
    f.answer(.denied, F.other)
    #expect(f.effects.isEmpty)
    #expect(f.state(F.other) == .granted)
  }

  @Test("WEB-451 WEB-105 Set while a prompt is open answers it first")
  func setWhileOpen() {
    let f = F()
    let request = f.request()
    let set = f.set(.denied)
    #expect(f.effects.suffix(2) == [.answer(request, .denied), .done(set)])
    #expect(f.effects.contains(.hidePrompt(app: F.app)))
  }

  @Test("WEB-452 no act of an app leads from denied to granted")
  func stuck() {
    let denials: [(String, (F) -> Void)] = [
      ("user", { $0.set(.denied, F.boxed) }),
      ("policy", { $0.policy([F.boxed: .init(.denied)]) }),
      ("store", { $0.store(["org.x.Boxed": .no]) }),
      ("heuristic", { $0.exhaust(.dismissed, times: 3, F.boxed) }),
    ]
    for (name, deny) in denials {
      let f = F()
      deny(f)
      f.request(F.boxed)
      f.request(F.boxed, Gesture(token: "x", isClaimed: true, isTrusted: true, hasFocus: true))
      #expect(f.use(F.boxed) == .refuse)
      f.leave(":1.1")
      #expect(f.state(F.boxed) == .denied, "\(name)")
      #expect(f.permissions.prompts.isEmpty)
    }
  }

  @Test("WEB-139 thirty days without its desktop file: forgotten")
  func missing() {
    let f = F()
    f.set(.denied)
    f.watch(F.app, by: ":1.9")
    func present(_ isInstalled: Bool) {
      f.note(f.permissions.presence(of: F.app, isInstalled: isInstalled, at: f.now))
    }
    present(false)
    f.advance(days: 20)
    present(false)
    present(true)
    f.advance(days: 20)
    #expect(f.state() == .denied)
    present(false)
    f.advance(days: 29)
    #expect(f.state() == .denied)
    f.advance(days: 1)
    #expect(f.state() == .default)
    #expect(f.told(":1.9") == [.default])
    #expect(f.effects.first == .keep(app: F.app, nil))
  }
}
