/// Everything that the outside world can be asked to do.
package enum Effect: Equatable {
  case replyID(Call, NotificationID)
  case replyEmpty(Call)
  case refuse(Call, Refusal)

  case activationToken(NotificationID, String, to: String)
  case actionInvoked(NotificationID, key: String, Recipient)
  case closed(NotificationID, CloseReason, Recipient)

  /// For whoever watches what is live.
  case added(NotificationID)
  case changed(NotificationID)
  case removed(NotificationID, CloseReason)

  case requestActivationToken(NotificationID, Press)
  case open(String)

  /// Those that concern the outside; the core itself ends and releases notifications.
  case permission(Permissions.Effect)
  case quiet(Quiet.Effect)
  /// What an app's page in the settings shows is another thing (WEB-309).
  case appChanged(String)
  /// The global switch was turned.
  case enabled(Bool)
  /// An app is past its daily share: the user is told once, and offered to mute it (WEB-323).
  case adviseMuting(app: String, name: String)
  /// A rule starts a program.
  case run(Errand)

  package enum Refusal: Equatable {
    /// No live notification has this id (FD-261).
    case invalidID(UInt32)
    /// The notification has no such action (FD-082).
    case noSuchAction(String)
  }

  /// Who gets a signal (FD-273, FD-274).
  package enum Recipient: Equatable {
    case peer(String)
    /// The owner is gone: scripts listen with another connection than they sent with.
    case everyone
    /// The owner is gone, and what it was in may tell others nothing.
    case nobody
  }
}

/// The reason of `NotificationClosed` (FD-272).
package enum CloseReason: UInt32 {
  case expired = 1
  case dismissed = 2
  case closedBySender = 3
  /// Eviction, replacement by tag, and everything else.
  case undefined = 4
}
