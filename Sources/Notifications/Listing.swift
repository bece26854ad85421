// The order in which the centre lists what is live.

extension Core {
  /// What is critical first, what asks for the least notice last; between them all of one app
  /// together, the app with the newest first, and in it by importance, then by time (WEB-310, WEB-216,
  /// WEB-218).
  package var live: [Entry] {
    let all = entries.values.map { (entry: $0, section: $0.section) }
    // An app's place goes by when it sent, not by the times that it gives.
    var newest: [Group: UInt64] = [:]
    for (entry, section) in all {
      let group = Group(section: section, app: entry.owner.principal)
      newest[group] = max(newest[group] ?? 0, entry.age)
    }
    let ages = all.map { entry, section in
      newest[Group(section: section, app: entry.owner.principal)] ?? 0
    }
    // Places are moved, as entries are large.
    let places = all.indices.sorted { a, b in
      if all[a].section != all[b].section { return all[a].section < all[b].section }
      if ages[a] != ages[b] { return ages[a] > ages[b] }
      return all[a].entry.comesBefore(all[b].entry)
    }
    return places.map { all[$0].entry }
  }

  /// What the list has of them: a rule may keep one out.
  package var listed: [Entry] { live.filter { $0.treatment?.wishes.isListed != false } }

  private struct Group: Hashable {
    var section: Int
    var app: String
  }
}

extension Entry {
  fileprivate var section: Int {
    if notification.urgency == .critical { return 0 }
    return notification.priority < -1 ? 2 : 1
  }

  /// Among those of one app.
  fileprivate func comesBefore(_ other: Entry) -> Bool {
    let (mine, its) = (notification, other.notification)
    if mine.urgency != its.urgency { return mine.urgency.rawValue > its.urgency.rawValue }
    if mine.priority != its.priority { return mine.priority > its.priority }
    if mine.time != its.time { return mine.time > its.time }
    return age > other.age
  }
}

extension Notification {
  /// As its sender gives it, else that of its receipt; milliseconds since the epoch.
  fileprivate var time: Int64 { web?.fields.timestamp ?? receivedAt }
}
