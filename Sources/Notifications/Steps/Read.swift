// The read step: what the user has seen of what is live.

extension Core {
  /// Those that are live are read from now on, whatever else was named; then the caller hears of those
  /// that are not.
  mutating func markRead(_ ids: [UInt32], _ call: Call) {
    var unknown: [UInt32] = []
    for raw in ids {
      guard let id = NotificationID(rawValue: raw), entries[id] != nil else {
        unknown.append(raw)
        continue
      }
      if markRead(id) { effects.append(.changed(id)) }
    }
    effects.append(unknown.isEmpty ? .replyEmpty(call) : .refuse(call, .invalidIDs(unknown)))
  }

  mutating func markAllRead(_ call: Call) {
    for entry in live where markRead(entry.id) { effects.append(.changed(entry.id)) }
    effects.append(.replyEmpty(call))
  }

  /// Whether it was not read before.
  mutating func markRead(_ id: NotificationID) -> Bool {
    guard let entry = entries[id], !entry.isRead else { return false }
    if entry.isUnread { unread -= 1 }
    entries[id]?.isRead = true
    return true
  }
}
