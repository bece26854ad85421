import Testing

@testable import Notifications

/// Random lives of permissions, checked against the laws that hold in every one of them.
struct PermissionLawTests {
  @Test("WEB-107 WEB-113 WEB-120 WEB-452 11.6 laws: 120 000 random events")
  func laws() {
    print("seed \(LawTests.seed) (HARK_SEED)")
    var random = SplitMix(state: LawTests.seed)
    for _ in 0..<40 {
      var life = Life(&random)
      for _ in 0..<3000 {
        let act = life.act(&random)
        let effects = life.perform(act)
        if let broken = life.check(act, effects) {
          Issue.record("seed \(LawTests.seed): \(broken) after \(act) gave \(effects)")
          return
        }
      }
    }
  }

  @Test("the same events give the same effects")
  func determinism() {
    func run() -> [[Permissions.Effect]] {
      var random = SplitMix(state: LawTests.seed)
      var life = Life(&random)
      return (0..<5000).map { _ in
        let act = life.act(&random)
        let effects = life.perform(act)
        _ = life.check(act, effects)
        return effects
      }
    }
    #expect(run() == run())
  }
}

private enum Act {
  // Apps
  case request(String, peer: String, Gesture, Call)
  case use(String)
  case strictUse(String)
  case watch(String, peer: String)
  case leave(String)
  /// A sandboxed app uses the portal, which writes `yes` where there is nothing.
  case portal(String)
  // The user
  case answer(String, Permissions.Answer, Call?)
  case set(String, Permissions.Decision?, Call)
  case policy([String: Permissions.Policy])
  case configure(Permissions.DefaultPolicy, Bool)
  case quiet(Bool)
  case presence(String, Bool)
  /// Another program of the user's writes to the store.
  case store(String, StoreWord)
  // The rest
  case storeAppears
  case wrote(String, StoreWord, Bool)
  case deadline
}

private struct Life {
  var permissions: Permissions
  var clock: WallClock
  var instant = Instant(nanoseconds: 1)
  private let apps = [
    "app:a", "app:b", "flatpak:c", "flatpak:d", "snap:e", "script:f", "none", "app:w#https://e.org",
  ]
  private var peers = (0..<5).map { ":1.\($0)" }
  private var lastPeer = 4
  private var lastCall: UInt64 = 0

  // What the outside world knows from the effects alone.
  private var openRequests: [Call: (app: String, peer: String)] = [:]
  private var openOthers: Set<Call> = []
  private var known: [String: Permissions.State] = [:]
  private var watchers: [String: [String]] = [:]
  /// One who watches from the end of this step on.
  private var new: (app: String, peer: String)?
  private var shown: [String: Prompt.Place] = [:]
  private var held: Set<String> = []
  /// The one that this step holds.
  private var newHold: String?
  private var kept: [String: Permissions.Record] = [:]
  private var policies: [String: Permissions.Policy] = [:]
  private var decisions: [String: Permissions.Decision] = [:]
  private var table: [String: StoreWord] = [:]
  private var pending: [(app: String, word: StoreWord)] = []
  /// Denied at some time since the user last had a word in it.
  private var tainted: Set<String> = []
  /// Their `yes` in the store is the portal's, written while tainted.
  private var forged: Set<String> = []

  init(_ random: inout SplitMix) {
    var limits = Permissions.Limits()
    limits.prompts = .random(in: 1...8, using: &random)
    limits.callersPerPrompt = .random(in: 1...6, using: &random)
    limits.watchesPerPeer = .random(in: 1...8, using: &random)
    clock = WallClock(offset: .random(in: 0...1_700_000_000_000, using: &random))
    permissions = Permissions(
      limits: limits,
      defaultPolicy: [.allow, .prompt, .deny].randomElement(using: &random) ?? .allow,
      storesHeuristics: .random(using: &random)
    )
  }

  var now: Moment { clock.moment(instant) }

  private mutating func call() -> Call {
    lastCall += 1
    return Call(token: lastCall)
  }

  mutating func act(_ random: inout SplitMix) -> Act {
    let pauses = [0, 0, 0, 1, 900, 20_000, 60_000, 3_600_000, 86_400_000, 3 * 86_400_000]
    let pause = pauses.randomElement(using: &random) ?? 0
    instant = instant + .milliseconds(pause)
    if Int.random(in: 0..<200, using: &random) == 0 {
      clock.offset += .random(in: -86_400_000...86_400_000, using: &random)
    }
    let app = apps.randomElement(using: &random) ?? ""
    let peer = peers.randomElement(using: &random) ?? ""
    let isYes = Bool.random(using: &random)
    switch Int.random(in: 0..<26, using: &random) {
    case 0..<7:
      let gesture = Gesture(
        token: isYes ? "t" : "",
        isClaimed: .random(using: &random),
        isTrusted: Int.random(in: 0..<4, using: &random) == 0,
        hasFocus: .random(using: &random)
      )
      return .request(app, peer: peer, gesture, call())
    case 7, 8, 9: return .use(app)
    case 10: return .strictUse(app)
    case 11, 12: return .watch(app, peer: peer)
    case 13: return .leave(peer)
    case 14: return .portal(app)
    case 15, 16:
      let answer: [Permissions.Answer] = [.granted, .denied, .dismissed, .dismissed, .dismissed]
      let asked = permissions.prompts.randomElement(using: &random)?.app ?? app
      return .answer(
        Int.random(in: 0..<4, using: &random) == 0 ? app : asked,
        answer.randomElement(using: &random) ?? .dismissed,
        isYes ? call() : nil
      )
    case 17, 18:
      let decision: [Permissions.Decision?] = [nil, nil, .granted, .denied]
      return .set(app, decision.randomElement(using: &random) ?? nil, call())
    case 19:
      var entries: [String: Permissions.Policy] = [:]
      for app in apps where Int.random(in: 0..<10, using: &random) == 0 {
        entries[app] = Permissions.Policy(.random(using: &random) ? .granted : .denied)
      }
      return .policy(entries)
    case 20:
      let policies: [Permissions.DefaultPolicy] = [.allow, .prompt, .prompt, .deny]
      return .configure(policies.randomElement(using: &random) ?? .prompt, isYes)
    case 21: return .quiet(isYes)
    case 22: return .presence(app, isYes)
    case 23:
      let words: [StoreWord] = [.yes, .no, .ask, .unset]
      return .store(app, words.randomElement(using: &random) ?? .ask)
    case 24:
      guard let write = pending.first else { return .storeAppears }
      return .wrote(write.app, write.word, Int.random(in: 0..<4, using: &random) > 0)
    default: return .deadline
    }
  }

  mutating func perform(_ act: Act) -> [Permissions.Effect] {
    switch act {
    case .request(let app, let peer, let gesture, let call):
      openRequests[call] = (app, peer)
      return permissions.request(app, by: peer, gesture, call, at: now)
    case .use(let app):
      let (admission, effects) = permissions.use(by: app, at: now)
      if admission == .hold { newHold = app }
      return effects
    case .strictUse(let app):
      return permissions.strictUse(by: app, at: now).1
    case .watch(let app, let peer):
      let due = permissions.deadlinePassed(at: now)
      if permissions.watch(app, by: peer), watchers[app]?.contains(peer) != true {
        new = (app, peer)
      }
      return due
    case .leave(let peer):
      for app in apps { watchers[app]?.removeAll { $0 == peer } }
      return permissions.peerLeft(peer, at: now)
    case .portal(let app):
      let due = permissions.deadlinePassed(at: now)
      note(.deadline, due)
      guard let id = StoreWord.storeID(of: app), table[id] == nil else { return due }
      // Where the user's own yes is on its way, this one changes nothing.
      if tainted.contains(app), permissions.record(of: app)?.stored != .yes { forged.insert(app) }
      table[id] = .yes
      return due + permissions.storeChanged(table, at: now)
    case .answer(let app, let answer, let call):
      if let call { openOthers.insert(call) }
      return permissions.answer(app, answer, call, at: now)
    case .set(let app, let decision, let call):
      openOthers.insert(call)
      return permissions.set(app, decision, call, at: now)
    case .policy(let entries):
      return permissions.setPolicy(entries, at: now)
    case .configure(let policy, let stores):
      return permissions.configure(policy, storesHeuristics: stores, at: now)
    case .quiet(let isQuiet):
      return permissions.quietChanged(isQuiet, at: now)
    case .presence(let app, let isInstalled):
      return permissions.presence(of: app, isInstalled: isInstalled, at: now)
    case .store(let app, let word):
      guard let id = StoreWord.storeID(of: app) else {
        return permissions.deadlinePassed(at: now)
      }
      table[id] = word == .unset ? nil : word
      forged.remove(app)
      return permissions.storeChanged(table, at: now)
    case .storeAppears:
      pending = []
      return permissions.storeAppeared(table, at: now)
    case .wrote(let app, let word, let succeeded):
      pending.removeFirst()
      guard succeeded, let id = StoreWord.storeID(of: app) else {
        return permissions.storeWritten(app, word, succeeded: false, at: now)
      }
      table[id] = word == .unset ? nil : word
      forged.remove(app)
      // As on the bus: the change comes before the reply.
      let changed = permissions.storeChanged(table, at: now)
      return changed + permissions.storeWritten(app, word, succeeded: true, at: now)
    case .deadline:
      return permissions.deadlinePassed(at: now)
    }
  }

  /// The law that does not hold, or nil.
  mutating func check(_ act: Act, _ effects: [Permissions.Effect]) -> String? {
    note(act, effects)
    for (place, effect) in effects.enumerated() {
      if let broken = check(effect, Array(effects[(place + 1)...])) { return broken }
    }
    if let new { watchers[new.app, default: []].append(new.peer) }
    new = nil
    if let newHold { held.insert(newHold) }
    newHold = nil
    if case .leave(let peer) = act {
      guard !openRequests.values.contains(where: { $0.peer == peer }) else {
        return "a call of one who left"
      }
      lastPeer += 1
      peers = peers.map { $0 == peer ? ":1.\(lastPeer)" : $0 }
    }
    return checkState()
  }

  /// What the user said.
  private mutating func note(_ act: Act, _ effects: [Permissions.Effect]) {
    for case .keep(let app, let record) in effects {
      // Thirty days after it went, nothing is held against an app.
      if case .presence(app, _) = act { continue }
      guard kept[app]?.missingSince != nil, record?.missingSince == nil else { continue }
      decisions[app] = nil
      tainted.remove(app)
    }
    switch act {
    case .answer(let app, let answer, _):
      guard answer != .dismissed, effects.contains(where: { $0.isKept(of: app) }) else { return }
      decisions[app] = answer == .granted ? .granted : .denied
      tainted.remove(app)
    case .set(let app, let decision, let call):
      guard effects.contains(.done(call)) else { return }
      decisions[app] = decision
      tainted.remove(app)
    case .policy(let entries):
      for app in apps where entries[app] != policies[app] { tainted.remove(app) }
      policies = entries
    case .store(let app, _): tainted.remove(app)
    default: break
    }
    // Whoever wrote the yes, it is the user's now.
    for app in apps where decisions[app] == .granted { forged.remove(app) }
  }

  private mutating func check(
    _ effect: Permissions.Effect,
    _ rest: [Permissions.Effect]
  ) -> String? {
    switch effect {
    case .answer(let call, let state):
      guard let request = openRequests.removeValue(forKey: call) else { return "a second answer" }
      guard known[request.app, default: .default] == state else { return "an early answer" }
    case .abandon(let call):
      guard openRequests.removeValue(forKey: call) != nil else { return "a second answer" }
    case .done(let call), .refuse(let call, _):
      guard openOthers.remove(call) != nil else { return "a second reply" }
    case .changed(let app, let status):
      guard known[app, default: .default] != status.state else { return "a change without one" }
      known[app] = status.state
      let expected = (watchers[app] ?? []).map {
        Permissions.Effect.tell($0, app: app, status)
      }
      guard Array(rest.prefix(expected.count)) == expected else { return "watchers not told" }
      if case .tell? = rest.dropFirst(expected.count).first { return "a watcher told twice" }
    case .tell(_, let app, let status):
      guard known[app] == status.state else { return "a stale word to a watcher" }
    case .closeLive(let app):
      guard known[app, default: .default] != .granted else { return "closed though granted" }
    case .releaseHeld(let app), .closeHeld(let app):
      guard held.remove(app) != nil else { return "a second decision about what is held" }
    case .showPrompt(let app, let place):
      guard place != .waiting else { return "shown as waiting" }
      shown[app] = place
      guard shown.values.count(where: { $0 == .loud }) <= 1 else { return "two prompts shown" }
    case .hidePrompt(let app):
      guard shown.removeValue(forKey: app) != nil else { return "hidden twice" }
    case .write(let app, let word):
      guard StoreWord.storeID(of: app) != nil else { return "a write for a host app" }
      pending.append((app, word))
    case .keep(let app, let record):
      guard app != "none" else { return "an unknown app is kept" }
      kept[app] = record
    }
    return nil
  }

  private mutating func checkState() -> String? {
    guard openOthers.isEmpty else { return "a call without its reply" }
    let prompts = permissions.prompts
    guard Set(prompts.map(\.app)).count == prompts.count else { return "two prompts of one app" }
    let waiting = prompts.flatMap { $0.callers.map(\.call) }
    guard waiting.count == openRequests.count, waiting.allSatisfy({ openRequests[$0] != nil })
    else { return "requests and their prompts" }
    let visible = prompts.filter { $0.place != .waiting }
    guard shown == Dictionary(uniqueKeysWithValues: visible.map { ($0.app, $0.place) }) else {
      return "the prompts shown"
    }
    guard visible.allSatisfy({ $0.deadline != nil || $0.isUnseenHold && $0.callers.isEmpty }) else {
      return "a prompt without an end"
    }
    guard shown.values.contains(.loud) || visible.count == prompts.count else {
      return "all prompts wait"
    }
    guard held == Set(prompts.filter(\.isHolding).map(\.app)) else { return "what is held" }
    guard prompts.allSatisfy({ !$0.callers.isEmpty || $0.isHolding }) else {
      return "a prompt for nobody"
    }
    if let next = permissions.nextDeadline(clock), next <= instant { return "a deadline past" }
    for app in apps {
      let status = permissions.status(of: app)
      guard status.state == known[app, default: .default] else { return "a silent transition" }
      guard permissions.record(of: app) == kept[app] else { return "something not kept" }
      if status.state == .granted, let broken = checkGrant(app, status) { return broken }
      if status.state == .denied { tainted.insert(app) }
      guard status.state == .default || permissions.prompt(of: app) == nil else {
        return "a prompt about what is decided"
      }
      let isOpen = status.state == .default && app != "none"
      guard status.canPrompt == (isOpen && permissions.canAsk(app)) else {
        return "can-prompt"
      }
    }
    var again = Permissions()
    again.restore(kept)
    for app in apps where policies[app] == nil {
      var (before, after) = (permissions.status(of: app), again.status(of: app))
      (before.canPrompt, after.canPrompt) = (false, false)
      guard before == after else { return "lost at restart" }
    }
    return nil
  }

  /// WEB-452: a grant rests on somebody's word.
  private func checkGrant(_ app: String, _ status: Permissions.Status) -> String? {
    switch status.source {
    case .policy: policies[app]?.decision == .granted ? nil : "a grant without a policy"
    case .user: decisions[app] == .granted ? nil : "a grant without the user"
    case .store: forged.contains(app) ? "a grant of the app's own" : nil
    case .heuristic, .default: "a grant out of nothing"
    }
  }
}

extension Permissions.Effect {
  fileprivate func isKept(of app: String) -> Bool {
    if case .keep(app, .some) = self { true } else { false }
  }
}
