// The show steps: a `Notify` becomes a live notification.

extension Core {
  mutating func notify(
    _ notification: Notification,
    replaces: UInt32,
    from owner: Owner,
    _ call: Call,
    at now: Instant
  ) {
    let tag = notification.tag.map { TagKey(family: owner.family, text: $0) }
    let tagged = tag.flatMap { tags[$0] }

    if let id = NotificationID(rawValue: replaces) {
      if let live = entries[id], live.owner.isSame(as: owner) {
        if let tagged, tagged != id { close(tagged, .undefined, at: now) }
        replace(live, notification, owner, at: now)
        effects.append(.replyID(call, id))
        effects.append(.changed(id))
        return evict(besides: id, of: owner.principal, at: now)
      }
      if let tagged { close(tagged, .undefined, at: now) }
      return show(notification, as: requested(id, by: owner), owner, call, at: now)
    }
    if let tagged {
      return succeed(tagged, notification, owner, call, at: now)
    }
    if notification.appends, let last = appendable(notification, owner) {
      let joined = notification.appended(to: last.notification)
      return succeed(last.id, joined, owner, call, at: now)
    }
    show(notification, as: nextID(), owner, call, at: now)
  }

  mutating func nextID() -> NotificationID {
    identifiers.next { [entries] in entries[$0] != nil }
  }

  /// The id that a `replaces_id` without a live notification of this owner's gets (FD-040, FD-041).
  private mutating func requested(_ id: NotificationID, by owner: Owner) -> NotificationID {
    if entries[id] != nil { return nextID() }
    if let last = identifiers.owner(of: id), !last.isSame(as: owner) { return nextID() }
    identifiers.forget(id)
    return id
  }

  mutating func show(
    _ notification: Notification,
    as id: NotificationID,
    _ owner: Owner,
    _ call: Call,
    at now: Instant
  ) {
    lastAge += 1
    let mayPopUp = takeToken(owner.principal, at: now)
    insert(
      Entry(
        id: id,
        notification: notification,
        owner: owner,
        state: mayPopUp ? .pending : .held(.flood),
        revision: nextRevision(),
        created: now,
        age: lastAge,
        clock: Entry.Clock(left: notification.lifetime(limits), deadline: nil),
        cost: notification.cost,
        lastInvocation: nil
      ),
      at: now
    )
    stackRevision += 1
    effects.append(.replyID(call, id))
    effects.append(.added(id))
    evict(besides: id, of: owner.principal, at: now)
  }

  mutating func nextRevision() -> UInt64 {
    lastRevision += 1
    return lastRevision
  }

  private mutating func takeToken(_ principal: String, at now: Instant) -> Bool {
    if apps[principal] == nil, apps.count > 2 * entries.count + 64 { forgetQuietApps(at: now) }
    enter(principal, at: now)
    // In place: a copy would have its members copied with the next insertion.
    return apps[principal]?.bucket.take(limits, at: now) ?? false
  }

  private mutating func enter(_ principal: String, at now: Instant) {
    if apps[principal] == nil { apps[principal] = App(bucket: TokenBucket(limits, at: now)) }
  }

  private mutating func forgetQuietApps(at now: Instant) {
    let quiet = apps.filter { _, app in
      var bucket = app.bucket
      return app.members.isEmpty && bucket.isFull(limits, at: now)
    }
    for name in quiet.keys { apps[name] = nil }
  }

  /// Puts a new or changed entry into every index.
  mutating func insert(_ entry: Entry, at now: Instant) {
    let id = entry.id
    enter(entry.owner.principal, at: now)
    entries[id] = entry
    liveCost += entry.cost
    apps[entry.owner.principal]?.members.insert(id, key: entry.age)
    apps[entry.owner.principal]?.cost += entry.cost
    owned[entry.owner.peer, default: 0] += 1
    if entry.mayPopUp { queue.insert(id, key: entry.rank) }
    if let tag = entry.tag { tags[tag] = id }
    updateClock(id, at: now)
  }

  /// Takes an entry out of every index.
  mutating func remove(_ id: NotificationID) -> Entry? {
    guard let entry = entries.removeValue(forKey: id) else { return nil }
    liveCost -= entry.cost
    apps[entry.owner.principal]?.members.remove(id, key: entry.age)
    apps[entry.owner.principal]?.cost -= entry.cost
    if let count = owned[entry.owner.peer], count > 1 {
      owned[entry.owner.peer] = count - 1
    } else {
      owned[entry.owner.peer] = nil
    }
    queue.remove(id, key: entry.rank)
    if let tag = entry.tag, tags[tag] == id { tags[tag] = nil }
    if let deadline = entry.clock.deadline { deadlines.remove(id, key: deadline.key) }
    return entry
  }
}

/// What a replacement by tag goes by (CAN-001).
struct TagKey: Hashable {
  var family: String
  var text: String
}

extension Entry {
  var tag: TagKey? {
    notification.tag.map { TagKey(family: owner.family, text: $0) }
  }

  var mayPopUp: Bool {
    if case .held = state { false } else { true }
  }
}

extension Instant {
  /// For `SortedIDs`: the clock starts at 0.
  var key: UInt64 { UInt64(max(0, nanoseconds)) }
}

extension Notification {
  /// How long it is shown (FD-210..214); nil: until somebody closes it.
  func lifetime(_ limits: Limits) -> Instant.Span? {
    switch timeout {
    case .never: nil
    case .milliseconds(let count): .milliseconds(Int(count))
    case .byUrgency:
      switch urgency {
      case .low: limits.lowLifetime
      case .normal: limits.normalLifetime
      case .critical: nil
      }
    }
  }

  /// Bytes of content.
  var cost: Int {
    var bytes = 256 + appName.utf8.count + title.utf8.count + rawBody.utf8.count
    bytes += body.text.utf8.count + body.runs.count * 32
    for link in body.links { bytes += link.utf8.count }
    for action in actions { bytes += 32 + action.key.utf8.count + action.label.utf8.count }
    for hint in hints { bytes += 32 + hint.name.utf8.count + hint.value.cost }
    if let image { bytes += image.pixels.count * 4 }
    return bytes
  }
}
