/// The counters on the icons of apps.
///
/// Each app has one record of its own, which outlives who wrote it and the daemon (WEB-404). Launcher
/// entries cover it, one for each sender, the latest on top, and go with their senders (LE-006,
/// LE-007).
package struct Badges {
  private(set) var apps: [String: App] = [:]
  /// What may look otherwise than was told.
  private var touched: [(app: String, pace: Pace)] = []
  /// When what came too fast is told.
  private var due: [String: Instant] = [:]
  /// Quiet hides all of them (LE-014).
  private var isHidden = false

  package struct Settings: Equatable, Sendable {
    /// Apps that the user was not asked about set none (WEB-407).
    package var requiresGrant = false
    package var showsInQuiet = true
    /// Apps that set none have the number of what they have live (WEB-413).
    package var derives = false

    package init() {}
  }

  package enum Effect: Equatable, Sendable {
    /// For control peers.
    case changed(app: String, Badge)
    /// For docks, who hear launcher entries themselves (LE-011).
    case exported(app: String, Badge)
    case refuse(Call, Refusal)
  }

  package enum Refusal: Equatable, Sendable {
    /// WEB-406
    case unverified
    /// WEB-407
    case denied
  }

  /// Tellings in a second, by what they tell of (WEB-408, LE-013).
  enum Pace: Int {
    case own = 10
    case launcher = 20
  }

  /// What is seen of an app.
  package struct Look: Equatable, Sendable {
    package var badge = Badge.nothing
    package var exported = Badge.nothing
    /// LE-009
    package var needsAttention = false
    /// From 0 to 1.
    package var progress: Double?
    /// A sender who is not proved to be the app says so (LE-008).
    package var isForeign = false
  }

  struct App {
    var own: Badge?
    /// The latest is the last.
    var entries: [LauncherEntry] = []
    var told = Look()
    /// When, in the last second.
    var tellings: [Instant] = []

    var isUnused: Bool {
      own == nil && entries.isEmpty && tellings.isEmpty && told == Look()
    }
  }

  // MARK: Writing

  /// False where it was so before.
  mutating func set(_ badge: Badge, of app: String) -> Bool {
    guard apps[app]?.own != badge else { return false }
    apps[app, default: App()].own = badge
    touch(app, .own)
    return true
  }

  mutating func update(_ app: String, _ update: LauncherUpdate, from owner: Owner) {
    var entries = apps[app]?.entries ?? []
    var entry = LauncherEntry(peer: owner.peer, isForeign: owner.sender.principal != app)
    if let place = entries.firstIndex(where: { $0.peer == owner.peer }) {
      entry = entries.remove(at: place)
    }
    entry.take(update)
    apps[app, default: App()].entries = entries + [entry]
    touch(app, .launcher)
  }

  mutating func peerLeft(_ peer: String) {
    for app in apps.keys.sorted() {
      guard let place = apps[app]?.entries.firstIndex(where: { $0.peer == peer }) else { continue }
      apps[app]?.entries.remove(at: place)
      touch(app, .launcher)
    }
  }

  /// What an earlier daemon kept; what was set since holds.
  mutating func restore(_ records: [String: Badge]) {
    for (app, badge) in records where apps[app]?.own == nil {
      apps[app, default: App()].own = badge
    }
    touchAll()
  }

  mutating func touch(_ app: String, _ pace: Pace) {
    touched.append((app, pace))
  }

  mutating func touchAll() {
    for app in apps.keys.sorted() { touch(app, .launcher) }
  }

  mutating func hide(_ isHidden: Bool) {
    guard isHidden != self.isHidden else { return }
    self.isHidden = isHidden
    touchAll()
  }

  // MARK: Telling

  var nextDeadline: Instant? { due.values.min() }

  mutating func deadlinePassed(at now: Instant) {
    for app in due.keys.sorted() where due[app].map({ $0 <= now }) == true { touch(app, .launcher) }
  }

  mutating func takeTouched() -> [(app: String, pace: Pace)] {
    let taken = touched
    touched = []
    return taken
  }

  /// What was told before, if another look may be told now; what comes too fast is told later, as it
  /// is then.
  mutating func tell(_ look: Look, of app: String, _ pace: Pace, at now: Instant) -> Look? {
    var record = apps[app] ?? App()
    record.tellings.removeAll { now - $0 >= .seconds(1) }
    defer { apps[app] = record.isUnused ? nil : record }
    let before = record.told
    guard look != before else {
      due[app] = nil
      return nil
    }
    guard record.tellings.count < pace.rawValue else {
      let end = record.tellings[record.tellings.count - pace.rawValue] + .seconds(1)
      due[app] = min(due[app] ?? end, end)
      return nil
    }
    due[app] = nil
    record.tellings.append(now)
    record.told = look
    return before
  }

  // MARK: Reading

  /// The app's own record, which is kept.
  package func record(of app: String) -> Badge? { apps[app]?.own }

  /// Those of all apps; nothing counts as set too.
  var records: [String: Badge] { apps.compactMapValues { $0.own } }

  /// The apps of which anything is known.
  var known: [String] {
    apps.filter { $0.value.own != nil || !$0.value.entries.isEmpty }.keys.sorted()
  }

  func knows(_ app: String) -> Bool { apps[app] != nil }

  /// `derived` is for an app that has set nothing.
  func look(of app: String, isHidden: Bool, derived: Badge) -> Look {
    let record = apps[app] ?? App()
    let top = record.entries.last
    var look = Look()
    if !isHidden && !self.isHidden {
      look.exported = record.own ?? (top == nil ? derived : .nothing)
      look.badge = top?.badge ?? look.exported
    }
    look.needsAttention = top?.isUrgent ?? false
    look.progress = top?.progress
    look.isForeign = top?.isForeign ?? false
    return look
  }
}
