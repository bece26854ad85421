import CDBus
package import EventLoop

/// A private connection to a message bus, on the loop.
///
/// Messages are popped and dispatched here, not by libdbus' dispatcher: its filters, object tree and
/// pending calls cost more than everything else in a call. Outgoing messages wait in a queue until
/// `flush()`, so that whoever owns the turn decides when replies leave.
package final class Connection {
  private let raw: OpaquePointer
  private let loop: any EventLoop
  private var watch: Watch?
  /// libdbus has one watch for reading and one for writing; both share one descriptor of the loop.
  private var watches: [OpaquePointer] = []
  private var outbox: [Message] = []
  private var pending: [UInt32: PendingCall] = [:]
  private var timer: Timer?
  private var isClosed = false
  /// Messages may be queued that no readiness of the descriptor tells of: a batch was full, or a
  /// blocking call read them while it waited for its reply.
  private var hasLeftovers = true

  /// Called with each method call.
  package var methodCall: ((Message) -> Void)?
  /// Called with each signal.
  package var signal: ((Message) -> Void)?
  /// Called once when the bus is gone.
  package var closed: (() -> Void)?

  /// Messages handled before other sources of the loop get their turn.
  private static let batch = 64

  private init(adopting raw: OpaquePointer, loop: any EventLoop) {
    self.raw = raw
    self.loop = loop
  }

  /// Connects to the session bus and says hello; blocks until the bus has answered.
  package static func session(_ loop: any EventLoop) throws(DBusError) -> Connection {
    let raw = try reporting { dbus_bus_get_private(DBUS_BUS_SESSION, $0) }
    let connection = Connection(adopting: nonNull(raw), loop: loop)
    connection.attach()
    return connection
  }

  deinit {
    dbus_connection_set_watch_functions(raw, nil, nil, nil, nil, nil)
    watch?.cancel()
    dbus_connection_close(raw)
    dbus_connection_unref(raw)
  }

  package var uniqueName: String {
    dbus_bus_get_unique_name(raw).map { String(cString: $0) } ?? ""
  }

  // MARK: Sending

  /// Queues a message; it leaves with the next `flush()`.
  package func enqueue(_ message: Message) {
    outbox.append(message)
  }

  /// Hands everything queued to the transport, in order. Does not block: what the socket does not
  /// take now follows when it can.
  package func flush() {
    guard !outbox.isEmpty else { return }
    for message in outbox { dbus_connection_send(raw, message.raw, nil) }
    outbox.removeAll(keepingCapacity: true)
  }

  package typealias ReplyHandler = (Result<Message, DBusError>) -> Void

  /// Sends a call at once; `handler` gets the reply, or an error, at most `timeout` milliseconds later.
  package func call(_ message: Message, timeout: Int = 25_000, _ handler: @escaping ReplyHandler) {
    var serial: UInt32 = 0
    flush()
    dbus_connection_send(raw, message.raw, &serial)
    let deadline = loop.now + Int64(timeout) * 1_000_000
    pending[serial] = PendingCall(handler: handler, deadline: deadline)
    if timer == nil { timer = loop.timer { [unowned(unsafe) self] in expireCalls() } }
    timer?.deadline = min(timer?.deadline ?? .max, deadline)
  }

  /// Sends a call and blocks for its reply: for the time before the loop turns, and for tools.
  package func callAndWait(
    _ message: Message,
    timeout: Int = 25_000
  ) throws(DBusError) -> Message {
    flush()
    hasLeftovers = true
    let reply = try reporting {
      dbus_connection_send_with_reply_and_block(raw, message.raw, Int32(timeout), $0)
    }
    return Message(adopting: nonNull(reply))
  }

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

  private func attach() {
    dbus_connection_set_exit_on_disconnect(raw, 0)
    var descriptor: Int32 = -1
    dbus_connection_get_unix_fd(raw, &descriptor)
    let watch = loop.watch(descriptor, []) { [unowned(unsafe) self] in wake($0) }
    watch.prepare = { [unowned(unsafe) self] in hasLeftovers }
    watch.check = { [unowned(unsafe) self] in !$0.isEmpty || hasLeftovers }
    self.watch = watch
    let me = Unmanaged.passUnretained(self).toOpaque()
    dbus_connection_set_watch_functions(
      raw,
      { watch, me in
        if let watch, let me { Connection.from(me).add(watch) }
        return 1
      },
      { watch, me in if let watch, let me { Connection.from(me).remove(watch) } },
      { _, me in if let me { Connection.from(me).watchesChanged() } },
      me,
      nil
    )
  }

  private static func from(_ me: UnsafeMutableRawPointer) -> Connection {
    Unmanaged<Connection>.fromOpaque(me).takeUnretainedValue()
  }

  private func add(_ watch: OpaquePointer) {
    watches.append(watch)
    watchesChanged()
  }

  private func remove(_ watch: OpaquePointer) {
    watches.removeAll { $0 == watch }
    watchesChanged()
  }

  private func watchesChanged() {
    var events: Readiness = []
    for watch in watches where dbus_watch_get_enabled(watch) != 0 {
      let flags = dbus_watch_get_flags(watch)
      if flags & DBUS_WATCH_READABLE.rawValue != 0 { events.insert(.readable) }
      if flags & DBUS_WATCH_WRITABLE.rawValue != 0 { events.insert(.writable) }
    }
    watch?.events = events
  }

  private func wake(_ readiness: Readiness) {
    var left = Self.batch
    // libdbus reads about 2 KiB at a time. A pass that brought several messages is a busy sender's:
    // look again at once, so that a batch shares one turn.
    var handled = 0
    repeat {
      handle(readiness)
      handled = dispatch(atMost: left)
      left -= handled
    } while handled >= 4 && left > 0 && !isClosed
    hasLeftovers = left == 0
  }

  private func handle(_ readiness: Readiness) {
    // Handling a watch may remove it or its twin.
    for watch in watches where watches.contains(watch) && dbus_watch_get_enabled(watch) != 0 {
      var condition: UInt32 = 0
      let flags = dbus_watch_get_flags(watch)
      if readiness.contains(.readable) { condition |= flags & DBUS_WATCH_READABLE.rawValue }
      if readiness.contains(.writable) { condition |= flags & DBUS_WATCH_WRITABLE.rawValue }
      if !readiness.isDisjoint(with: .failed) {
        condition |= DBUS_WATCH_ERROR.rawValue | DBUS_WATCH_HANGUP.rawValue
      }
      if condition != 0 { dbus_watch_handle(watch, condition) }
    }
  }

  private func dispatch(atMost limit: Int) -> Int {
    var count = 0
    while count < limit, !isClosed, let next = dbus_connection_pop_message(raw) {
      receive(Message(adopting: next))
      count += 1
    }
    return count
  }

  private func receive(_ message: Message) {
    switch message.kind {
    case .methodCall:
      methodCall?(message)
    case .signal:
      if message.isSignal(.local, "Disconnected") {
        close()
      } else {
        signal?(message)
      }
    case .methodReturn:
      answered(message.replySerial, .success(message))
    case .error:
      answered(message.replySerial, .failure(message.error))
    case .other:
      break
    }
  }

  private func close() {
    guard !isClosed else { return }
    isClosed = true
    watch?.cancel()
    let calls = pending
    pending = [:]
    for call in calls.values {
      call.handler(.failure(DBusError(.disconnected, "the bus is gone")))
    }
    closed?()
  }
}

private struct PendingCall {
  var handler: Connection.ReplyHandler
  var deadline: Int64
}
