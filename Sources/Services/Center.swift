import DBus
import EventLoop
import Notifications
import Store

/// `org.hark.Center1`: what the user and the user's tools may do.
final class Center {
  static let interfaceName: InterfaceName = "org.hark.Center1"
  static let path: ObjectPath = "/org/hark/Daemon"

  unowned(unsafe) let connection: Connection
  unowned(unsafe) let desk: any Desk
  let calls: OpenCalls
  let peers: Peers
  private let rights: ControlRights
  let watchers: Watchers
  /// For descriptors, at rest; and how many there are in all.
  var threads: [WorkerThread] = []
  var threadCount = 0
  /// The descriptors that are read or written now, and whose they are.
  var loans: [(peer: String, file: BorrowedFile)] = []
  /// What watchers know of the state.
  var toldState = CenterState()

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
    watchers = Watchers(connection)
  }

  static let notification = Argument("notification", "a{sv}")
  static let id = Argument("id", "u")

  var interface: Interface {
    Interface(
      Self.interfaceName,
      methods: [
        Method(
          "List",
          [Argument("filter", "a{sv}")],
          returns: [Argument("notifications", "aa{sv}")]
        ) {
          [unowned(unsafe) self] in list($0)
        },
        Method("Inspect", [Self.id], returns: [Self.notification]) {
          [unowned(unsafe) self] in inspect($0)
        },
        Method("Explain", [Self.id], returns: [Argument("steps", "as")]) {
          [unowned(unsafe) self] in explain($0)
        },
        Method("Dismiss", [Argument("ids", "au")]) { [unowned(unsafe) self] in dismiss($0) },
        Method("DismissAll") { [unowned(unsafe) self] in desk.handle(.dismissAll(calls.open($0))) },
        Method("Invoke", [Self.id, Argument("action", "s")]) {
          [unowned(unsafe) self] in invoke($0)
        },
        Method("Snooze", [Self.id, Argument("seconds", "t")]) {
          [unowned(unsafe) self] in snooze($0)
        },
        Method("Watch", [Argument("options", "a{sv}")]) { [unowned(unsafe) self] in watch($0) },
        Method("Unwatch") { [unowned(unsafe) self] call in
          watchers.remove(call.message.sender)
          call.reply()
        },
        Method("Attach", [Argument("environment", "a{ss}")]) { [unowned(unsafe) self] in attach($0)
        },
        Method("Reload", returns: [Argument("problems", "as")]) { [unowned(unsafe) self] call in
          let problems = desk.reload()
          call.reply { $0.strings(problems) }
        },
        Method("Status", returns: [Argument("status", "a{sv}")]) { [unowned(unsafe) self] call in
          let status = desk.status
          call.reply { status.write(&$0) }
        },
      ] + appMethods + quietMethods + historyMethods + successionMethods,
      signals: [
        SignalDescription("Added", [Self.id, Self.notification]),
        SignalDescription("Changed", [Self.id, Self.notification]),
        SignalDescription("Removed", [Self.id, Argument("reason", "u")]),
        SignalDescription("AppChanged", [Argument("app", "s"), Argument("settings", "a{sv}")]),
        SignalDescription("StateChanged", [Argument("state", "a{sv}")]),
        SignalDescription("Dropped", []),
      ],
      properties: properties,
      admits: { [rights] in rights.admit($0) }
    )
  }

  private func list(_ call: MethodCall) {
    var reader = call.message.reader()
    let filter = ListFilter(&reader, AppNames(desk, peers))
    if let problem = filter.problem { return call.fail(.harkInvalidOptions, problem) }
    let offset = desk.wallClockOffset
    let entries = desk.core.listed.filter { filter.admits($0) }
    let hasDisplay = desk.core.hasDisplay
    call.reply {
      $0.array("a{sv}") {
        for entry in entries {
          entry.write(&$0, wallClockOffset: offset, hasDisplay: hasDisplay, details: nil)
        }
      }
    }
  }

  private func inspect(_ call: MethodCall) {
    var reader = call.message.reader()
    let id = reader.uint32() ?? 0
    let core = desk.core
    if let entry = core[id] {
      let offset = desk.wallClockOffset
      call.reply {
        entry.write(
          &$0,
          wallClockOffset: offset,
          hasDisplay: core.hasDisplay,
          details: EntryDetails(
            isConnected: core.isConnected(entry.owner),
            disabledActions: core.disabledActions(of: entry)
          )
        )
      }
    } else if let known = NotificationID(rawValue: id), let record = core.history.record(of: known)
    {
      call.reply { record.write(&$0) }
    } else {
      call.fail(.harkNotFound, "no notification has the id \(id)")
    }
  }

  private func explain(_ call: MethodCall) {
    var reader = call.message.reader()
    let raw = reader.uint32() ?? 0
    guard let id = NotificationID(rawValue: raw),
      let steps = desk.core.explanation(of: id, wall: desk.wallClock)
    else { return call.fail(.harkNotFound, "no notification has the id \(raw)") }
    call.reply { $0.strings(steps) }
  }

  private func snooze(_ call: MethodCall) {
    var reader = call.message.reader()
    let id = reader.uint32() ?? 0
    let seconds = reader.uint64() ?? 0
    desk.handle(.snooze(id, seconds: seconds, calls.open(call)))
  }

  private func dismiss(_ call: MethodCall) {
    desk.handle(.dismiss(Self.ids(call), calls.open(call)))
  }

  static func ids(_ call: MethodCall) -> [UInt32] {
    var reader = call.message.reader()
    var ids: [UInt32] = []
    reader.forEach { if let id = $0.uint32() { ids.append(id) } }
    return ids
  }

  private func invoke(_ call: MethodCall) {
    var reader = call.message.reader()
    let id = reader.uint32() ?? 0
    let key = reader.string() ?? ""
    desk.handle(.invoke(id, key: key, .control(calls.open(call))))
  }

  private func attach(_ call: MethodCall) {
    var environment: [(name: String, value: String)] = []
    var reader = call.message.reader()
    reader.forEach { entry in
      _ = entry.enter { pair in
        if let name = pair.string(), let value = pair.string() { environment.append((name, value)) }
      }
    }
    desk.attach(environment)
    call.reply()
  }

  func refuse(_ call: PendingReply, _ refusal: Effect.Refusal) {
    switch refusal {
    case .invalidID(let id): call.fail(.harkNotFound, "no live notification has the id \(id)")
    case .invalidIDs(let ids):
      var list = ids.prefix(100).map { "\($0)" }.joined(separator: ", ")
      if ids.count > 100 { list += " …" }
      call.fail(
        .harkNotFound,
        "no live notification has the id\(ids.count > 1 ? "s" : "") \(list)"
      )
    case .noSuchAction(let key): call.fail(.harkNotFound, "the notification has no action “\(key)”")
    case .nobodyHears:
      call.fail(.harkNotSupported, "its sender has left, and cannot be started to hear of it")
    }
  }

  // MARK: Signals to watchers

  /// No option means anything yet, and what is not known is ignored.
  private func watch(_ call: MethodCall) {
    // What changed before is told to those who watched it.
    tellState()
    if watchers.isEmpty { toldState = CenterState(desk.core) }
    if watchers.add(call.message.sender) {
      call.reply()
    } else {
      call.fail(.limitsExceeded, "there are \(Watchers.limit) watchers already")
    }
  }

  func forget(_ peer: String) {
    watchers.remove(peer)
    for loan in loans where loan.peer == peer { loan.file.giveBack() }
  }

  func signal(_ effect: Effect) {
    guard !watchers.isEmpty else { return }
    switch effect {
    case .added(let id): tell("Added", id)
    case .changed(let id): tell("Changed", id)
    case .appChanged(let app): tellApp(app)
    case .removed(let id, let reason):
      watchers.send("Removed") {
        $0.uint32(id.rawValue)
        $0.uint32(reason.rawValue)
      }
    default: break
    }
  }

  private func tell(_ member: MemberName, _ id: NotificationID) {
    let core = desk.core
    guard let entry = core[id.rawValue] else { return }
    let offset = desk.wallClockOffset
    watchers.send(member) {
      $0.uint32(id.rawValue)
      entry.write(&$0, wallClockOffset: offset, hasDisplay: core.hasDisplay, details: nil)
    }
  }
}
