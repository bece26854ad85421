/// The whole behaviour of the daemon, without clock, bus or file: a table of contents.
///
/// Each case of `apply` is one step, in `Steps/`. The same events at the same instants give the same effects.
package struct Core {
  package private(set) var limits: Limits
  package internal(set) var history = History()

  var entries: [NotificationID: Entry] = [:]
  var identifiers: Identifiers
  var apps: [String: App] = [:]
  /// Live notifications that may have a popup, by rank.
  var queue = SortedIDs()
  /// Live notifications whose clock runs, by deadline.
  var deadlines = SortedIDs()
  var tags: [TagKey: NotificationID] = [:]
  /// How many live notifications each peer owns.
  var owned: [String: Int] = [:]
  /// Owners of live notifications that have left the bus.
  var departed: Set<String> = []
  var invocations: [PendingInvocation] = []
  /// What `shown` last reported.
  var onScreen: [NotificationID] = []
  var isDisplayPresent = false
  var isHovered = false
  var liveCost = 0
  var lastAge: UInt64 = 0
  var lastRevision: UInt64 = 0
  var effects: [Effect] = []

  /// Changes whenever the popups to show do.
  package internal(set) var stackRevision: UInt64 = 0

  package init(limits: Limits = Limits(), counter: UInt32 = 0) {
    self.limits = limits
    identifiers = Identifiers(counter: counter)
  }

  /// Applies `event` at `now` and says what the outside world must do, in order.
  package mutating func apply(_ event: Event, at now: Instant) -> [Effect] {
    // Most events have a reply and one more effect.
    effects.reserveCapacity(2)
    // What was due before comes before.
    if let due = nextDeadline, due <= now { deadlinePassed(at: now) }
    switch event {
    case .notify(let notification, let replaces, let owner, let call):
      notify(notification, replaces: replaces, from: owner, call, at: now)
    case .closeNotification(let id, let owner, let call):
      closeNotification(id, from: owner, call, at: now)
    case .peerLeft(let peer):
      if owned[peer] != nil { departed.insert(peer) }
    case .dismiss(let ids, let call):
      dismiss(ids, call, at: now)
    case .dismissAll(let call):
      dismissAll(call, at: now)
    case .dismissWaiting:
      dismissWaiting(at: now)
    case .invoke(let id, let key, let origin):
      invoke(id, key, origin, at: now)
    case .activationToken(let id, let token):
      finishInvocation(of: id, token, at: now)
    case .openLink(let target):
      effects.append(.open(target))
    case .displayPresent(let isPresent):
      displayChanged(isPresent, at: now)
    case .shown(let ids, let output):
      shown(ids, on: output, at: now)
    case .hover(let isHovered):
      hover(isHovered, at: now)
    case .configured(let limits):
      self.limits = limits
      stackRevision += 1
    case .deadline:
      break
    }
    let result = effects
    effects = []
    return result
  }

  /// The next instant at which anything changes by itself.
  package var nextDeadline: Instant? {
    var next = deadlines.firstKey.map { Instant(nanoseconds: Int64($0)) }
    for invocation in invocations {
      next = min(next ?? invocation.deadline, invocation.deadline)
    }
    return next
  }
}

// MARK: Reading

extension Core {
  package subscript(id: UInt32) -> Entry? {
    NotificationID(rawValue: id).flatMap { entries[$0] }
  }

  /// What is live, in the order of admission.
  package var live: [Entry] {
    entries.values.sorted { $0.age < $1.age }
  }

  /// Those that come first for a place on the screen, at most as many as may be visible.
  package var candidates: [Entry] {
    queue.ids.prefix(limits.visible).compactMap { entries[$0] }
  }

  /// What is live but not among the candidates: how many, and the name of the app that sent them
  /// all, nil when several did.
  package var waiting: (count: Int, appName: String?) {
    let candidates = queue.ids.prefix(limits.visible)
    var name: String?
    var isMixed = false
    for (principal, app) in apps {
      let shown = candidates.count { entries[$0]?.owner.principal == principal }
      guard app.members.count > shown, let id = app.members.ids.last else { continue }
      isMixed = name != nil
      name = entries[id]?.notification.appName
      if isMixed { break }
    }
    return (entries.count - candidates.count, isMixed ? nil : name)
  }

  package var hasDisplay: Bool { isDisplayPresent }

  /// Whether the owner of a live notification is still on the bus.
  package func isConnected(_ owner: Owner) -> Bool {
    !departed.contains(owner.peer)
  }

  /// Who gets the signals of an owner (FD-273, FD-274).
  func recipient(_ owner: Owner) -> Effect.Recipient {
    guard departed.contains(owner.peer) else { return .peer(owner.peer) }
    return owner.sender.isHost ? .everyone : .nobody
  }
}
