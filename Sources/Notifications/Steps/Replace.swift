// A replacement is whole (FD-037) and keeps place and creation (FD-038).

extension Core {
  /// New content under the same id (FD-036).
  mutating func replace(
    _ old: Entry,
    _ notification: Notification,
    _ owner: Owner,
    at now: Instant
  ) {
    let new = replacement(of: old, by: notification, owner, as: old.id, at: now)
    if new.standsWhere(old) {
      exchange(old, new, at: now)
    } else {
      _ = remove(old.id)
      insert(new, at: now)
      if owned[old.owner.peer] == nil { departed.remove(old.owner.peer) }
    }
    stackRevision += 1
  }

  /// Puts an entry in another's place where no index but the clock's and the sums has to know.
  private mutating func exchange(_ old: Entry, _ new: Entry, at now: Instant) {
    if let deadline = old.clock.deadline { deadlines.remove(old.id, key: deadline.key) }
    entries[new.id] = new
    if new.cost != old.cost {
      liveCost += new.cost - old.cost
      apps[new.owner.principal]?.cost += new.cost - old.cost
    }
    updateClock(new.id, at: now)
  }

  /// New content under a new id, in the old one's place (CAN-002).
  mutating func succeed(
    _ old: NotificationID,
    _ notification: Notification,
    _ owner: Owner,
    _ call: Call,
    at now: Instant
  ) {
    // The click was meant for what was seen.
    finishInvocation(of: old, nil, at: now)
    let id = nextID()
    guard let entry = remove(old) else {
      return show(notification, as: id, owner, call, at: now)
    }
    closed(entry, .undefined)
    insert(replacement(of: entry, by: notification, owner, as: id, at: now), at: now)
    if let place = onScreen.firstIndex(of: old) { onScreen[place] = id }
    stackRevision += 1
    effects.append(.replyID(call, id))
    effects.append(.added(id))
    evict(besides: id, of: entry.owner.principal, at: now)
  }

  private mutating func replacement(
    of old: Entry,
    by notification: Notification,
    _ owner: Owner,
    as id: NotificationID,
    at now: Instant
  ) -> Entry {
    var entry = old
    entry.id = id
    entry.notification = notification
    entry.notification.receivedAt = old.notification.receivedAt
    entry.owner = owner
    entry.revision = nextRevision()
    entry.cost = notification.cost
    entry.clock = Entry.Clock(left: notification.lifetime(limits), deadline: nil)
    if case .held(.flood) = old.state,
      apps[old.owner.principal]?.bucket.take(limits, at: now) == true
    {
      entry.state = .pending
    }
    return entry
  }

  /// The app's latest live notification, if this one joins it (CAN-005).
  func appendable(_ notification: Notification, _ owner: Owner) -> Entry? {
    let family = owner.family
    guard
      let id = apps[owner.principal]?.members.ids.last(where: {
        entries[$0]?.owner.family == family
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
      && notification.tag == other.notification.tag
  }
}

extension Notification {
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
