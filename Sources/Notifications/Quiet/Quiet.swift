/// Whether anything may appear by itself now, and why not: one list of causes.
///
/// Each step says what the outside world must do, in order. What was due before a step happens first.
package struct Quiet {
  package private(set) var settings: Settings
  package private(set) var kept: Kept
  package private(set) var inhibitions = Inhibitions()
  package private(set) var isFullScreen = false
  package private(set) var lockSources: LockSources = []
  package private(set) var isIdle = false

  private let local: LocalTime
  private var hours = Hours()
  private var missed = Missed()
  private var effects: [Effect] = []

  package struct Settings: Equatable, Sendable {
    /// Critical notifications appear all the same (FD-225).
    package var criticalInQuiet = true
    /// `Inhibited` tells of cookies only (KDE-018).
    package var inhibitedHidesQuiet = false

    package init() {}
  }

  /// What must outlive the daemon (WEB-304).
  package struct Kept: Equatable, Sendable {
    package var isManual = false
    /// When the manual quiet ends by itself, in milliseconds since the epoch; 0: it does not.
    package var until: Int64 = 0
    package var hours = WeeklyHours()
    /// Switched off by hand in the middle of the hours: they hold again from then on.
    package var waivedUntil: Int64 = 0
    package var modes = Modes()

    package init() {}
  }

  /// Where the weekly hours stand, until something changes.
  private struct Hours {
    var isInside = false
    /// When they were looked at, and when they must be again.
    var seen: Int64 = .max
    var changes: Int64?
  }

  package enum Effect: Equatable, Sendable {
    case cookie(Call, UInt32)
    case done(Call)
    case refuse(Call, Refusal)

    /// Quiet began or ended.
    case quiet(Bool)
    /// KDE's `Inhibited` is another one (KDE-017).
    case inhibited(Bool)
    /// Something that control peers see is another one: reasons, modes, the end.
    case changed
    /// The one line at the end of quiet (WEB-307).
    case summary(notifications: Int, apps: Int)
    /// The user is away, or back: deferred closes are reported now (WEB-321).
    case away(Bool)
    case keep(Kept)
  }

  package enum Refusal: Equatable, Sendable {
    /// Nobody knows who inhibits (KDE-014).
    case noApp
    case noSuchInhibition(UInt32)
    case tooManyInhibitions
    case invalidModes
  }

  /// `clockChanged` has to follow before the first use.
  package init(settings: Settings = Settings(), local: LocalTime) {
    self.settings = settings
    kept = Kept()
    self.local = local
  }

  /// The next instant at which anything changes by itself.
  package func nextDeadline(_ clock: WallClock) -> Instant? {
    let until = kept.until == 0 ? nil : kept.until
    guard let changes = hours.changes else { return until.map(clock.instant) }
    return clock.instant(min(changes, until ?? changes))
  }
}

// MARK: Reading

extension Quiet {
  package var causes: Causes {
    var causes: Causes = []
    if kept.isManual { causes.insert(kept.until == 0 ? .manual : .until) }
    if hours.isInside, kept.waivedUntil == 0 { causes.insert(.hours) }
    for inhibition in inhibitions.live {
      switch inhibition.kind {
      case .application: causes.insert(.inhibit)
      case .command: causes.insert(.command)
      case .locker: causes.insert(.locked)
      }
    }
    if isFullScreen { causes.insert(.fullScreen) }
    if !lockSources.isEmpty { causes.insert(.locked) }
    if modes.level > 0 { causes.insert(.level) }
    return causes
  }

  package var isQuiet: Bool { !causes.isEmpty }
  package var isLocked: Bool { causes.contains(.locked) }

  /// Who tells that the session is locked, in words: `others`, or "none", and lockers.
  package func lockers(besides others: String) -> String {
    var words = others == "none" ? [] : [others]
    for inhibition in inhibitions.live where inhibition.kind == .locker {
      words.append("hark quiet --while --locked \(inhibition.reason)")
    }
    return words.isEmpty ? "none" : words.joined(separator: ", ")
  }

  /// Closes by the user are not reported now (WEB-321).
  package var isAway: Bool { isLocked || isIdle }
  package var modes: Modes { kept.modes }

  /// KDE's `Inhibited` (KDE-018).
  package var isInhibited: Bool {
    settings.inhibitedHidesQuiet ? causes.contains(.inhibit) : isQuiet
  }

  /// Whether a notification may have a popup and a sound now (FD-225, WEB-306). `passLevel` is what
  /// its rules say: a level up to that does not keep it back.
  package func admits(isCritical: Bool, passLevel: Int = 0) -> Bool {
    let causes = causes
    if causes.isEmpty || isCritical && settings.criticalInQuiet { return true }
    return causes == .level && passLevel >= modes.level
  }
}

// MARK: The user's hand

extension Quiet {
  /// On, until it is switched off, or off; off in the middle of weekly hours holds until their next
  /// beginning.
  package mutating func setManual(_ isOn: Bool, _ call: Call? = nil, at now: Moment) -> [Effect] {
    step(call, at: now) { quiet in
      quiet.kept.isManual = isOn
      quiet.kept.until = 0
      quiet.kept.waivedUntil = !isOn && quiet.hours.isInside ? quiet.hours.changes ?? .max : 0
    }
  }

  /// Manual quiet that ends by itself (WEB-304). A time that is past ends it, and 0 does where it had
  /// an end.
  package mutating func setUntil(_ wall: Int64, _ call: Call? = nil, at now: Moment) -> [Effect] {
    step(call, at: now) { quiet in
      if wall == 0, quiet.kept.until == 0 { return }
      quiet.kept.isManual = wall > now.wall
      quiet.kept.until = quiet.kept.isManual ? wall : 0
      if quiet.kept.isManual { quiet.kept.waivedUntil = 0 }
    }
  }

  package mutating func setHours(
    _ hours: WeeklyHours,
    _ call: Call? = nil,
    at now: Moment
  ) -> [Effect] {
    step(call, at: now) { quiet in
      quiet.kept.hours = hours
      quiet.look(at: now)
    }
  }

  package mutating func setModes(
    _ words: [String],
    _ call: Call? = nil,
    at now: Moment
  ) -> [Effect] {
    guard let modes = Modes(words) else { return refuse(call, .invalidModes, at: now) }
    return step(call, at: now) { $0.kept.modes = modes }
  }

  /// What an earlier daemon kept, unless the user has set something since.
  package mutating func restore(
    _ old: Kept,
    _ inhibitions: Inhibitions,
    present: Set<String>,
    at now: Moment
  ) -> [Effect] {
    step(at: now) { quiet in
      var unset = Kept()
      unset.hours = quiet.kept.hours
      if quiet.kept == unset { quiet.kept = old }
      quiet.inhibitions.restore(inhibitions, present: present)
      quiet.look(at: now)
    }
  }

  package mutating func configure(_ settings: Settings, at now: Moment) -> [Effect] {
    step(at: now) { $0.settings = settings }
  }
}

// MARK: Cookies

extension Quiet {
  private static let longestText = 256

  /// `Inhibit`. `name` is who the peer is proved to be, which is shown; `claim` is shown where
  /// nothing is known (KDE-014, KDE-015).
  package mutating func inhibit(
    _ kind: Inhibition.Kind = .application,
    by peer: String,
    name: String,
    claim: String,
    reason: String,
    _ call: Call,
    at now: Moment
  ) -> [Effect] {
    let known = PlainText.name(name, limit: Self.longestText)
    let app = known.isEmpty ? PlainText.name(claim, limit: Self.longestText) : known
    guard !app.isEmpty else { return refuse(call, .noApp, at: now) }
    let reason = PlainText.line(reason, limit: Self.longestText)
    var cookie: UInt32?
    let news = step(at: now) { cookie = $0.inhibitions.add(kind, peer, app, reason) }
    return news + [cookie.map { .cookie(call, $0) } ?? .refuse(call, .tooManyInhibitions)]
  }

  /// `UnInhibit` (KDE-013).
  package mutating func uninhibit(
    _ cookie: UInt32,
    by peer: String,
    _ call: Call,
    at now: Moment
  ) -> [Effect] {
    var isReleased = false
    let news = step(at: now) { isReleased = $0.inhibitions.release(cookie, of: peer) }
    return news + [isReleased ? .done(call) : .refuse(call, .noSuchInhibition(cookie))]
  }

  /// The user overrides them all (KDE-016), but for a locker's: the screen is still locked.
  package mutating func clearInhibitions(_ call: Call? = nil, at now: Moment) -> [Effect] {
    step(call, at: now) { $0.inhibitions.clear() }
  }

  /// What the peer held on ends (KDE-012).
  package mutating func peerLeft(_ peer: String, at now: Moment) -> [Effect] {
    guard inhibitions.concerns(peer) else { return [] }
    return step(at: now) { $0.inhibitions.forget(peer) }
  }
}

// MARK: The surroundings

extension Quiet {
  package mutating func setFullScreen(_ isFullScreen: Bool, at now: Moment) -> [Effect] {
    step(at: now) { $0.isFullScreen = isFullScreen }
  }

  package mutating func setLocked(
    _ isLocked: Bool,
    by source: LockSources,
    at now: Moment
  ) -> [Effect] {
    step(at: now) { quiet in
      if isLocked {
        quiet.lockSources.formUnion(source)
      } else {
        quiet.lockSources.subtract(source)
      }
    }
  }

  /// The user is not at the machine: no quiet, but nobody is told what is dismissed (WEB-321).
  package mutating func setIdle(_ isIdle: Bool, at now: Moment) -> [Effect] {
    step(at: now) { $0.isIdle = isIdle }
  }

  /// The daemon has started, the wall clock was set, or the zone is another one.
  package mutating func clockChanged(at now: Moment) -> [Effect] {
    step(at: now) { $0.look(at: now) }
  }

  package mutating func deadlinePassed(at now: Moment) -> [Effect] {
    step(at: now) { _ in }
  }

  /// Quiet keeps the popup of an app's new notification back.
  package mutating func withhold(from app: String) {
    missed.add(app)
  }

  /// Its sender took one back, or the user saw it: it was not missed.
  package mutating func withdraw(from app: String) {
    missed.remove(app)
  }
}

// MARK: Steps

extension Quiet {
  private mutating func step(
    _ call: Call? = nil,
    at now: Moment,
    _ body: (inout Quiet) -> Void
  ) -> [Effect] {
    observe { $0.catchUp(now) }
    observe {
      body(&$0)
      $0.endWaiver(now)
    }
    if let call { effects.append(.done(call)) }
    let result = effects
    effects = []
    return result
  }

  private mutating func refuse(_ call: Call?, _ refusal: Refusal, at now: Moment) -> [Effect] {
    let news = step(at: now) { _ in }
    return call.map { news + [.refuse($0, refusal)] } ?? news
  }

  /// What is seen from outside, before and after.
  private struct View: Equatable {
    var causes: Causes
    var reasons: [String]
    var isInhibited: Bool
    var isAway: Bool
    var kept: Kept
  }

  private var view: View {
    View(causes: causes, reasons: reasons, isInhibited: isInhibited, isAway: isAway, kept: kept)
  }

  private mutating func observe(_ body: (inout Quiet) -> Void) {
    let before = view
    body(&self)
    tell(since: before)
  }

  private mutating func tell(since before: View) {
    let after = view
    guard after != before else { return }
    if after.kept != before.kept { effects.append(.keep(after.kept)) }
    let hasTurned = after.causes.isEmpty != before.causes.isEmpty
    if hasTurned { effects.append(.quiet(!after.causes.isEmpty)) }
    if after.isInhibited != before.isInhibited { effects.append(.inhibited(after.isInhibited)) }
    if after.reasons != before.reasons || after.kept != before.kept { effects.append(.changed) }
    if after.isAway != before.isAway { effects.append(.away(after.isAway)) }
    guard hasTurned else { return }
    if after.causes.isEmpty, missed.notifications > 0 {
      effects.append(.summary(notifications: missed.notifications, apps: missed.apps))
    }
    missed = Missed()
  }

  /// What was due before comes before.
  private mutating func catchUp(_ now: Moment) {
    if kept.until != 0, kept.until <= now.wall {
      kept.isManual = false
      kept.until = 0
    }
    guard hours.seen != .max else { return }
    if now.wall < hours.seen || now.wall >= hours.changes ?? .max { look(at: now) }
    endWaiver(now)
  }

  /// Looks at the clock anew.
  private mutating func look(at now: Moment) {
    let (isInside, changes) = kept.hours.state(at: now.wall, local)
    hours = Hours(isInside: isInside, seen: now.wall, changes: changes)
    // The end of the hours that were waived may have moved with the zone or the clock.
    if kept.waivedUntil > now.wall { kept.waivedUntil = isInside ? changes ?? .max : 0 }
  }

  private mutating func endWaiver(_ now: Moment) {
    if kept.waivedUntil <= now.wall { kept.waivedUntil = 0 }
  }
}
