/// A message to send.
package final class OutgoingMessage {
  let kind: Message.Kind
  private var flags: UInt8 = 0
  private var path: ObjectPath?
  private var interface: InterfaceName?
  private(set) var member: MemberName?
  private var errorName: ErrorName?
  /// "" for everybody who asked for such signals.
  let destination: String
  let replySerial: UInt32
  private var types: [UInt8] = []
  private var body: [UInt8] = []
  private var holdsTooMuch = false
  /// One that goes along.
  private(set) var descriptor: Int32?
  /// The whole message, but for its serial, where somebody else has written it.
  private var ready: [UInt8] = []

  private init(_ kind: Message.Kind, to destination: String, replySerial: UInt32 = 0) {
    self.kind = kind
    self.destination = destination
    self.replySerial = replySerial
  }

  init(ready: [UInt8], _ kind: Message.Kind, to destination: String, _ replySerial: UInt32) {
    self.kind = kind
    self.destination = destination
    self.replySerial = replySerial
    self.ready = ready
  }

  package static func signal(
    _ path: ObjectPath,
    _ interface: InterfaceName,
    _ member: MemberName,
    to destination: BusName? = nil
  ) -> OutgoingMessage {
    let message = OutgoingMessage(.signal, to: destination?.text ?? "")
    message.path = path
    message.interface = interface
    message.member = member
    return message
  }

  package static func call(
    _ destination: BusName,
    _ path: ObjectPath,
    _ interface: InterfaceName,
    _ member: MemberName
  ) -> OutgoingMessage {
    let message = OutgoingMessage(.methodCall, to: destination.text)
    message.path = path
    message.interface = interface
    message.member = member
    return message
  }

  package static func reply(to call: Message) -> OutgoingMessage {
    reply(to: call.sender, call.serial)
  }

  static func reply(to caller: String, _ serial: UInt32) -> OutgoingMessage {
    let message = OutgoingMessage(.methodReturn, to: caller, replySerial: serial)
    message.flags = HeaderFlags.noReply
    return message
  }

  /// Without words the error has no argument at all (FD-261).
  package static func error(
    to call: Message,
    _ name: ErrorName,
    _ words: String?
  ) -> OutgoingMessage {
    error(to: call.sender, call.serial, name, words)
  }

  static func error(
    to caller: String,
    _ serial: UInt32,
    _ name: ErrorName,
    _ words: String?
  ) -> OutgoingMessage {
    let message = OutgoingMessage(.error, to: caller, replySerial: serial)
    message.flags = HeaderFlags.noReply
    message.errorName = name
    if let words { message.append { $0.string(words) } }
    return message
  }

  /// The receiver is not to be started for this call.
  package func withoutAutoStart() -> OutgoingMessage {
    flags |= HeaderFlags.noAutoStart
    return self
  }

  package func withoutReply() -> OutgoingMessage {
    flags |= HeaderFlags.noReply
    return self
  }

  /// The argument that is `descriptor()` is this one, which stays open until the message has left.
  package func with(descriptor: Int32) -> OutgoingMessage {
    self.descriptor = descriptor
    return self
  }

  /// Writes the arguments; once for each message.
  package func append(_ body: (inout Writer) -> Void) {
    var writer = Writer()
    body(&writer)
    types = writer.types
    self.body = writer.bytes
    holdsTooMuch = writer.isTooLong
  }

  /// The message as its receiver sees it.
  package var received: Message {
    guard let message = Message(marshalled(serial: 1)) else {
      preconditionFailure("what was written is no message")
    }
    return message
  }

  var bodySize: Int { body.count + ready.count }

  /// Bytes on the wire.
  package var size: Int { marshalled(serial: 0).count }

  /// The message as bytes in the host's order.
  package func marshalled(serial: UInt32) -> [UInt8] {
    guard ready.isEmpty else {
      var bytes = ready
      bytes.store(serial, at: 8)
      return bytes
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128 + body.count)
    bytes.append(UInt8(ascii: Layout.isBigEndianHost ? "B" : "l"))
    bytes.append(kind.rawValue)
    bytes.append(flags)
    bytes.append(1)
    bytes.append(aligned: UInt32(body.count))
    bytes.append(aligned: serial)
    bytes.append(aligned: UInt32(0))
    if let path { bytes.append(field: 1, "o", path.text) }
    if let interface { bytes.append(field: 2, "s", interface.text) }
    if let member { bytes.append(field: 3, "s", member.text) }
    if let errorName { bytes.append(field: 4, "s", errorName.text) }
    if replySerial != 0 {
      bytes.append(field: 5, "u")
      bytes.append(aligned: replySerial)
    }
    if !destination.isEmpty { bytes.append(field: 6, "s", destination) }
    if !types.isEmpty {
      bytes.append(field: 8, "g")
      bytes.append(UInt8(truncatingIfNeeded: types.count))
      bytes.append(contentsOf: types)
      bytes.append(0)
    }
    if descriptor != nil {
      bytes.append(field: 9, "u")
      bytes.append(aligned: UInt32(1))
    }
    bytes.store(UInt32(bytes.count - Layout.fieldsStart), at: 12)
    bytes.align(8)
    bytes.append(contentsOf: body)
    return bytes
  }

  /// Longer than the protocol allows, for which the bus would close the connection.
  var isTooLong: Bool { holdsTooMuch || bodySize > Layout.largest - 64 << 10 }

  /// What goes in the place of an answer that is too long.
  var excuse: OutgoingMessage? {
    guard replySerial != 0 else { return nil }
    let excuse = OutgoingMessage(.error, to: destination, replySerial: replySerial)
    excuse.flags = HeaderFlags.noReply
    excuse.errorName = .limitsExceeded
    excuse.append { $0.string("the answer is longer than D-Bus allows") }
    return excuse
  }
}

extension [UInt8] {
  fileprivate mutating func append(field code: UInt8, _ type: Unicode.Scalar) {
    align(8)
    append(code)
    append(1)
    append(UInt8(ascii: type))
    append(0)
  }

  fileprivate mutating func append(field code: UInt8, _ type: Unicode.Scalar, _ text: String) {
    append(field: code, type)
    append(text: text)
  }
}
