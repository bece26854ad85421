import Testing

@testable import Notifications

/// Random days of a daemon, checked against the laws that hold on every one of them.
struct LawTests {
  /// Set HARK_SEED to see a failed run again.
  static let seed: UInt64 =
    ProcessEnvironment["HARK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...(.max))

  @Test("FD-034 FD-035 FD-037 FD-227 FD-271 FD-290 WEB-002..004 laws: 100 000 random events")
  func laws() {
    print("seed \(Self.seed) (HARK_SEED)")
    var random = SplitMix(state: Self.seed)
    for _ in 0..<40 {
      var day = Day(&random)
      for _ in 0..<2500 {
        let event = day.event(&random)
        let before = day.core.live
        let effects = day.core.apply(event, at: day.now)
        if let broken = day.check(event, effects, before) {
          let words = "\(event)".replacing("x", with: "")
          Issue.record("seed \(Self.seed): \(broken) after \(words) gave \(effects)")
          return
        }
      }
    }
  }

  @Test("the same events give the same effects")
  func determinism() {
    func run() -> [[Effect]] {
      var random = SplitMix(state: Self.seed)
      var day = Day(&random)
      return (0..<2000).map { _ in
        let event = day.event(&random)
        return day.core.apply(event, at: day.now)
      }
    }
    #expect(run() == run())
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

private struct Day {
  var core: Core
  var limits: Limits
  var now = Instant(nanoseconds: 0)
  /// What the bus has been told is live.
  var known: Set<UInt32> = []
  var lastPeer = 0
  /// What the user dismissed while away.
  var untold: Set<UInt32> = []
  var openCalls: Set<Call> = []
  /// Lives by the strict interface, as their owners hear of them.
  var strict: Set<UInt32> = []
  var displayed: Set<UInt32> = []
  var ended: Set<UInt32> = []
  /// Who had left before the event.
  private var gone: Set<String> = []
  private var keeper = Keeper()
  private var lastCall: UInt64 = 0
  private var owners: [Owner]

  init(_ random: inout SplitMix) {
    var limits = Limits()
    limits.livePerApp = .random(in: 3...30, using: &random)
    limits.live = .random(in: 5...60, using: &random)
    limits.visible = .random(in: 1...6, using: &random)
    limits.burst = .random(in: 1...20, using: &random)
    limits.rememberedOwners = .random(in: 1...40, using: &random)
    limits.content = .random(in: 5_000...100_000, using: &random)
    limits.records = 20
    self.limits = limits
    core = Core(limits: limits, counter: Bool.random(using: &random) ? 0 : .max - 100)
    owners = (0..<6).map {
      let principal = "app:\($0 / 2)"
      let wakeID = $0 < 2 ? "wake" : ""
      let sender = Sender(level: .exe, principal: principal, name: principal, wakeID: wakeID)
      return Owner(peer: ":1.\($0)", sender: sender, origin: $0 == 5 ? "https://a.example" : "")
    }
  }

  private mutating func call() -> Call {
    lastCall += 1
    openCalls.insert(Call(token: lastCall))
    return Call(token: lastCall)
  }

  private func anyID(_ random: inout SplitMix) -> UInt32 {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: .random(in: 0...5, using: &random)
    case 1: .random(in: 0...(.max), using: &random)
    default: known.sorted().randomElement(using: &random) ?? 1
    }
  }

  mutating func event(_ random: inout SplitMix) -> Event {
    let pause = [0, 0, 1, 30, 400, 3000].randomElement(using: &random) ?? 0
    now = now + .milliseconds(pause)
    let owner = owners.randomElement(using: &random) ?? owners[0]
    gone = core.departed
    switch Int.random(in: 0..<32, using: &random) {
    case 0..<9:
      return .notify(
        notification(&random),
        replaces: Bool.random(using: &random) ? 0 : anyID(&random),
        from: owner,
        call()
      )
    case 9, 10: return .closeNotification(anyID(&random), from: owner, call())
    case 11:
      return .invoke(
        anyID(&random),
        key: ["default", "a", "b"].randomElement(using: &random) ?? "",
        Bool.random(using: &random) ? .pointer(Press(serial: 1)) : .control(call())
      )
    case 12:
      guard let id = NotificationID(rawValue: anyID(&random)) else { return .deadline }
      return .activationToken(id, Bool.random(using: &random) ? "token" : nil)
    case 13: return .peerLeft(leave(owner))
    case 14: return .hover(Bool.random(using: &random))
    case 15: return .displayPresent(Int.random(in: 0..<4, using: &random) > 0)
    case 16: return .dismiss([anyID(&random)], Bool.random(using: &random) ? call() : nil)
    case 17:
      return Int.random(in: 0..<10, using: &random) == 0 ? .dismissAll(call()) : .dismissWaiting
    case 18:
      let fitting = core.candidates.prefix(.random(in: 0...5, using: &random))
      return .shown(fitting.map(\.id), output: "OUT")
    case 19: return .permission(permission(owner, &random))
    case 20, 21: return .quiet(quiet(owner, &random))
    case 22: return .snooze(anyID(&random), seconds: .random(in: 0...3, using: &random), call())
    case 23:
      return Bool.random(using: &random)
        ? .mute(owner.principal, Bool.random(using: &random), call())
        : .enable(Int.random(in: 0..<3, using: &random) > 0, call())
    case 24:
      return Bool.random(using: &random)
        ? .configured(preferences(&random), Bool.random(using: &random) ? Whims() : nil)
        : .clockChanged(WallClock(offset: .random(in: 0...100_000, using: &random)))
    case 25:
      let badge = Badge(.random(in: 0...3, using: &random))
      return .badge(.set(badge, by: .user(app: owner.principal), call()))
    case 26..<31: return .web(web(owner, &random), from: owner, call())
    default: return Int.random(in: 0..<8, using: &random) == 0 ? restart(&random) : .deadline
    }
  }

  /// The daemon is killed, and the next one reads what was kept.
  private mutating func restart(_ random: inout SplitMix) -> Event {
    let (before, wallClock) = (core, core.wallClock)
    core = Core(limits: limits)
    _ = core.apply(.clockChanged(wallClock), at: now)
    var preferences = before.preferences
    preferences.limits = limits
    _ = core.apply(.configured(preferences, before.rules), at: now)
    return .restore(keeper.saved, present: Set(owners.map(\.peer)))
  }

  private mutating func web(_ owner: Owner, _ random: inout SplitMix) -> WebEvent {
    let nid = ["", "m", "n"].randomElement(using: &random) ?? ""
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .close(anyID(&random))
    case 1: return .clear(nid: nid)
    case 2:
      guard let (id, old) = core.notification(named: nid, of: owner) else {
        return .clear(nid: nid)
      }
      var notification = notification(&random)
      notification.web = old.web
      return .update(id, notification)
    default:
      var notification = notification(&random)
      var fields = WebOptions.Fields()
      fields.method = nid.isEmpty ? .show : .create
      fields.nid = nid
      fields.isPersistent = Bool.random(using: &random)
      fields.closesOnClick = Bool.random(using: &random)
      fields.alertsAgain = Bool.random(using: &random)
      fields.priority = .random(in: -2...2, using: &random)
      notification.web = WebOptions(fields)
      return .show(notification)
    }
  }

  /// The bus gives no name twice (FD-293): the next process of the app has another.
  private mutating func leave(_ owner: Owner) -> String {
    guard let place = owners.firstIndex(where: { $0.peer == owner.peer }) else { return "" }
    lastPeer += 1
    owners[place] = Owner(peer: ":2.\(lastPeer)", sender: owner.sender, origin: owner.origin)
    return owner.peer
  }

  private mutating func permission(_ owner: Owner, _ random: inout SplitMix) -> PermissionEvent {
    let app = Bool.random(using: &random) ? owner.principal : owner.sender.principal
    let decision: Permissions.Decision? =
      [.granted, .granted, .denied, nil].randomElement(using: &random) ?? nil
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return .set(app: app, decision, call())
    case 1: return .answer(app: app, .granted, call())
    default: return .policy(Bool.random(using: &random) ? [:] : [app: .init(.denied)])
    }
  }

  private mutating func quiet(_ owner: Owner, _ random: inout SplitMix) -> QuietEvent {
    let isOn = Bool.random(using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return .manual(isOn, call())
    case 1: return .locked(isOn, by: .logind)
    case 2: return .idle(isOn)
    case 3: return .fullScreen(isOn)
    case 4: return .modes(isOn ? ["50", "work"] : [], call())
    case 5:
      return .inhibit(.application, by: owner.peer, name: "a", claim: "", reason: "", call())
    default: return .uninhibit(.random(in: 0...9, using: &random), by: owner.peer, call())
    }
  }

  private func preferences(_ random: inout SplitMix) -> Preferences {
    var preferences = Preferences()
    preferences.limits = limits
    preferences.defaultPolicy =
      [.allow, .allow, .prompt, .deny].randomElement(using: &random) ?? .allow
    preferences.quiet.criticalInQuiet = Bool.random(using: &random)
    preferences.badges.showsInQuiet = Bool.random(using: &random)
    preferences.badges.derives = Bool.random(using: &random)
    preferences.dailyLimit = [0, 10, 200].randomElement(using: &random) ?? 0
    return preferences
  }

  /// Rules that any notification may meet.
  private final class Whims: RuleBook {
    func treatment(
      of notification: Notification,
      from owner: Owner,
      in circumstances: Circumstances
    )
      -> Treatment?
    {
      var wishes = Treatment.Wishes()
      switch notification.rawBody.utf8.count % 8 {
      case 0: wishes.popsUp = false
      case 1: wishes.isDropped = true
      case 2: wishes.isKept = true
      case 3: wishes.tag = "s"
      case 4: wishes.urgency = .critical
      default: return nil
      }
      return Treatment(wishes, trace: [])
    }
  }

  private func notification(_ random: inout SplitMix) -> Notification {
    var n = Notification(appName: "app", title: "title", receivedAt: 0)
    n.urgency = Notification.Urgency.allCases.randomElement(using: &random) ?? .normal
    n.timeout =
      [.byUrgency, .never, .milliseconds(1), .milliseconds(2000)].randomElement(using: &random)
      ?? .never
    let lengths = [0, 0, 1, 2, .random(in: 0...2000, using: &random)]
    n.rawBody = String(repeating: "x", count: lengths.randomElement(using: &random) ?? 0)
    n.isResident = Bool.random(using: &random)
    n.isTransient = Bool.random(using: &random)
    n.appends = Int.random(in: 0..<8, using: &random) == 0
    if Int.random(in: 0..<4, using: &random) == 0 {
      n.tag = ["s", "t"].randomElement(using: &random)
    }
    n.actions = ["default", "a", "b"].filter { _ in Bool.random(using: &random) }.map {
      Notification.Action(key: $0, label: $0)
    }
    return n
  }

  /// The law that does not hold, or nil.
  mutating func check(_ event: Event, _ effects: [Effect], _ before: [Entry]) -> String? {
    var isCreated = false
    for effect in effects {
      switch effect {
      case .answer(let call, let answer):
        if case .nid = answer { isCreated = true }
        guard openCalls.remove(call) != nil else { return "a second reply" }
      case .web(let signal, let peer):
        if let broken = check(signal, to: peer) { return broken }
      case .wake(_, let wake):
        guard known.contains(wake.id.rawValue) else { return "a wake-up outside a life" }
      case .replyID(let call, let id):
        guard openCalls.remove(call) != nil else { return "a second reply" }
        let isReplacement =
          known.contains(id.rawValue)
          && (before.contains { $0.id == id } || untold.contains(id.rawValue))
        guard isReplacement || known.insert(id.rawValue).inserted else {
          return "reuse of the live id \(id.rawValue)"
        }
        if !isReplacement { beginLife(id.rawValue) }
      case .replyEmpty(let call), .refuse(let call, _):
        guard openCalls.remove(call) != nil else { return "a second reply" }
      case .closed(let id, _, _):
        guard known.remove(id.rawValue) != nil else { return "a close without a life" }
      case .actionInvoked(let id, _, _), .activationToken(let id, _, _):
        guard known.contains(id.rawValue) else { return "a signal outside a life" }
      case .added(let id):
        // The reply of a `Create` names no number.
        if isCreated { known.insert(id.rawValue) }
        // These lives have begun before.
        if case .restore = event { break }
        beginLife(id.rawValue)
        guard known.contains(id.rawValue) else { return "news before the reply" }
      case .changed(let id):
        let wasRevoked = before.contains { $0.id == id && $0.isRevoked }
        guard known.contains(id.rawValue) || wasRevoked || core[id.rawValue]?.isRevoked == true
        else {
          return "news of nothing"
        }
      case .permission(.done(let call)), .permission(.refuse(let call, _)),
        .quiet(.done(let call)), .quiet(.refuse(let call, _)), .quiet(.cookie(let call, _)):
        guard openCalls.remove(call) != nil else { return "a second reply" }
      case .removed, .requestActivationToken, .open, .openInApp, .permission, .quiet, .badges,
        .appChanged, .enabled,
        .adviseMuting, .run:
        break
      }
    }
    guard openCalls.isEmpty else { return "a call without its reply" }
    keeper.absorb(&core)
    return keeper.difference(from: core) ?? checkState(before)
  }

  private mutating func beginLife(_ id: UInt32) {
    displayed.remove(id)
    ended.remove(id)
  }

  private mutating func check(_ signal: WebSignal, to peer: String) -> String? {
    switch signal {
    case .displayed(let id, _):
      strict.insert(id.rawValue)
      guard known.contains(id.rawValue) else { return "Displayed before the reply" }
      guard !ended.contains(id.rawValue) else { return "Displayed after the end" }
      guard displayed.insert(id.rawValue).inserted else { return "a second Displayed" }
    case .failed(let id, _, _):
      strict.insert(id.rawValue)
      guard !displayed.contains(id.rawValue) else { return "Failed after Displayed" }
      guard ended.insert(id.rawValue).inserted else { return "a second end" }
      return nil
    case .clicked(let id, _, _, _, _):
      guard displayed.contains(id.rawValue) else { return "Clicked before Displayed" }
      guard !ended.contains(id.rawValue) else { return "Clicked after the end" }
    case .closed(let id, _, _):
      guard displayed.contains(id.rawValue) else { return "Closed before Displayed" }
      guard ended.insert(id.rawValue).inserted else { return "a second end" }
    }
    return gone.contains(peer) && core.departed.contains(peer) ? "a signal for one that left" : nil
  }

  private mutating func checkState(_ before: [Entry]) -> String? {
    let live = core.live
    let told = live.filter { !$0.isRevoked }.map(\.id.rawValue)
    // The strict interface does not tell every end: this one's list is the measure.
    let strictNow = (before + live + core.deferred.entries).filter { $0.notification.isStrict }
    strict.formUnion(strictNow.map(\.id.rawValue))
    let away = core.deferred.entries.map(\.id.rawValue)
    known.subtract(strict.subtracting(told).subtracting(away))
    strict.formIntersection(known)
    displayed.formIntersection(known)
    untold = known.filter { NotificationID(rawValue: $0).map(core.deferred.contains) ?? false }
    guard Set(told).union(untold) == known, Set(told).isDisjoint(with: untold) else {
      return "live \(told), dismissed unheard \(untold), announced \(known)"
    }
    guard untold.isEmpty || core.quiet.isAway else { return "a dismissal was kept back" }
    guard live.count <= core.limits.live else { return "too many live" }
    guard core.loads.values.allSatisfy({ $0.count <= core.limits.livePerApp }) else {
      return "too many of one sender"
    }
    let cost = live.reduce(0) { $0 + $1.cost }
    guard core.liveCost == cost else { return "wrong sum of content" }
    guard cost <= core.limits.content || live.count == 1 else { return "too much content" }
    if let next = core.nextDeadline, next <= now { return "a deadline in the past" }

    let survivors = live.filter { now in before.contains { $0.id == now.id && $0.age == now.age } }
    guard survivors.allSatisfy({ now in before.first { $0.id == now.id }?.created == now.created })
    else { return "a replacement lost its place" }
    let waiting = live.filter(\.mayPopUp)
    let ordered = waiting.sorted {
      let isRaised = ($0.notification.priority > 0, $1.notification.priority > 0)
      return ($0.notification.urgency.rawValue, isRaised.0 ? 1 : 0, $1.seniority)
        > ($1.notification.urgency.rawValue, isRaised.1 ? 1 : 0, $0.seniority)
    }
    guard core.queue.ids == ordered.map(\.id) else { return "the queue is out of order" }
    let seen = ordered.filter { !core.quiet.isLocked || $0.mayShowWhileLocked }
    guard core.candidates.map(\.id) == seen.prefix(core.limits.visible).map(\.id) else {
      return "wrong candidates"
    }
    let inRow = core.quiet.isQuiet ? waiting : live.filter(\.isInStack)
    let hidden = core.quiet.isLocked ? 0 : inRow.count - core.candidates.count
    guard core.waiting.count == hidden else { return "wrong count" }
    let inStack = core.apps.values.reduce(0) { $0 + $1.inStack }
    guard inStack == live.count(where: \.isInStack) else { return "wrong count of the stack" }
    if core.quiet.isQuiet, !core.quiet.causes.subtracting(.locked).isEmpty {
      guard waiting.allSatisfy(core.admitsInQuiet)
      else { return "a popup in quiet" }
    }
    return checkIndexes(live)
  }

  private func checkIndexes(_ live: [Entry]) -> String? {
    let running = live.filter { $0.clock.deadline != nil }
    guard Set(core.deadlines.ids) == Set(running.map(\.id)) else { return "clocks and deadlines" }
    let keys = running.sorted { $0.id < $1.id }.map { $0.expires?.key }
    guard core.deadlines.firstKey == keys.compactMap(\.self).min() else { return "a stray key" }
    guard core.unread == live.count(where: \.isUnread) else { return "the unread" }
    let members = core.apps.values.flatMap(\.members.ids)
    guard members.sorted() == live.map(\.id).sorted() else { return "the apps' members" }
    guard core.apps.values.reduce(0, { $0 + $1.cost }) == core.liveCost else { return "app costs" }
    let senders = Dictionary(grouping: live) { $0.owner.sender.principal }
    guard core.loads.mapValues(\.count) == senders.mapValues(\.count),
      core.loads.values.reduce(0, { $0 + $1.cost }) == core.liveCost
    else { return "loads" }
    guard core.owned.values.reduce(0, +) == live.count else { return "owners' counts" }
    guard core.departed.allSatisfy({ core.owned[$0] != nil || core.deferred.concerns($0) }) else {
      return "departed without"
    }
    for (name, pile) in core.piles {
      let members = pile.compactMap { core[$0.rawValue] }
      guard pile.count > 1, members.count == pile.count,
        members.allSatisfy({ $0.pile == name }), members[0].count == pile.count,
        members.dropFirst().allSatisfy({ $0.state == .held(.duplicate) }),
        members[0].state != .held(.duplicate)
      else { return "a pile \(pile)" }
    }
    let piled = live.filter { $0.pile != nil }
    guard piled.count == core.piles.values.reduce(0, { $0 + $1.count }) else { return "piles" }
    guard live.allSatisfy({ $0.pile != nil || $0.state != .held(.duplicate) && $0.count == 1 })
    else { return "a duplicate of nothing" }
    guard core.leaders.allSatisfy({ core[$1.rawValue]?.likeness == $0 }) else { return "a look" }
    let snoozed = live.filter { if case .held(.snoozed) = $0.state { true } else { false } }
    guard Set(core.snoozes.ids) == Set(snoozed.map(\.id)) else { return "snoozes" }
    guard core.tags.allSatisfy({ core[$1.rawValue]?.tag == $0 }) else { return "a stray tag" }
    guard core.names.allSatisfy({ core[$1.rawValue]?.name == $0 }) else { return "a stray name" }
    let patient = live.filter { $0.failsAt != nil }
    guard Set(core.waitingForDisplay.ids) == Set(patient.map(\.id)) else { return "patience" }
    guard
      patient.allSatisfy({
        !$0.isAnnounced && ($0.state == .pending || $0.state == .held(.duplicate))
      }),
      !core.hasDisplay || patient.isEmpty
    else { return "patience with what is displayed" }
    let unheard = live.filter {
      $0.state == .shown && $0.notification.isStrict && !$0.isAnnounced
    }
    guard unheard.isEmpty else { return "on the screen, and not displayed" }
    guard core.onScreen.allSatisfy({ core[$0.rawValue]?.state == .shown }) else { return "screen" }
    let shown = live.filter { $0.state == .shown }
    guard shown.allSatisfy({ core.onScreen.contains($0.id) }) else { return "shown off screen" }
    guard core.invocations.allSatisfy({ core[$0.id.rawValue] != nil }) else { return "invocation" }
    return nil
  }
}
