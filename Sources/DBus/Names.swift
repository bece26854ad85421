import CDBus

// libdbus aborts the process when it is handed a malformed name, so nothing but these types gets there.

/// A bus name, unique (`:1.42`) or well-known.
package struct BusName: ValidatedName {
  package let text: String

  @inline(never)
  package init?(_ text: String) {
    guard isFreeOfNUL(text), dbus_validate_bus_name(text, nil) != 0 else { return nil }
    self.text = text
  }
}

package struct ObjectPath: ValidatedName {
  package let text: String

  @inline(never)
  package init?(_ text: String) {
    guard isFreeOfNUL(text), dbus_validate_path(text, nil) != 0 else { return nil }
    self.text = text
  }
}

package struct InterfaceName: ValidatedName {
  package let text: String

  @inline(never)
  package init?(_ text: String) {
    guard isFreeOfNUL(text), dbus_validate_interface(text, nil) != 0 else { return nil }
    self.text = text
  }
}

package struct MemberName: ValidatedName {
  package let text: String

  @inline(never)
  package init?(_ text: String) {
    guard isFreeOfNUL(text), dbus_validate_member(text, nil) != 0 else { return nil }
    self.text = text
  }
}

package struct ErrorName: ValidatedName {
  package let text: String

  @inline(never)
  package init?(_ text: String) {
    guard isFreeOfNUL(text), dbus_validate_error_name(text, nil) != 0 else { return nil }
    self.text = text
  }
}

/// Zero or more complete types.
package struct Signature: ValidatedName {
  package let text: String

  @inline(never)
  package init?(_ text: String) {
    guard isFreeOfNUL(text), dbus_signature_validate(text, nil) != 0 else { return nil }
    self.text = text
  }
}

/// A literal in the source that is no such name is a mistake of the programmer and traps.
package protocol ValidatedName: Hashable, ExpressibleByStringLiteral {
  init?(_ text: String)
  var text: String { get }
}

extension ValidatedName {
  // There are hundreds of literals: the check is not repeated at each.
  @inline(never)
  package init(stringLiteral value: String) {
    guard let name = Self(value) else { preconditionFailure("not a valid D-Bus name") }
    self = name
  }
}

/// C sees a string only up to its first NUL.
private func isFreeOfNUL(_ text: String) -> Bool {
  !text.utf8.contains(0)
}

extension BusName {
  package static let bus: BusName = "org.freedesktop.DBus"
}

extension ObjectPath {
  package static let bus: ObjectPath = "/org/freedesktop/DBus"
}

extension InterfaceName {
  package static let bus: InterfaceName = "org.freedesktop.DBus"
  package static let peer: InterfaceName = "org.freedesktop.DBus.Peer"
  package static let introspectable: InterfaceName = "org.freedesktop.DBus.Introspectable"
  package static let properties: InterfaceName = "org.freedesktop.DBus.Properties"
}

extension ErrorName {
  package static let accessDenied: ErrorName = "org.freedesktop.DBus.Error.AccessDenied"
  package static let failed: ErrorName = "org.freedesktop.DBus.Error.Failed"
  package static let invalidArgs: ErrorName = "org.freedesktop.DBus.Error.InvalidArgs"
  package static let limitsExceeded: ErrorName = "org.freedesktop.DBus.Error.LimitsExceeded"
  package static let noReply: ErrorName = "org.freedesktop.DBus.Error.NoReply"
  package static let disconnected: ErrorName = "org.freedesktop.DBus.Error.Disconnected"
  package static let serviceUnknown: ErrorName = "org.freedesktop.DBus.Error.ServiceUnknown"
  package static let nameHasNoOwner: ErrorName = "org.freedesktop.DBus.Error.NameHasNoOwner"
  package static let unknownMethod: ErrorName = "org.freedesktop.DBus.Error.UnknownMethod"
  package static let unknownObject: ErrorName = "org.freedesktop.DBus.Error.UnknownObject"
  package static let unknownInterface: ErrorName = "org.freedesktop.DBus.Error.UnknownInterface"
  package static let unknownProperty: ErrorName = "org.freedesktop.DBus.Error.UnknownProperty"
  package static let propertyReadOnly: ErrorName = "org.freedesktop.DBus.Error.PropertyReadOnly"
}
