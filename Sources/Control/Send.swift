import DBus
import EventLoop

extension Command {
  static var send: Command {
    Command(
      "send",
      operands: "TITLE [BODY]",
      count: 1...2,
      "Sends a notification to whichever daemon serves this session.",
      details: """
        With --wait it stays until the notification is closed, and prints the key of each action that is
        invoked, or, when none was, why it closed: expired, dismissed, closed or undefined. It then ends
        with 1 if there were actions to choose from and none was chosen.
        """,
      options: [
        Option("app", "NAME", "the name of the sender (hark)"),
        Option("icon", "NAME", "an icon name, a path or a file: URI"),
        Option("body", "TEXT", "the body, as BODY"),
        Option("urgency", "LEVEL", "low, normal or critical"),
        Option("timeout", "MS", "milliseconds until it expires; 0 never, -1 as the daemon likes"),
        Option("replace", "ID", "take the place of an earlier one"),
        Option("action", "KEY=LABEL", "a button; default=LABEL is a click on the whole (repeat)"),
        Option("category", "NAME", "such as email.arrived"),
        Option("tag", "TAG", "take the place of the live one with this tag"),
        Option("progress", "PERCENT", "a progress bar"),
        Option("transient", "leave no trace in the history"),
        Option("resident", "stay when an action is invoked"),
        Option("persistent", "harkd: stay until somebody closes it, off the screen after its time"),
        Option("id", "ID", "harkd: take the place of the live one with this id of its app's"),
        Option("open", "URL", "harkd: a click on the whole opens this"),
        Option("priority", "N", "harkd: -2 to 2; below 0 it does not come up"),
        Option("renotify", "harkd: come up again where it takes a place"),
        Option(
          "hint",
          "TYPE:NAME:VALUE",
          "any hint; TYPE is string, boolean, byte, int, uint, int64 or double (repeat)"
        ),
        Option("print-id", "print the id that it got"),
        Option("wait", "wait until it is closed"),
        Option("json", "print one JSON object per line: id, action, reason"),
      ]
    ) { arguments throws(Failure) in
      let request = try NotifyRequest(arguments)
      return try Sending(try Session(), request, arguments).run()
    }
  }
}

/// The arguments of `Notify`.
struct NotifyRequest {
  var appName: String
  var replaces: UInt32
  var icon: String
  var title: String
  var body: String
  var actions: [String] = []
  var hints: [Hint] = []
  var timeout: Int32

  init(_ arguments: Arguments) throws(Failure) {
    appName = arguments.value("app") ?? "hark"
    replaces = try arguments.number("replace", in: 1...UInt32.max) ?? 0
    icon = arguments.value("icon") ?? ""
    title = arguments.operands[0]
    guard arguments.operands.count == 1 || !arguments.has("body") else {
      throw .usage("the body is given twice: \(arguments.operands[1]) and --body")
    }
    body = arguments.value("body") ?? arguments.operands.dropFirst().first ?? ""
    timeout = try arguments.number("timeout", in: -1...Int32.max) ?? -1
    for action in arguments.values("action") {
      let parts = action.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw .usage("--action takes KEY=LABEL, not \(action)")
      }
      actions += parts.map { String($0) }
    }
    for text in arguments.values("hint") { set(try Hint(text)) }
    try setNamedHints(arguments)
  }

  private mutating func setNamedHints(_ arguments: Arguments) throws(Failure) {
    if let level = arguments.value("urgency") {
      guard let byte = ["low", "normal", "critical"].firstIndex(of: level) else {
        throw .usage("--urgency takes low, normal or critical, not \(level)")
      }
      set(Hint("urgency", .byte(UInt8(byte))))
    }
    if let category = arguments.value("category") { set(Hint("category", .string(category))) }
    // Other daemons know this name for it, harkd as well.
    if let tag = arguments.value("tag") { set(Hint("x-dunst-stack-tag", .string(tag))) }
    if let percent: Int32 = try arguments.number("progress", in: 0...100) {
      set(Hint("value", .int(percent)))
    }
    if arguments.has("transient") { set(Hint("transient", .boolean(true))) }
    if arguments.has("resident") { set(Hint("resident", .boolean(true))) }
    if arguments.has("persistent") { set(Hint("x-hark-persistent", .boolean(true))) }
    if let id = arguments.value("id") { set(Hint("x-hark-id", .string(id))) }
    if let target = arguments.value("open") { set(Hint("x-hark-navigate", .string(target))) }
    if let priority: Int32 = try arguments.number("priority", in: -2...2) {
      set(Hint("x-hark-priority", .int(priority)))
    }
    if arguments.has("renotify") { set(Hint("x-hark-renotify", .boolean(true))) }
  }

  private mutating func set(_ hint: Hint) {
    hints.removeAll { $0.name == hint.name }
    hints.append(hint)
  }

  var message: OutgoingMessage {
    let call = OutgoingMessage.call(.notifications, .notifications, .notifications, "Notify")
    call.append {
      $0.string(appName)
      $0.uint32(replaces)
      $0.string(icon)
      $0.string(title)
      $0.string(body)
      $0.strings(actions)
      $0.dictionary { for hint in hints { hint.write(&$0) } }
      $0.int32(timeout)
    }
    return call
  }
}

/// One `hark send`, from `Notify` to the end of the wait.
private final class Sending {
  private let session: Session
  private let request: NotifyRequest
  private let printsID: Bool
  private let waits: Bool
  private let asJSON: Bool
  private var id: UInt32 = 0
  private var server = ""
  private var wasInvoked = false
  private var isStopped = false
  private var outcome: Result<ExitCode, Failure> =
    .failure(.failed("the session bus went before the notification was closed"))

  init(_ session: Session, _ request: NotifyRequest, _ arguments: Arguments) {
    self.session = session
    self.request = request
    waits = arguments.has("wait")
    asJSON = arguments.has("json")
    printsID = asJSON || arguments.has("print-id")
  }

  func run() throws(Failure) -> ExitCode {
    if waits { listen() }
    session.connection.call(request.message) { [unowned(unsafe) self] answer in
      switch answer {
      case .success(let reply): sent(reply)
      case .failure(let error): stop(.failure(Self.refusal(error)))
      }
    }
    session.run()
    return try outcome.get()
  }

  private static func refusal(_ error: DBusError) -> Failure {
    switch error.name {
    case ErrorName.serviceUnknown.text, ErrorName.nameHasNoOwner.text:
      .noDaemon("no notification daemon on this bus, and none to start; start harkd")
    case ErrorName.noReply.text:
      .failed("the notification daemon does not answer; hark doctor tells which one it is")
    case let name where name.hasPrefix("org.freedesktop.DBus.Error.Spawn."):
      .noDaemon("the bus could not start a daemon (\(error.message)); hark doctor tells which one")
    default:
      Failure(error)
    }
  }

  /// Some daemons broadcast these signals.
  private func listen() {
    let connection = session.connection
    connection.signal = { [unowned(unsafe) self] in receive($0) }
    connection.closed = { [unowned(unsafe) self] in session.loop.quit() }
    for member: MemberName in ["ActionInvoked", "NotificationClosed"] {
      connection.addMatch(
        MatchRule(
          sender: .notifications,
          path: .notifications,
          interface: .notifications,
          member: member
        )
      )
    }
    connection.addMatch(
      MatchRule(
        sender: .bus,
        interface: .bus,
        member: "NameOwnerChanged",
        argument: .notifications
      )
    )
  }

  private func sent(_ reply: Message) {
    var reader = reply.reader()
    guard let id = reader.uint32() else {
      return stop(.failure(.failed("the daemon answered without an id")))
    }
    self.id = id
    server = reply.sender
    if printsID { tell("id", String(id)) { $0.number(id) } }
    if !waits { stop(.success(.success)) }
  }

  private func receive(_ signal: Message) {
    var reader = signal.reader()
    if signal.sender == BusName.bus.text {
      // Signals come from the owner of the name alone: whoever is next will not speak of this one.
      guard signal.isSignal(.bus, "NameOwnerChanged"), !server.isEmpty,
        reader.string() == BusName.notifications.text, reader.string() == server
      else { return }
      stop(.failure(.failed("the daemon left before the notification was closed")))
    } else if signal.sender == server, reader.uint32() == id {
      if signal.isSignal(.notifications, "ActionInvoked") {
        wasInvoked = true
        let key = reader.string() ?? ""
        tell("action", key) { $0.string(key) }
      } else if signal.isSignal(.notifications, "NotificationClosed") {
        closed(reader.uint32() ?? 0)
      }
    }
  }

  private func closed(_ reason: UInt32) {
    if !wasInvoked || asJSON { tell("reason", closeReasonName(reason)) { $0.number(reason) } }
    stop(.success(wasInvoked || request.actions.isEmpty ? .success : .failure))
  }

  private func stop(_ outcome: Result<ExitCode, Failure>) {
    // What came first is what counts.
    guard !isStopped else { return }
    isStopped = true
    self.outcome = outcome
    session.loop.quit()
  }

  private func tell(_ name: String, _ text: String, _ value: (inout JSON) -> Void) {
    let line =
      asJSON
      ? JSON.object {
        $0.key(name)
        value(&$0)
      } : printable(text)
    do throws(Failure) {
      try put(line + "\n")
    } catch {
      stop(.failure(error))
    }
  }
}
