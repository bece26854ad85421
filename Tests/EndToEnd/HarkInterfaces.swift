import TestSupport
import Testing

extension Client {
  /// A call of `org.hark.Permissions1`.
  func permissions(_ member: String, _ signature: String = "", _ arguments: String = "") throws
    -> Arrival
  {
    try call(Self.own("Permissions1", member, signature, arguments))
  }

  /// A call of `org.hark.Notifications1`.
  func web(_ member: String, _ signature: String = "", _ arguments: String = "") throws -> Arrival {
    try call(Self.own("Notifications1", member, signature, arguments))
  }

  static func own(
    _ interface: String,
    _ member: String,
    _ signature: String = "",
    _ arguments: String = ""
  ) -> Call {
    Call(member, signature, arguments).with {
      $0.destination = "org.hark.Daemon"
      $0.path = "/org/hark/Daemon"
      $0.interface = "org.hark.\(interface)"
    }
  }

  /// The id that a `Show` was answered with.
  func show(_ title: String = "title", _ options: String = "{}") throws -> UInt32 {
    let answer = try web("Show", "sa{sv}", "(\(quoted(title)), \(options))")
    guard answer.kind == "reply", let id = answer.id else {
      throw Trouble("Show was answered with \(answer.json.line)")
    }
    return id
  }

  /// As the user would in the settings.
  func permit(_ app: String, _ state: String) throws -> Arrival {
    try permissions("Set", "ssa{sv}", "(\(quoted(app)), '\(state)', {})")
  }

  /// State and details, as the app is told.
  func query(_ app: String = "", _ options: String = "{}") throws -> (state: String, details: JSON)
  {
    let answer = try permissions("Query", "sa{sv}", "(\(quoted(app)), \(options))")
    guard answer.kind == "reply" else { throw Trouble("Query: \(answer.json.line)") }
    return (answer.values[0].string ?? "", answer.values[1])
  }

  /// The key of whoever all clients of one script are.
  func principal() throws -> String {
    let id = try notify(Notify("who am I", timeout: 0))
    defer { _ = try? closeNotification(id) }
    return try inspect(id)["principal"].string ?? ""
  }

  /// The signals of one of hark's interfaces, in order: `Displayed(7,)`.
  func story(on interface: String) throws -> [String] {
    try arrivals().filter {
      $0.kind == "signal" && $0.json["interface"].string == "org.hark.\(interface)"
    }.map { signal in
      let values = signal.values.map { $0.string ?? $0.line }
      return "\(signal.member)(\(values.joined(separator: ",")))"
    }
  }

  /// Waits until a story is told.
  func expect(_ story: [String], on interface: String = "Notifications1") throws {
    var last: [String] = []
    do {
      try wait(until: "\(story)") {
        last = try self.story(on: interface)
        return last == story
      }
    } catch {
      throw Trouble("expected \(story), not \(last)")
    }
  }
}
