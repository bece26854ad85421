// The close steps: every way out, and the one close signal of each life (FD-271).

/// Why one ends, where the reason does not tell it.
enum CloseCause {
  /// Its sender, the user, time, or there are too many.
  case none
  /// Its app may not notify any more.
  case permission
  /// Another one has its tag (WEB-030).
  case tag
  /// Another one has its string id (WEB-202).
  case name
}

extension Core {
  /// The sender's own word (FD-260..262). The signal goes before the reply.
  mutating func closeNotification(
    _ id: UInt32,
    from owner: Owner,
    _ call: Call,
    at now: Instant
  ) {
    guard let known = NotificationID(rawValue: id), let target = ownerTowardsSenders(of: known),
      owner.mayClose(target)
    else {
      return effects.append(.refuse(call, .invalidID(id)))
    }
    closeForSender(known, at: now)
    effects.append(.replyEmpty(call))
  }

  /// Whose it is, as far as senders can know; nil where it is closed.
  func ownerTowardsSenders(of id: NotificationID) -> Owner? {
    if let entry = entries[id] { return entry.isRevoked ? nil : entry.owner }
    return deferred.owner(of: id)
  }

  mutating func closeForSender(_ id: NotificationID, at now: Instant) {
    if let gone = takeDeferred(id) {
      // The user put it away while nobody was to know (WEB-321).
      if let entry = gone.entry { tellEnd(of: entry, .closedBySender, because: .none) }
      return forgetDeparted(gone.owner.peer)
    }
    guard let entry = entries[id] else { return }
    if entry.treatment?.wishes.isKept == true {
      revoke(entry, at: now)
    } else {
      close(id, .closedBySender, at: now)
    }
  }

  /// What was dismissed while nobody was to know is live for its sender, and so it is replaced.
  mutating func replaceDeferred(by arrival: Arrival) {
    guard !deferred.isEmpty else { return }
    for old in deferred.entries {
      let hasName = old.name != nil && old.name == arrival.name
      guard hasName || old.tag != nil && old.tag == arrival.tag else { continue }
      _ = takeDeferred(old.id)
      tellEnd(of: old, .undefined, because: hasName ? .name : .tag)
      forgetDeparted(old.owner.peer)
    }
  }

  /// For its sender it is closed; the user's rule keeps it.
  private mutating func revoke(_ entry: Entry, at now: Instant) {
    leavePile(entry.id, at: now)
    guard var kept = remove(entry.id) else { return }
    tellEnd(of: entry, .closedBySender, because: .none)
    kept.isRevoked = true
    kept.sent.actions = []
    kept.revision = nextRevision()
    kept.version = kept.revision
    insert(kept, at: now)
    stackRevision += 1
    effects.append(.changed(entry.id))
  }

  /// Those that are live go, whatever else was named; then the caller hears of those that are not.
  mutating func dismiss(_ ids: [UInt32], _ call: Call?, at now: Instant) {
    var unknown: [UInt32] = []
    for raw in ids {
      if let id = NotificationID(rawValue: raw), entries[id] != nil {
        // On the screen they are one.
        if call == nil {
          closePile(id, .dismissed, at: now)
        } else {
          close(id, .dismissed, at: now)
        }
      } else {
        unknown.append(raw)
      }
    }
    guard let call else { return }
    effects.append(unknown.isEmpty ? .replyEmpty(call) : .refuse(call, .invalidIDs(unknown)))
  }

  /// What ends together is past in this order.
  private var oldestFirst: [Entry] { entries.values.sorted { $0.age < $1.age } }

  mutating func dismissAll(_ call: Call?, at now: Instant) {
    for entry in oldestFirst { close(entry.id, .dismissed, at: now) }
    if let call { effects.append(.replyEmpty(call)) }
  }

  mutating func dismissApp(_ app: String, _ call: Call, at now: Instant) {
    for id in members(of: app) { close(id, .dismissed, at: now) }
    effects.append(.replyEmpty(call))
  }

  mutating func dismissWaiting(at now: Instant) {
    for entry in oldestFirst where entry.isInStack && !onScreen.contains(entry.id) {
      close(entry.id, .dismissed, at: now)
    }
  }

  mutating func close(
    _ id: NotificationID,
    _ reason: CloseReason,
    because cause: CloseCause = .none,
    at now: Instant
  ) {
    // What the user put away, the user has seen.
    if reason == .dismissed { announce(id, isSeen: true, at: now) }
    leavePile(id, at: now)
    guard let entry = remove(id) else { return }
    invocations.removeAll { $0.id == id }
    onScreen.removeAll { $0 == id }
    stackRevision += 1
    if entry.state == .held(.quiet), reason == .closedBySender {
      quiet.withdraw(from: entry.owner.principal)
    }
    var record: History.Record?
    if isWorthKeeping(entry, reason) {
      let past = History.Record(entry, reason, wall: wallClock.moment(now).wall)
      history.append(past, limits)
      record = past
    }
    closed(entry, reason, because: cause, record)
  }

  /// The id is invalid from here on; whoever owned it is told (FD-270).
  mutating func closed(
    _ entry: Entry,
    _ reason: CloseReason,
    because cause: CloseCause = .none,
    _ record: History.Record? = nil
  ) {
    if reason == .dismissed, quiet.isAway, !entry.isRevoked {
      // Nothing may tell that somebody is there (WEB-321).
      deferred.add(DeferredCloses.Close(entry, reason))
    } else if !entry.isRevoked {
      tellEnd(of: entry, reason, because: cause)
    }
    effects.append(.removed(entry.id, reason))
    run(.closed, about: entry, reason: reason)
    forgetDeparted(entry.owner.peer)
    remember(entry.id, entry.owner, entry.isPrivate ? nil : record)
  }

  /// Keeps to the limits by closing the oldest of who has most, critical ones last (FD-290).
  mutating func evict(besides new: NotificationID, of owner: Owner, at now: Instant) {
    let few = min(limits.livePerApp, limits.live)
    if entries.count <= few, liveCost <= limits.content { return }
    let sender = owner.sender.principal
    while loads[sender]?.count ?? 0 > limits.livePerApp,
      let victim = victim(of: [sender], besides: new)
    {
      close(victim, .undefined, at: now)
    }
    while entries.count > limits.live || liveCost > limits.content,
      let victim = victim(of: heaviest(besides: new), besides: new)
    {
      close(victim, .undefined, at: now)
    }
  }

  private var weighsContent: Bool { liveCost > limits.content }

  /// The senders with the most, equals together, but for one that has nothing else (WEB-325).
  private func heaviest(besides new: NotificationID) -> [String] {
    let own = entries[new]?.owner.sender.principal
    let others = loads.filter { $0.key != own || $0.value.count > 1 }
    let weights = others.mapValues { weighsContent ? $0.cost : $0.count }
    let most = weights.values.max()
    return weights.filter { $0.value == most }.map { $0.key }
  }

  /// In the heaviest app of these senders.
  private func victim(of senders: [String], besides new: NotificationID) -> NotificationID? {
    let others = apps.values.filter {
      senders.contains($0.sender) && ($0.members.ids.last != new || $0.members.count > 1)
    }
    // Of equals the one with the oldest notification, whatever order the dictionary has.
    let heaviest = others.max {
      let (a, b) = weighsContent ? ($0.cost, $1.cost) : ($0.members.count, $1.members.count)
      return a == b ? $0.members.firstKey ?? 0 > $1.members.firstKey ?? 0 : a < b
    }
    return heaviest.flatMap { victim(of: $0, besides: new) }
  }

  private func victim(of app: App, besides new: NotificationID) -> NotificationID? {
    let others = app.members.ids.lazy.filter { $0 != new }
    return others.first { entries[$0]?.notification.urgency != .critical } ?? others.first
  }
}

extension Core {
  /// Transient ones and on-screen displays never enter the past; revoked ones have lost their
  /// meaning (FD-216, FD-267, CAN-004).
  private func isWorthKeeping(_ entry: Entry, _ reason: CloseReason) -> Bool {
    let notification = entry.notification
    guard reason != .closedBySender || preferences.remembersRevoked, !notification.isTransient,
      entry.treatment?.wishes.isRemembered != false
    else { return false }
    // Of the moment (WEB-020).
    if let web = notification.web?.fields, web.method == .show, !web.isPersistent { return false }
    return !notification.isOnScreenDisplay
  }
}
