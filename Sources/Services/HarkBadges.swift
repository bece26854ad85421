import DBus
import Notifications

/// `org.hark.Badges1`: an app puts a number or a dot on its icon, and cannot read what is there
/// (WEB-405).
final class HarkBadges {
  static let name: InterfaceName = "org.hark.Badges1"

  private unowned(unsafe) let desk: any Desk
  private let calls: OpenCalls
  private let peers: Peers
  private let rights: ControlRights
  private let permissions: HarkPermissions
  private let watchers: Watchers

  init(
    _ desk: any Desk,
    _ calls: OpenCalls,
    _ peers: Peers,
    _ rights: ControlRights,
    _ permissions: HarkPermissions,
    _ watchers: Watchers
  ) {
    self.desk = desk
    self.calls = calls
    self.peers = peers
    self.rights = rights
    self.permissions = permissions
    self.watchers = watchers
  }

  private static let app = Argument("app", "s")
  private static let kind = Argument("kind", "s")
  private static let number = Argument("number", "t")

  var interface: Interface {
    Interface(
      Self.name,
      methods: [
        Method("Set", [Self.app, Self.number]) { [unowned(unsafe) self] call in
          set(call) { Badge($0.uint64() ?? 0) }
        },
        Method("SetFlag", [Self.app]) { [unowned(unsafe) self] call in set(call) { _ in .flag } },
        Method("Clear", [Self.app]) { [unowned(unsafe) self] call in set(call) { _ in .nothing } },
        Method("List", returns: [Argument("badges", "a(sst)")]) {
          [unowned(unsafe) self] in list($0)
        },
      ],
      signals: [SignalDescription("Changed", [Self.app, Self.kind, Self.number])]
    )
  }

  private func set(_ call: MethodCall, _ badge: (inout Reader) -> Badge) {
    var reader = call.message.reader()
    let name = reader.string() ?? ""
    guard let app = permissions.app(named: name, for: call) else { return }
    let writer = writer(app, call.message.sender)
    desk.handle(.badge(.set(badge(&reader), by: writer, calls.open(call))))
  }

  /// An app acts for itself, and a browser for its sites; who names another has control.
  private func writer(_ app: String, _ name: String) -> BadgeWriter {
    let peer = peers[name]
    let sender = peer.sender
    if app == sender.principal { return .app(Owner(peer: name, sender: sender)) }
    let sites = sender.principal + "#"
    guard app.hasPrefix(sites), peers.isBrowser(peer) else { return .user(app: app) }
    return .app(Owner(peer: name, sender: sender, origin: String(app.dropFirst(sites.count))))
  }

  private func list(_ call: MethodCall) {
    guard rights.admit(call) else { return }
    let badges = desk.core.shownBadges
    call.reply {
      $0.array("(sst)") {
        for (app, badge) in badges { $0.structure { write(app, badge, &$0) } }
      }
    }
  }

  /// `Changed`, to control peers that watch.
  func tell(_ app: String, _ badge: Badge) {
    watchers.send("Changed", of: Self.name) { write(app, badge, &$0) }
  }

  private func write(_ app: String, _ badge: Badge, _ writer: inout Writer) {
    writer.string(permissions.name(of: app))
    switch badge {
    case .nothing:
      writer.string("nothing")
      writer.uint64(0)
    case .flag:
      writer.string("flag")
      writer.uint64(0)
    case .number(let number):
      writer.string("number")
      writer.uint64(number)
    }
  }
}
