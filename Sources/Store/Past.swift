package import Notifications

/// What is asked of the past; newest first. What is nil is not asked.
package struct PastQuery: Equatable, Sendable {
  /// A principal.
  package var app: String?
  /// Words, of which each is in the title or the body, or begins a word there.
  package var text = ""
  /// Closed not before, and not after, in milliseconds since the epoch.
  package var since: Int64?
  package var until: Int64?
  package var urgency: Notification.Urgency?
  /// Those that come after this row: the `rest` of the page before.
  package var before: Int64?
  package var limit = 100

  package static let mostRows = 500

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

  package init(
    row: Int64 = 0,
    id: NotificationID,
    notification: Notification,
    owner: Owner,
    treatment: Treatment? = nil,
    reason: CloseReason,
    closedAt: Int64,
    heldBy: Entry.HoldReason? = nil,
    hasAppeared: Bool = false
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
  }
}

package struct PastPage {
  package var entries: [PastEntry] = []
  /// Where to go on; nil: there is no more. A page may be short, or empty, and have a rest: looking
  /// takes no longer than some 20 ms at a time.
  package var rest: Int64?
}
