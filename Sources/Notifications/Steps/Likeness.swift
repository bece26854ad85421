// Duplicates: equal notifications of one app are one popup with a count. Each keeps its own id, and
// its own close signal.

/// By what equal ones are found; whether they are is asked then.
struct LikenessKey: Hashable {
  var principal: String
  var title: String
  var body: String

  /// Texts may be long, and mostly differ early.
  func hash(into hasher: inout Hasher) {
    hasher.combine(principal)
    hasher.combine(title)
    hasher.combine(body.utf8.count)
  }
}

extension Entry {
  /// Those that are seen as this one, with it.
  package var count: Int { 1 + followers.count }

  /// Nil for what changes in place: on-screen displays, and the like.
  var likeness: LikenessKey? {
    guard notification.tag == nil, !notification.appends, !isRevoked else { return nil }
    return LikenessKey(
      principal: owner.principal,
      title: notification.title,
      body: notification.rawBody
    )
  }

  /// The one that it is seen as.
  var leader: NotificationID? {
    if case .held(.duplicate(let leader)) = state { leader } else { nil }
  }

  /// Whether nobody could tell the popups apart (F39, F40).
  func looksLike(_ other: Entry) -> Bool {
    let (one, two) = (notification, other.notification)
    return likeness == other.likeness && one.urgency == two.urgency && one.actions == two.actions
      && one.image == two.image && one.appName == two.appName && one.progress == two.progress
      && one.web == two.web
  }
}

extension Core {
  /// The live one that a new one joins.
  func leader(for entry: Entry) -> NotificationID? {
    guard preferences.stacksDuplicates, let key = entry.likeness, let id = leaders[key],
      let leader = entries[id], leader.mayPopUp, leader.looksLike(entry)
    else { return nil }
    return id
  }

  mutating func register(_ entry: Entry) {
    guard entry.mayPopUp, let key = entry.likeness else { return }
    if let other = leaders[key].flatMap({ entries[$0] }), other.mayPopUp { return }
    leaders[key] = entry.id
  }

  mutating func unregister(_ entry: Entry) {
    if let key = entry.likeness, leaders[key] == entry.id { leaders[key] = nil }
  }

  /// The count rises, and the time begins anew.
  mutating func join(_ id: NotificationID, to leader: NotificationID, at now: Instant) {
    let left = entries[leader]?.notification.lifetime(limits)
    if let deadline = entries[leader]?.clock.deadline {
      deadlines.remove(leader, key: deadline.key)
    }
    let revision = nextRevision()
    entries[leader]?.followers.append(id)
    entries[leader]?.revision = revision
    entries[leader]?.clock = Entry.Clock(left: left, deadline: nil)
    updateClock(leader, at: now)
    effects.append(.changed(leader))
    if entries[leader]?.state == .shown { appear(id) }
  }

  /// It is no longer seen with others. A leader hands its place to the next.
  mutating func leaveStack(_ id: NotificationID, at now: Instant) {
    guard let entry = entries[id] else { return }
    if let leader = entry.leader {
      if let place = entries[leader]?.followers.firstIndex(of: id) {
        entries[leader]?.followers.remove(at: place)
      }
      let revision = nextRevision()
      entries[leader]?.revision = revision
      stackRevision += 1
      effects.append(.changed(leader))
    } else if let heir = entry.followers.first, let next = remove(heir) {
      entries[id]?.followers = []
      succeed(entry, next, at: now)
    }
  }

  private mutating func succeed(_ old: Entry, _ heir: Entry, at now: Instant) {
    var heir = heir
    heir.followers = Array(old.followers.dropFirst())
    heir.state = old.state
    heir.output = old.output
    heir.clock = old.clock
    heir.seniority = old.seniority
    heir.revision = nextRevision()
    if let place = onScreen.firstIndex(of: old.id) { onScreen[place] = heir.id }
    unregister(old)
    insert(heir, at: now)
    for follower in heir.followers { entries[follower]?.state = .held(.duplicate(heir.id)) }
    stackRevision += 1
    effects.append(.changed(heir.id))
  }

  /// Ends all that are seen as one.
  mutating func closeStack(_ id: NotificationID, _ reason: CloseReason, at now: Instant) {
    let all = [id] + (entries[id]?.followers ?? [])
    entries[id]?.followers = []
    for id in all { close(id, reason, at: now) }
  }
}
