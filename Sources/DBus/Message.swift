import CDBus

/// One reference to a D-Bus message.
package final class Message {
  let raw: OpaquePointer

  init(adopting raw: OpaquePointer) {
    self.raw = raw
  }

  deinit {
    dbus_message_unref(raw)
  }

  package enum Kind {
    case methodCall
    case methodReturn
    case error
    case signal
    case other
  }

  package var kind: Kind {
    switch dbus_message_get_type(raw) {
    case DBUS_MESSAGE_TYPE_METHOD_CALL: .methodCall
    case DBUS_MESSAGE_TYPE_METHOD_RETURN: .methodReturn
    case DBUS_MESSAGE_TYPE_ERROR: .error
    case DBUS_MESSAGE_TYPE_SIGNAL: .signal
    default: .other
    }
  }

  /// The unique name of whoever sent it; "" on a message that came from no bus.
  package var sender: String { text(dbus_message_get_sender(raw)) }
  package var path: String { text(dbus_message_get_path(raw)) }
  /// "" when the header is missing.
  package var interface: String { text(dbus_message_get_interface(raw)) }
  package var member: String { text(dbus_message_get_member(raw)) }
  package var errorName: String { text(dbus_message_get_error_name(raw)) }
  package var signature: String { text(dbus_message_get_signature(raw)) }
  package var expectsReply: Bool { dbus_message_get_no_reply(raw) == 0 }
  package var serial: UInt32 { dbus_message_get_serial(raw) }
  package var replySerial: UInt32 { dbus_message_get_reply_serial(raw) }

  /// Bytes on the wire.
  package var size: Int {
    var data: UnsafeMutablePointer<CChar>?
    var count: Int32 = 0
    guard dbus_message_marshal(raw, &data, &count) != 0 else { return 0 }
    dbus_free(data)
    return Int(count)
  }

  package func hasSignature(_ signature: Signature) -> Bool {
    dbus_message_has_signature(raw, signature.text) != 0
  }

  // Comparisons that make no String.

  func has(_ path: ObjectPath) -> Bool { dbus_message_has_path(raw, path.text) != 0 }
  func has(_ name: InterfaceName) -> Bool { dbus_message_has_interface(raw, name.text) != 0 }
  func has(_ name: MemberName) -> Bool { dbus_message_has_member(raw, name.text) != 0 }
  var hasInterface: Bool { dbus_message_get_interface(raw) != nil }

  package func isSignal(_ interface: InterfaceName, _ member: MemberName) -> Bool {
    dbus_message_is_signal(raw, interface.text, member.text) != 0
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}

extension Message {
  package static func signal(
    _ path: ObjectPath,
    _ interface: InterfaceName,
    _ member: MemberName,
    to destination: BusName? = nil
  ) -> Message {
    let message = Message(
      adopting: nonNull(dbus_message_new_signal(path.text, interface.text, member.text))
    )
    if let destination { dbus_message_set_destination(message.raw, destination.text) }
    return message
  }

  package static func call(
    _ destination: BusName,
    _ path: ObjectPath,
    _ interface: InterfaceName,
    _ member: MemberName
  ) -> Message {
    Message(
      adopting: nonNull(
        dbus_message_new_method_call(
          destination.text,
          path.text,
          interface.text,
          member.text
        )
      )
    )
  }

  package static func reply(to call: Message) -> Message {
    Message(adopting: nonNull(dbus_message_new_method_return(call.raw)))
  }

  /// Without words the error has no argument at all (FD-261).
  package static func error(to call: Message, _ name: ErrorName, _ words: String?) -> Message {
    let message = Message(adopting: nonNull(dbus_message_new_error(call.raw, name.text, nil)))
    if let words { message.append { $0.string(words) } }
    return message
  }

  /// The receiver is not to be started for this call.
  package func withoutAutoStart() -> Message {
    dbus_message_set_auto_start(raw, 0)
    return self
  }

  package func withoutReply() -> Message {
    dbus_message_set_no_reply(raw, 1)
    return self
  }

  /// The error that an error message carries.
  package var error: DBusError {
    var reader = reader()
    return DBusError(name: errorName, message: reader.string() ?? "")
  }
}
