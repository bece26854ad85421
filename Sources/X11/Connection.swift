import CLibc
import CXcb
import EventLoop

/// One connection to an X server, on the loop.
///
/// It never waits: replies come to `expect`'s closures, and nothing is written while the server does
/// not read.
final class Connection {
  let raw: OpaquePointer
  /// Whether the server is on this machine, at the end of a Unix socket.
  let isUnix: Bool
  private(set) var isOpen = true

  /// An event, or the error of a request that nobody waits for (`response_type` 0).
  var onEvent: ((UnsafePointer<xcb_generic_event_t>) -> Void)?
  /// All that had come was handed out.
  var onDrained: (() -> Void)?
  /// There is room again, after `hasRoom` said no.
  var onRoom: (() -> Void)?
  /// Called once; everything is released by then.
  var onLost: ((String) -> Void)?

  private let descriptor: Int32
  private var watch: Watch?
  private var replies: [(sequence: UInt32, then: (UnsafeMutableRawPointer?) -> Void)] = []
  /// Taken from libxcb's queue while looking whether the loop may sleep.
  private var early: UnsafeMutablePointer<xcb_generic_event_t>?
  /// How much libxcb had read when all of it was handed out.
  ///
  /// It reads while it writes, too, and the descriptor does not tell of that.
  private var handedOut: UInt64 = 0
  private var awaitsRoom = false

  private static let batch = 256

  init?(_ loop: any EventLoop, _ answer: Handshake.Answer) {
    cxcb_ignore_sigpipe()
    let adopted = answer.setup.withUnsafeBytes {
      cxcb_adopt(answer.socket, $0.baseAddress, $0.count)
    }
    guard let adopted else { return nil }
    raw = adopted
    isUnix = answer.isUnix
    descriptor = xcb_get_file_descriptor(adopted)
    let watch = loop.watch(descriptor, .readable) { self.turn($0) }
    watch.prepare = { self.hasWork() }
    self.watch = watch
  }

  /// Ends the connection and every wait; safe from within any of the closures.
  func close() {
    guard isOpen else { return }
    isOpen = false
    watch?.cancel()
    watch = nil
    free(early)
    early = nil
    replies = []
    xcb_disconnect(raw)
    onEvent = nil
    onDrained = nil
    onRoom = nil
    onLost = nil
  }

  /// Calls `then` with the reply to the request, or with nil when the server answers with an error.
  ///
  /// The reply is freed afterwards. Requests must be announced here in the order they were made.
  func expect(_ sequence: UInt32, _ then: @escaping (UnsafeMutableRawPointer?) -> Void) {
    replies.append((sequence, then))
  }

  /// Whether tens of kilobytes of requests can be written without waiting; if not, `onRoom` comes.
  func hasRoom() -> Bool {
    guard isOpen else { return false }
    var record = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    let hasRoom = poll(&record, 1, 0) == 1 && record.revents & Int16(POLLOUT) != 0
    if !hasRoom { awaitRoom() }
    return hasRoom
  }

  /// Sends what was asked for, now or when the server reads again.
  func flush() {
    guard hasRoom() else { return }
    xcb_flush(raw)
  }

  private func awaitRoom() {
    awaitsRoom = true
    watch?.events = [.readable, .writable]
  }

  private func hasWork() -> Bool {
    guard isOpen else { return false }
    if early == nil { early = xcb_poll_for_queued_event(raw) }
    return early != nil || xcb_connection_has_error(raw) != 0
      || (!replies.isEmpty && xcb_total_read(raw) != handedOut)
  }

  private func turn(_ readiness: Readiness) {
    if awaitsRoom, readiness.contains(.writable) {
      awaitsRoom = false
      watch?.events = .readable
      onRoom?()
    }
    drain()
    guard isOpen else { return }
    let error = xcb_connection_has_error(raw)
    if error != 0 {
      let onLost = onLost
      close()
      onLost?(Self.words(error))
      return
    }
    onDrained?()
    if isOpen { flush() }
  }

  private func drain() {
    var left = Self.batch
    var progressed = true
    while progressed, isOpen {
      progressed = false
      while isOpen, let event = nextEvent() {
        progressed = true
        onEvent?(event)
        free(event)
        left -= 1
        if left <= 0 { return }
      }
      while isOpen, let next = replies.first {
        var reply: UnsafeMutableRawPointer?
        var error: UnsafeMutablePointer<xcb_generic_error_t>?
        guard xcb_poll_for_reply(raw, next.sequence, &reply, &error) == 1 else { break }
        if xcb_connection_has_error(raw) != 0 { return }
        progressed = true
        replies.removeFirst()
        next.then(reply)
        free(reply)
        free(error)
      }
    }
    if isOpen { handedOut = xcb_total_read(raw) }
  }

  private func nextEvent() -> UnsafeMutablePointer<xcb_generic_event_t>? {
    guard let event = early else { return xcb_poll_for_event(raw) }
    early = nil
    return event
  }

  private static func words(_ error: Int32) -> String {
    switch error {
    case XCB_CONN_CLOSED_MEM_INSUFFICIENT: "out of memory in libxcb"
    case XCB_CONN_CLOSED_REQ_LEN_EXCEED: "a request was too long for the X server"
    case XCB_CONN_CLOSED_EXT_NOTSUPPORTED: "the X server has not an extension that was used"
    default: "the X server closed the connection"
    }
  }
}

extension UnsafeMutableRawPointer {
  /// The reply, as the type that its request has.
  func reply<T>(_: T.Type) -> UnsafeMutablePointer<T> { assumingMemoryBound(to: T.self) }
}
