import CDBus

/// Appends arguments to a message in order.
///
/// A container's contents must fit the signature it was opened with; anything else is a mistake of
/// the programmer, which libdbus ends with an abort.
package struct Writer: ~Copyable {
  private var iterator: DBusMessageIter

  fileprivate init(_ message: Message) {
    iterator = DBusMessageIter()
    dbus_message_iter_init_append(message.raw, &iterator)
  }

  private init() {
    iterator = DBusMessageIter()
  }

  private mutating func basic<T: BitwiseCopyable>(_ type: Int32, _ value: T) {
    var value = value
    guard dbus_message_iter_append_basic(&iterator, type, &value) != 0 else {
      preconditionFailure("out of memory in libdbus")
    }
  }

  package mutating func byte(_ value: UInt8) { basic(CDBUS_BYTE, value) }
  package mutating func boolean(_ value: Bool) { basic(CDBUS_BOOLEAN, dbus_bool_t(value ? 1 : 0)) }
  package mutating func int16(_ value: Int16) { basic(CDBUS_INT16, value) }
  package mutating func uint16(_ value: UInt16) { basic(CDBUS_UINT16, value) }
  package mutating func int32(_ value: Int32) { basic(CDBUS_INT32, value) }
  package mutating func uint32(_ value: UInt32) { basic(CDBUS_UINT32, value) }
  package mutating func int64(_ value: Int64) { basic(CDBUS_INT64, value) }
  package mutating func uint64(_ value: UInt64) { basic(CDBUS_UINT64, value) }
  package mutating func double(_ value: Double) { basic(CDBUS_DOUBLE, value) }
  package mutating func objectPath(_ value: ObjectPath) { text(CDBUS_OBJECT_PATH, value.text) }
  package mutating func signature(_ value: Signature) { text(CDBUS_SIGNATURE, value.text) }

  /// D-Bus text holds no NUL: the string ends before its first one.
  package mutating func string(_ value: String) { text(CDBUS_STRING, value) }

  private mutating func text(_ type: Int32, _ value: String) {
    value.withCString { basic(type, $0) }
  }

  package mutating func bytes(_ value: [UInt8]) {
    container(CDBUS_ARRAY, "y") { inner in
      value.withUnsafeBufferPointer { buffer in
        var start = buffer.baseAddress
        dbus_message_iter_append_fixed_array(
          &inner.iterator,
          CDBUS_BYTE,
          &start,
          Int32(clamping: buffer.count)
        )
      }
    }
  }

  package mutating func strings(_ values: [String]) {
    array("s") { for value in values { $0.string(value) } }
  }

  package mutating func array(_ elements: Signature, _ body: (inout Writer) -> Void) {
    container(CDBUS_ARRAY, elements.text, body)
  }

  /// A dictionary; `entries` are the types of a key and a value.
  package mutating func dictionary(
    _ entries: Signature = "sv",
    _ body: (inout Writer) -> Void
  ) {
    container(CDBUS_ARRAY, "{\(entries.text)}", body)
  }

  package mutating func structure(_ body: (inout Writer) -> Void) {
    container(CDBUS_STRUCT, nil, body)
  }

  package mutating func variant(_ contents: Signature, _ body: (inout Writer) -> Void) {
    container(CDBUS_VARIANT, contents.text, body)
  }

  package mutating func dictionaryEntry(_ body: (inout Writer) -> Void) {
    container(CDBUS_DICT_ENTRY, nil, body)
  }

  /// One entry of an `a{sv}`.
  package mutating func entry(
    _ key: String,
    _ contents: Signature,
    _ body: (inout Writer) -> Void
  ) {
    dictionaryEntry {
      $0.string(key)
      $0.variant(contents, body)
    }
  }

  private mutating func container(
    _ type: Int32,
    _ contents: String?,
    _ body: (inout Writer) -> Void
  ) {
    var inner = Writer()
    guard dbus_message_iter_open_container(&iterator, type, contents, &inner.iterator) != 0 else {
      preconditionFailure("out of memory in libdbus")
    }
    body(&inner)
    dbus_message_iter_close_container(&iterator, &inner.iterator)
  }
}

extension Message {
  package func append(_ body: (inout Writer) -> Void) {
    var writer = Writer(self)
    body(&writer)
  }
}
