package import Notifications

/// What is asked of the past. What is nil is not asked.
package struct PastQuery: Equatable, Sendable {
  /// Of one of these principals, or of a site that one speaks for; none: of any.
  package var apps: [String]?
  /// Words, each of which is in the title or the body; one with `*` at its end begins a word there.
  package var text = ""
  /// Closed not before, and not after, in milliseconds since the epoch.
  package var since: Int64?
  package var until: Int64?
  package var urgency: Notification.Urgency?
  /// Older than this row, which may be gone.
  package var before: Int64?
  /// This one row.
  package var row: Int64?
  /// The newest so many.
  package var limit = Int.max

  package init() {}
}

package struct PastEntry {
  /// Its number; nobody else gets it.
  package var row: Int64
  package var id: NotificationID
  package var notification: Notification
  package var owner: Owner
  package var treatment: Treatment?
  package var reason: CloseReason
  /// Milliseconds since the epoch.
  package var closedAt: Int64
  /// What kept it off the screen at the end.
  package var heldBy: Entry.HoldReason?
  package var hasAppeared: Bool
  /// The user had not seen it when it ended.
  package var isUnread: Bool

  package init(
    row: Int64 = 0,
    id: NotificationID,
    notification: Notification,
    owner: Owner,
    treatment: Treatment? = nil,
    reason: CloseReason,
    closedAt: Int64,
    heldBy: Entry.HoldReason? = nil,
    hasAppeared: Bool = false,
    isUnread: Bool = false
  ) {
    self.row = row
    self.id = id
    self.notification = notification
    self.owner = owner
    self.treatment = treatment
    self.reason = reason
    self.closedAt = closedAt
    self.heldBy = heldBy
    self.hasAppeared = hasAppeared
    self.isUnread = isUnread
  }
}
