import Testing

@testable import Notifications

/// Random weeks, checked against the laws that hold in every one of them.
struct QuietLawTests {
  @Test("WEB-305 WEB-307 KDE-011..017 laws: 100 000 random events")
  func laws() {
    print("seed \(LawTests.seed) (HARK_SEED)")
    var random = SplitMix(state: LawTests.seed)
    for _ in 0..<40 {
      var week = Week(&random)
      for _ in 0..<2500 {
        let (words, effects) = week.act(&random)
        if let broken = week.check(effects) {
          Issue.record("seed \(LawTests.seed): \(broken) after \(words) gave \(effects)")
          return
        }
      }
    }
  }

  @Test("the same events give the same effects")
  func determinism() {
    func run() -> [[Quiet.Effect]] {
      var random = SplitMix(state: LawTests.seed)
      var week = Week(&random)
      return (0..<3000).map { _ in week.act(&random).effects }
    }
    #expect(run() == run())
  }
}

private struct Week {
  var quiet: Quiet
  var clock: WallClock
  var instant = Instant(nanoseconds: 1)
  private let zone = MovableZone(.berlin)
  private var peers = (0..<4).map { ":1.\($0)" }
  private var lastPeer = 3
  private var lastCall: UInt64 = 0

  // What the outside world knows from the effects alone.
  private var openCalls: Set<Call> = []
  private var cookies: [UInt32: (peer: String, kind: Inhibition.Kind)] = [:]
  private var cleared: [UInt32: String] = [:]
  private var isQuiet = false
  private var isInhibited = false
  private var isAway = false
  private var kept = Quiet.Kept()
  private var missed: [String] = []

  // What was asked for.
  private var isManual = false
  private var until: Int64 = 0
  private var hours = WeeklyHours()
  private var hasFullScreen = false
  private var locks: Quiet.LockSources = []
  private var isIdle = false
  private var level = 0
  private var hidesQuiet = false
  private var expectsCookie: (peer: String, kind: Inhibition.Kind)?
  private var expectsRelease: Bool?

  init(_ random: inout SplitMix) {
    let zone = zone
    zone.zone = [.berlin, .newYork, .lordHowe, .utc].randomElement(using: &random) ?? .utc
    quiet = Quiet(local: LocalTime { zone.zone.secondsEast($0) })
    clock = WallClock(offset: LocalDate(2026, 3, 1).utc)
    _ = quiet.clockChanged(at: now)
  }

  var now: Moment { clock.moment(instant) }

  private mutating func call() -> Call {
    lastCall += 1
    openCalls.insert(Call(token: lastCall))
    return Call(token: lastCall)
  }

  mutating func act(_ random: inout SplitMix) -> (words: String, effects: [Quiet.Effect]) {
    let pauses = [0, 0, 1, 5000, 600_000, 3_600_000, 20_000_000]
    instant = instant + .milliseconds(pauses.randomElement(using: &random) ?? 0)
    let isOn = Bool.random(using: &random)
    let peer = peers.randomElement(using: &random) ?? ""
    expectsCookie = nil
    expectsRelease = nil
    // What was due comes first, also for what the test expects.
    if until != 0, until <= now.wall { (isManual, until) = (false, 0) }
    switch Int.random(in: 0..<20, using: &random) {
    case 0:
      (isManual, until) = (isOn, 0)
      return ("manual \(isOn)", quiet.setManual(isOn, call(), at: now))
    case 1:
      let spans: [Int64] = [-1, 0, 1, 60_000, 7_200_000]
      let wall = isOn ? 0 : now.wall + (spans.randomElement(using: &random) ?? 0)
      if wall != 0 || until != 0 { isManual = wall > now.wall }
      until = isManual ? wall : 0
      return ("until \(wall)", quiet.setUntil(wall, call(), at: now))
    case 2:
      let windows = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ in
        WeeklyHours.Window(
          days: WeeklyHours.Window.dayNames.filter { _ in Int.random(in: 0..<3, using: &random) == 0
          },
          from: "\(Int.random(in: 0..<24, using: &random)):30",
          to: "\(Int.random(in: 0..<24, using: &random)):15"
        )
      }
      hours = WeeklyHours(windows) ?? WeeklyHours()
      return ("hours \(windows)", quiet.setHours(hours, call(), at: now))
    case 3:
      let words =
        [["work"], ["50", "work"], ["0"], [], ["100"], ["101"]]
        .randomElement(using: &random) ?? []
      if words != ["101"] { level = words.compactMap { Int($0) }.max() ?? 0 }
      return ("modes \(words)", quiet.setModes(words, call(), at: now))
    case 4..<8:
      let kinds: [Inhibition.Kind] = [.application, .application, .command, .locker]
      let kind = kinds.randomElement(using: &random) ?? .application
      let name = Int.random(in: 0..<8, using: &random) == 0 ? "" : "app"
      let own = cookies.values.count { $0.peer == peer }
      if !name.isEmpty, own < 32 { expectsCookie = (peer, kind) }
      return (
        "inhibit \(kind)",
        quiet.inhibit(kind, by: peer, name: name, claim: "", reason: "r", call(), at: now)
      )
    case 8..<11:
      let cookie = cookies.keys.sorted().randomElement(using: &random) ?? 1
      let old = cleared.keys.sorted().randomElement(using: &random) ?? 1
      let chosen = isOn ? cookie : old
      expectsRelease = cookies[chosen]?.peer == peer || cleared[chosen] == peer
      if expectsRelease == true {
        cookies[chosen] = nil
        cleared[chosen] = nil
      }
      return ("uninhibit \(chosen)", quiet.uninhibit(chosen, by: peer, call(), at: now))
    case 11:
      for (cookie, held) in cookies where held.kind != .locker {
        cleared[cookie] = held.peer
        cookies[cookie] = nil
      }
      return ("clear", quiet.clearInhibitions(call(), at: now))
    case 12:
      cookies = cookies.filter { $0.value.peer != peer }
      cleared = cleared.filter { $0.value != peer }
      lastPeer += 1
      peers = peers.map { $0 == peer ? ":1.\(lastPeer)" : $0 }
      return ("leave", quiet.deadlinePassed(at: now) + quiet.peerLeft(peer, at: now))
    case 13, 14:
      hasFullScreen = isOn
      return ("full screen", quiet.setFullScreen(isOn, at: now))
    case 15:
      let source: Quiet.LockSources = .random(using: &random) ? .logind : .screenSaver
      if isOn { locks.formUnion(source) } else { locks.subtract(source) }
      return ("lock", quiet.setLocked(isOn, by: source, at: now))
    case 16:
      isIdle = isOn
      return ("idle", quiet.setIdle(isOn, at: now))
    case 17:
      let due = quiet.deadlinePassed(at: now)
      if isOn {
        clock.offset += .random(in: -7_200_000...7_200_000, using: &random)
      } else {
        zone.zone = [.berlin, .newYork, .kathmandu].randomElement(using: &random) ?? .utc
      }
      if until != 0, until <= now.wall { (isManual, until) = (false, 0) }
      return ("clock", due + quiet.clockChanged(at: now))
    case 18:
      hidesQuiet = isOn
      var settings = Quiet.Settings()
      settings.inhibitedHidesQuiet = isOn
      return ("configure", quiet.configure(settings, at: now))
    default:
      let effects = quiet.deadlinePassed(at: now)
      if quiet.isQuiet {
        pendingMiss = ["a", "b", "c"].randomElement(using: &random)
      }
      return ("deadline", effects)
    }
  }

  /// An app whose notification is withheld after this step.
  private var pendingMiss: String?

  /// The law that does not hold, or nil.
  mutating func check(_ effects: [Quiet.Effect]) -> String? {
    for effect in effects {
      if let broken = check(effect) { return broken }
    }
    if let pendingMiss {
      quiet.withhold(from: pendingMiss)
      missed.append(pendingMiss)
    }
    pendingMiss = nil
    guard openCalls.isEmpty else { return "a call without its reply" }
    guard isQuiet == quiet.isQuiet, isInhibited == quiet.isInhibited, isAway == quiet.isAway else {
      return "a silent change"
    }
    guard kept == quiet.kept else { return "something not kept" }
    guard quiet.reasons.isEmpty == !isQuiet else { return "reasons" }
    guard Set(quiet.inhibitions.live.map(\.cookie)) == Set(cookies.keys) else { return "cookies" }
    if let next = quiet.nextDeadline(clock), next <= instant { return "a deadline past" }
    return checkCauses()
  }

  private mutating func check(_ effect: Quiet.Effect) -> String? {
    switch effect {
    case .cookie(let call, let cookie):
      guard openCalls.remove(call) != nil else { return "a second reply" }
      guard let expected = expectsCookie else { return "a cookie too many" }
      guard cookie != 0, cookies[cookie] == nil, cleared[cookie] == nil else {
        return "a cookie twice"
      }
      cookies[cookie] = expected
      expectsCookie = nil
    case .done(let call):
      guard openCalls.remove(call) != nil else { return "a second reply" }
      guard expectsRelease != false else { return "another's cookie" }
    case .refuse(let call, let refusal):
      guard openCalls.remove(call) != nil else { return "a second reply" }
      guard expectsCookie == nil, expectsRelease != true else { return "refused: \(refusal)" }
    case .quiet(let new):
      guard new != isQuiet else { return "quiet told twice" }
      isQuiet = new
      if new { missed = [] }
    case .inhibited(let new):
      guard new != isInhibited else { return "Inhibited told twice" }
      isInhibited = new
    case .away(let new):
      guard new != isAway else { return "away told twice" }
      isAway = new
    case .summary(let notifications, let apps):
      guard !isQuiet, notifications == missed.count, apps == Set(missed).count, apps > 0 else {
        return "a wrong summary"
      }
      missed = []
    case .keep(let new): kept = new
    case .changed: break
    }
    return nil
  }

  /// Against what was asked for, each cause by itself.
  private func checkCauses() -> String? {
    let kinds = cookies.values.map(\.kind)
    var expected: Quiet.Causes = []
    if isManual { expected.insert(until == 0 ? .manual : .until) }
    if kinds.contains(.application) { expected.insert(.inhibit) }
    if kinds.contains(.command) { expected.insert(.command) }
    if hasFullScreen { expected.insert(.fullScreen) }
    if !locks.isEmpty || kinds.contains(.locker) { expected.insert(.locked) }
    if level > 0 { expected.insert(.level) }
    guard quiet.causes.subtracting(.hours) == expected else { return "causes" }
    guard isAway == (expected.contains(.locked) || isIdle) else { return "away" }
    guard quiet.isInhibited == (hidesQuiet ? kinds.contains(.application) : isQuiet) else {
      return "Inhibited"
    }
    let zone = zone
    let local = LocalTime { zone.zone.secondsEast($0) }
    let isInside = hours.state(at: now.wall, local).isInside
    guard quiet.causes.contains(.hours) == (isInside && quiet.kept.waivedUntil == 0) else {
      return "hours"
    }
    return nil
  }
}
