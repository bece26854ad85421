import CDBus

/// Reads the arguments of a message in order.
///
/// A value of another type than asked for is nil and stays unread, so nothing that a peer sends can
/// make libdbus abort.
package struct Reader {
  private var iterator: DBusMessageIter
  /// The iterator points into it.
  private let message: Message

  fileprivate init(_ message: Message) {
    self.message = message
    iterator = DBusMessageIter()
    dbus_message_iter_init(message.raw, &iterator)
  }

  private init(inside parent: inout Reader) {
    message = parent.message
    iterator = DBusMessageIter()
    dbus_message_iter_recurse(&parent.iterator, &iterator)
  }

  /// The D-Bus type code of the next value, 0 at the end.
  package var type: UInt8 {
    mutating get { UInt8(truncatingIfNeeded: dbus_message_iter_get_arg_type(&iterator)) }
  }

  /// The D-Bus signature of the next value, "" at the end.
  package var signature: String {
    mutating get {
      guard let raw = dbus_message_iter_get_signature(&iterator) else { return "" }
      defer { dbus_free(raw) }
      return String(cString: raw)
    }
  }

  package mutating func skip() {
    dbus_message_iter_next(&iterator)
  }

  private mutating func basic<T: BitwiseCopyable>(_ type: Int32, _ initial: T) -> T? {
    guard dbus_message_iter_get_arg_type(&iterator) == type else { return nil }
    var value = initial
    dbus_message_iter_get_basic(&iterator, &value)
    dbus_message_iter_next(&iterator)
    return value
  }

  package mutating func byte() -> UInt8? { basic(CDBUS_BYTE, 0) }
  package mutating func boolean() -> Bool? { basic(CDBUS_BOOLEAN, dbus_bool_t(0)).map { $0 != 0 } }
  package mutating func int16() -> Int16? { basic(CDBUS_INT16, 0) }
  package mutating func uint16() -> UInt16? { basic(CDBUS_UINT16, 0) }
  package mutating func int32() -> Int32? { basic(CDBUS_INT32, 0) }
  package mutating func uint32() -> UInt32? { basic(CDBUS_UINT32, 0) }
  package mutating func int64() -> Int64? { basic(CDBUS_INT64, 0) }
  package mutating func uint64() -> UInt64? { basic(CDBUS_UINT64, 0) }
  package mutating func double() -> Double? { basic(CDBUS_DOUBLE, 0) }
  package mutating func string() -> String? { text(CDBUS_STRING) }
  package mutating func objectPath() -> String? { text(CDBUS_OBJECT_PATH) }
  package mutating func signatureValue() -> String? { text(CDBUS_SIGNATURE) }

  private mutating func text(_ type: Int32) -> String? {
    let none: UnsafePointer<CChar>? = nil
    guard let pointer = basic(type, none) ?? nil else { return nil }
    return String(cString: pointer)
  }

  /// A reader inside the variant that comes next.
  package mutating func inside() -> Reader? {
    guard dbus_message_iter_get_arg_type(&iterator) == CDBUS_VARIANT else { return nil }
    return Reader(inside: &self)
  }

  /// Goes into a variant, struct, array or dictionary entry; `body` reads what it likes of it.
  package mutating func enter<R>(_ body: (inout Reader) -> R) -> R? {
    switch dbus_message_iter_get_arg_type(&iterator) {
    case CDBUS_VARIANT, CDBUS_STRUCT, CDBUS_ARRAY, CDBUS_DICT_ENTRY: break
    default: return nil
    }
    var inner = Reader(inside: &self)
    let result = body(&inner)
    dbus_message_iter_next(&iterator)
    return result
  }

  /// Calls `body` at each element of an array; it need not read it.
  package mutating func forEach(_ body: (inout Reader) -> Void) {
    guard dbus_message_iter_get_arg_type(&iterator) == CDBUS_ARRAY else { return }
    var inner = Reader(inside: &self)
    while inner.type != 0 {
      var element = inner
      body(&element)
      inner.skip()
    }
    dbus_message_iter_next(&iterator)
  }

  /// Calls `body` with each key of an `a{sv}` and a reader inside its variant.
  package mutating func forEachEntry(_ body: (String, inout Reader) -> Void) {
    forEach { entry in
      _ = entry.enter { pair in
        guard let key = pair.string() else { return }
        _ = pair.enter { body(key, &$0) }
      }
    }
  }

  package mutating func strings() -> [String]? {
    guard type == UInt8(ascii: "a"), elementType == UInt8(ascii: "s") else { return nil }
    var result: [String] = []
    forEach { if let s = $0.string() { result.append(s) } }
    return result
  }

  /// The type code of the elements of the array that comes next.
  package var elementType: UInt8 {
    mutating get {
      guard type == UInt8(ascii: "a") else { return 0 }
      return UInt8(truncatingIfNeeded: dbus_message_iter_get_element_type(&iterator))
    }
  }

  /// The bytes of an `ay`, where they lie in the message.
  package mutating func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R? {
    guard elementType == UInt8(ascii: "y") else { return nil }
    var inner = Reader(inside: &self)
    var start: UnsafePointer<UInt8>?
    var count: Int32 = 0
    dbus_message_iter_get_fixed_array(&inner.iterator, &start, &count)
    let result = body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(count)))
    dbus_message_iter_next(&iterator)
    return result
  }
}

extension Message {
  package func reader() -> Reader {
    Reader(self)
  }
}
