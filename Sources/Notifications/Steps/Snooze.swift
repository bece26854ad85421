// Snooze: away now, and back later as it was.

extension Core {
  /// Ten years: longer is a mistake.
  private static let longestSnooze: UInt64 = 10 * 366 * 24 * 3600

  mutating func snooze(_ raw: UInt32, _ seconds: UInt64, _ call: Call, at now: Instant) {
    guard let id = NotificationID(rawValue: raw), entries[id] != nil else {
      return effects.append(.refuse(call, .invalidID(raw)))
    }
    if entries[id]?.state == .held(.duplicate) { leavePile(id, at: now) }
    let wait = Int64(min(max(seconds, 1), Self.longestSnooze)) * 1000
    move(id, to: .held(.snoozed(wallClock.moment(now).wall + wait)), at: now)
    effects.append(.replyEmpty(call))
  }

  mutating func comeBack(_ id: NotificationID, at now: Instant) {
    guard let entry = entries[id] else { return }
    entries[id]?.clock.left = entry.notification.lifetime(limits)
    let revision = nextRevision()
    entries[id]?.revision = revision
    release(id, at: now)
  }
}
