import DBus
import EventLoop

extension Command {
  static var watch: Command {
    Command(
      "watch",
      "Tells what is live, then what comes, changes and goes, until it is interrupted.",
      details: """
        Where no harkd runs, or it restarts, hark watch waits for the next and tells anew what is live.
        It also does so when it fell so far behind that harkd dropped it: what came between is missing.
        In JSON each object has an event: connected, with the version of the format, live, added,
        changed, removed, state, permission, app, badge or disconnected. docs/watch.md has the fields of
        each, and a module for waybar.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      let session = try Session()
      throw Watcher(session, asJSON: arguments.has("json")).run()
    }
  }
}

/// Follows harkd through its restarts.
private final class Watcher {
  /// Of the format: events and fields may join it, and none changes its meaning.
  private static let version = 1

  private let session: Session
  private let asJSON: Bool
  /// The unique name of the harkd that is followed, once it has told what is live.
  private var followed: String?
  /// Counts the daemons tried, so that a late answer of an earlier one is known as such.
  private var attempt = 0
  private var toldCause: String?
  private var failure = Failure.noDaemon("the session bus is gone")

  init(_ session: Session, asJSON: Bool) {
    self.session = session
    self.asJSON = asJSON
  }

  /// Returns why it had to end.
  func run() -> Failure {
    let connection = session.connection
    connection.signal = { [unowned(unsafe) self] in receive($0) }
    // harkd asks now and then whether its watchers still read.
    connection.methodCall = { [unowned(unsafe) self] in
      session.connection.enqueue(.reply(to: $0))
    }
    connection.closed = { [unowned(unsafe) self] in session.loop.quit() }
    connection.addMatch(
      MatchRule(
        sender: .bus,
        interface: .bus,
        member: "NameOwnerChanged",
        argument: .hark
      )
    )
    connect()
    session.run()
    return failure
  }

  private func connect() {
    attempt += 1
    let current = attempt
    let watch = OutgoingMessage.call(.hark, .hark, .center, "Watch").withoutAutoStart()
    watch.append { $0.dictionary { _ in } }
    session.connection.call(watch) { [unowned(unsafe) self] answer in
      if current == attempt, case .failure(let error) = answer { refused(error) }
    }
    let list = OutgoingMessage.call(.hark, .hark, .center, "List").withoutAutoStart()
    list.append { $0.dictionary { _ in } }
    session.connection.call(list) { [unowned(unsafe) self] answer in
      guard current == attempt else { return }
      switch answer {
      case .success(let reply): begin(reply)
      case .failure(let error): refused(error)
      }
    }
    let state = OutgoingMessage.call(.hark, .hark, .properties, "GetAll").withoutAutoStart()
    state.append { $0.string(InterfaceName.center.text) }
    session.connection.call(state) { [unowned(unsafe) self] answer in
      guard current == attempt, case .success(let reply) = answer else { return }
      var reader = reply.reader()
      tellState(&reader)
    }
    let badges = OutgoingMessage.call(.hark, .hark, .badges, "List").withoutAutoStart()
    session.connection.call(badges) { [unowned(unsafe) self] answer in
      guard current == attempt, case .success(let reply) = answer else { return }
      var reader = reply.reader()
      reader.forEach { element in _ = element.enter { tell(ShownBadge(&$0)) } }
    }
  }

  private func refused(_ error: DBusError) {
    let failure = Failure(error)
    attempt += 1
    if failure.code == .noDaemon {
      complain("hark: no harkd on this bus yet, waiting for it")
    } else {
      stop(failure)
    }
  }

  private func stop(_ failure: Failure) {
    self.failure = failure
    session.loop.quit()
  }

  // MARK: What arrives

  /// Signals that came before the list are in it already.
  private func begin(_ list: Message) {
    followed = list.sender
    if asJSON {
      tell(
        event("connected") {
          $0.key("version")
          $0.number(Self.version)
        }
      )
    }
    var reader = list.reader()
    if asJSON {
      reader.forEach { element in tell(event("live") { $0.members(&element) }) }
    } else {
      var rows: [[String]] = []
      reader.forEach { rows.append(Self.padded("live") + Live(&$0).row) }
      tell(aligned(rows, width: terminalWidth))
    }
  }

  private func receive(_ signal: Message) {
    if signal.sender == BusName.bus.text, signal.isSignal(.bus, "NameOwnerChanged") {
      ownerChanged(signal)
    } else if signal.sender == followed, signal.isSignal(.badges, "Changed") {
      var reader = signal.reader()
      tell(ShownBadge(&reader))
    } else if signal.sender == followed, signal.isSignal(.permissions, "Changed") {
      var reader = signal.reader()
      tellPermission(&reader)
    } else if signal.sender == followed, signal.interface == InterfaceName.center.text {
      var reader = signal.reader()
      if signal.member == "StateChanged" { return tellState(&reader) }
      if signal.member == "AppChanged" { return tellApp(reader.string() ?? "", &reader) }
      let id = reader.uint32() ?? 0
      switch signal.member {
      case "Added": tell("added", id, &reader)
      case "Changed": tell("changed", id, &reader)
      case "Removed": tellRemoved(id, reader.uint32() ?? 0)
      case "Dropped": dropped()
      default: break
      }
    }
  }

  /// harkd sends nothing more after this.
  private func dropped() {
    followed = nil
    if asJSON { tell(event("disconnected")) }
    complain("hark: fell behind and missed what happened since; what is live now:")
    connect()
  }

  private func ownerChanged(_ signal: Message) {
    var reader = signal.reader()
    guard reader.string() == BusName.hark.text else { return }
    _ = reader.string()
    let isThere = reader.string() != ""
    if followed != nil {
      followed = nil
      if asJSON { tell(event("disconnected")) }
      if !isThere { complain("hark: harkd left, waiting for the next") }
    }
    if isThere { connect() } else { attempt += 1 }
  }

  // MARK: What is told

  private func tell(_ name: String, _ id: UInt32, _ reader: inout Reader) {
    if asJSON {
      tell(
        event(name) {
          $0.key("id")
          $0.number(id)
          $0.members(&reader, except: ["id"])
        }
      )
    } else {
      tell(aligned([Self.padded(name) + Live(&reader).row], width: terminalWidth))
    }
  }

  private func tellRemoved(_ id: UInt32, _ reason: UInt32) {
    if asJSON {
      tell(
        event("removed") {
          $0.key("id")
          $0.number(id)
          $0.key("reason")
          $0.number(reason)
        }
      )
    } else {
      tell(aligned([["removed", String(id), Timestamp.now.text, closeReasonName(reason)]]))
    }
  }

  private func tellState(_ reader: inout Reader) {
    if asJSON {
      tell(event("state") { $0.state(&reader) })
    } else {
      // What is not seen yet is in the lines about notifications.
      let cause = State(&reader).cause
      guard cause != toldCause else { return }
      toldCause = cause
      tell(aligned([Self.padded("state") + [cause]], width: terminalWidth))
    }
  }

  private func tellApp(_ key: String, _ reader: inout Reader) {
    if asJSON {
      tell(event("app") { $0.members(&reader) })
    } else {
      tell(aligned([Self.padded("app") + App(key, &reader).row], width: terminalWidth))
    }
  }

  private func tellPermission(_ reader: inout Reader) {
    // For people the line of the app has it.
    guard asJSON else { return }
    let (app, state) = (reader.string() ?? "", reader.string() ?? "")
    var status = PermissionStatus(app: app, state: state)
    status.readDetails(&reader)
    tell(event("permission") { status.write(&$0) })
  }

  private func tell(_ badge: ShownBadge) {
    tell(
      asJSON
        ? event("badge") { badge.write(&$0) }
        : aligned([Self.padded("badge") + badge.row], width: terminalWidth)
    )
  }

  /// As long as the longest, so that lines printed one by one stand below each other.
  private static func padded(_ event: String) -> [String] {
    [event + String(repeating: " ", count: 7 - event.utf8.count)]
  }

  private func event(_ name: String, _ members: (inout JSON) -> Void = { _ in }) -> String {
    JSON.object {
      $0.key("event")
      $0.string(name)
      members(&$0)
    } + "\n"
  }

  private func tell(_ text: String) {
    do throws(Failure) {
      try put(text)
    } catch {
      stop(error)
    }
  }
}
