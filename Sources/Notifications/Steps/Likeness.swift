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
  /// Nil for what changes in place: on-screen displays, and the like.
  var likeness: LikenessKey? {
    guard notification.tag == nil, !notification.appends, !isRevoked else { return nil }
    return LikenessKey(
      principal: owner.principal,
      title: notification.title,
      body: notification.rawBody
    )
  }

  /// Whether nobody could tell the popups apart (F39, F40).
  func looksLike(_ other: Entry) -> Bool {
    let (one, two) = (notification, other.notification)
    return likeness == other.likeness && one.urgency == two.urgency && one.actions == two.actions
      && one.image == two.image && one.appName == two.appName && one.progress == two.progress
      && one.web == two.web && one.isRetained == two.isRetained
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

  /// The ids that are seen as this one, itself among them.
  func pile(of id: NotificationID) -> [NotificationID] {
    entries[id]?.pile.flatMap { piles[$0] } ?? [id]
  }

  /// The count rises, and the time begins anew.
  mutating func join(_ id: NotificationID, to leader: NotificationID, at now: Instant) {
    guard let first = entries[leader] else { return }
    let pile = first.pile ?? nextPile(leader)
    piles[pile]?.append(id)
    entries[id]?.pile = pile
    entries[leader]?.pile = pile
    if let deadline = first.clock.deadline { deadlines.remove(leader, key: deadline.key) }
    let left = first.notification.lifetime(limits)
    entries[leader]?.clock = Entry.Clock(left: left, deadline: nil)
    updateClock(leader, at: now)
    recount(leader)
    if first.state == .shown { appear(id) }
  }

  private mutating func nextPile(_ leader: NotificationID) -> UInt64 {
    lastPile += 1
    piles[lastPile] = [leader]
    return lastPile
  }

  private mutating func recount(_ leader: NotificationID) {
    let revision = nextRevision()
    let count = pile(of: leader).count
    entries[leader]?.count = count
    entries[leader]?.revision = revision
    stackRevision += 1
    effects.append(.changed(leader))
  }

  /// It is no longer seen with others. The one that is seen hands its place to the next.
  mutating func leavePile(_ id: NotificationID, at now: Instant) {
    guard let entry = entries[id], let pile = entry.pile else { return }
    if let place = piles[pile]?.firstIndex(of: id) { piles[pile]?.remove(at: place) }
    entries[id]?.pile = nil
    entries[id]?.count = 1
    guard let first = piles[pile]?.first else { return }
    if piles[pile]?.count == 1 {
      piles[pile] = nil
      entries[first]?.pile = nil
    }
    if entry.state != .held(.duplicate), let heir = remove(first) {
      inherit(heir, from: entry, at: now)
    }
    recount(first)
  }

  private mutating func inherit(_ heir: Entry, from old: Entry, at now: Instant) {
    var heir = heir
    heir.state = old.state
    heir.output = old.output
    heir.clock = old.clock
    heir.seniority = old.seniority
    if let place = onScreen.firstIndex(of: old.id) { onScreen[place] = heir.id }
    unregister(old)
    insert(heir, at: now)
  }

  /// Ends all that are seen as one.
  mutating func closePile(_ id: NotificationID, _ reason: CloseReason, at now: Instant) {
    let all = pile(of: id)
    if let pile = entries[id]?.pile {
      piles[pile] = nil
      for id in all { entries[id]?.pile = nil }
    }
    for id in all { close(id, reason, at: now) }
  }
}
