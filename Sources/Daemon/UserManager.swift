import DBus

/// The systemd manager of the user, where there is one on the bus.
enum UserManager {
  static let name: BusName = "org.freedesktop.systemd1"
  static let path: ObjectPath = "/org/freedesktop/systemd1"
  static let interface: InterfaceName = "org.freedesktop.systemd1.Manager"

  /// Its environment block, which a session fills when it has a display; empty without a manager.
  static func environment(
    _ connection: Connection,
    _ then: @escaping ([(name: String, value: String)]) -> Void
  ) {
    let question = OutgoingMessage.call(name, path, .properties, "Get").withoutAutoStart()
    question.append {
      $0.string(interface.text)
      $0.string("Environment")
    }
    connection.call(question, timeout: 1000) { answer in
      guard case .success(let reply) = answer else { return then([]) }
      var reader = reply.reader()
      let lines = reader.enter { $0.strings() } ?? nil
      then((lines ?? []).compactMap(assignment))
    }
  }

  private static func assignment(_ line: String) -> (name: String, value: String)? {
    guard let sign = line.firstIndex(of: "=") else { return nil }
    return (String(line[..<sign]), String(line[line.index(after: sign)...]))
  }

  /// A call that runs `arguments` as a service of its own; it is ended after so many seconds, 0: never.
  ///
  /// systemd puts variables of its environment where an argument says `$NAME`; a link's target must
  /// not be able to ask for them.
  static func startTransientUnit(
    _ unit: String,
    description: String,
    arguments: [String],
    environment: [String],
    seconds: UInt32 = 0
  ) -> OutgoingMessage {
    let arguments = arguments.map { argument in
      argument.reduce(into: "") { $0 += $1 == "$" ? "$$" : String($1) }
    }
    let call = OutgoingMessage.call(name, path, interface, "StartTransientUnit").withoutAutoStart()
    call.append {
      $0.string(unit)
      $0.string("fail")
      $0.array("(sv)") { properties in
        property(&properties, "Description", "s") { $0.string(description) }
        property(&properties, "Slice", "s") { $0.string("app.slice") }
        property(&properties, "CollectMode", "s") { $0.string("inactive-or-failed") }
        property(&properties, "Environment", "as") { $0.strings(environment) }
        if seconds > 0 {
          property(&properties, "RuntimeMaxUSec", "t") { $0.uint64(UInt64(seconds) * 1_000_000) }
        }
        property(&properties, "ExecStart", "a(sasb)") {
          $0.array("(sasb)") {
            $0.structure {
              $0.string(arguments.first ?? "")
              $0.strings(arguments)
              $0.boolean(false)
            }
          }
        }
      }
      $0.array("(sa(sv))") { _ in }
    }
    return call
  }

  private static func property(
    _ writer: inout Writer,
    _ name: String,
    _ type: Signature,
    _ value: (inout Writer) -> Void
  ) {
    writer.structure {
      $0.string(name)
      $0.variant(type, value)
    }
  }
}
