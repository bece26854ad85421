import DBus
import Identity
import Notifications

/// `org.hark.Permissions1`: whether an app may notify, for the app itself and for who has control.
final class HarkPermissions {
  static let name: InterfaceName = "org.hark.Permissions1"

  private unowned(unsafe) let connection: Connection
  private unowned(unsafe) let desk: any Desk
  private let calls: OpenCalls
  private let peers: Peers
  private let rights: ControlRights
  private let names: AppNames

  init(
    _ connection: Connection,
    _ desk: any Desk,
    _ calls: OpenCalls,
    _ peers: Peers,
    _ rights: ControlRights
  ) {
    self.connection = connection
    self.desk = desk
    self.calls = calls
    self.peers = peers
    self.rights = rights
    names = AppNames(desk, peers)
  }

  private static let app = Argument("app", "s")
  private static let state = Argument("state", "s")
  private static let options = Argument("options", "a{sv}")
  private static let details = Argument("details", "a{sv}")

  var interface: Interface {
    Interface(
      Self.name,
      methods: [
        Method("Query", [Self.app, Self.options], returns: [Self.state, Self.details]) {
          [unowned(unsafe) self] in query($0)
        },
        Method("Request", [Self.app, Self.options], returns: [Self.state]) {
          [unowned(unsafe) self] in request($0)
        },
        Method("Check", returns: [Argument("permission", "u")]) { [unowned(unsafe) self] call in
          let state = status(of: peers[call.message.sender].sender.principal).state
          call.reply { $0.uint32(state.number) }
        },
        Method("Set", [Self.app, Self.state, Self.options]) { [unowned(unsafe) self] in set($0) },
        Method("Reset", [Self.app]) { [unowned(unsafe) self] in reset($0) },
        Method("List", returns: [Argument("apps", "a(ssa{sv})")]) {
          [unowned(unsafe) self] in list($0)
        },
      ],
      signals: [SignalDescription("Changed", [Self.app, Self.state, Self.details])]
    )
  }

  // MARK: For applications

  private func query(_ call: MethodCall) {
    var reader = call.message.reader()
    let name = reader.string() ?? ""
    var options = QueryOptions()
    reader.forEachEntry { options.read($0, &$1) }
    if let problem = options.problem { return call.fail(.harkInvalidOptions, problem) }
    guard let app = app(named: name, for: call) else { return }
    let peer = call.message.sender
    if options.watches, Standing(of: app) != .unknown {
      desk.handle(.permission(.watch(app: app, by: peer)))
      guard desk.core.permissions.isWatched(app, by: peer) else {
        return call.fail(.limitsExceeded, "you watch too many apps already")
      }
    }
    let status = status(of: app)
    let isHost = peers[peer].sender.isHost
    call.reply {
      $0.string(options.isPromptVocabulary ? status.state.promptState : status.state.rawValue)
      // Where it is asked tells of quiet, which is nobody's but the user's (WEB-132).
      let question = rights.has(peer) ? desk.core.permissions.prompt(of: app)?.place : nil
      write(status, forHost: isHost, question: question, &$0)
    }
  }

  private func request(_ call: MethodCall) {
    var reader = call.message.reader()
    let name = reader.string() ?? ""
    var options = RequestOptions()
    reader.forEachEntry { options.read($0, &$1) }
    if let problem = options.problem { return call.fail(.harkInvalidOptions, problem) }
    guard let app = app(named: name, for: call) else { return }
    let peer = peers[call.message.sender]
    let sender = peer.sender
    // Who speaks for another app proves nothing of it.
    let isOwn = app == sender.principal || app.hasPrefix(sender.principal + "#")
    let gesture = Gesture(
      token: options.token,
      isClaimed: options.isGesture,
      isTrusted: rights.has(call.message.sender) || peers.isBrowser(peer),
      hasFocus: isOwn && hasFocus(peer.identity)
    )
    let asker = isOwn ? sender : self.sender(of: app)
    desk.handle(
      .permission(.request(app: app, by: call.message.sender, gesture, calls.open(call), sender: asker))
    )
  }

  /// Whether the user works with a window of the app.
  private func hasFocus(_ identity: Identity) -> Bool {
    desk.hasFocus(
      // Windows out of a sandbox tell the numbers that processes have there.
      identity.isSandboxed ? 0 : identity.processID,
      [identity.appID, identity.desktopFile?.windowClass ?? ""]
    )
  }

  /// An app that another asks about, as the user sees it.
  private func sender(of app: String) -> Sender? {
    let key = app.prefix { $0 != "#" }
    guard let file = peers.identifier.desktopFiles.file(ofApp: String(key)) else { return nil }
    return Sender(level: .none, principal: app, name: file.name)
  }

  /// The principal that a call names. Apps have their own, and browsers their sites; what else there
  /// is only control peers may know (WEB-104). Nil: the call has its error.
  func app(named name: String, for call: MethodCall) -> String? {
    let peer = peers[call.message.sender]
    let own = peer.sender.principal
    if name.isEmpty || name == own { return own }
    let isOwnSite =
      !own.isEmpty && name.hasPrefix(own + "#") && PrincipalKey.isRight(name)
      && peers.isBrowser(peer)
    if isOwnSite { return name }
    if rights.has(call.message.sender) { return names.key(name, for: call) }
    if names.resolve(name) == .key(own) { return own }
    call.fail(.harkAccessDenied, "an app may speak of itself only")
    return nil
  }

  // MARK: For those who have control

  private func set(_ call: MethodCall) {
    guard rights.admit(call) else { return }
    var reader = call.message.reader()
    let name = reader.string() ?? ""
    let state = reader.string() ?? ""
    guard state == "default" || Permissions.Decision(rawValue: state) != nil else {
      return call.fail(.harkInvalidOptions, "state is granted, denied or default, not “\(state)”")
    }
    guard let app = names.key(name, for: call) else { return }
    desk.handle(
      .permission(.set(app: app, Permissions.Decision(rawValue: state), calls.open(call)))
    )
  }

  private func reset(_ call: MethodCall) {
    guard rights.admit(call) else { return }
    var reader = call.message.reader()
    guard let app = names.key(reader.string() ?? "", for: call) else { return }
    desk.handle(.permission(.set(app: app, nil, calls.open(call))))
  }

  private func list(_ call: MethodCall) {
    guard rights.admit(call) else { return }
    let permissions = desk.core.permissions
    call.reply {
      $0.array("(ssa{sv})") {
        for app in permissions.apps {
          let status = permissions.status(of: app)
          $0.structure {
            $0.string(names.name(of: app))
            $0.string(status.state.rawValue)
            write(status, forHost: true, question: permissions.prompt(of: app)?.place, &$0)
          }
        }
      }
    }
  }

  /// The name of an app in lists and signals.
  func name(of app: String) -> String { names.name(of: app) }

  // MARK: What is told

  /// `Changed` to a peer that watches (WEB-120).
  func tell(_ peer: String, _ app: String, _ status: Permissions.Status) {
    guard let destination = BusName(peer) else { return }
    let signal = OutgoingMessage.signal(Center.path, Self.name, "Changed", to: destination)
    let isHost = peers[peer].sender.isHost
    signal.append { change(app, status, forHost: isHost, &$0) }
    connection.enqueue(signal)
  }

  /// The same of every app to those who watch the centre.
  func tell(_ watchers: Watchers, _ app: String, _ status: Permissions.Status) {
    guard !watchers.isEmpty else { return }
    watchers.send("Changed", of: Self.name) { change(app, status, forHost: true, &$0) }
  }

  private func change(
    _ app: String,
    _ status: Permissions.Status,
    forHost isHost: Bool,
    _ writer: inout Writer
  ) {
    writer.string(names.name(of: app))
    writer.string(status.state.rawValue)
    write(status, forHost: isHost, &writer)
  }

  private func status(of app: String) -> Permissions.Status {
    desk.core.permissions.status(of: app)
  }

  private func write(
    _ status: Permissions.Status,
    forHost isHost: Bool,
    question: Prompt.Place? = nil,
    _ writer: inout Writer
  ) {
    writer.dictionary {
      $0.entry("source", "s") { $0.string(status.source.rawValue) }
      $0.entry("reason", "s") { $0.string(status.reason) }
      $0.entry("since", "x") { $0.int64(status.since) }
      $0.entry("expires", "x") { $0.int64(status.expires) }
      $0.entry("prompt-state", "s") { $0.string(status.state.promptState) }
      // What is behind the sandbox's wall is the session's own affair.
      if isHost { $0.entry("os-enabled", "b") { $0.boolean(desk.core.isEnabled) } }
      $0.entry("can-prompt", "b") { $0.boolean(status.canPrompt) }
      if let question { $0.entry("question", "s") { $0.string(question.rawValue) } }
    }
  }
}

extension DesktopFiles {
  /// The file of an installed app, by the key of its principal.
  func file(ofApp key: String) -> DesktopFile? {
    if key.hasPrefix("app:"), let file = file(String(key.dropFirst(4))) {
      return file.isHostApplication ? file : nil
    }
    guard key.hasPrefix("flatpak:"), let file = file(String(key.dropFirst(8))) else { return nil }
    return key == "flatpak:" + file.flatpakID ? file : nil
  }
}

/// The options of `Query`; what is not known is ignored.
private struct QueryOptions {
  var watches = false
  /// `prompt` for `default` (WEB-101).
  var isPromptVocabulary = false
  var problem: String?

  mutating func read(_ name: String, _ value: inout Reader) {
    switch name {
    case "watch":
      guard let flag = value.boolean() else {
        return problem = HarkOptions.wrongType(name, "b", value)
      }
      watches = flag
    case "vocabulary":
      guard let word = value.string() else {
        return problem = HarkOptions.wrongType(name, "s", value)
      }
      guard word == "permissions" || word == "notifications" else {
        return problem = "vocabulary is notifications or permissions, not “\(word)”"
      }
      isPromptVocabulary = word == "permissions"
    default: break
    }
  }
}

/// The options of `Request`.
private struct RequestOptions {
  var isGesture = false
  var token = ""
  var problem: String?

  mutating func read(_ name: String, _ value: inout Reader) {
    switch name {
    case "user-gesture":
      guard let flag = value.boolean() else {
        return problem = HarkOptions.wrongType(name, "b", value)
      }
      isGesture = flag
    case "activation-token", "parent-window":
      guard let text = value.string() else {
        return problem = HarkOptions.wrongType(name, "s", value)
      }
      if name == "activation-token" { token = text }
    default: break
    }
  }
}
