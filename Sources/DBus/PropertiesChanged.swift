extension OutgoingMessage {
  /// `PropertiesChanged` with new values, the entries of an `a{sv}`; without a destination everybody
  /// who asked for it hears it.
  package static func propertiesChanged(
    _ path: ObjectPath,
    _ interface: InterfaceName,
    to destination: BusName? = nil,
    _ values: (inout Writer) -> Void
  ) -> OutgoingMessage {
    let signal = OutgoingMessage.signal(path, .properties, "PropertiesChanged", to: destination)
    signal.append {
      $0.string(interface.text)
      $0.dictionary { values(&$0) }
      $0.strings([])
    }
    return signal
  }
}
