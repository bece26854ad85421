// The show steps: a `Notify` becomes a live notification.

/// A notification on its way in, with what was decided about it.
struct Arrival {
  var content: Content
  let owner: Owner
  /// The user is asked whether its app may notify at all.
  var awaitsPermission = false
  let call: Call

  init(_ sent: Notification, from owner: Owner, _ call: Call) {
    content = Content(sent)
    self.owner = owner
    self.call = call
  }

  var notification: Notification { content.notification }
  var name: NameKey? { NameKey(notification, owner) }
  var tag: TagKey? { notification.tag.map { TagKey(family: owner.family, text: $0) } }
}

extension Core {
  mutating func notify(_ arrival: Arrival, replaces: UInt32, at now: Instant) {
    var arrival = arrival
    guard admit(&arrival, at: now) else { return refuse(arrival) }
    let owner = arrival.owner
    replaceDeferred(by: arrival)
    let tagged = arrival.tag.flatMap { tags[$0] }
    // Of a string id the newest counts (WEB-202).
    if let named = arrival.name.flatMap({ names[$0] }), named.rawValue != replaces {
      close(named, .undefined, because: .name, at: now)
    }

    if let id = NotificationID(rawValue: replaces) {
      if let live = entries[id], !live.isRevoked, live.owner.isSame(as: owner) {
        if let tagged, tagged != id { close(tagged, .undefined, because: .tag, at: now) }
        replace(live, arrival, at: now)
        reply(to: arrival, id)
        effects.append(.changed(id))
        settle(id, at: now)
        return evict(besides: id, of: owner, at: now)
      }
      if let tagged { close(tagged, .undefined, because: .tag, at: now) }
      return show(arrival, as: requested(id, by: owner), at: now)
    }
    if let tagged, entries[tagged] != nil { return succeed(tagged, arrival, at: now) }
    if arrival.notification.appends, let last = appendable(arrival.notification, owner) {
      var joined = arrival
      let sent = arrival.content.sent.appended(to: last.sent)
      joined.content = Content(sent, arrival.content.treatment)
      return succeed(last.id, joined, at: now)
    }
    show(arrival, as: nextID(), at: now)
  }

  /// Asks the permission of its app and the user's rules; false: one of them does not want it (FD-226).
  mutating func admit(_ arrival: inout Arrival, at now: Instant) -> Bool {
    let owner = arrival.owner
    let admission = owner.isHark ? .show : permit(arrival, at: now)
    guard admission != .refuse else { return false }
    arrival.awaitsPermission = admission == .hold
    let treatment = rules?.treatment(
      of: arrival.content.sent,
      from: owner,
      in: Circumstances(
        wall: wallClock.moment(now).wall,
        isQuiet: quiet.isQuiet,
        modes: quiet.modes.names,
        output: output
      )
    )
    guard let treatment else { return true }
    arrival.content.rule(by: treatment)
    return !treatment.wishes.isDropped
  }

  /// The strict interface takes a grant (WEB-135). A browser that may not notify speaks for no site.
  private mutating func permit(_ arrival: Arrival, at now: Instant) -> Permissions.Admission {
    let owner = arrival.owner
    let moment = wallClock.moment(now)
    let (admission, news) =
      arrival.notification.isStrict
      ? permissions.strictUse(by: owner.principal, at: moment)
      : permissions.use(by: owner.principal, at: moment)
    adopt(news, at: now)
    if admission == .hold { noteAsker(owner.sender, of: owner.principal) }
    guard admission != .refuse, !owner.origin.isEmpty,
      permissions.status(of: owner.sender.principal).state == .denied
    else { return admission }
    return .refuse
  }

  /// An id that is closed as soon as it is told; libnotify's users show windows of their own where
  /// they get an error (FD-226).
  private mutating func refuse(_ arrival: Arrival) {
    guard !arrival.notification.isStrict else { return refuseStrict(arrival) }
    let id = nextID()
    remember(id, arrival.owner)
    refused.append(id, refusal(of: arrival))
    effects.append(.replyID(arrival.call, id))
    effects.append(.closed(id, .undefined, .peer(arrival.owner.peer)))
  }

  mutating func nextID() -> NotificationID {
    identifiers.next { [entries, deferred] in entries[$0] != nil || deferred.contains($0) }
  }

  /// The id that a `replaces_id` without a live notification of this owner's gets (FD-040, FD-041).
  private mutating func requested(_ id: NotificationID, by owner: Owner) -> NotificationID {
    if entries[id] != nil { return nextID() }
    let last = deferred.owner(of: id) ?? identifiers.owner(of: id)
    if let last, !last.isSame(as: owner) { return nextID() }
    identifiers.forget(id)
    if let gone = takeDeferred(id) { forgetDeparted(gone.owner.peer) }
    return id
  }

  mutating func show(_ arrival: Arrival, as id: NotificationID, at now: Instant) {
    let (notification, owner) = (arrival.notification, arrival.owner)
    lastAge += 1
    let excess = meter(notification, of: owner, at: now)
    var joined: NotificationID?
    var entry = Entry(
      id: id,
      content: arrival.content,
      owner: owner,
      state: .pending,
      revision: nextRevision(),
      created: now,
      age: lastAge,
      clock: Entry.Clock(left: notification.lifetime(limits), deadline: nil),
      isShout: apps[owner.principal]?.isShouting ?? false
    )
    if arrival.awaitsPermission {
      entry.state = .held(.permission)
    } else if let reason = obstacle(to: entry) {
      entry.state = .held(reason)
      if reason == .quiet { withhold(owner) }
    } else if let leader = leader(for: entry) {
      entry.state = .held(.duplicate)
      joined = leader
    } else if let excess {
      entry.state = .held(excess)
    }
    insert(entry, at: now)
    stackRevision += 1
    reply(to: arrival, id)
    effects.append(.added(id))
    if let joined { join(id, to: joined, at: now) }
    settle(id, at: now)
    evict(besides: id, of: owner, at: now)
  }

  mutating func nextRevision() -> UInt64 {
    lastRevision += 1
    return lastRevision
  }

  /// Puts a new or changed entry into every index.
  mutating func insert(_ entry: Entry, at now: Instant) {
    let id = entry.id
    var entry = entry
    if !entry.mayPopUp {
      entry.output = ""
      onScreen.removeAll { $0 == id }
    }
    enter(entry.owner, at: now)
    apps[entry.owner.principal]?.insert(entry)
    entries[id] = entry
    if entry.isUnread { unread += 1 }
    load(entry, 1, entry.cost)
    owned[entry.owner.peer, default: 0] += 1
    enqueue(entry)
    if let tag = entry.tag { tags[tag] = id }
    if let name = entry.name { names[name] = id }
    if let failsAt = entry.failsAt { waitingForDisplay.insert(id, key: failsAt.key) }
    register(entry)
    touchDerivedBadge(of: entry.owner)
    if let deadline = entry.clock.deadline { deadlines.insert(id, key: deadline.key) }
    updateClock(id, at: now)
  }

  /// Takes an entry out of every index.
  mutating func remove(_ id: NotificationID) -> Entry? {
    guard let entry = entries.removeValue(forKey: id) else { return nil }
    if entry.isUnread { unread -= 1 }
    load(entry, -1, -entry.cost)
    apps[entry.owner.principal]?.remove(entry)
    if let count = owned[entry.owner.peer], count > 1 {
      owned[entry.owner.peer] = count - 1
    } else {
      owned[entry.owner.peer] = nil
    }
    dequeue(entry)
    if let tag = entry.tag, tags[tag] == id { tags[tag] = nil }
    if let name = entry.name, names[name] == id { names[name] = nil }
    if let failsAt = entry.failsAt { waitingForDisplay.remove(id, key: failsAt.key) }
    unregister(entry)
    touchDerivedBadge(of: entry.owner)
    if let deadline = entry.clock.deadline { deadlines.remove(id, key: deadline.key) }
    return entry
  }

  mutating func load(_ entry: Entry, _ count: Int, _ cost: Int) {
    liveCost += cost
    let sender = entry.owner.sender.principal
    var load = loads[sender] ?? Load()
    load.count += count
    load.cost += cost
    loads[sender] = load.count == 0 ? nil : load
  }

  /// Where its state has it be: in the queue for the screen, in the row of those that came too fast,
  /// among those that come back.
  private mutating func enqueue(_ entry: Entry) {
    switch entry.state {
    case .pending, .shown: queue.insert(entry.id, key: entry.rank)
    case .held(.flood): flooded += 1
    case .held(.snoozed(let wall)): snoozes.insert(entry.id, key: wallClock.instant(wall).key)
    case .held: return
    }
    if entry.isInStack { apps[entry.owner.principal]?.inStack += 1 }
  }

  private mutating func dequeue(_ entry: Entry) {
    switch entry.state {
    case .pending, .shown: queue.remove(entry.id, key: entry.rank)
    case .held(.flood): flooded -= 1
    case .held(.snoozed(let wall)): snoozes.remove(entry.id, key: wallClock.instant(wall).key)
    case .held: return
    }
    if entry.isInStack { apps[entry.owner.principal]?.inStack -= 1 }
  }

  /// The one way in which a live one comes to be held, or to be held no more.
  mutating func move(_ id: NotificationID, to state: Entry.State, at now: Instant) {
    guard let entry = entries[id], entry.state != state else { return }
    dequeue(entry)
    entries[id]?.state = state
    if state != .shown { entries[id]?.output = "" }
    if let moved = entries[id] {
      enqueue(moved)
      register(moved)
    }
    onScreen.removeAll { entries[$0]?.mayPopUp != true }
    updateClock(id, at: now)
    stackRevision += 1
    effects.append(.changed(id))
    settle(id, at: now)
  }
}

/// What a replacement by tag goes by (CAN-001).
struct TagKey: Hashable {
  var family: String
  var text: String
}

/// A string id, which is its app's own (WEB-201).
struct NameKey: Hashable {
  var scope: String
  var nid: String

  init(scope: String, nid: String) {
    self.scope = scope
    self.nid = nid
  }

  init?(_ notification: Notification, _ owner: Owner) {
    guard !notification.nid.isEmpty else { return nil }
    self.init(scope: owner.scope, nid: notification.nid)
  }
}

extension Entry {
  var tag: TagKey? {
    isRevoked ? nil : notification.tag.map { TagKey(family: owner.family, text: $0) }
  }

  var name: NameKey? { isRevoked ? nil : NameKey(notification, owner) }

  var mayPopUp: Bool {
    if case .held = state { false } else { true }
  }

  /// Has a popup, waits for one, or is counted in the row of those that have none.
  var isInStack: Bool { mayPopUp || state == .held(.flood) }
}

extension Instant {
  /// For `SortedIDs`: the clock starts at 0.
  var key: UInt64 { UInt64(max(0, nanoseconds)) }
}

extension Notification {
  /// What the user's rules make of it; nil: they leave it as it was sent.
  func ruled(by wishes: Treatment.Wishes) -> Notification? {
    guard
      wishes.urgency != nil || wishes.timeout != nil || wishes.category != nil || wishes.tag != nil
    else { return nil }
    var ruled = self
    ruled.urgency = wishes.urgency ?? urgency
    ruled.timeout = wishes.timeout ?? timeout
    ruled.category = wishes.category ?? category
    ruled.tag = wishes.tag ?? tag
    return ruled
  }

  /// How long it is shown (FD-210..214); nil: until somebody closes it.
  func lifetime(_ limits: Limits) -> Instant.Span? {
    switch timeout {
    case .never: nil
    case .milliseconds(let count): .milliseconds(Int(count))
    case .byUrgency:
      switch urgency {
      // Nobody would see it before (WEB-216).
      case _ where priority < 0: nil
      case .low: limits.lowLifetime
      case .normal where priority > 0:
        limits.normalLifetime.map { .milliseconds(2 * Int($0.milliseconds)) }
      case .normal: limits.normalLifetime
      case .critical: nil
      }
    }
  }

  /// Bytes of content.
  package var cost: Int {
    var bytes = 256 + appName.utf8.count + icon.utf8.count + title.utf8.count + rawBody.utf8.count
    bytes += body.text.utf8.count + body.runs.count * 32
    for link in body.links { bytes += link.utf8.count }
    for action in actions { bytes += 32 + action.key.utf8.count + action.label.utf8.count }
    for hint in hints { bytes += 32 + hint.name.utf8.count + hint.value.cost }
    if let image { bytes += image.pixels.count * 4 }
    if let web { bytes += web.fields.cost }
    return bytes
  }
}
