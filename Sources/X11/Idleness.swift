import CXcb

/// Whether the user is idle, by two alarms on the server's IDLETIME counter: nobody wakes before there
/// is something to tell.
final class Idleness {
  /// Seconds; 0 is never. Takes effect with `settle()`.
  var after = 0
  private(set) var isIdle = false
  /// The server told of idleness or of its end.
  var onChange: (() -> Void)?

  private let server: Server
  private var raw: OpaquePointer { server.connection.raw }
  private var set = 0
  /// One for when idleness begins, one for its end.
  private var alarms: (begin: xcb_sync_alarm_t, end: xcb_sync_alarm_t)?
  private var hasRung = false

  init(_ server: Server) {
    self.server = server
  }

  /// Has the server count up to `after`. The connection has room.
  func settle() {
    guard let counter = server.idleCounter, after != set else { return }
    if let alarms {
      for alarm in [alarms.begin, alarms.end] { xcb_sync_destroy_alarm(raw, alarm) }
    }
    set = after
    alarms = nil
    hasRung = false
    isIdle = false
    guard after > 0 else { return }
    let milliseconds = Int64(min(after, 1 << 30)) * 1000
    let begin = alarm(counter, XCB_SYNC_TESTTYPE_POSITIVE_TRANSITION, milliseconds)
    alarms = (begin, alarm(counter, XCB_SYNC_TESTTYPE_NEGATIVE_TRANSITION, milliseconds - 1))
    // Alarms tell of transitions alone.
    server.connection.expect(xcb_sync_query_counter(raw, counter).sequence) { raw in
      guard self.alarms?.begin == begin, !self.hasRung,
        let value = raw?.reply(xcb_sync_query_counter_reply_t.self).pointee.counter_value,
        Int64(value) >= milliseconds
      else { return }
      self.isIdle = true
      self.onChange?()
    }
  }

  /// Takes an event of an alarm; false for any other.
  func handle(_ event: UnsafePointer<xcb_generic_event_t>) -> Bool {
    guard let first = server.syncEvent,
      event.pointee.response_type & 0x7f == first &+ UInt8(XCB_SYNC_ALARM_NOTIFY)
    else { return false }
    let alarm = UnsafeRawPointer(event).load(as: xcb_sync_alarm_notify_event_t.self).alarm
    guard let alarms, alarm == alarms.begin || alarm == alarms.end else { return true }
    hasRung = true
    isIdle = alarm == alarms.begin
    onChange?()
    return true
  }

  private func alarm(
    _ counter: xcb_sync_counter_t,
    _ test: xcb_sync_testtype_t,
    _ value: Int64
  ) -> xcb_sync_alarm_t {
    let alarm = xcb_generate_id(raw)
    let mask =
      XCB_SYNC_CA_COUNTER.rawValue | XCB_SYNC_CA_VALUE_TYPE.rawValue | XCB_SYNC_CA_VALUE.rawValue
      | XCB_SYNC_CA_TEST_TYPE.rawValue | XCB_SYNC_CA_DELTA.rawValue
    var values = xcb_sync_create_alarm_value_list_t()
    values.counter = counter
    values.valueType = XCB_SYNC_VALUETYPE_ABSOLUTE.rawValue
    values.value = xcb_sync_int64_t(value)
    values.testType = test.rawValue
    // 0: it rings each time.
    values.delta = xcb_sync_int64_t(0)
    xcb_sync_create_alarm_aux(raw, alarm, mask, &values)
    return alarm
  }
}

extension xcb_sync_int64_t {
  fileprivate init(_ value: Int64) {
    self.init(hi: Int32(truncatingIfNeeded: value >> 32), lo: UInt32(truncatingIfNeeded: value))
  }
}

extension Int64 {
  fileprivate init(_ value: xcb_sync_int64_t) {
    self = Int64(value.hi) << 32 | Int64(value.lo)
  }
}
