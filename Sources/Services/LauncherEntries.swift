import DBus
import Identity
import Notifications

/// `com.canonical.Unity.LauncherEntry`, both ways: hears what apps tell docks about their icons, and
/// tells docks the badges that apps have set with hark.
final class LauncherEntries {
  static let interfaceName: InterfaceName = "com.canonical.Unity.LauncherEntry"
  private static let unity: BusName = "com.canonical.Unity"

  private unowned(unsafe) let connection: Connection
  private unowned(unsafe) let desk: any Desk
  private unowned(unsafe) let objects: ObjectTree
  private let peers: Peers
  private let rights: ControlRights
  private var dock: FollowedName?
  /// What docks were told, by app; never removed, as a dock that comes has to hear of nothing too.
  private var exports: [String: Export] = [:]

  private struct Export {
    let path: ObjectPath
    let uri: String
    var badge: Badge
  }

  /// Some apps publish only while somebody has the name (LE-010).
  var ownsName = false {
    didSet {
      guard ownsName != oldValue else { return }
      if ownsName { claimName() } else { connection.release(Self.unity) }
    }
  }

  init(
    _ connection: Connection,
    _ desk: any Desk,
    _ peers: Peers,
    _ rights: ControlRights,
    _ objects: ObjectTree
  ) {
    self.connection = connection
    self.desk = desk
    self.peers = peers
    self.rights = rights
    self.objects = objects
    objects.export(Interface("com.canonical.Unity"), at: "/Unity")
    connection.addMatch(MatchRule(interface: Self.interfaceName, member: "Update"))
    dock = FollowedName(Self.unity, connection) { [unowned(unsafe) self] owner in
      if owner == nil {
        if ownsName { claimName() }
      } else {
        for app in exports.keys.sorted() { tell(app) }
      }
    }
  }

  /// The name, where it is ours.
  var ownedName: BusName? { dock?.owner == connection.uniqueName ? Self.unity : nil }

  private func claimName() {
    connection.claim(Self.unity, [.allowReplacement, .doNotQueue])
  }

  // MARK: What apps tell

  /// Whether it tells something about an application that is installed, and is not our own (LE-012).
  func concerns(_ message: Message) -> Bool {
    message.isSignal(Self.interfaceName, "Update") && message.hasSignature("sa{sv}")
      && message.sender != connection.uniqueName && app(of: message) != nil
  }

  /// Takes a signal about who owns the docks' name; false for any other.
  func handle(_ message: Message) -> Bool { dock?.handle(message) ?? false }

  /// Its sender is known now.
  func update(_ message: Message) {
    let peer = peers[message.sender]
    guard !peer.isForeign, let app = app(of: message) else { return }
    var reader = message.reader()
    reader.skip()
    let owner = Owner(peer: message.sender, sender: peer.sender)
    desk.handle(.badge(.launcher(app: app, LauncherUpdate(&reader), from: owner)))
  }

  private func app(of message: Message) -> String? {
    var reader = message.reader()
    let id = Self.desktopID(reader.string() ?? "")
    return peers.identifier.desktopFiles.file(id)?.principal
  }

  /// Of an `app_uri` in any of the forms that are about (LE-002).
  static func desktopID(_ uri: String) -> String {
    var id = uri[...]
    for scheme in ["application://", "application:"] where id.hasPrefix(scheme) {
      id = id.dropFirst(scheme.count)
      break
    }
    return String(id.hasSuffix(".desktop") ? id.dropLast(".desktop".count) : id)
  }

  // MARK: What docks are told

  func export(_ app: String, _ badge: Badge) {
    guard let uri = Self.uri(of: app) else { return }
    if exports[app] == nil {
      guard let path = ObjectPath(Center.path.text + "/launcher/\(exports.count + 1)") else {
        return
      }
      exports[app] = Export(path: path, uri: uri, badge: badge)
      objects.export(interface(app), at: path)
    }
    exports[app]?.badge = badge
    tell(app)
  }

  /// Nil where nothing tells the name of its desktop file.
  static func uri(of app: String) -> String? {
    guard !app.utf8.contains(UInt8(ascii: "#")) else { return nil }
    for kind in ["app:", "flatpak:"] where app.hasPrefix(kind) {
      return "application://\(app.dropFirst(kind.count)).desktop"
    }
    return nil
  }

  private static let uri = Argument("app_uri", "s")
  private static let properties = Argument("properties", "a{sv}")

  private func interface(_ app: String) -> Interface {
    Interface(
      Self.interfaceName,
      methods: [
        Method("Query", returns: [Self.uri, Self.properties]) { [unowned(unsafe) self] call in
          guard let export = exports[app] else { return }
          call.reply { Self.write(export.uri, export.badge, &$0) }
        }
      ],
      signals: [SignalDescription("Update", [Self.uri, Self.properties])],
      // As `List`: no app reads what is on icons (WEB-405).
      admits: { [rights] in rights.admit($0) }
    )
  }

  private func tell(_ app: String) {
    guard let export = exports[app] else { return }
    let signal = OutgoingMessage.signal(export.path, Self.interfaceName, "Update")
    signal.append { Self.write(export.uri, export.badge, &$0) }
    connection.enqueue(signal)
  }

  /// Each time all keys: what one leaves out keeps its value.
  private static func write(_ uri: String, _ badge: Badge, _ writer: inout Writer) {
    let count: Int64 =
      switch badge {
      case .nothing: 0
      case .flag: 1
      case .number(let number): Int64(clamping: number)
      }
    writer.string(uri)
    writer.dictionary {
      $0.entry("count", "x") { $0.int64(count) }
      $0.entry("count-visible", "b") { $0.boolean(badge != .nothing) }
      $0.entry("x-hark-flag", "b") { $0.boolean(badge == .flag) }
    }
  }
}

extension LauncherUpdate {
  /// Reads an `a{sv}`; a value of a wrong type counts as not sent (LE-004). What has no place here,
  /// such as menus, is passed over (LE-013).
  init(_ reader: inout Reader) {
    self.init()
    reader.forEachEntry { key, value in
      switch key {
      case "count": count = value.count()
      case "count-visible": isCountVisible = value.boolean()
      case "progress":
        guard let number = value.double(), !number.isNaN else { break }
        progress = min(max(number, 0), 1)
      case "progress-visible": isProgressVisible = value.boolean()
      case "urgent": isUrgent = value.boolean()
      default: break
      }
    }
  }
}

extension Reader {
  /// Any integer, as senders have it.
  fileprivate mutating func count() -> UInt64? {
    switch type {
    case UInt8(ascii: "y"): byte().map { UInt64($0) }
    case UInt8(ascii: "n"): int16().map { UInt64(clamping: $0) }
    case UInt8(ascii: "q"): uint16().map { UInt64($0) }
    case UInt8(ascii: "i"): int32().map { UInt64(clamping: $0) }
    case UInt8(ascii: "u"): uint32().map { UInt64($0) }
    case UInt8(ascii: "x"): int64().map { UInt64(clamping: $0) }
    case UInt8(ascii: "t"): uint64()
    default: nil
    }
  }
}
