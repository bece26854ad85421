import CLibc
import DBus

/// `LockedHint` of the user's session, on the system bus.
final class LogindLock {
  private(set) var isLocked = false
  /// As logind counts them; nil where there is none of ours.
  private(set) var session: String?

  private let connection: Connection
  private let sessionID: String?
  private var changed: (() -> Void)?
  private var logind: FollowedName?
  private var path: ObjectPath?
  /// The user's object, where the session is the one that logind takes for the user's display.
  private var user: ObjectPath?
  /// Answers for an earlier search are void.
  private var search = 0

  private static let name: BusName = "org.freedesktop.login1"
  private static let manager: InterfaceName = "org.freedesktop.login1.Manager"
  private static let sessionInterface: BusName = "org.freedesktop.login1.Session"
  private static let userInterface: BusName = "org.freedesktop.login1.User"

  /// `sessionID` is what the environment says.
  init(_ connection: Connection, _ sessionID: String?, changed: @escaping () -> Void) {
    self.connection = connection
    self.sessionID = sessionID
    self.changed = changed
    // While logind starts anew the last word counts: what is locked must not open for that.
    logind = FollowedName(Self.name, connection) { [unowned(unsafe) self] owner in
      if owner != nil { find() }
    }
  }

  /// Nothing is told any more.
  func cancel() {
    changed = nil
    isLocked = false
    session = nil
    logind?.cancel()
    search += 1
  }

  func handle(_ message: Message) {
    if logind?.handle(message) ?? false { return }
    guard message.isSignal(.properties, "PropertiesChanged"), message.sender == logind?.owner else {
      return
    }
    var reader = message.reader()
    let interface = reader.string()
    if interface == Self.sessionInterface.text, message.path == path?.text {
      var hint: Bool?
      reader.forEachEntry { name, value in
        if name == "LockedHint" { hint = value.boolean() }
      }
      if let hint {
        set(hint, session)
      } else if reader.strings()?.contains("LockedHint") ?? false {
        read()
      }
    } else if interface == Self.userInterface.text, message.path == user?.text {
      var isAnother = false
      reader.forEachEntry { name, _ in isAnother = isAnother || name == "Display" }
      if isAnother || reader.strings()?.contains("Display") ?? false { find() }
    }
  }

  // MARK: The session

  /// Ours is the one that this process is in, else the one that the environment names, else the
  /// user's display: a service of the user is in none.
  private func find() {
    search += 1
    askManager("GetSessionByPID", { $0.uint32(UInt32(getpid())) }) { path in
      if let path { return self.follow(path) }
      guard let id = self.sessionID, !id.isEmpty else { return self.findDisplay() }
      self.askManager("GetSession", { $0.string(id) }) { path in
        if let path { self.follow(path) } else { self.findDisplay() }
      }
    }
  }

  private func findDisplay() {
    askManager("GetUser", { $0.uint32(geteuid()) }) { user in
      self.watch(&self.user, user, Self.userInterface)
      guard let user else { return self.follow(nil) }
      self.ask(user, .properties, "Get") {
        $0.string(Self.userInterface.text)
        $0.string("Display")
      } then: { reply in
        var reader = reply?.reader()
        let path =
          reader?.enter {
            $0.enter { (display: inout Reader) -> String? in
              display.skip()
              return display.objectPath()
            } ?? nil
          } ?? nil
        // Without a session it is "/".
        self.follow(path == "/" ? nil : path.flatMap { ObjectPath($0) })
      }
    }
  }

  private func follow(_ path: ObjectPath?) {
    watch(&self.path, path, Self.sessionInterface)
    read()
    connection.flush()
  }

  private func read() {
    guard let path else { return set(false, nil) }
    ask(path, .properties, "GetAll") {
      $0.string(Self.sessionInterface.text)
    } then: { reply in
      var session: String?
      var hint = false
      var reader = reply?.reader()
      reader?.forEachEntry { name, value in
        switch name {
        case "LockedHint": hint = value.boolean() ?? false
        case "Id": session = value.string()
        default: break
        }
      }
      self.set(hint, reply == nil ? nil : session ?? "")
    }
  }

  private func set(_ isLocked: Bool, _ session: String?) {
    guard isLocked != self.isLocked || session != self.session else { return }
    self.session = session
    self.isLocked = isLocked
    changed?()
  }

  // MARK: The bus

  private func watch(_ present: inout ObjectPath?, _ path: ObjectPath?, _ interface: BusName) {
    guard path != present else { return }
    if let present { connection.removeMatch(Self.changes(of: present, interface)) }
    if let path { connection.addMatch(Self.changes(of: path, interface)) }
    present = path
  }

  private static func changes(of path: ObjectPath, _ interface: BusName) -> MatchRule {
    MatchRule(
      sender: name,
      path: path,
      interface: .properties,
      member: "PropertiesChanged",
      argument: interface
    )
  }

  private func askManager(
    _ member: MemberName,
    _ arguments: (inout Writer) -> Void,
    then: @escaping (ObjectPath?) -> Void
  ) {
    ask("/org/freedesktop/login1", Self.manager, member, arguments) { reply in
      var reader = reply?.reader()
      then(reader?.objectPath().flatMap { ObjectPath($0) })
    }
  }

  private func ask(
    _ path: ObjectPath,
    _ interface: InterfaceName,
    _ member: MemberName,
    _ arguments: (inout Writer) -> Void,
    then: @escaping (Message?) -> Void
  ) {
    let question = OutgoingMessage.call(Self.name, path, interface, member).withoutAutoStart()
    question.append(arguments)
    let search = search
    connection.call(question) { answer in
      guard search == self.search else { return }
      switch answer {
      case .success(let reply): then(reply)
      case .failure: then(nil)
      }
    }
    connection.flush()
  }
}
