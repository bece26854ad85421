/// Everything that the outside world can be asked to do.
///
/// Lists of these are copied all day: what is large and rare is kept apart.
package enum Effect: Equatable {
  case replyID(Call, NotificationID)
  case replyEmpty(Call)
  case refuse(Call, Refusal)

  case activationToken(NotificationID, String, to: String)
  case actionInvoked(NotificationID, key: String, Recipient)
  case closed(NotificationID, CloseReason, Recipient)
  /// The reply of a call of the strict interface.
  indirect case answer(Call, WebAnswer)
  /// For the owner of a notification that came by the strict interface.
  indirect case web(WebSignal, to: String)

  /// For whoever watches what is live.
  case added(NotificationID)
  case changed(NotificationID)
  case removed(NotificationID, CloseReason)

  case requestActivationToken(NotificationID, Press)
  case open(String)
  /// A link of an app's own scheme goes to that app, by its desktop id (WEB-043).
  indirect case openInApp(String, String, token: String)
  /// An app is started, or brought to the front, because of a click (WEB-044, FD-079).
  indirect case wake(app: String, Wake)

  /// Those that concern the outside; the core itself ends and releases notifications.
  indirect case permission(Permissions.Effect)
  indirect case quiet(Quiet.Effect)
  indirect case badges(Badges.Effect)
  /// What an app's page in the settings shows is another thing (WEB-309).
  case appChanged(String)
  /// The global switch was turned.
  case enabled(Bool)
  /// An app is past its daily share: the user is told once, and offered to mute it (WEB-323).
  case adviseMuting(app: String, name: String)
  /// A rule starts a program.
  indirect case run(Errand)

  package enum Refusal: Equatable {
    /// No live notification has this id (FD-261).
    case invalidID(UInt32)
    /// The same of several; one at least.
    case invalidIDs([UInt32])
    /// The notification has no such action (FD-082).
    case noSuchAction(String)
    /// Its sender has left, and cannot be started (WEB-045).
    case nobodyHears
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

/// What a call of `org.hark.Notifications1` gets in place of an id.
package enum WebAnswer: Equatable {
  /// The id that the app chose, or was given.
  case nid(String)
  case flag(Bool)
  /// The app has no grant (WEB-135).
  case denied
}

/// The signals of `org.hark.Notifications1`.
package enum WebSignal: Equatable {
  case displayed(NotificationID, nid: String)
  case failed(NotificationID, nid: String, WebFailure)
  /// An index of −1 is the body.
  case clicked(NotificationID, nid: String, action: String, index: Int, token: String)
  case closed(NotificationID, nid: String, CloseReason)
}

/// Why a notification was never displayed.
package enum WebFailure: Equatable {
  case permissionDenied
  /// Nothing is there to display it (WEB-154).
  case notSupported
  /// The app has too much live.
  case rateLimited
}

/// What an app that is woken is told of the click.
package struct Wake: Equatable {
  package var id: NotificationID
  package var nid: String
  /// "" for the body.
  package var action: String
  /// For the window that it opens; "" for none.
  package var token: String

  package init(id: NotificationID, nid: String, action: String, token: String) {
    self.id = id
    self.nid = nid
    self.action = action
    self.token = token
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
