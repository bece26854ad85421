import EventLoop
import Glibc
import Identity
import Notifications
import Store

@testable import DBus
@testable import Services

/// A core and the services round it, as the daemon has them, on a bus that the test plays.
final class Office: Desk {
  let bus: FalseBus
  private let folder = Folder()
  private(set) var core = Core()
  private(set) var services: Services?
  let wallClock: Int64 = 0
  let wallClockOffset: Int64 = 0
  let status = Status(
    version: "",
    display: nil,
    outputs: [],
    problems: [],
    fileProblems: [],
    lock: "",
    store: ""
  )
  let store: Store
  private var serial: UInt32 = 1000

  init(_ bus: FalseBus, stateDirectory: String? = nil) {
    self.bus = bus
    store = Store(bus.loop, directory: stateDirectory ?? folder.path) { _ in }
    let files = DesktopFiles(bus.loop, folders: [], searchPath: [], locale: MessageLocale("C"))
    let services = Services(bus.connection, self, Identifier(files))
    bus.connection.signal = { [unowned services] in services.handleSignal($0) }
    self.services = services
    bus.connection.flush()
    for question in bus.questions() where question.member != "AddMatch" {
      try? bus.refuse(question)
    }
  }

  func handle(_ event: Event) {
    for effect in core.apply(event, at: Instant(nanoseconds: bus.loop.now)) {
      services?.perform(effect)
    }
    store.note(&core)
    store.commit()
  }

  func report(_ problem: String) {}
  func hasFocus(_ process: Int32, _ ids: [String]) -> Bool { false }
  func reload() -> [String] { [] }
  func attach(_ environment: [(name: String, value: String)]) {}
  func handOver(_ call: MethodCall) {
    call.reply {
      $0.strings([])
      $0.int64(0)
    }
  }
  func restart(_ call: MethodCall) { call.reply() }

  /// Calls, and tells of a new peer which process it is: none for one that has left.
  func call(
    _ path: ObjectPath,
    _ interface: InterfaceName,
    _ member: MemberName,
    from sender: String = ":1.7",
    processID: Int32? = nil,
    _ arguments: (inout Writer) -> Void
  ) throws -> Message? {
    serial += 1
    try bus.send([bus.call(serial, path, interface, member, from: sender, arguments)])
    for question in bus.questions() where question.member == "GetConnectionCredentials" {
      if let processID {
        try bus.answer(question, processID: processID)
      } else {
        try bus.refuse(question, .nameHasNoOwner)
      }
    }
    store.settle()
    bus.connection.flush()
    return bus.answer(to: serial)
  }

  /// Lends the descriptor; gives the serial of the call.
  func lend(
    _ descriptor: Int32,
    _ member: MemberName,
    from sender: String = ":1.7",
    _ arguments: (inout Writer) -> Void = { _ in }
  ) throws -> UInt32 {
    serial += 1
    let call = OutgoingMessage.call("a.b", Center.path, Center.interfaceName, member)
    call.append {
      arguments(&$0)
      $0.descriptor()
    }
    try bus.send(call, serial: serial, from: sender, with: descriptor)
    return serial
  }

  /// The answer to a call that threads work on.
  func answer(to serial: UInt32, within limit: Duration = .seconds(10)) -> Message? {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      for descriptor in 0..<1024 as Range<Int32> { bus.loop.signal(descriptor, .readable) }
      store.settle()
      bus.connection.flush()
      if let answer = bus.answer(to: serial) { return answer }
      usleep(2000)
    }
    return nil
  }

  @discardableResult
  func notify(
    _ title: String,
    from sender: String = ":1.7",
    named name: String = "Office",
    processID: Int32? = getpid(),
    hints: (inout Writer) -> Void = { _ in }
  ) throws -> UInt32? {
    let answer = try call(
      FreedesktopNotifications.path,
      FreedesktopNotifications.name,
      "Notify",
      from: sender,
      processID: processID
    ) {
      $0.string(name)
      $0.uint32(0)
      for text in ["", title, "The body"] { $0.string(text) }
      $0.strings([])
      $0.dictionary("sv", hints)
      $0.int32(0)
    }
    var reader = answer?.reader()
    return reader?.uint32()
  }
}
