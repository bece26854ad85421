package import DBus
package import Identity
package import Notifications

/// All exported interfaces: messages become events, effects become messages.
package final class Services {
  private let calls = OpenCalls()
  private let peers: Peers
  private let objects: ObjectTree
  private let freedesktop: FreedesktopNotifications
  private let center: Center
  private let rights: ControlRights
  private let permissions: HarkPermissions
  private let notifications: HarkNotifications
  private let activation: AppActivation
  private let badges: HarkBadges
  private let launcher: LauncherEntries
  package let predecessor: Predecessor

  /// Exports everything; the names may be requested afterwards (FD-007). The connection and the
  /// desk outlive this.
  package init(_ connection: Connection, _ desk: any Desk, _ identifier: Identifier) {
    objects = ObjectTree(connection)
    peers = Peers(connection, identifier)
    predecessor = Predecessor(connection, desk, peers)
    freedesktop = FreedesktopNotifications(connection, desk, calls, peers)
    rights = ControlRights(peers)
    center = Center(connection, desk, calls, peers, rights)
    permissions = HarkPermissions(connection, desk, calls, peers, rights)
    notifications = HarkNotifications(connection, desk, calls, peers)
    activation = AppActivation(connection, desk, identifier.desktopFiles)
    badges = HarkBadges(desk, calls, peers, rights, permissions, center.watchers)
    launcher = LauncherEntries(connection, desk, peers, rights, objects)
    freedesktop.isControl = { [rights] in rights.admit($0) }
    objects.export(freedesktop.interface, at: FreedesktopNotifications.path)
    objects.export(center.interface, at: Center.path)
    objects.export(permissions.interface, at: Center.path)
    objects.export(notifications.interface, at: Center.path)
    objects.export(badges.interface, at: Center.path)
    connection.methodCall = { [predecessor] in predecessor.receive($0) }
    peers.handle = { [objects, launcher, unowned(unsafe) connection] call, peer in
      if call.kind == .signal {
        launcher.update(call)
      } else if peer.isForeign {
        connection.enqueue(.error(to: call, .accessDenied, "this daemon serves another user"))
      } else {
        objects.handle(call)
      }
    }
    peers.delegates.start()
    peers.left = { [center, unowned(unsafe) desk] peer in
      center.forget(peer)
      desk.handle(.peerLeft(peer))
    }
  }

  /// `control` are the executables that may control the daemon; none: all that are in no sandbox
  /// (WEB-300). `browsers` are desktop ids beside those that are known, `delegates` the bus names of
  /// those that may speak for others besides the portals.
  package func configure(
    claims: ClaimPolicy,
    control: [String],
    browsers: [String] = [],
    delegates: [String] = [],
    ownsUnityName: Bool
  ) {
    launcher.ownsName = ownsUnityName
    peers.policy = claims
    rights.executables = control
    peers.browsers = Browsers(adding: browsers)
    peers.delegates.trust(delegates)
  }

  /// Which of these unique names are on the bus; from now on it is told when they leave. Blocks for an
  /// answer of the bus.
  package func follow(_ names: Set<String>) throws(DBusError) -> Set<String> {
    try peers.follow(names)
  }

  /// What has arrived and is not handled yet, in order; from now on it is the caller's.
  package func takeWaiting() -> [Message] { peers.takeWaiting() }

  /// The names besides the daemon's two that it owns.
  package var ownedNames: [BusName] { launcher.ownedName.map { [$0] } ?? [] }

  /// This process, too, may control the daemon.
  package func trust(_ processID: Int32?) {
    rights.processID = processID
  }

  package func handleSignal(_ message: Message) {
    if predecessor.handle(message) { return }
    if launcher.concerns(message) {
      // It waits for who sends it, as a call does.
      peers.receive(message)
    } else if !launcher.handle(message) {
      peers.handleSignal(message)
    }
  }

  /// Queues what the effect says to the bus.
  package func perform(_ effect: Effect) {
    switch effect {
    case .replyID(let call, let id):
      calls.take(call)?.reply { $0.uint32(id.rawValue) }
    case .replyEmpty(let call):
      calls.take(call)?.reply()
    case .refuse(let call, let refusal):
      let isOfCenter = calls.isOfCenter(call)
      guard let open = calls.take(call) else { return }
      if isOfCenter {
        center.refuse(open, refusal)
      } else {
        freedesktop.refuse(open)
      }
    case .activationToken, .actionInvoked, .closed:
      freedesktop.signal(effect)
    case .answer(let call, let answer):
      guard let open = calls.take(call) else { return }
      notifications.answer(open, answer)
    case .web(let signal, let peer):
      notifications.signal(signal, to: peer)
    case .wake(let app, let wake):
      activation.wake(app, wake)
    case .openInApp(let app, let link, let token):
      activation.open(link, in: app, token)
    case .added, .changed, .removed, .appChanged:
      center.signal(effect)
    case .permission(let effect):
      perform(effect)
    case .quiet(let effect):
      perform(effect)
    case .badges(let effect):
      perform(effect)
    case .enabled, .adviseMuting, .run, .requestActivationToken, .open:
      break
    }
  }

  /// The end of a turn, before what is queued leaves: watchers hear of a new state once, whatever led
  /// to it.
  package func endTurn() {
    center.tellState()
  }
}

// MARK: Replies about permission and quiet

extension Services {
  private func perform(_ effect: Permissions.Effect) {
    switch effect {
    case .answer(let call, let state):
      calls.take(call)?.reply { $0.string(state.rawValue) }
    case .done(let call):
      calls.take(call)?.reply()
    case .refuse(let call, .policy):
      calls.take(call)?.fail(.harkAccessDenied, "the administrator has decided about this app")
    case .refuse(let call, .unknownApp):
      calls.take(call)?.fail(.harkNotFound, "nobody knows this app")
    case .refuse(let call, .noPrompt):
      calls.take(call)?.fail(.harkNotFound, "nothing is asked about this app")
    case .abandon(let call):
      _ = calls.take(call)
    case .tell(let peer, let app, let status):
      permissions.tell(peer, app, status)
    case .changed(let app, let status):
      center.signal(.appChanged(app))
      permissions.tell(center.watchers, app, status)
    case .closeLive, .releaseHeld, .closeHeld, .showPrompt, .hidePrompt, .write,
      .keep:
      break
    }
  }

  private func perform(_ effect: Badges.Effect) {
    switch effect {
    case .changed(let app, let badge):
      badges.tell(app, badge)
    case .exported(let app, let badge):
      launcher.export(app, badge)
    case .refuse(let call, .unverified):
      calls.take(call)?.fail(.harkPermissionDenied, "nothing proves which app this is")
    case .refuse(let call, .denied):
      calls.take(call)?.fail(.harkPermissionDenied, "the user has not granted this app badges")
    }
  }

  private func perform(_ effect: Quiet.Effect) {
    switch effect {
    case .cookie(let call, let cookie):
      calls.take(call)?.reply { $0.uint32(cookie) }
    case .done(let call):
      calls.take(call)?.reply()
    case .refuse(let call, .noApp):
      calls.take(call)?.fail(.invalidArgs, "say who inhibits: desktop_entry is empty")
    case .refuse(let call, .noSuchInhibition(let cookie)):
      calls.take(call)?.fail(.invalidArgs, "no inhibition of yours has the cookie \(cookie)")
    case .refuse(let call, .tooManyInhibitions):
      calls.take(call)?.fail(.limitsExceeded, "too many inhibitions")
    case .refuse(let call, .invalidModes):
      calls.take(call)?.fail(.invalidArgs, "a mode is a word, or a number from 0 to 100")
    case .inhibited(let isInhibited):
      freedesktop.tellInhibited(isInhibited)
    case .quiet, .changed, .summary, .away, .keep:
      break
    }
  }
}

extension ErrorName {
  static let harkNotFound: ErrorName = "org.hark.Error.NotFound"
  /// A harkd that goes on, whoever asks it to hand over.
  package static let harkCannotHandOver: ErrorName = "org.hark.Error.CannotHandOver"
  static let harkAccessDenied: ErrorName = "org.hark.Error.AccessDenied"
}

/// Method calls that wait for an effect of the core, without their arguments.
final class OpenCalls {
  private var calls: [Call: (reply: PendingReply, isOfCenter: Bool)] = [:]
  private var last: UInt64 = 0

  func open(_ call: MethodCall) -> Call {
    last += 1
    let token = Call(token: last)
    calls[token] = (call.pending, call.message.has(Center.interfaceName))
    return token
  }

  func isOfCenter(_ call: Call) -> Bool { calls[call]?.isOfCenter ?? false }

  func take(_ call: Call) -> PendingReply? {
    calls.removeValue(forKey: call)?.reply
  }
}
