import Testing

@testable import Notifications

/// Random writers of badges, checked against a model that knows no coalescing.
struct BadgeLawTests {
  @Test("WEB-404 WEB-408 LE-006 LE-007 LE-013 laws of badges: 60 000 random events")
  func laws() {
    var random = SplitMix(state: LawTests.seed)
    for _ in 0..<30 {
      var life = Life()
      for _ in 0..<2000 {
        if let broken = life.step(&random) {
          Issue.record("seed \(LawTests.seed): \(broken)")
          return
        }
      }
    }
  }
}

private struct Life {
  private var core = Core()
  /// The same life, in which senders call themselves otherwise.
  private var twin = Core()
  private var now = Instant(nanoseconds: 0)
  private var call: UInt64 = 0
  private let apps = ["app:a", "app:b", "flatpak:c"]
  private var peers = (0..<5).map { ":1.\($0)" }
  private var lastPeer = 4

  // The model.
  private var own: [String: Badge] = [:]
  private var entries: [String: [(peer: String, count: UInt64, isVisible: Bool)]] = [:]
  private var hidden: Set<String> = []

  // What the outside knows.
  private var known: [String: Badge] = [:]
  private var docks: [String: Badge] = [:]
  private var tellings: [String: [Instant]] = [:]

  private mutating func owner(_ random: inout SplitMix) -> (place: Int, owner: Owner) {
    let place = Int.random(in: 0..<peers.count, using: &random)
    let app = apps[place % apps.count]
    let sender = Sender(level: app.hasPrefix("flatpak:") ? .sandbox : .exe, principal: app)
    return (place, Owner(peer: peers[place], sender: sender))
  }

  mutating func step(_ random: inout SplitMix) -> String? {
    let pauses = [0, 20, 100, 400, 3000]
    let isBusy = Int.random(in: 0..<8, using: &random) > 0
    now = now + .milliseconds(isBusy ? 1 : pauses.randomElement(using: &random) ?? 0)
    let (place, owner) = owner(&random)
    let app = apps.randomElement(using: &random) ?? ""
    call += 1
    var event = Event.deadline
    switch Int.random(in: 0..<12, using: &random) {
    case 0..<4:
      let badge: Badge =
        Bool.random(using: &random) ? .flag : Badge(.random(in: 0...3, using: &random))
      own[owner.principal] = badge
      event = .badge(.set(badge, by: .app(owner), Call(token: call)))
    case 4..<9:
      var update = LauncherUpdate()
      update.count = [nil, 0, 1, 5].randomElement(using: &random) ?? nil
      update.isCountVisible = [nil, true, true, false].randomElement(using: &random) ?? nil
      let mayUpdate = owner.principal == app || owner.sender.isHost && app.hasPrefix("app:")
      if mayUpdate { note(update, app, owner.peer) }
      event = .badge(.launcher(app: app, update, from: owner))
    case 9:
      event = .peerLeft(owner.peer)
      for app in apps { entries[app]?.removeAll { $0.peer == owner.peer } }
      lastPeer += 1
      peers[place] = ":1.\(lastPeer)"
    case 10:
      var preferences = Preferences()
      if Bool.random(using: &random) { hidden.formSymmetricDifference([app]) }
      for app in hidden { preferences.apps[app] = AppSettings(showsBadges: false) }
      event = .configured(preferences, nil)
    default: break
    }
    let effects = core.apply(event, at: now)
    if twin.apply(event.renamed, at: now) != effects { return "another name, another badge" }
    return check(effects)
  }

  private mutating func note(_ update: LauncherUpdate, _ app: String, _ peer: String) {
    var stack = entries[app] ?? []
    var entry = stack.first { $0.peer == peer } ?? (peer, 0, false)
    stack.removeAll { $0.peer == peer }
    entry.count = update.count ?? entry.count
    entry.isVisible = update.isCountVisible ?? entry.isVisible
    entries[app] = stack + [entry]
  }

  private func expected(_ app: String) -> (shown: Badge, exported: Badge) {
    guard !hidden.contains(app) else { return (.nothing, .nothing) }
    let bottom = own[app] ?? .nothing
    guard let top = entries[app]?.last else { return (bottom, bottom) }
    return (top.isVisible ? Badge(top.count) : .nothing, bottom)
  }

  private mutating func check(_ effects: [Effect]) -> String? {
    for effect in effects {
      switch effect {
      case .badges(.changed(let app, let badge)):
        if known[app] == badge { return "told twice" }
        known[app] = badge
        tellings[app, default: []].append(now)
      case .badges(.exported(let app, let badge)):
        if docks[app] == badge { return "exported twice" }
        docks[app] = badge
      case .badges(.refuse): return "a refusal"
      default: break
      }
    }
    for app in apps {
      let (shown, exported) = expected(app)
      let look = core.badgeLook(of: app)
      if look.badge != shown || look.exported != exported {
        return "\(look), not \(shown) on \(app)"
      }
      if core.badges.record(of: app) != own[app] { return "another record of \(app)" }
      tellings[app]?.removeAll { now - $0 >= .seconds(1) }
      if tellings[app]?.count ?? 0 > 20 { return "told too often" }
      let isTold =
        (known[app] ?? .nothing, docks[app] ?? .nothing) == (shown, exported)
      if !isTold, core.nextDeadline == nil { return "never told" }
    }
    if let next = core.nextDeadline, next <= now { return "a deadline past" }
    let senders = Set(entries.values.flatMap { $0.map(\.peer) })
    if core.badges.senders != senders { return "records of \(core.badges.senders), not \(senders)" }
    return nil
  }
}

extension Event {
  fileprivate var renamed: Event {
    func other(_ owner: Owner) -> Owner {
      Owner(peer: owner.peer, sender: owner.sender, appName: "Other")
    }
    switch self {
    case .badge(.set(let badge, by: .app(let owner), let call)):
      return .badge(.set(badge, by: .app(other(owner)), call))
    case .badge(.launcher(let app, let update, let owner)):
      return .badge(.launcher(app: app, update, from: other(owner)))
    default: return self
    }
  }
}

extension Badges {
  fileprivate var senders: Set<String> { Set(apps.values.flatMap { $0.entries.map(\.peer) }) }
}
