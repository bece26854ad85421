/// Everything that can happen.
package enum Event {
  /// A `Notify`; `replaces` is `replaces_id`, 0 for none.
  case notify(Notification, replaces: UInt32, from: Owner, Call)
  /// A `CloseNotification`.
  case closeNotification(UInt32, from: Owner, Call)
  /// A call of the strict interface.
  indirect case web(WebEvent, from: Owner, Call)
  /// A peer's unique name left the bus.
  case peerLeft(String)

  /// The user dismissed these: the close button, a middle click, the command line.
  case dismiss([UInt32], Call?)
  case dismissAll(Call?)
  /// All of one app.
  case dismissApp(String, Call)
  /// The user dismissed what waits behind the "N more" row.
  case dismissWaiting
  /// The user chose an action, or clicked the body (`default`).
  case invoke(UInt32, key: String, Origin)
  /// The answer to `Effect.requestActivationToken`; nil where there is none.
  case activationToken(NotificationID, String?)
  /// The user followed a link of a body.
  case openLink(String)
  /// Away now, and back after so many seconds.
  case snooze(UInt32, seconds: UInt64, Call)
  /// The user has read these.
  case markRead([UInt32], Call)
  case markAllRead(Call)
  /// The user wants a past one, as it was sent, back on the screen; its owner may be on the bus yet.
  indirect case redo(Notification, Treatment?, from: Owner, isPresent: Bool, Call)
  /// The user wants these gone, by id and when they ended; nil: all that is past.
  case forget([History.Key]?)

  /// A display came (true) or the last one went.
  case displayPresent(Bool)
  /// The popups that are on the screen now, all of them.
  case shown([NotificationID], output: String)
  /// The pointer came over the popups (true) or left them.
  case hover(Bool)

  indirect case permission(PermissionEvent)
  indirect case quiet(QuietEvent)
  indirect case badge(BadgeEvent)
  /// The global switch (WEB-302).
  case enable(Bool, Call?)
  /// WEB-301
  case mute(String, Bool, Call?)

  /// The configuration was read: it holds for what comes from now on.
  indirect case configured(Preferences, (any RuleBook)?)
  /// What the store has; `present` are the unique names on the bus.
  indirect case restore(Saved, present: Set<String>)
  /// The wall clock was set, the zone is another one, or the daemon starts.
  case clockChanged(WallClock)
  /// The instant of `nextDeadline` has come.
  case deadline

  /// Where an invocation came from.
  package enum Origin {
    /// Nil where the press is not one of this daemon's display.
    case pointer(Press?)
    case control(Call)
  }
}

/// The calls of `org.hark.Notifications1` that change something.
package enum WebEvent {
  /// `Show` or `Create`: the notification tells which.
  case show(Notification)
  /// `Update` of a live one: what it is from now on.
  case update(NotificationID, Notification)
  case close(UInt32)
  case clear(nid: String)
}

/// What happens to permissions; `app` is the key of a principal.
package enum PermissionEvent {
  /// The sender is who asks, where that is known, for the user to see.
  case request(app: String, by: String, Gesture, Call, sender: Sender? = nil)
  case watch(app: String, by: String)
  case answer(app: String, Permissions.Answer, Call?)
  /// The daemon ends: who waits for an answer gets none from the user any more.
  case endQuestions
  /// Nil is `Reset`.
  case set(app: String, Permissions.Decision?, Call)
  /// The administrator's files were read: all their entries.
  case policy([String: Permissions.Policy])
  case presence(app: String, isInstalled: Bool)
  /// The portal's store came to the bus, or changed: all its entries.
  case storeAppeared([String: StoreWord])
  case storeChanged([String: StoreWord])
  case storeWritten(app: String, StoreWord, succeeded: Bool)
}

package enum BadgeEvent {
  /// A call of `org.hark.Badges1`.
  case set(Badge, by: BadgeWriter, Call)
  /// A launcher entry's `Update`; `app` is the key of a principal.
  case launcher(app: String, LauncherUpdate, from: Owner)
}

package enum QuietEvent {
  case manual(Bool, Call?)
  /// Milliseconds since the epoch; 0 takes back the end, and the quiet that had it.
  case until(Int64, Call?)
  case hours(WeeklyHours, Call?)
  case modes([String], Call?)
  case inhibit(Inhibition.Kind, by: String, name: String, claim: String, reason: String, Call)
  case uninhibit(UInt32, by: String, Call)
  case clearInhibitions(Call?)
  case fullScreen(Bool)
  case locked(Bool, by: Quiet.LockSources)
  case idle(Bool)
}

/// Names a method call that waits for its reply.
package struct Call: Hashable, Sendable {
  package var token: UInt64

  package init(token: UInt64) {
    self.token = token
  }
}

/// The display system's serial of the press that made a click.
package struct Press: Equatable, Sendable {
  package var serial: UInt32

  package init(serial: UInt32) {
    self.serial = serial
  }
}
