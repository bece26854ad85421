import CLibc
import DBus
import Notifications

/// `org.hark.Notifications1`: notifications in the terms of the web, for apps that may (WEB-135).
///
/// Acts on what is the caller's own only; its signals go to the owner and nobody else.
final class HarkNotifications {
  static let name: InterfaceName = "org.hark.Notifications1"

  private unowned(unsafe) let connection: Connection
  private unowned(unsafe) let desk: any Desk
  private let calls: OpenCalls
  private let peers: Peers

  init(_ connection: Connection, _ desk: any Desk, _ calls: OpenCalls, _ peers: Peers) {
    self.connection = connection
    self.desk = desk
    self.calls = calls
    self.peers = peers
  }

  private static let id = Argument("id", "u")
  private static let nid = Argument("nid", "s")
  private static let options = Argument("options", "a{sv}")

  var interface: Interface {
    Interface(
      Self.name,
      methods: [
        Method("Show", [Argument("title", "s"), Self.options], returns: [Self.id]) {
          [unowned(unsafe) self] in show($0)
        },
        Method("Close", [Self.id]) { [unowned(unsafe) self] call in
          var reader = call.message.reader()
          let id = reader.uint32() ?? 0
          desk.handle(.web(.close(id), from: owner(call), calls.open(call)))
        },
        Method(
          "Get",
          [Argument("filter", "a{sv}")],
          returns: [Argument("notifications", "aa{sv}")]
        ) { [unowned(unsafe) self] in get($0) },
        Method("Create", [Self.nid, Self.options], returns: [Self.nid]) {
          [unowned(unsafe) self] in create($0)
        },
        Method("Update", [Self.nid, Self.options], returns: [Argument("was_updated", "b")]) {
          [unowned(unsafe) self] in update($0)
        },
        Method("Clear", [Self.nid], returns: [Argument("was_cleared", "b")]) {
          [unowned(unsafe) self] call in
          var reader = call.message.reader()
          let nid = reader.string() ?? ""
          desk.handle(.web(.clear(nid: nid), from: owner(call), calls.open(call)))
        },
        Method("GetAll", returns: [Argument("nids", "as")]) { [unowned(unsafe) self] call in
          let own = desk.core.notifications(of: owner(call))
          let nids = own.compactMap { $0.notification.web?.fields.nid }.filter { !$0.isEmpty }
          call.reply { $0.strings(nids) }
        },
      ],
      signals: Self.signals,
      properties: [
        Property("MaxActions", "u") { $0.uint32(UInt32(HarkOptions.maxActions)) },
        Property("Version", "u") { $0.uint32(1) },
      ]
    )
  }

  private static let signals = [
    SignalDescription("Displayed", [id, nid]),
    SignalDescription("Failed", [id, nid, Argument("error", "s"), Argument("text", "s")]),
    SignalDescription(
      "Clicked",
      [
        id, nid, Argument("action", "s"), Argument("index", "i"),
        Argument("activation_token", "s"),
      ]
    ),
    SignalDescription("Replied", [id, nid, Argument("action", "s"), Argument("text", "s")]),
    SignalDescription("Closed", [id, nid, Argument("reason", "u"), Argument("by_user", "b")]),
  ]

  /// In characters (WEB-203).
  private static let longestNID = 500

  // MARK: Calls

  private func owner(_ call: MethodCall, origin: String = "") -> Owner {
    let name = call.message.sender
    let peer = peers[name]
    return Owner(peer: name, sender: peer.sender, origin: peers.isBrowser(peer) ? origin : "")
  }

  private func context(_ owner: Owner) -> HarkOptions.Context {
    HarkOptions.Context(
      appName: PlainText.name(owner.sender.name),
      links: LinkPolicy(owner.sender),
      receivedAt: desk.wallClock
    )
  }

  private func show(_ call: MethodCall) {
    var reader = call.message.reader()
    let title = reader.string() ?? ""
    do throws(HarkOptions.Invalid) {
      let options = try HarkOptions(.show, &reader)
      let owner = owner(call, origin: Self.origin(options.origin))
      var notification = try options.notification(title, context(owner))
      notification.about = owner.origin
      desk.handle(.web(.show(notification), from: owner, calls.open(call)))
    } catch {
      call.fail(.harkInvalidOptions, error.words)
    }
  }

  private func create(_ call: MethodCall) {
    var reader = call.message.reader()
    let nid = reader.string() ?? ""
    guard nid.count <= Self.longestNID else {
      return call.fail(.harkInvalidOptions, "nid is longer than \(Self.longestNID) characters")
    }
    do throws(HarkOptions.Invalid) {
      let options = try HarkOptions(.create, &reader)
      let owner = owner(call, origin: Self.origin(options.origin))
      var notification = try options.notification(
        created: nid.isEmpty ? randomUUID() : nid,
        context(owner)
      )
      notification.about = owner.origin
      desk.handle(.web(.show(notification), from: owner, calls.open(call)))
    } catch {
      call.fail(.harkInvalidOptions, error.words)
    }
  }

  private func update(_ call: MethodCall) {
    var reader = call.message.reader()
    let nid = reader.string() ?? ""
    do throws(HarkOptions.Invalid) {
      let options = try HarkOptions(.update, &reader)
      let owner = owner(call, origin: Self.origin(options.origin))
      guard let (id, old) = desk.core.notification(named: nid, of: owner) else {
        return call.reply { $0.boolean(false) }
      }
      let notification = try options.updated(old, context(owner))
      desk.handle(.web(.update(id, notification), from: owner, calls.open(call)))
    } catch {
      call.fail(.harkInvalidOptions, error.words)
    }
  }

  private func get(_ call: MethodCall) {
    var reader = call.message.reader()
    var tag = ""
    var problem: String?
    reader.forEachEntry { name, value in
      guard name == "tag" else { return }
      if let text = value.string() {
        tag = text
      } else {
        problem = HarkOptions.wrongType(name, "s", value)
      }
    }
    if let problem { return call.fail(.harkInvalidOptions, problem) }
    let own = desk.core.notifications(of: owner(call)).filter {
      tag.isEmpty || $0.sent.tag == tag
    }
    call.reply {
      $0.array("a{sv}") {
        for entry in own { entry.writeForOwner(&$0, isShown: desk.core.seemsShown(entry)) }
      }
    }
  }

  static func origin(_ text: String) -> String {
    PlainText.site(text, limit: 512)
  }

  // MARK: Answers and signals

  func answer(_ call: PendingReply, _ answer: WebAnswer) {
    switch answer {
    case .nid(let nid): call.reply { $0.string(nid) }
    case .flag(let flag): call.reply { $0.boolean(flag) }
    case .denied: call.fail(.harkPermissionDenied, WebFailure.permissionDenied.words)
    }
  }

  func signal(_ signal: WebSignal, to peer: String) {
    switch signal {
    case .displayed(let id, let nid):
      send("Displayed", id, nid, to: peer) { _ in }
    case .failed(let id, let nid, let failure):
      send("Failed", id, nid, to: peer) {
        $0.string(failure.error.text)
        $0.string(failure.words)
      }
    case .clicked(let id, let nid, let action, let index, let token):
      send("Clicked", id, nid, to: peer) {
        $0.string(action)
        $0.int32(Int32(clamping: index))
        $0.string(token)
      }
    case .closed(let id, let nid, let reason):
      send("Closed", id, nid, to: peer) {
        $0.uint32(reason.rawValue)
        $0.boolean(reason == .dismissed)
      }
    }
  }

  private func send(
    _ member: MemberName,
    _ id: NotificationID,
    _ nid: String,
    to peer: String,
    _ rest: (inout Writer) -> Void
  ) {
    guard let destination = BusName(peer) else { return }
    let signal = OutgoingMessage.signal(Center.path, Self.name, member, to: destination)
    signal.append {
      $0.uint32(id.rawValue)
      $0.string(nid)
      rest(&$0)
    }
    connection.enqueue(signal)
  }
}

extension WebFailure {
  fileprivate var error: ErrorName {
    switch self {
    case .permissionDenied: .harkPermissionDenied
    case .notSupported: .harkNotSupported
    case .rateLimited: .harkRateLimited
    }
  }

  fileprivate var words: String {
    switch self {
    case .permissionDenied: "the user has not granted this app notifications"
    case .notSupported: "there is no display"
    case .rateLimited: "too many notifications are live"
    }
  }
}

extension Entry {
  /// What its own app may read: what it set, and nothing of what the user or the session does.
  fileprivate func writeForOwner(_ writer: inout Writer, isShown: Bool) {
    writer.dictionary {
      $0.entry("id", "u") { $0.uint32(id.rawValue) }
      sent.write(&$0, owner)
      $0.entry("state", "s") { $0.string(isShown ? "shown" : "pending") }
      let fields = sent.web?.fields ?? WebOptions.Fields()
      fields.write(&$0, receivedAt: sent.receivedAt)
    }
  }
}

extension WebOptions.Fields {
  /// As the options were named.
  fileprivate func write(_ writer: inout Writer, receivedAt: Int64) {
    writer.entry("dir", "s") { $0.string(direction.rawValue) }
    writer.entry("lang", "s") { $0.string(language) }
    if !navigate.isEmpty { writer.entry("navigate", "s") { $0.string(navigate) } }
    writer.entry("data", "ay") { $0.bytes(data) }
    writer.entry("timestamp", "x") { $0.int64(timestamp ?? receivedAt) }
    writer.entry("renotify", "b") { $0.boolean(alertsAgain) }
    if let isSilent { writer.entry("silent", "b") { $0.boolean(isSilent) } }
    writer.entry("requireInteraction", "b") { $0.boolean(requiresInteraction) }
    writer.entry("vibrate", "au") {
      $0.array("u") { for number in vibration { $0.uint32(number) } }
    }
    writer.entry("autoClose", "b") { $0.boolean(closesOnClick) }
    guard let template else { return }
    writer.entry("type", "s") { $0.string(template.rawValue) }
    writer.entry("message", "s") { $0.string(message) }
    writer.entry("expandedMessage", "s") { $0.string(expandedMessage) }
    writer.entry("priority", "i") { $0.int32(Int32(clamping: priority)) }
  }
}

extension ErrorName {
  static let harkInvalidOptions: ErrorName = "org.hark.Error.InvalidOptions"
  static let harkPermissionDenied: ErrorName = "org.hark.Error.PermissionDenied"
  static let harkNotSupported: ErrorName = "org.hark.Error.NotSupported"
  static let harkRateLimited: ErrorName = "org.hark.Error.RateLimited"
}

/// Version 4, in the usual form.
private func randomUUID() -> String {
  var bytes = [UInt8](repeating: 0, count: 16)
  _ = getentropy(&bytes, bytes.count)
  bytes[6] = bytes[6] & 0x0F | 0x40
  bytes[8] = bytes[8] & 0x3F | 0x80
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for (index, byte) in bytes.enumerated() {
    if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
