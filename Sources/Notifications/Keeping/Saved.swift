/// What outlives the daemon, as a value: the store reads it at the start and hands it to the core.
///
/// Instants are of the clock that runs now; the store carries them over a reboot.
package struct Saved {
  /// In the order of their ages.
  package var live: [Live] = []
  /// Closed ids and whose they were, the oldest first (FD-040).
  package var gone: [Gone] = []
  /// Ids count on from here; at least that of the last one given (FD-034).
  package var counter: UInt32 = 0
  package var permissions: [String: Permissions.Record] = [:]
  package var settings = Settings()

  package init() {}

  /// Unique names that own something, and may be there yet.
  package var peers: Set<String> {
    var peers = Set(live.map { $0.owner.peer })
    peers.formUnion(settings.inhibitions.live.map { $0.peer })
    peers.formUnion(settings.inhibitions.cleared.map { $0.peer })
    return peers
  }

  /// A live notification.
  package struct Live {
    package var id: NotificationID
    /// Another one for every other content, as long as the daemon runs; 0 as an earlier one left it.
    package var version: UInt64
    /// As it was sent. Nil for a private one, of which only whose it was is kept (FD-299).
    package var sent: Content?
    package var owner: Owner
    package var treatment: Treatment?
    package var standing: Standing

    package var notification: Notification? { sent?.notification }

    package init(
      id: NotificationID,
      version: UInt64,
      sent: Content?,
      owner: Owner,
      treatment: Treatment?,
      standing: Standing
    ) {
      self.id = id
      self.version = version
      self.sent = sent
      self.owner = owner
      self.treatment = treatment
      self.standing = standing
    }
  }

  /// Of a live notification what changes while its content stays: small, and written often.
  package struct Standing: Equatable {
    package var age: UInt64
    package var seniority: UInt64
    package var created: Instant
    /// Nil: it has a popup, or waits for one.
    package var heldBy: Entry.HoldReason?
    /// Left of its time; nil: it never expires.
    package var left: Instant.Span?
    /// While its clock runs.
    package var deadline: Instant?
    /// When it has waited long enough for a display.
    package var failsAt: Instant?
    package var flags: Flags
    /// The user has put it away, which its owner does not know yet (WEB-321).
    package var deferredClose: CloseReason?

    package init(age: UInt64, seniority: UInt64, created: Instant, flags: Flags) {
      self.age = age
      self.seniority = seniority
      self.created = created
      self.flags = flags
    }
  }

  /// Their numbers are written to the disk.
  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let isRevoked = Flags(rawValue: 1)
    package static let isShout = Flags(rawValue: 2)
    package static let hasAppeared = Flags(rawValue: 4)
    package static let isAnnounced = Flags(rawValue: 8)
    package static let isAnnouncementHeard = Flags(rawValue: 16)
    package static let isRead = Flags(rawValue: 32)
  }

  package struct Gone {
    package var id: NotificationID
    package var owner: Owner

    package init(_ id: NotificationID, _ owner: Owner) {
      self.id = id
      self.owner = owner
    }
  }

  /// What the user has set, and who holds quiet on.
  package struct Settings: Equatable {
    /// The bus that unique names are of.
    package var bus = ""
    package var isEnabled = true
    package var quiet = Quiet.Kept()
    package var apps: [String: AppSettings] = [:]
    /// What the configuration said when these were set: they hold until it says something else.
    package var configuredApps: [String: AppSettings] = [:]
    package var configuredHours = WeeklyHours()
    package var inhibitions = Inhibitions()
    /// What apps have put on their icons (WEB-404).
    package var badges: [String: Badge] = [:]

    package init() {}
  }
}
