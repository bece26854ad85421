/// Everything that can happen.
package enum Event {
  /// A `Notify`; `replaces` is `replaces_id`, 0 for none.
  case notify(Notification, replaces: UInt32, from: Owner, Call)
  /// A `CloseNotification`.
  case closeNotification(UInt32, from: Owner, Call)
  /// A peer's unique name left the bus.
  case peerLeft(String)

  /// The user dismissed these: the close button, a middle click, the command line.
  case dismiss([UInt32], Call?)
  case dismissAll(Call?)
  /// The user dismissed what waits behind the "N more" row.
  case dismissWaiting
  /// The user chose an action, or clicked the body (`default`).
  case invoke(UInt32, key: String, Origin)
  /// The answer to `Effect.requestActivationToken`; nil where there is none.
  case activationToken(NotificationID, String?)
  /// The user followed a link of a body.
  case openLink(String)

  /// A display came (true) or the last one went.
  case displayPresent(Bool)
  /// The popups that are on the screen now, all of them.
  case shown([NotificationID], output: String)
  /// The pointer came over the popups (true) or left them.
  case hover(Bool)
  /// Other limits hold, for what comes from now on.
  case configured(Limits)
  /// The instant of `nextDeadline` has come.
  case deadline

  /// Where an invocation came from.
  package enum Origin {
    case pointer(Press)
    case control(Call)
  }
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
