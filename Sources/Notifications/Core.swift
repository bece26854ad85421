/// The whole behaviour of the daemon, without clock, bus or file: a table of contents.
///
/// Most cases of `apply` are steps, in `Steps/`. The same events at the same instants give the same
/// effects.
package struct Core {
  package internal(set) var limits: Limits
  package internal(set) var history = History()

  var entries = LiveEntries()
  var identifiers: Identifiers
  var apps: [String: App] = [:]
  /// Live notifications that may have a popup, by rank.
  var queue = SortedIDs()
  /// Live ones that came too fast for a popup.
  var flooded = 0
  /// Live notifications whose clock runs, by deadline.
  var deadlines = SortedIDs()
  var tags: [TagKey: NotificationID] = [:]
  /// The string ids that apps gave (WEB-201).
  var names: [NameKey: NotificationID] = [:]
  /// Those of the strict interface that wait for a display, by when they give up.
  var waitingForDisplay = SortedIDs()
  /// Equal ones that are seen as one, the one that is seen first.
  var piles: [UInt64: [NotificationID]] = [:]
  var lastPile: UInt64 = 0
  /// The one of each look that equal ones join.
  var leaders: [LikenessKey: NotificationID] = [:]
  /// By the principals of senders: sites count as their browser, lest one be any number of apps.
  var loads: [String: Load] = [:]
  /// How many live notifications each peer owns.
  var owned: [String: Int] = [:]
  /// Owners of live notifications that have left the bus.
  var departed: Set<String> = []
  var invocations: [PendingInvocation] = []
  package internal(set) var permissions = Permissions()
  /// Who made the user be asked, by principal, while a prompt is open.
  var askers: [String: Sender] = [:]
  /// The open questions as lists of apps were last told.
  var toldQuestions: [String: Prompt.Place] = [:]
  /// The last that were never live, for who asks why.
  var refused = RefusedIDs()
  package internal(set) var quiet: Quiet
  package internal(set) var badges = Badges()
  /// What the user dismissed while away, and owners do not know yet (WEB-321).
  var deferred = DeferredCloses()
  /// Snoozed ones by the instant of their return.
  var snoozes = SortedIDs()
  /// The global switch (WEB-302).
  package internal(set) var isEnabled = true
  /// The configuration's, and what the user has changed since.
  package internal(set) var appSettings: [String: AppSettings] = [:]
  package internal(set) var preferences = Preferences()
  var rules: (any RuleBook)?
  var wallClock = WallClock(offset: 0)
  let local: LocalTime
  /// Whose unique names owners have; names of another bus mean others.
  package let bus: String
  /// What `shown` last reported.
  var onScreen: [NotificationID] = []
  var output = ""
  var isDisplayPresent = false
  var isHovered = false
  /// How many live ones are unread.
  package internal(set) var unread = 0
  var liveCost = 0
  var lastAge: UInt64 = 0
  var lastRevision: UInt64 = 0
  var effects: [Effect] = []
  var unsaved = Unsaved()

  /// The next instant at which anything changes by itself.
  package private(set) var nextDeadline: Instant?
  /// Changes whenever the popups to show do.
  package internal(set) var stackRevision: UInt64 = 0

  /// Ids count on from `counter`, but those that are given before anything was restored from `stray`.
  package init(
    limits: Limits = Limits(),
    counter: UInt32 = 0,
    stray: UInt32? = nil,
    local: LocalTime = LocalTime { _ in 0 },
    bus: String = ""
  ) {
    self.bus = bus
    self.limits = limits
    self.local = local
    quiet = Quiet(local: local)
    identifiers = Identifiers(counter: counter, stray: stray)
  }

  /// Applies `event` at `now` and says what the outside world must do, in order.
  package mutating func apply(_ event: Event, at now: Instant) -> [Effect] {
    // Most events have a reply and one more effect.
    effects.reserveCapacity(2)
    // What was due before comes before.
    if let due = nextDeadline, due <= now { deadlinePassed(at: now) }
    switch event {
    case .notify(let notification, let replaces, let owner, let call):
      notify(Arrival(notification, from: owner, call), replaces: replaces, at: now)
    case .closeNotification(let id, let owner, let call):
      closeNotification(id, from: owner, call, at: now)
    case .web(let event, let owner, let call):
      web(event, from: owner, call, at: now)
    case .peerLeft(let peer):
      peerLeft(peer, at: now)
    case .dismiss(let ids, let call):
      dismiss(ids, call, at: now)
    case .dismissAll(let call):
      dismissAll(call, at: now)
    case .dismissApp(let app, let call):
      dismissApp(app, call, at: now)
    case .dismissWaiting:
      dismissWaiting(at: now)
    case .invoke(let id, let key, let origin):
      invoke(id, key, origin, at: now)
    case .activationToken(let id, let token):
      finishInvocation(of: id, token, at: now)
    case .openLink(let target):
      effects.append(.open(target))
    case .snooze(let id, let seconds, let call):
      snooze(id, seconds, call, at: now)
    case .markRead(let ids, let call):
      markRead(ids, call)
    case .markAllRead(let call):
      markAllRead(call)
    case .redo(let past, let treatment, let owner, let isPresent, let call):
      redo(past, treatment, from: owner, isPresent: isPresent, call, at: now)
    case .forget(let past):
      history.forget(past)
    case .displayPresent(let isPresent):
      displayChanged(isPresent, at: now)
    case .shown(let ids, let output):
      shown(ids, on: output, at: now)
    case .hover(let isHovered):
      hover(isHovered, at: now)
    case .permission(let event):
      permission(event, at: now)
    case .quiet(let event):
      quiet(event, at: now)
    case .badge(let event):
      badge(event)
    case .enable(let isEnabled, let call):
      enable(isEnabled, call, at: now)
    case .mute(let app, let isMuted, let call):
      mute(app, isMuted, call)
    case .configured(let preferences, let rules):
      configure(preferences, rules, at: now)
    case .clockChanged(let clock):
      clockChanged(clock, at: now)
    case .restore(let saved, let present):
      restore(saved, present: present, at: now)
    case .deadline:
      break
    }
    tellBadges(at: now)
    nextDeadline = earliestDeadline
    let result = effects
    effects = []
    return result
  }

  private var earliestDeadline: Instant? {
    var next = deadlines.firstInstant
    for invocation in invocations { next = earlier(next, invocation.deadline) }
    next = earlier(next, snoozes.firstInstant)
    next = earlier(next, waitingForDisplay.firstInstant)
    next = earlier(next, badges.nextDeadline)
    next = earlier(next, permissions.nextDeadline(wallClock))
    return earlier(next, quiet.nextDeadline(wallClock))
  }
}

private func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
  guard let a, let b else { return a ?? b }
  return min(a, b)
}

// MARK: Reading

extension Core {
  package subscript(id: UInt32) -> Entry? {
    NotificationID(rawValue: id).flatMap { entries[$0] }
  }

  /// Those that come first for a place on the screen, at most as many as may be visible.
  package var candidates: [Entry] {
    let ids = queue.ids.lazy.filter { [entries, quiet] id in
      !quiet.isLocked || entries[id]?.mayShowWhileLocked == true
    }
    return ids.prefix(limits.visible).compactMap { entries[$0] }
  }

  /// What has no place on the screen but would have a popup: how many, and the name of the app that
  /// sent them all, nil when several did.
  package var waiting: (count: Int, appName: String?) {
    guard !quiet.isLocked else { return (0, nil) }
    let candidates = queue.ids.prefix(limits.visible)
    // Popups of those that came too fast were put off, and quiet puts off all of them.
    let count = queue.count - candidates.count + (quiet.isQuiet ? 0 : flooded)
    guard count > 0 else { return (0, nil) }
    var name: String?
    for (principal, app) in apps {
      let shown = candidates.count { entries[$0]?.owner.principal == principal }
      guard app.inStack > shown, let id = app.members.ids.last else { continue }
      guard name == nil else { return (count, nil) }
      name = entries[id]?.notification.realName
    }
    return (count, name)
  }

  /// The app that the user is asked about on the screen, and who made it be asked.
  package var question: (app: String, asker: Sender?)? {
    permissions.loudPrompt.map { ($0.app, askers[$0.app]) }
  }

  package var hasDisplay: Bool { isDisplayPresent }

  /// Whether something live, recent or kept is of this principal.
  package func knows(_ principal: String) -> Bool {
    apps[principal] != nil || appSettings[principal] != nil || permissions.knows(principal)
      || badges.knows(principal)
  }

  /// Whether the owner of a live notification is still on the bus.
  package func isConnected(_ owner: Owner) -> Bool {
    !departed.contains(owner.peer)
  }

  /// A peer that left and owns nothing any more.
  mutating func forgetDeparted(_ peer: String) {
    if owned[peer] == nil, !deferred.concerns(peer) { departed.remove(peer) }
  }

  /// Who gets the signals of an owner (FD-273, FD-274).
  func recipient(_ owner: Owner) -> Effect.Recipient {
    guard departed.contains(owner.peer) else { return .peer(owner.peer) }
    return owner.sender.isHost ? .everyone : .nobody
  }
}

extension Core {
  /// A peer's unique name left the bus: whatever it held on ends.
  fileprivate mutating func peerLeft(_ peer: String, at now: Instant) {
    if owned[peer] != nil || deferred.concerns(peer) { departed.insert(peer) }
    if owned[peer] != nil, candidates.contains(where: { losesActions($0, by: peer) }) {
      stackRevision += 1
    }
    adopt(permissions.peerLeft(peer, at: wallClock.moment(now)), at: now)
    changeQuiet(at: now) { $0.peerLeft(peer, at: $1) }
    badges.peerLeft(peer)
  }

  private func losesActions(_ popup: Entry, by peer: String) -> Bool {
    let entry = addressee(of: popup)
    return entry.owner.peer == peer && !disabledActions(of: entry).isEmpty
  }
}
