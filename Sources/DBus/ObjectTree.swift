import CDBus

/// The exported objects: sends each call to its method, and answers the standard interfaces.
package final class ObjectTree {
  private unowned(unsafe) let connection: Connection
  private var objects: [Object] = []

  private struct Object {
    let path: ObjectPath
    var interfaces: [Interface]
  }

  /// The connection must outlive the tree.
  package init(_ connection: Connection) {
    self.connection = connection
  }

  package func export(_ interface: Interface, at path: ObjectPath) {
    if let place = objects.firstIndex(where: { $0.path == path }) {
      objects[place].interfaces.append(interface)
    } else {
      objects.append(Object(path: path, interfaces: [interface]))
    }
  }

  private func interfaces(at path: String) -> [Interface]? {
    objects.first { $0.path.text == path }?.interfaces
  }

  package func handle(_ message: Message) {
    let call = MethodCall(message, connection)
    if let object = objects.first(where: { message.has($0.path) }),
      let (method, interface) = method(message, in: object.interfaces)
    {
      if interface.admits(call) { invoke(method, call) }
    } else {
      handleStandard(call, message.path)
    }
  }

  /// A call without an interface goes to the member's only bearer (FD-014).
  private func method(
    _ message: Message,
    in interfaces: [Interface]
  ) -> (Method, Interface)? {
    if message.hasInterface {
      guard let interface = interfaces.first(where: { message.has($0.name) }),
        let place = interface.methods.firstIndex(where: { message.has($0.name) })
      else { return nil }
      return (interface.methods[place], interface)
    }
    var found: (Method, Interface)?
    for interface in interfaces {
      for method in interface.methods where message.has(method.name) {
        if found != nil { return nil }
        found = (method, interface)
      }
    }
    return found
  }

  private func invoke(_ method: Method, _ call: MethodCall) {
    guard call.message.hasSignature(method.signature) else {
      let words =
        "\(method.name.text) takes (\(method.signature.text)), not (\(call.message.signature))"
      return call.fail(.invalidArgs, words)
    }
    method.handler(call)
  }

  // MARK: Standard interfaces

  private func handleStandard(_ call: MethodCall, _ path: String) {
    let interfaces = interfaces(at: path)
    for standard in standardInterfaces(at: path) {
      if let (method, _) = method(call.message, in: [standard]) {
        guard interfaces != nil || standard.name != .properties else { break }
        return invoke(method, call)
      }
    }
    guard let interfaces else {
      let isKnown = path == "/" || !children(of: path).isEmpty
      return isKnown
        ? call.fail(.unknownMethod, "no such method on \(path)")
        : call.fail(.unknownObject, "no object at \(path)")
    }
    let name = call.message.interface
    let known =
      name.isEmpty || (interfaces + standardInterfaces(at: path)).contains { $0.name.text == name }
    call.fail(
      .unknownMethod,
      known
        ? "no method \(call.message.member) on \(path)" : "no interface \(name) on \(path)"
    )
  }

  private func standardInterfaces(at path: String) -> [Interface] {
    [
      Interface(
        .peer,
        methods: [
          Method("Ping") { $0.reply() },
          Method("GetMachineId", returns: [Argument("machine_uuid", "s")]) { call in
            guard let id = machineID() else { return call.fail(.failed, "no machine id") }
            call.reply { $0.string(id) }
          },
        ]
      ),
      Interface(
        .introspectable,
        methods: [
          Method("Introspect", returns: [Argument("xml_data", "s")]) {
            [unowned(unsafe) self] call in
            introspect(call, path)
          }
        ]
      ),
      Interface(
        .properties,
        methods: [
          Method(
            "Get",
            [Argument("interface_name", "s"), Argument("property_name", "s")],
            returns: [Argument("value", "v")]
          ) { [unowned(unsafe) self] in get($0, path) },
          Method(
            "GetAll",
            [Argument("interface_name", "s")],
            returns: [Argument("properties", "a{sv}")]
          ) { [unowned(unsafe) self] in getAll($0, path) },
          Method(
            "Set",
            [
              Argument("interface_name", "s"), Argument("property_name", "s"),
              Argument("value", "v"),
            ]
          ) { [unowned(unsafe) self] in set($0, path) },
        ],
        signals: [
          SignalDescription(
            "PropertiesChanged",
            [
              Argument("interface_name", "s"), Argument("changed_properties", "a{sv}"),
              Argument("invalidated_properties", "as"),
            ]
          )
        ]
      ),
    ]
  }

  private func introspect(_ call: MethodCall, _ path: String) {
    let children = children(of: path)
    guard let interfaces = interfaces(at: path) ?? (path == "/" || !children.isEmpty ? [] : nil)
    else {
      return call.fail(.unknownObject, "no object at \(path)")
    }
    let standard = standardInterfaces(at: path).filter {
      !interfaces.isEmpty || $0.name != .properties
    }
    call.reply { $0.string(introspectionXML(interfaces + standard, children: children)) }
  }

  /// The names one step below a path, in order.
  private func children(of path: String) -> [String] {
    let prefix = path == "/" ? path : path + "/"
    var names: [String] = []
    for object in objects {
      let other = object.path.text
      guard other.hasPrefix(prefix), other != path else { continue }
      let name = String(other.dropFirst(prefix.count).prefix { $0 != "/" })
      if !names.contains(name) { names.append(name) }
    }
    return names.sorted()
  }

  // MARK: Properties

  /// Nil when there is no such interface; then the call has its error.
  private func properties(_ call: MethodCall, _ path: String, _ name: String) -> [Property]? {
    let all = (interfaces(at: path) ?? []) + standardInterfaces(at: path)
    if let interface = all.first(where: { $0.name.text == name }) {
      return interface.admits(call) ? interface.properties : nil
    }
    call.fail(.unknownInterface, "no interface \(name) on \(path)")
    return nil
  }

  /// Nil when there is no such property; then the call has its error.
  private func property(_ call: MethodCall, _ path: String) -> Property? {
    var reader = call.message.reader()
    let interface = reader.string() ?? ""
    let name = reader.string() ?? ""
    guard let properties = properties(call, path, interface) else { return nil }
    if let property = properties.first(where: { $0.name.text == name }) { return property }
    call.fail(.unknownProperty, "no property \(name) on \(interface)")
    return nil
  }

  private func get(_ call: MethodCall, _ path: String) {
    guard let property = property(call, path) else { return }
    call.reply { $0.variant(property.type, property.get) }
  }

  private func getAll(_ call: MethodCall, _ path: String) {
    var reader = call.message.reader()
    guard let properties = properties(call, path, reader.string() ?? "") else { return }
    call.reply {
      $0.dictionary {
        for property in properties { $0.entry(property.name.text, property.type, property.get) }
      }
    }
  }

  private func set(_ call: MethodCall, _ path: String) {
    guard let property = property(call, path) else { return }
    guard let set = property.set else {
      return call.fail(.propertyReadOnly, "\(property.name.text) is read-only")
    }
    var reader = call.message.reader()
    reader.skip()
    reader.skip()
    guard var value = reader.inside(), value.signature == property.type.text else {
      return call.fail(.invalidArgs, "\(property.name.text) is a \(property.type.text)")
    }
    set(call, &value)
  }
}

private func machineID() -> String? {
  guard let raw = dbus_try_get_local_machine_id(nil) else { return nil }
  defer { dbus_free(raw) }
  return String(cString: raw)
}
