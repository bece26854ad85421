import CDBus
import DBus
import Testing

/// Our bytes against libdbus, which knows the wire as well as any.
@Suite struct WireTests {
  static let seed = UInt64.random(in: 0...(.max))

  /// A message of our own as libdbus sees it; nil when it is malformed.
  private func parsed(_ message: OutgoingMessage) -> OpaquePointer? {
    message.marshalled(serial: 7).withUnsafeBytes {
      dbus_message_demarshal(
        $0.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32($0.count),
        nil
      )
    }
  }

  private func bytes(of raw: OpaquePointer) -> [UInt8] {
    var data: UnsafeMutablePointer<CChar>?
    var count: Int32 = 0
    dbus_message_marshal(raw, &data, &count)
    defer { dbus_free(data) }
    return UnsafeBufferPointer(start: data, count: Int(count)).map { UInt8(bitPattern: $0) }
  }

  @Test("FD-010 libdbus takes whatever we write, and we read back what we wrote")
  func roundTrip() throws {
    print("seed \(Self.seed)")
    var random = Random(state: Self.seed)
    for _ in 0..<2000 {
      let values = (0..<random.number(6)).map { _ in Value.random(&random, depth: 0) }
      let message = OutgoingMessage.signal("/a/b", "c.d", "E", to: ":1.5")
      message.append { writer in for value in values { value.write(&writer) } }
      let raw = try #require(parsed(message), "seed \(Self.seed): \(values)")
      defer { dbus_message_unref(raw) }
      let types = values.map { $0.signature }.joined()
      #expect(dbus_message_get_signature(raw).map { String(cString: $0) } == types)
      #expect(message.marshalled(serial: 7) == bytes(of: raw))

      let received = message.received
      #expect(received.size == message.size)
      #expect(received.signature == types)
      var reader = received.reader()
      for value in values {
        var other = reader
        #expect(reader.signature == value.signature)
        #expect(Value(&reader) == value, "seed \(Self.seed)")
        other.skip()
        #expect(other.signature == reader.signature, "skipping and reading end alike")
      }
      #expect(reader.type == 0)
    }
  }

  @Test("the header's fields are told as libdbus tells them")
  func header() throws {
    let call = OutgoingMessage.call("a.b", "/c", "d.e", "F").withoutAutoStart()
    let raw = try #require(parsed(call))
    defer { dbus_message_unref(raw) }
    #expect(dbus_message_get_serial(raw) == 7)
    #expect(dbus_message_get_auto_start(raw) == 0)
    #expect(dbus_message_get_no_reply(raw) == 0)
    #expect(dbus_message_has_destination(raw, "a.b") != 0)
    #expect(dbus_message_is_method_call(raw, "d.e", "F") != 0)

    dbus_message_set_sender(raw, ":1.9")
    let received = try #require(Message(bytes(of: raw)))
    #expect(received.kind == .methodCall)
    #expect(received.sender == ":1.9")
    #expect(received.path == "/c")
    #expect(received.interface == "d.e")
    #expect(received.member == "F")
    #expect(received.expectsReply)
    #expect(received.signature.isEmpty)
    #expect(received.hasSignature(""))
    #expect(!received.hasSignature("s"))

    let words = OutgoingMessage.error(to: received, .failed, "why").received
    #expect(words.kind == .error)
    #expect(words.replySerial == 7)
    #expect(words.error == DBusError(.failed, "why"))
    #expect(OutgoingMessage.error(to: received, .failed, nil).received.signature.isEmpty)
  }

  @Test("FD-296 bytes changed or cut anywhere are read without harm")
  func damage() {
    var random = Random(state: Self.seed)
    for _ in 0..<3000 {
      let values = (0..<1 + random.number(4)).map { _ in Value.random(&random, depth: 0) }
      let message = OutgoingMessage.signal("/a", "b.c", "D")
      message.append { writer in for value in values { value.write(&writer) } }
      var bytes = message.marshalled(serial: 1)
      for _ in 0..<1 + random.number(4) {
        bytes[random.number(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.number(3) == 0 { bytes.removeLast(random.number(bytes.count)) }
      guard let damaged = Message(bytes) else { continue }
      var reader = damaged.reader()
      var count = 0
      while reader.type != 0, count < 100 {
        count += 1
        var other = reader
        _ = Value(&other)
        _ = reader.withBytes { $0.count }
        _ = reader.strings()
        reader.skip()
      }
      _ = damaged.sender + damaged.member
    }
  }

  @Test("text ends at its first NUL, and an empty array keeps its elements' alignment")
  func edges() throws {
    let message = OutgoingMessage.signal("/a", "b.c", "D")
    message.append {
      $0.string("ab\0cd")
      $0.array("x") { _ in }
      $0.byte(1)
    }
    let raw = try #require(parsed(message))
    dbus_message_unref(raw)
    var reader = message.received.reader()
    #expect(reader.string() == "ab")
    reader.skip()
    #expect(reader.byte() == 1)
  }

  @Test("a value of another type than asked for stays unread")
  func otherType() {
    let message = OutgoingMessage.signal("/a", "b.c", "D")
    message.append {
      $0.string("s")
      $0.uint32(1)
    }
    var reader = message.received.reader()
    #expect(reader.uint32() == nil)
    #expect(reader.int32() == nil)
    #expect(reader.strings() == nil)
    #expect(reader.string() == "s")
    #expect(reader.string() == nil)
    #expect(reader.uint32() == 1)
    #expect(reader.uint32() == nil)
  }
}
