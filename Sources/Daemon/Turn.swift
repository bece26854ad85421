import Configuration
import DBus
import Display
import EventLoop
import Identity
import Notifications
import Popups
import Presentation
import Rules
import Services
import Store

/// One turn of the daemon: events in, then replies and signals, then pictures, then the one timer.
final class Turn: Desk {
  private let loop: MainLoop
  private let connection: Connection
  private var clock: Clock
  private let launcher: Launcher
  private let log: Log
  private(set) var core: Core
  /// Set once, right after this is made: both need the turn.
  private var parts: Parts?
  private var timer: Timer?
  private let settings: Settings
  let store: Store
  private var notices: Notices?
  private var clockWatch: ClockWatch?
  /// What happens while another daemon takes over; nil at other times.
  private var frozen: [Event]?
  /// Which others than lockers tell that the session is locked, in words.
  var lock: () -> String = { "none" }
  /// Set once, as `parts`.
  private var succession: (handOver: HandOver, restart: Restart)?

  private struct Parts {
    let services: Services
    let popups: Popups
    let permissionStore: PermissionStore
    let policies: PolicyFiles
    let installed: InstalledApps
  }

  init(
    _ loop: MainLoop,
    _ connection: Connection,
    _ launcher: Launcher,
    _ settings: Settings,
    _ store: Store,
    _ log: Log,
    bus: String
  ) {
    self.store = store
    self.settings = settings
    self.loop = loop
    self.connection = connection
    self.launcher = launcher
    self.log = log
    clock = Clock(loop)
    // A store that comes late has the ids of its own: they are not given to others meanwhile.
    let stray = 1 << 30 | UInt32(truncatingIfNeeded: clock.now.nanoseconds) & 0x3fff_ffff
    core = Core(stray: stray, local: .system, bus: bus)
    timer = loop.timer { [unowned(unsafe) self] in handle(.deadline) }
    loop.afterHandler = { [unowned(unsafe) self] in end() }
  }

  func connect(
    _ services: Services,
    _ popups: Popups,
    _ permissions: PermissionStore,
    _ policies: PolicyFiles,
    _ installed: InstalledApps
  ) {
    parts = Parts(
      services: services,
      popups: popups,
      permissionStore: permissions,
      policies: policies,
      installed: installed
    )
    permissions.appeared = { [unowned(unsafe) self] in handle(.permission(.storeAppeared($0))) }
    permissions.changed = { [unowned(unsafe) self] in handle(.permission(.storeChanged($0))) }
    permissions.written = { [unowned(unsafe) self] app, word, succeeded in
      handle(.permission(.storeWritten(app: app, word, succeeded: succeeded)))
    }
    policies.changed = { [unowned(unsafe) self] in handle(.permission(.policy($0))) }
    settings.changed = { [unowned(unsafe) self] in apply($0, $1) }
    let notices = Notices(
      wallClock: { [unowned(unsafe) self] in wallClock },
      handle: { [unowned(unsafe) self] in handle($0) }
    )
    self.notices = notices
    settings.judged = { notices.configurationJudged($0) }
    store.current = { [unowned(unsafe) self] in core }
    store.opened = { [unowned(unsafe) self] in restore($0) }
    store.damaged = { notices.storeDamaged($0) }
    store.conditionChanged = { [unowned(unsafe) self] condition in
      log(condition == .durable ? .info : .warning, "store: \(condition.line)")
      notices.storeJudged(condition)
    }
    clockWatch = ClockWatch(loop) { [unowned(unsafe) self] in clockChanged() }
    clockChanged()
    settings.start(loop)
    policies.start(loop)
  }

  func connect(_ handOver: HandOver, _ restart: Restart) {
    succession = (handOver, restart)
  }

  private func apply(_ configuration: Configuration, _ rules: RuleSet) {
    handle(.configured(Preferences(configuration), UserRules(rules, log)))
    parts?.services.configure(
      claims: configuration.identity == .strict ? .strict : .marked,
      control: configuration.controlAllow.map { resolved($0) },
      browsers: configuration.browsers,
      delegates: configuration.delegates,
      ownsUnityName: configuration.unityName
    )
    // What a file with a fault in it would keep is not deleted.
    if settings.isRead { store.retention = Retention(configuration) }
    store.survivesPowerLoss = configuration.durability == .powerLoss
    parts?.popups.show(with: Theme(configuration))
    parts?.popups.idleAfter = configuration.idleAfter
  }

  // MARK: The store

  /// Reads what the daemon before this one had; waits for so many milliseconds at most.
  func openStore(patience: Int32 = 500) -> Saved? { store.open(patience: patience) }

  /// Before the first call is answered.
  func restore(_ saved: Saved) {
    if saved.settings.bus != core.bus { store.forgetPeers() }
    do {
      let present = try parts?.services.follow(saved.peers) ?? []
      handle(.restore(saved, present: present))
    } catch {
      // Without the bus there is nobody to serve.
      log(.error, "the bus does not tell who is on it: \(error.message)")
    }
  }

  private func clockChanged() {
    handle(.clockChanged(WallClock(offset: clock.offset)))
  }

  // MARK: Another daemon takes over

  /// Why the next daemon would not have what is live; nil where it would, or nothing is.
  var cannotBeKept: String? {
    guard case .memory(let words) = store.condition else { return nil }
    // The daemon's own is no peer's.
    return core.live.contains { !$0.owner.peer.isEmpty } ? words : nil
  }

  /// From now on nothing changes here, as it would be lost.
  func freeze() {
    for id in core.awaitingToken { handle(.activationToken(id, nil)) }
    handle(.permission(.endQuestions))
    store.note(&core)
    store.commit()
    store.close()
    frozen = []
    timer?.deadline = nil
  }

  var hasClicks: Bool { frozen?.contains { $0.isClick } == true }

  /// What the user did since, which is for the other daemon; all else it sees by itself.
  func takeClicks() -> [Event] {
    defer { frozen = [] }
    return frozen?.filter { $0.isClick } ?? []
  }

  /// It did not take over.
  func thaw() {
    store.reopen()
    let events = frozen ?? []
    frozen = nil
    for event in events { handle(event) }
  }

  /// Applies the event; its effects are queued in order.
  func handle(_ event: Event) {
    guard frozen == nil else {
      frozen?.append(event)
      return
    }
    for effect in core.apply(event, at: clock.now) {
      switch effect {
      case .requestActivationToken(let id, let press):
        parts?.popups.requestActivationToken(for: press) { [unowned(unsafe) self] token in
          handle(.activationToken(id, token))
        }
      case .open(let target):
        launcher.open(target)
      case .replyID(Notices.call, let id):
        notices?.posted(id)
      case .actionInvoked(let id, let key, .peer("")):
        notices?.invoked(id, key: key)
      case .closed(let id, _, .peer("")):
        notices?.closed(id)
      case .quiet(.summary(let notifications, let apps)):
        notices?.quietEnded(notifications: notifications, apps: apps)
      case .adviseMuting(let app, let name):
        notices?.tooMany(from: app, named: name, limit: core.dailyLimit(of: app))
      case .run(let errand):
        launcher.run(errand)
      case .permission(.write(let app, let word)):
        parts?.permissionStore.write(app: app, word)
      default:
        parts?.services.perform(effect)
      }
    }
  }

  /// The end of the turn. What was answered is kept before the first reply leaves (FD-298).
  private func end() {
    guard frozen == nil else {
      succession?.handOver.turnEnded()
      return connection.flush()
    }
    if let installed = parts?.installed, installed.hasNews {
      installed.check(core.permissions.apps) { app, isInstalled in
        handle(.permission(.presence(app: app, isInstalled: isInstalled)))
      }
    }
    parts?.services.endTurn()
    store.note(&core)
    store.commit()
    connection.flush()
    parts?.popups.update(core.stackRevision)
    timer?.deadline = core.nextDeadline?.nanoseconds
    succession?.handOver.turnEnded()
  }

  // MARK: Desk

  func report(_ problem: String) {
    log(.warning, problem)
  }

  var wallClock: Int64 { clock.wall }
  var wallClockOffset: Int64 { clock.offset }

  var status: Status {
    let popups = parts?.popups
    return Status(
      version: harkVersion,
      display: popups?.displayName,
      outputs: (popups?.outputs ?? []).map {
        Status.Output(
          name: $0.name,
          width: $0.usable.width,
          height: $0.usable.height,
          scale: $0.scale.factor,
          isInUse: $0.name == popups?.outputInUse
        )
      },
      problems: popups?.problems ?? [],
      fileProblems: settings.problems + (parts?.policies.problems ?? []),
      lock: core.quiet.lockers(besides: lock()),
      store: store.condition.words
    )
  }

  func hasFocus(_ process: Int32, _ ids: [String]) -> Bool {
    parts?.popups.focused?.belongs(to: process, ids) ?? false
  }

  func reload() -> [String] {
    settings.reload()
    return settings.problems
  }

  func handOver(_ call: MethodCall) {
    succession?.handOver.begin(call)
  }

  func restart(_ call: MethodCall) {
    succession?.restart.begin(call)
  }

  func attach(_ environment: [(name: String, value: String)]) {
    parts?.popups.attach(DisplayEnvironment(environment))
  }
}
