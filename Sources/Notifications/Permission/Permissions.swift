/// Who may notify, and why: a permission for each principal, as the web keeps one for each origin.
///
/// Each step says what the outside world must do, in order: what is kept and who watches come
/// before the reply to the call that changed it. What was due before a step happens first.
package struct Permissions {
  package let limits: Limits
  /// What is open, in the order of opening; at most one of them is on the screen.
  package internal(set) var prompts: [Prompt] = []
  package internal(set) var defaultPolicy: DefaultPolicy
  /// Whether blocks that nobody decided are told to the portal's store (PT-109).
  package internal(set) var storesHeuristics: Bool

  var accounts: [String: Account] = [:]
  /// The apps that each peer watches.
  var watched: [String: [String]] = [:]
  var tokens = IssuedTokens()
  /// Nothing may be put on the screen now.
  var isQuiet = false
  /// The first time at which a block or a memory of an app that is gone ends.
  var nextEnd: Int64?
  var effects: [Effect] = []

  package struct Limits: Sendable {
    package var prompts = 64
    /// Of one sender: a browser has any number of sites.
    package var promptsPerSender = 8
    package var callersPerPrompt = 64
    package var watchesPerPeer = 1024
    /// How long a prompt waits for an answer (WEB-107).
    package var patience = Instant.Span.seconds(60)

    package init() {}
  }

  package enum Effect: Equatable, Sendable {
    /// The reply of a `Request`.
    case answer(Call, State)
    case done(Call)
    case refuse(Call, Refusal)
    /// The caller has left; nobody waits for a reply.
    case abandon(Call)

    /// `Changed` to a peer that watches.
    case tell(String, app: String, Status)
    /// The state of an app is another one: for those that watch all.
    case changed(app: String, Status)
    /// The app's live notifications end with reason 4 (WEB-123).
    case closeLive(app: String)
    /// What `use` had held may be seen now, or ends with reason 4 (WEB-134).
    case releaseHeld(app: String)
    case closeHeld(app: String)

    /// The prompt is in the centre from now on, and while loud on the screen.
    case showPrompt(app: String, Prompt.Place)
    case hidePrompt(app: String)

    /// For the portal's store; `storeWritten` has to tell how each went, unless the store left.
    /// Where nothing is there to delete, that went well.
    case write(app: String, StoreWord)
    /// What must outlive the daemon; nil: nothing any more.
    case keep(app: String, Record?)
  }

  package enum Refusal: Equatable, Sendable {
    /// The administrator has decided (WEB-130).
    case policy
    /// A principal that nobody knows cannot be decided about.
    case unknownApp
    case noPrompt
  }

  /// What becomes of a notification.
  package enum Admission: Equatable, Sendable {
    case show
    /// FD-226
    case refuse
    /// It waits, unseen, for `releaseHeld` or `closeHeld`.
    case hold
  }

  package init(
    limits: Limits = Limits(),
    defaultPolicy: DefaultPolicy = Preferences().defaultPolicy,
    storesHeuristics: Bool = false
  ) {
    self.limits = limits
    self.defaultPolicy = defaultPolicy
    self.storesHeuristics = storesHeuristics
  }

  /// The next instant at which anything changes by itself.
  package func nextDeadline(_ clock: WallClock) -> Instant? {
    var next = nextEnd.map(clock.instant)
    for prompt in prompts {
      if let deadline = prompt.deadline { next = min(next ?? deadline, deadline) }
    }
    return next
  }

  package mutating func deadlinePassed(at now: Moment) -> [Effect] {
    catchUp(now)
    return takeEffects()
  }

  mutating func takeEffects() -> [Effect] {
    let result = effects
    effects = []
    return result
  }
}

// MARK: Reading

extension Permissions {
  package func status(of app: String) -> Status {
    var status = accounts[app]?.status(of: app) ?? Account.unheardOf(app)
    status.canPrompt = status.canPrompt && (prompts.isEmpty || canAsk(app))
    return status
  }

  /// The apps of which anything is known, or that ask, for `List`.
  package var apps: [String] {
    let known = accounts.filter { !$0.value.record.isEmpty || $0.value.policy != nil }.keys
    return Set(known).union(prompts.map { $0.app }).sorted()
  }

  /// Whether anything is kept of it, or anybody follows it.
  package func knows(_ app: String) -> Bool { accounts[app] != nil }

  package func isWatched(_ app: String, by peer: String) -> Bool {
    watched[peer]?.contains(app) == true
  }

  package func record(of app: String) -> Record? {
    accounts[app].flatMap { $0.record.isEmpty ? nil : $0.record }
  }

  /// Who speaks for a principal: for a site its browser.
  static func sender(of app: String) -> String {
    Standing(of: app).isVerified ? String(app.prefix { $0 != "#" }) : app
  }

  /// How many notifications were refused since the start, with those of all sites (FD-226).
  package func refusals(of app: String) -> Int {
    accounts[app]?.refusals ?? 0
  }

  /// The apps that were refused something since the start.
  var refused: [String] {
    accounts.filter { $0.value.refusals > 0 }.map { $0.key }
  }

  package func prompt(of app: String) -> Prompt? {
    prompts.first { $0.app == app }
  }

  /// The one on the screen.
  package var loudPrompt: Prompt? {
    prompts.first { $0.place == .loud }
  }

  /// Whether a notification of a state is shown on the legacy interface (WEB-134).
  func admits(_ state: State) -> Bool {
    state == .granted || state == .default && defaultPolicy == .allow
  }
}

/// What is known of one app.
struct Account {
  var record = Permissions.Record()
  var policy: Permissions.Policy?
  var policySince: Int64 = 0
  /// Peers that watch, in the order of coming.
  var watchers: [String] = []
  var refusals = 0
  /// Our writes to the store that are on their way; until they are there, it tells what was before.
  var writes = 0

  var isUnused: Bool {
    record.isEmpty && policy == nil && watchers.isEmpty && refusals == 0 && writes == 0
  }

  static func unheardOf(_ app: String) -> Permissions.Status {
    Permissions.Status(
      state: .default,
      source: .default,
      canPrompt: Standing(of: app) != .unknown
    )
  }

  /// Policy over user over heuristic over store over default (WEB-130).
  func status(of app: String) -> Permissions.Status {
    if let policy {
      return Permissions.Status(
        state: policy.decision.state,
        source: .policy,
        reason: policy.reason,
        since: policySince
      )
    }
    if let user = record.user {
      return Permissions.Status(
        state: user.decision.state,
        source: .user,
        reason: user.reason,
        since: user.since
      )
    }
    if let block = record.block {
      return Permissions.Status(
        state: .denied,
        source: .heuristic,
        reason: block.reason,
        since: block.since,
        expires: block.expires
      )
    }
    if record.stored == .yes || record.stored == .no {
      return Permissions.Status(
        state: record.stored == .yes ? .granted : .denied,
        source: .store,
        reason: "store-" + record.stored.rawValue,
        since: record.storedSince
      )
    }
    return Self.unheardOf(app)
  }

  var state: Permissions.State {
    if let policy { return policy.decision.state }
    if let user = record.user { return user.decision.state }
    if record.block != nil { return .denied }
    switch record.stored {
    case .yes: return .granted
    case .no: return .denied
    case .ask, .unset: return .default
    }
  }
}
