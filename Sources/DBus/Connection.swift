import CDBus
import CLibc
package import EventLoop

/// A private connection to a message bus, on the loop.
///
/// libdbus finds the bus, authenticates and says hello; from then on the socket is ours: reading,
/// validating and building messages in libdbus costs more than everything else in a call
/// (docs/architecture.md). Outgoing messages wait in a queue until `flush()`, so that whoever owns
/// the turn decides when replies leave.
package final class Connection {
  package let loop: any EventLoop
  /// Owns the socket; nil where it is our own.
  private let raw: OpaquePointer?
  private let transport: Transport
  private let socket: Int32
  /// The bus's name for us; "" without a bus.
  package let uniqueName: String
  private var watch: Watch?
  private var outbox: [Outgoing] = []
  /// Bytes of the messages in it.
  private var outboxSize = 0
  private var lastSerial: UInt32
  private var pending: [UInt32: PendingCall] = [:]
  private var timer: Timer?
  private var isClosed = false
  /// What came while a blocking call waited for its reply.
  private var inbox: [Message] = []
  /// Calls that others have taken, and through whom they are answered.
  private var diversions: [CallOrigin: CallOrigin] = [:]
  /// Messages are here that no readiness of the socket tells of.
  private var hasLeftovers = false
  /// Somebody was told that there is no room.
  private var isHeldUp = false

  /// Called with each method call.
  package var methodCall: ((Message) -> Void)?
  /// Called with each signal.
  package var signal: ((Message) -> Void)?
  /// Called once when the bus is gone.
  package var closed: (() -> Void)?
  /// Called when there is room again, after `hasRoom()` was false.
  package var relieved: (() -> Void)?
  /// Called with the name of each signal that is too long to be sent.
  package var dropped: ((MemberName) -> Void)?

  /// Messages handled before other sources of the loop get their turn.
  private static let batch = 64
  /// Bytes that may wait for the socket before no more calls are taken: the answers to one write of
  /// a client can be a thousand times as long.
  static let roomToSend = 64 << 20

  /// Takes over a private connection that has said hello.
  convenience init(adopting raw: OpaquePointer, _ loop: any EventLoop) {
    dbus_connection_set_exit_on_disconnect(raw, 0)
    // All that libdbus may have read after the bus's answer is NameAcquired, which nobody waits for.
    var socket: Int32 = -1
    dbus_connection_get_unix_fd(raw, &socket)
    self.init(raw, socket, loop)
  }

  init(_ raw: OpaquePointer?, _ socket: Int32, _ loop: any EventLoop) {
    self.raw = raw
    self.socket = socket
    uniqueName = raw.flatMap { dbus_bus_get_unique_name($0) }.map { String(cString: $0) } ?? ""
    self.loop = loop
    transport = Transport(socket)
    // Hello and what else libdbus may have sent came before.
    lastSerial = 100
    let watch = loop.watch(socket, .readable) { [unowned(unsafe) self] in wake($0) }
    watch.prepare = { [unowned(unsafe) self] in hasLeftovers && !isCongested }
    watch.check = { [unowned(unsafe) self] in !$0.isEmpty || (hasLeftovers && !isCongested) }
    self.watch = watch
  }

  /// Takes over a socket that leads to a bus, or to a test.
  package convenience init(adopting socket: Int32, _ loop: any EventLoop) {
    self.init(nil, socket, loop)
  }

  /// Whether there is a session bus to connect to. Without its address libdbus would start a bus of
  /// its own, which nobody else is on.
  package static var hasSession: Bool {
    if getenv("DBUS_SESSION_BUS_ADDRESS") != nil { return true }
    guard let folder = getenv("XDG_RUNTIME_DIR") else { return false }
    return access(String(cString: folder) + "/bus", F_OK) == 0
  }

  /// Connects to the session bus and says hello; blocks until the bus has answered.
  package static func session(_ loop: any EventLoop) throws(DBusError) -> Connection {
    Connection(
      adopting: nonNull(try reporting { dbus_bus_get_private(DBUS_BUS_SESSION, $0) }),
      loop
    )
  }

  deinit {
    watch?.cancel()
    if let raw {
      dbus_connection_close(raw)
      dbus_connection_unref(raw)
    } else {
      CLibc.close(socket)
    }
  }

  // MARK: Sending

  /// Queues a message; it leaves with the next `flush()`.
  @inline(never)
  package func enqueue(_ message: OutgoingMessage) {
    queue(Outgoing(message: diverted(message), call: nil))
  }

  /// The answer to `call`, which came inside `carrier`, goes back inside the answer to that.
  package func divertAnswer(to call: Message, through carrier: Message) {
    let origin = CallOrigin(sender: call.sender, serial: call.serial)
    diversions[origin] = CallOrigin(sender: carrier.sender, serial: carrier.serial)
  }

  private func diverted(_ message: OutgoingMessage) -> OutgoingMessage {
    guard !diversions.isEmpty, message.replySerial != 0 else { return message }
    let origin = CallOrigin(sender: message.destination, serial: message.replySerial)
    return diversions.removeValue(forKey: origin).map { message.wrapped(to: $0) } ?? message
  }

  private func queue(_ outgoing: Outgoing) {
    outbox.append(outgoing)
    outboxSize += outgoing.message.bodySize
  }

  /// Hands everything queued to the socket, in order. Does not block: what the socket does not take
  /// now follows when it can.
  package func flush() {
    guard !outbox.isEmpty else { return }
    var refused: [OutgoingMessage] = []
    var failed: [PendingCall] = []
    for outgoing in outbox {
      var message = outgoing.message
      if message.isTooLong {
        guard let excuse = message.excuse else {
          if let call = outgoing.call { failed.append(call) } else { refused.append(message) }
          continue
        }
        message = excuse
      }
      lastSerial = lastSerial == .max ? 1 : lastSerial + 1
      transport.enqueue(message.marshalled(serial: lastSerial), message.descriptor)
      if let call = outgoing.call { register(call, lastSerial) }
    }
    outbox = []
    outboxSize = 0
    send()
    for message in refused { if let member = message.member { dropped?(member) } }
    for call in failed {
      call.handler(.failure(DBusError(.limitsExceeded, "the call is longer than D-Bus allows")))
    }
  }

  /// Blocks until all that was sent has left, for so many milliseconds at most.
  package func drain(milliseconds: Int64) {
    flush()
    let deadline = loop.now + milliseconds * 1_000_000
    while transport.hasUnsent, !transport.isBroken, loop.now < deadline {
      var record = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
      _ = poll(&record, 1, 100)
      send()
    }
  }

  private func send() {
    transport.send()
    var events: Readiness = isCongested ? [] : .readable
    if transport.hasUnsent { events.insert(.writable) }
    watch?.events = events
  }

  private var isCongested: Bool { transport.unsent + outboxSize > Self.roomToSend }

  /// Whether one more call may be answered now; `relieved` tells when it may again.
  package func hasRoom() -> Bool {
    guard isCongested else { return true }
    isHeldUp = true
    hasLeftovers = true
    return false
  }

  package typealias ReplyHandler = (Result<Message, DBusError>) -> Void

  /// Queues a call; `handler` gets the reply, or an error at most `timeout` milliseconds after the
  /// call has left.
  package func call(
    _ message: OutgoingMessage,
    timeout: Int = 25_000,
    _ handler: @escaping ReplyHandler
  ) {
    let call = PendingCall(handler: handler, timeout: Int64(timeout) * 1_000_000)
    queue(Outgoing(message: message, call: call))
  }

  private func register(_ call: PendingCall, _ serial: UInt32) {
    var call = call
    call.deadline = loop.now + call.timeout
    pending[serial] = call
    if timer == nil { timer = loop.timer { [unowned(unsafe) self] in expireCalls() } }
    timer?.deadline = min(timer?.deadline ?? .max, call.deadline)
  }

  /// Sends a call and blocks for its reply: for the time before the loop turns, and for tools.
  package func callAndWait(
    _ message: OutgoingMessage,
    timeout: Int = 25_000
  ) throws(DBusError) -> Message {
    var answer: Result<Message, DBusError>?
    let deadline = loop.now + Int64(timeout) * 1_000_000
    // What is queued leaves at the end of the turn, and not before.
    let queued = outbox
    outbox = []
    call(message) { answer = $0 }
    flush()
    outbox = queued + outbox
    outboxSize = outbox.reduce(0) { $0 + $1.message.bodySize }
    let serial = lastSerial
    while answer == nil {
      let left = (deadline - loop.now) / 1_000_000
      guard left > 0 else {
        answered(serial, .failure(DBusError(.noReply, "no answer in time")))
        break
      }
      let events = transport.hasUnsent ? POLLIN | POLLOUT : POLLIN
      var record = pollfd(fd: socket, events: Int16(events), revents: 0)
      guard poll(&record, 1, Int32(clamping: left)) > 0 else { continue }
      send()
      transport.receive()
      while let next = transport.next() {
        if next.replySerial == serial {
          answered(serial, Self.answer(next))
        } else {
          inbox.append(next)
        }
      }
      if transport.isBroken, answer == nil {
        answered(serial, .failure(Self.gone))
      }
    }
    hasLeftovers = true
    switch answer {
    case .success(let reply): return reply
    case .failure(let error): throw error
    case nil: throw Self.gone
    }
  }

  private static var gone: DBusError { DBusError(.disconnected, "the bus is gone") }

  private func answered(_ serial: UInt32, _ answer: Result<Message, DBusError>) {
    guard let call = pending.removeValue(forKey: serial) else { return }
    // A poll with a time limit costs more than one without.
    if pending.isEmpty { timer?.deadline = nil }
    call.handler(answer)
  }

  private func expireCalls() {
    let now = loop.now
    for (serial, call) in pending where call.deadline <= now {
      pending[serial] = nil
      call.handler(.failure(DBusError(.noReply, "no answer in time")))
    }
    timer?.deadline = pending.values.map { $0.deadline }.min()
  }

  // MARK: Receiving

  private func wake(_ readiness: Readiness) {
    if !readiness.isDisjoint(with: [.writable, .failed]) { send() }
    if isHeldUp, !isCongested {
      isHeldUp = false
      relieved?()
    }
    var left = Self.batch
    // A read that brought several messages is a busy sender's: look again at once, so that a batch
    // shares one turn.
    var handled = 0
    repeat {
      if !hasLeftovers, !isCongested, !readiness.isEmpty { transport.receive() }
      handled = dispatch(atMost: left)
      left -= handled
      hasLeftovers = left == 0 || isCongested || isHeldUp || !inbox.isEmpty
    } while handled >= 4 && left > 0 && !isClosed && !hasLeftovers
    if transport.isBroken { close() }
  }

  /// They are handled before all that is yet to come, as if they came now.
  package func putBack(_ messages: [Message]) {
    guard !messages.isEmpty else { return }
    inbox.insert(contentsOf: messages, at: 0)
    hasLeftovers = true
  }

  private func dispatch(atMost limit: Int) -> Int {
    var count = 0
    while count < limit, !isClosed, !isCongested, let next = next() {
      receive(next)
      count += 1
    }
    return count
  }

  private func next() -> Message? {
    inbox.isEmpty ? transport.next() : inbox.removeFirst()
  }

  private func receive(_ message: Message) {
    switch message.kind {
    case .methodCall:
      methodCall?(message)
    case .signal:
      signal?(message)
    case .methodReturn, .error:
      answered(message.replySerial, Self.answer(message))
    case .other:
      break
    }
  }

  private static func answer(_ reply: Message) -> Result<Message, DBusError> {
    reply.kind == .error ? .failure(reply.error) : .success(reply)
  }

  private func close() {
    guard !isClosed else { return }
    isClosed = true
    watch?.cancel()
    let calls = Array(pending.values) + outbox.compactMap { $0.call }
    pending = [:]
    outbox = []
    outboxSize = 0
    for call in calls {
      call.handler(.failure(Self.gone))
    }
    closed?()
  }
}

private struct Outgoing {
  var message: OutgoingMessage
  /// What waits for the answer, when it is a call.
  var call: PendingCall?
}

private struct PendingCall {
  var handler: Connection.ReplyHandler
  /// In nanoseconds.
  var timeout: Int64
  var deadline: Int64 = .max
}
