/// A live notification.
package struct Entry {
  package internal(set) var id: NotificationID
  var content: Content
  package internal(set) var owner: Owner
  package internal(set) var state: State
  /// Changes with every replacement.
  package internal(set) var revision: UInt64
  /// Changes with what it says and who says it.
  var version: UInt64
  /// Admission; a replacement that keeps the id keeps it (FD-038).
  package internal(set) var created: Instant
  /// Where the popup is; "" while it is not on the screen.
  package internal(set) var output = ""
  /// Ages of live notifications in the order of admission.
  var age: UInt64
  /// Its place among those of equal urgency: its age, or that of the one whose place it took.
  var seniority: UInt64
  /// Which equal ones it is seen with.
  var pile: UInt64?
  /// How many are seen as this one, with it.
  package internal(set) var count = 1
  var clock: Clock
  /// Memory the content takes, in bytes.
  var cost: Int
  /// When the user last chose an action here (FD-078).
  var lastInvocation: Instant?
  /// Its sender has closed it, and a rule keeps it: for the sender it is gone.
  package internal(set) var isRevoked = false
  /// Critical like too many of its app's before: no reason to disturb (WEB-324).
  var isShout = false
  /// It was on the screen.
  package internal(set) var hasAppeared = false
  /// What it says now was on the screen, or the user has marked it.
  package internal(set) var isRead = false
  /// For its sender it was displayed, which `Displayed` tells once (WEB-004).
  package internal(set) var isAnnounced = false
  /// Its owner was there to hear that.
  var isAnnouncementHeard = false
  /// When it has waited long enough for a display (WEB-154).
  var failsAt: Instant?

  /// As it holds, and is shown.
  package var notification: Notification { content.notification }
  /// As its sender knows it, and rules are asked about it.
  package internal(set) var sent: Notification {
    get { content.sent }
    set { content = Content(newValue, treatment) }
  }
  /// What the user's rules want of it.
  package var treatment: Treatment? { content.treatment }

  init(
    id: NotificationID,
    content: Content,
    owner: Owner,
    state: State,
    revision: UInt64,
    created: Instant,
    age: UInt64,
    clock: Clock,
    isShout: Bool
  ) {
    self.id = id
    self.content = content
    self.owner = owner
    self.state = state
    self.revision = revision
    version = revision
    self.created = created
    self.age = age
    seniority = age
    self.clock = clock
    cost = content.notification.cost
    self.isShout = isShout
  }

  package enum State: Equatable {
    /// Waits for a place on the screen.
    case pending
    case shown
    /// Gets no popup.
    case held(HoldReason)
  }

  package enum HoldReason: Equatable {
    /// Its app sends too fast (FD-291).
    case flood
    /// The app had its share of the day (WEB-323).
    case dailyLimit
    /// FD-225
    case quiet
    /// The user is asked whether its app may notify (WEB-134).
    case permission
    /// WEB-301
    case muted
    /// Notifications are switched off (WEB-302).
    case off
    case rule
    /// A priority below 0 (WEB-216).
    case priority
    /// Its time on the screen is over, and it stays (WEB-021).
    case retained
    /// It is seen as an older one, which looks the same.
    case duplicate
    /// Until then, in milliseconds since the epoch.
    case snoozed(Int64)
  }

  /// The time a notification has left.
  struct Clock {
    /// Left when the clock stands; nil: it never expires.
    var left: Instant.Span?
    /// When it expires, while the clock runs.
    var deadline: Instant?
  }

  /// What keeps it off the screen, besides the lock and want of room.
  package var heldBy: HoldReason? {
    if case .held(let reason) = state { reason } else { nil }
  }

  var mayShowWhileLocked: Bool {
    notification.urgency == .critical && notification.onLockScreen != .nothing
  }

  /// Whether it counts among what the user has not seen: what asks for no notice does not (WEB-216),
  /// what no list has, what follows the user's hand, and what hark has to say.
  package var isUnread: Bool {
    !isRead && notification.priority > -2 && treatment?.wishes.isListed != false
      && !notification.isOnScreenDisplay && !owner.isHark
  }

  /// When it expires if nothing happens until then; nil: not by itself, or its clock stands.
  package var expires: Instant? { clock.deadline }

  /// Place in the queue: by urgency, then by priority, then by age (FD-223, WEB-216).
  var rank: UInt64 {
    let isRaised = notification.priority > 0
    return UInt64(2 - notification.urgency.rawValue) << 62 | (isRaised ? 0 : 1 << 61) | seniority
  }
}

/// What was sent, and what rules make of it; an object, as it is large, and an entry is copied often.
/// Nothing of it changes once an entry has it.
package final class Content {
  package private(set) var notification: Notification
  private(set) var treatment: Treatment?
  /// Nil where that is what holds.
  private var original: Content?

  var sent: Notification { original?.notification ?? notification }
  /// As its sender knows it.
  var asSent: Content { original ?? self }

  package init(_ sent: Notification, _ treatment: Treatment? = nil) {
    notification = sent
    if let treatment { rule(by: treatment) }
  }

  /// The user's rules have been asked.
  func rule(by treatment: Treatment) {
    self.treatment = treatment
    guard let ruled = notification.ruled(by: treatment.wishes) else { return }
    original = Content(notification)
    notification = ruled
  }

  /// A replacement was received when the first was (FD-038).
  func keepReceipt(of old: Content) {
    notification.receivedAt = old.notification.receivedAt
    original?.notification.receivedAt = old.notification.receivedAt
  }
}
