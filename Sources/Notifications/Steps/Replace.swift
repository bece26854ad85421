// A replacement is whole (FD-037) and keeps place and creation (FD-038).

extension Core {
  /// New content under the same id (FD-036).
  mutating func replace(
    _ old: Entry,
    _ arrival: Arrival,
    at now: Instant
  ) {
    let old = apart(old, from: arrival, at: now)
    let new = replacement(of: old, by: arrival, as: old.id, at: now)
    if new.standsWhere(old) {
      exchange(old, new, at: now)
    } else {
      _ = remove(old.id)
      insert(new, at: now)
      forgetDeparted(old.owner.peer)
    }
    stackRevision += 1
  }

  /// What looks different from now on is no longer seen with those that looked the same.
  private mutating func apart(_ old: Entry, from arrival: Arrival, at now: Instant) -> Entry {
    guard old.pile != nil else { return old }
    var new = old
    new.content = arrival.content
    guard !new.looksLike(old) else { return old }
    leavePile(old.id, at: now)
    return entries[old.id] ?? old
  }

  /// Puts an entry in another's place where no index but the clock's and the sums has to know.
  private mutating func exchange(_ old: Entry, _ new: Entry, at now: Instant) {
    if let deadline = old.clock.deadline { deadlines.remove(old.id, key: deadline.key) }
    entries[new.id] = new
    unread += (new.isUnread ? 1 : 0) - (old.isUnread ? 1 : 0)
    // Equal ones that come later join what was sent as it is, not what became so.
    if new.likeness != old.likeness { unregister(old) }
    let more = new.cost - old.cost
    if more != 0 {
      apps[new.owner.principal]?.cost += more
      load(new, 0, more)
    }
    updateClock(new.id, at: now)
  }

  /// New content under a new id, in the old one's place (CAN-002).
  mutating func succeed(
    _ old: NotificationID,
    _ arrival: Arrival,
    at now: Instant
  ) {
    // The click was meant for what was seen.
    finishInvocation(of: old, nil, at: now)
    let id = nextID()
    leavePile(old, at: now)
    guard let entry = remove(old) else {
      return show(arrival, as: id, at: now)
    }
    closed(entry, .undefined, because: .tag)
    let place = onScreen.firstIndex(of: old)
    if let place { onScreen[place] = id }
    insert(replacement(of: entry, by: arrival, as: id, at: now), at: now)
    stackRevision += 1
    reply(to: arrival, id)
    effects.append(.added(id))
    settle(id, at: now)
    evict(besides: id, of: arrival.owner, at: now)
  }

  private mutating func replacement(
    of old: Entry,
    by arrival: Arrival,
    as id: NotificationID,
    at now: Instant
  ) -> Entry {
    var entry = old
    entry.id = id
    // The owner before may have left without hearing of it.
    if id != old.id || !entry.isAnnouncementHeard { entry.isAnnounced = false }
    if id != old.id {
      entry.isAnnouncementHeard = false
      entry.failsAt = nil
    }
    entry.content = arrival.content
    if id == old.id {
      entry.content.keepReceipt(of: old.content)
    } else {
      entry.created = now
    }
    entry.owner = arrival.owner
    entry.revision = nextRevision()
    entry.version = entry.revision
    entry.cost = arrival.notification.cost
    entry.clock = Entry.Clock(left: arrival.notification.lifetime(limits), deadline: nil)
    entry.state = state(of: entry, after: old, arrival, at: now)
    if entry.state == .held(.retained) { entry.clock.left = retention(of: entry.notification) }
    // Nobody has seen the new words.
    if entry.state != .shown, !entry.notification.says(old.notification) { entry.isRead = false }
    return entry
  }

  /// New content changes silently where the old one was (WEB-024): it comes up only if the user wants
  /// that of it and did not of the old one, or if it is more urgent.
  private mutating func state(
    of new: Entry,
    after old: Entry,
    _ arrival: Arrival,
    at now: Instant
  ) -> Entry.State {
    let obstacle = obstacle(to: new)
    switch old.state {
    case .held(.permission) where arrival.awaitsPermission, .held(.snoozed): return old.state
    case .held(.duplicate) where old.pile != nil: return old.state
    // Had it been closed, this would be a new one.
    case .held(.retained) where !new.notification.isRetained:
      return obstacle.map { .held($0) } ?? .pending
    case .held(.permission), .held(.rule), .held(.priority), .held(.duplicate):
      return obstacle.map { .held($0) } ?? .pending
    case .held(.flood):
      if let obstacle, obstacle != .quiet { return .held(obstacle) }
      let mayRise = apps[old.owner.principal]?.bucket.take(limits, at: now) == true
      return mayRise && obstacle == nil ? .pending : old.state
    case .held:
      let rises = new.notification.rises(above: old.notification)
      return rises && obstacle == nil ? .pending : old.state
    case .pending, .shown:
      return obstacle.map { .held($0) } ?? old.state
    }
  }

  /// The app's latest live notification, if this one joins it (CAN-005).
  func appendable(_ notification: Notification, _ owner: Owner) -> Entry? {
    let family = owner.family
    guard
      let id = apps[owner.principal]?.members.ids.last(where: {
        entries[$0]?.owner.family == family && entries[$0]?.isRevoked == false
      }), let last = entries[id], last.notification.appends,
      last.notification.title == notification.title
    else { return nil }
    return last
  }
}

extension Entry {
  /// Whether every index finds both at the same place.
  fileprivate func standsWhere(_ other: Entry) -> Bool {
    owner == other.owner && rank == other.rank && mayPopUp == other.mayPopUp
      && notification.tag == other.notification.tag && notification.nid == other.notification.nid
  }
}

extension Notification {
  /// Whether it is more than the one that it replaces, or is to be noticed again (WEB-024, WEB-208).
  fileprivate func rises(above old: Notification) -> Bool {
    urgency.rawValue > old.urgency.rawValue || priority > old.priority
      || web?.fields.alertsAgain == true
  }

  fileprivate func says(_ old: Notification) -> Bool {
    title == old.title && rawBody == old.rawBody
  }

  /// The body of an earlier one with this one's as a new line, at most ten lines (CAN-005, CAN-006).
  func appended(to earlier: Notification) -> Notification {
    var joined = self
    let lines = (earlier.rawBody.isEmpty ? rawBody : earlier.rawBody + "\n" + rawBody)
      .split(separator: "\n", omittingEmptySubsequences: false)
    joined.rawBody = lines.suffix(10).joined(separator: "\n")
    joined.body = earlier.body.appending(line: body).suffix(lines: 10)
    // Ten lines may be long ones: beyond what one body may have, the new line stands alone.
    if joined.cost > cost + 64 << 10 {
      joined.rawBody = rawBody
      joined.body = body
    }
    return joined
  }
}
