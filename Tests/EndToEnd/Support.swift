import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Looks through hark's own interfaces, so that no other daemon can take the test.
  static var needsHark: Self { .enabled(if: Programs.isHark, "another daemon is under test") }

  static var needsPointer: Self {
    let missing = Programs.missing("pointer")
    return .enabled(if: missing == nil, Comment(rawValue: missing ?? ""))
  }

  static var needsDesktopNotifier: Self {
    let missing = Programs.missing("desktop_notifier")
    return .enabled(if: missing == nil, Comment(rawValue: missing ?? ""))
  }

  static func needs(_ program: String) -> Self {
    .enabled(if: Programs.exists(program), Comment(rawValue: "\(program) is not installed"))
  }
}

extension Client {
  /// What the daemon says of one live notification.
  func inspect(_ id: UInt32) throws -> JSON {
    let answer = try center("Inspect", "u", "(\(id),)")
    guard answer.kind == "reply" else { throw Trouble("Inspect(\(id)): \(answer.json.line)") }
    return answer.values.first ?? .null
  }

  /// Everything live, by id.
  /// What is live, but for what hark itself has to say.
  func live() throws -> [UInt32: JSON] {
    try all().filter { $1["principal"] != "app:hark" }
  }

  func all() throws -> [UInt32: JSON] {
    let answer = try center("List", "a{sv}", "({},)")
    guard answer.kind == "reply" else { throw Trouble("List: \(answer.json.line)") }
    return Dictionary(
      answer.values[0].list.compactMap { entry in
        entry["id"].integer.map { (UInt32($0), entry) }
      }
    ) { first, _ in first }
  }

  func invoke(_ id: UInt32, _ key: String) throws -> Arrival {
    try center("Invoke", "us", "(\(id), \(quoted(key)))")
  }

  /// A call of the standard interface for properties, about Center1.
  func property(_ member: String, _ signature: String, _ arguments: String) throws -> Arrival {
    try call(
      Call(member, signature, arguments).with {
        $0.destination = "org.hark.Daemon"
        $0.path = "/org/hark/Daemon"
        $0.interface = "org.freedesktop.DBus.Properties"
      }
    )
  }

  func set(_ name: String, _ value: String) throws {
    let answer = try property("Set", "ssv", "('org.hark.Center1', '\(name)', \(value))")
    guard answer.kind == "reply" else { throw Trouble("\(name): \(answer.json.line)") }
  }

  /// The properties of Center1, by name.
  func properties() throws -> JSON {
    try property("GetAll", "s", "('org.hark.Center1',)").values.first ?? .null
  }

  func state(of id: UInt32) throws -> String? { try live()[id]?["state"].string }
}

/// Takes a name of the bus, or gives it up.
func own(_ client: Client, _ name: String, _ member: String = "RequestName") throws {
  let arguments = member == "RequestName" ? ("su", "('\(name)', 0)") : ("s", "('\(name)',)")
  let answer = try client.call(
    Client.Call(member, arguments.0, arguments.1).with {
      $0.destination = "org.freedesktop.DBus"
      $0.path = "/org/freedesktop/DBus"
      $0.interface = "org.freedesktop.DBus"
    }
  )
  try #require(answer.kind == "reply")
}

extension World {
  /// Closes the only popups there are, and waits until the screen is empty.
  func takeAway(_ ids: [UInt32], _ client: Client) throws {
    for id in ids { _ = try client.closeNotification(id) }
    try popups(0)
  }
}

/// In GVariant's text form.
func quoted(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
}

/// Milliseconds between two moments on CLOCK_MONOTONIC.
func milliseconds(from a: Int64, to b: Int64) -> Int64 { (b - a) / 1_000_000 }

/// More notifications than are shown at once, and none of them goes by itself.
let shownAtOnce = 5
