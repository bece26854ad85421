import CDBus

/// An error reply, or a failure of the connection, as its name and its words.
package struct DBusError: Error, Equatable {
  package var name: String
  package var message: String

  package init(_ name: ErrorName, _ message: String) {
    self.name = name.text
    self.message = message
  }

  init(name: String, message: String) {
    self.name = name
    self.message = message
  }
}

/// Runs a libdbus call that reports through `CDBus.DBusError`, and throws what it reported.
func reporting<T>(
  _ body: (UnsafeMutablePointer<CDBus.DBusError>) -> T
) throws(DBusError) -> T {
  var raw = CDBus.DBusError()
  dbus_error_init(&raw)
  let result = body(&raw)
  guard dbus_error_is_set(&raw) == 0 else {
    let error = DBusError(
      name: raw.name.map { String(cString: $0) } ?? ErrorName.failed.text,
      message: raw.message.map { String(cString: $0) } ?? ""
    )
    dbus_error_free(&raw)
    throw error
  }
  return result
}

func nonNull(_ pointer: OpaquePointer?) -> OpaquePointer {
  guard let pointer else { preconditionFailure("out of memory in libdbus") }
  return pointer
}
