// Messages inside messages: one daemon hands another what came for it, and gets back what to answer.
// Each travels as its bytes, whatever its types, its depth and the byte order of its sender.

extension Writer {
  /// A variant that holds a whole message.
  package mutating func carry(_ message: Message) {
    variant("ay") { $0.bytes(message.bytes) }
  }
}

extension Reader {
  /// The message in the variant that comes next.
  package func carried() -> Message? {
    guard var inside = inside() else { return nil }
    return inside.withBytes { Message([UInt8]($0)) } ?? nil
  }
}

extension OutgoingMessage {
  /// Whether a variant may hold it.
  package static func canCarry(_ message: Message) -> Bool { message.size <= 63 << 20 }

  /// An answer to `call` that somebody else has written; nil when it is none.
  package static func carried(_ answer: Message, to call: Message) -> OutgoingMessage? {
    guard answer.kind == .methodReturn || answer.kind == .error, !answer.isSwapped,
      answer.replySerial == call.serial
    else { return nil }
    return OutgoingMessage(ready: answer.bytes, answer.kind, to: call.sender, call.serial)
  }

  /// The answer to `carrier` that holds this one.
  func wrapped(to carrier: CallOrigin) -> OutgoingMessage {
    let wrapped = OutgoingMessage.reply(to: carrier.sender, carrier.serial)
    let bytes = (isTooLong ? excuse : nil)?.marshalled(serial: 1) ?? marshalled(serial: 1)
    wrapped.append { $0.variant("ay") { $0.bytes(bytes) } }
    return wrapped
  }
}

/// Who waits for an answer, and to which of its calls.
struct CallOrigin: Hashable {
  var sender: String
  var serial: UInt32
}
