import DBus
import Notifications

/// `org.freedesktop.Notifications`.
///
/// What the methods and signals mean is in the Desktop Notifications Specification, 1.3.
final class FreedesktopNotifications {
  static let name: InterfaceName = "org.freedesktop.Notifications"
  static let path: ObjectPath = "/org/freedesktop/Notifications"
  private static let invalidID: ErrorName = "org.freedesktop.Notifications.Error.InvalidId"

  private static let capabilities = [
    "actions", "append", "body", "body-hyperlinks", "body-markup", "icon-static", "inhibitions",
    "private-synchronous", "synchronous", "x-canonical-append",
    "x-canonical-private-synchronous", "x-dunst-stack-tag", "x-hark-1",
    "x-kde-display-appname", "x-kde-origin-name",
  ]

  unowned(unsafe) let connection: Connection
  unowned(unsafe) let desk: any Desk
  let calls: OpenCalls
  let peers: Peers
  /// Whether a call may do what control peers may; if not, it has its error.
  var isControl: (MethodCall) -> Bool = { _ in false }

  init(_ connection: Connection, _ desk: any Desk, _ calls: OpenCalls, _ peers: Peers) {
    self.connection = connection
    self.desk = desk
    self.calls = calls
    self.peers = peers
  }

  var interface: Interface {
    Interface(
      Self.name,
      methods: [
        Method(
          "Notify",
          [
            Argument("app_name", "s"), Argument("replaces_id", "u"), Argument("app_icon", "s"),
            Argument("summary", "s"), Argument("body", "s"), Argument("actions", "as"),
            Argument("hints", "a{sv}"), Argument("expire_timeout", "i"),
          ],
          returns: [Argument("id", "u")]
        ) { [unowned(unsafe) self] in notify($0) },
        Method("CloseNotification", [Argument("id", "u")]) { [unowned(unsafe) self] in close($0) },
        Method("GetCapabilities", returns: [Argument("capabilities", "as")]) {
          [unowned(unsafe) self] call in
          let isPersistent = desk.core.preferences.retention != nil
          call.reply { $0.strings(Self.capabilities + (isPersistent ? ["persistence"] : [])) }
        },
        Method(
          "GetServerInformation",
          returns: [
            Argument("name", "s"), Argument("vendor", "s"), Argument("version", "s"),
            Argument("spec_version", "s"),
          ]
        ) { call in
          call.reply {
            $0.string("hark")
            $0.string("hark")
            $0.string(harkVersion)
            $0.string("1.3")
          }
        },
      ] + inhibitionMethods,
      signals: [
        SignalDescription("NotificationClosed", [Argument("id", "u"), Argument("reason", "u")]),
        SignalDescription("ActionInvoked", [Argument("id", "u"), Argument("action_key", "s")]),
        SignalDescription(
          "ActivationToken",
          [Argument("id", "u"), Argument("activation_token", "s")]
        ),
      ],
      properties: [inhibited]
    )
  }

  private func notify(_ call: MethodCall) {
    let name = call.message.sender
    let peer = peers[name]
    let role = peers.role(of: name, peer)
    // What a delegate brings may be a sandboxed app's.
    var request = NotifyRequest(
      call.message,
      links: role == nil ? LinkPolicy(peer.sender) : .remote,
      receivedAt: desk.wallClock
    )
    let speaker = peers.speaker(request.words, by: peer, role)
    speaker.sign(&request.notification)
    if speaker.isBrowser { request.notification.readRequireInteraction() }
    let owner = speaker.owner(name, origin: request.origin)
    if !owner.origin.isEmpty { request.notification.about = owner.origin }
    if !request.problems.isEmpty {
      desk.report(
        "left out of a Notify by \(owner.peer): \(request.problems.joined(separator: ", "))"
      )
    }
    desk.handle(
      .notify(request.notification, replaces: request.replaces, from: owner, calls.open(call))
    )
  }

  private func close(_ call: MethodCall) {
    var reader = call.message.reader()
    let id = reader.uint32() ?? 0
    let name = call.message.sender
    let owner = Owner(peer: name, sender: peers[name].sender)
    desk.handle(.closeNotification(id, from: owner, calls.open(call)))
  }

  /// The specification asks for an error without an argument (FD-261).
  func refuse(_ call: PendingReply) {
    call.fail(Self.invalidID, nil)
  }

  func signal(_ effect: Effect) {
    switch effect {
    case .closed(let id, let reason, let recipient):
      send("NotificationClosed", recipient) {
        $0.uint32(id.rawValue)
        $0.uint32(reason.rawValue)
      }
    case .actionInvoked(let id, let key, let recipient):
      send("ActionInvoked", recipient) {
        $0.uint32(id.rawValue)
        $0.string(key)
      }
    case .activationToken(let id, let token, let peer):
      send("ActivationToken", .peer(peer)) {
        $0.uint32(id.rawValue)
        $0.string(token)
      }
    default:
      break
    }
  }

  private func send(
    _ member: MemberName,
    _ recipient: Effect.Recipient,
    _ body: (inout Writer) -> Void
  ) {
    let destination: BusName?
    switch recipient {
    case .nobody:
      return
    case .everyone:
      destination = nil
    case .peer(let peer):
      guard let name = BusName(peer) else { return }
      destination = name
    }
    let signal = OutgoingMessage.signal(Self.path, Self.name, member, to: destination)
    signal.append(body)
    connection.enqueue(signal)
  }
}

extension Notification {
  /// Chromium has no other words for what shall stay until the user acts (BR-002).
  fileprivate mutating func readRequireInteraction() {
    if timeout == .never, urgency == .critical { urgency = .normal }
  }
}
