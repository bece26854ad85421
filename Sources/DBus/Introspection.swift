/// The introspection document of one object. Names and signatures are validated and hold nothing
/// that XML would have to escape.
func introspectionXML(_ interfaces: [Interface], children: [String]) -> String {
  var xml = """
    <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
     "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
    <node>

    """
  for interface in interfaces {
    xml += "  <interface name=\"\(interface.name.text)\">\n"
    for method in interface.methods {
      xml += "    <method name=\"\(method.name.text)\">\n"
      for argument in method.inputs { xml += argumentXML(argument, direction: "in") }
      for argument in method.outputs { xml += argumentXML(argument, direction: "out") }
      xml += "    </method>\n"
    }
    for signal in interface.signals {
      xml += "    <signal name=\"\(signal.name.text)\">\n"
      for argument in signal.arguments { xml += argumentXML(argument, direction: nil) }
      xml += "    </signal>\n"
    }
    for property in interface.properties {
      xml += propertyXML(property)
    }
    xml += "  </interface>\n"
  }
  for child in children { xml += "  <node name=\"\(child)\"/>\n" }
  return xml + "</node>\n"
}

private func propertyXML(_ property: Property) -> String {
  let access = property.set == nil ? "read" : "readwrite"
  return """
        <property name="\(property.name.text)" type="\(property.type.text)" access="\(access)">
          <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" \
    value="\(property.changes.rawValue)"/>
        </property>

    """
}

private func argumentXML(_ argument: Argument, direction: String?) -> String {
  let direction = direction.map { " direction=\"\($0)\"" } ?? ""
  return "      <arg name=\"\(argument.name)\" type=\"\(argument.type.text)\"\(direction)/>\n"
}
