import DBus
import Daemon
import EventLoop
import Foundation
import Notifications
import TestSupport
import Testing

/// Two buses, who is on them, and the lock that follows them.
final class Desk {
  static let user = "/org/freedesktop/login1/user/\(getuid())"
  static func session(_ id: String) -> String { "/org/freedesktop/login1/session/\(id)" }

  let session: World
  /// Its session bus is what the lock takes for the system's.
  let system: World
  let connection: Connection
  private(set) var lock: SessionLock?
  private(set) var story: [String] = []
  private let loop = MainLoop()
  private var logind: Child?

  init() throws {
    session = try World()
    system = try World()
    let loop = loop
    var result: Result<Connection, DBusError>?
    let entry = BusEntry(loop, BusAddress(session.environment["DBUS_SESSION_BUS_ADDRESS"] ?? "")) {
      result = $0
      loop.quit()
    }
    loop.run()
    withExtendedLifetime(entry) {}
    connection = try #require(result).get()
    loop.afterHandler = { [connection] in connection.flush() }
  }

  deinit {
    connection.signal = nil
    loop.afterHandler = nil
  }

  /// Follows anew, in this environment.
  func follow(_ environment: [String: String]) throws {
    let address = system.environment["DBUS_SESSION_BUS_ADDRESS"]
    let environment = environment.merging(["DBUS_SYSTEM_BUS_ADDRESS": address ?? ""]) { $1 }
    let lock = SessionLock(loop, connection, environment: { environment[$0] }) {
      [unowned self] isLocked, source in
      story.append("\(source == .logind ? "logind" : "screenSaver") \(isLocked)")
    }
    connection.signal = { [unowned lock] in _ = lock.handle($0) }
    self.lock = lock
    lock.start()
    connection.flush()
  }

  // MARK: Time

  func until(
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isTrue: @escaping () -> Bool
  ) {
    let end = loop.now + 10_000_000_000
    while !isTrue(), loop.now < end { turn(seconds: 0.005) }
    #expect(isTrue(), "not in time: \(what); \(story)", sourceLocation: sourceLocation)
  }

  func turn(seconds: Double) {
    let timer = loop.timer { [loop] in loop.quit() }
    timer.deadline = loop.now + Int64(seconds * 1e9)
    loop.run()
  }

  /// Whether nothing wakes the loop for so long, once what was on its way has come.
  func rests(seconds: Double) -> Bool {
    var turns = 0
    loop.afterHandler = { [connection] in
      turns += 1
      connection.flush()
    }
    defer { loop.afterHandler = { [connection] in connection.flush() } }
    for _ in 0..<10 {
      turns = 0
      turn(seconds: seconds)
      // The timer that ends the turning.
      if turns == 1 { return true }
    }
    return false
  }

  // MARK: logind

  func startLogind() throws {
    logind = try system.start(
      ["/usr/bin/python3", "-m", "dbusmock", "--template", "logind"],
      with: ["DBUS_SYSTEM_BUS_ADDRESS": system.environment["DBUS_SESSION_BUS_ADDRESS"] ?? ""],
      log: "logind"
    )
    try wait(until: "logind") {
      try system.run(
        gdbusCall("org.freedesktop.login1.Manager.CanReboot", of: "org.freedesktop.login1")
      ).succeeded
    }
  }

  func endLogind() {
    logind?.end()
  }

  func addSession(_ id: String, locked: Bool = false) throws {
    try mock("/org/freedesktop/login1", "AddSession", id, "seat0", "\(getuid())", "user", "true")
    if locked { try setLocked(id, true) }
  }

  func setLocked(_ id: String, _ isLocked: Bool) throws {
    try call(Self.session(id), "org.freedesktop.login1.Session.SetLockedHint", ["\(isLocked)"])
  }

  func setDisplay(_ id: String?) throws {
    let display = "('\(id ?? "")', objectpath '\(id.map(Self.session) ?? "/")')"
    let property = ["org.freedesktop.login1.User", "Display", "<\(display)>"]
    try call(Self.user, "org.freedesktop.DBus.Properties.Set", property)
  }

  /// A method of the manager; `code` is Python.
  func addMethod(_ name: String, _ input: String, _ output: String, _ code: String) throws {
    let interface = "org.freedesktop.login1.Manager"
    try mock("/org/freedesktop/login1", "AddMethod", interface, name, input, output, code)
  }

  private func mock(_ path: String, _ method: String, _ arguments: String...) throws {
    try call(path, "org.freedesktop.DBus.Mock.\(method)", arguments)
  }

  private func call(_ path: String, _ method: String, _ arguments: [String]) throws {
    try Self.call(system, "org.freedesktop.login1", path, method, arguments)
  }

  private static func call(
    _ world: World,
    _ name: String,
    _ path: String,
    _ method: String,
    _ arguments: [String]
  ) throws {
    let outcome = try world.run(gdbusCall(method, arguments, of: name, at: path))
    guard outcome.succeeded else { throw Trouble("\(method): \(outcome)") }
  }

  // MARK: The screen saver

  /// Nil: one that does not tell.
  func startScreenSaver(active: Bool?) throws -> Child {
    let path = session.folder + "/screensaver.py"
    try """
    BUS_NAME = MAIN_IFACE = 'org.freedesktop.ScreenSaver'
    MAIN_OBJ = '/org/freedesktop/ScreenSaver'
    SYSTEM_BUS = False
    def load(mock, parameters):
        mock.AddMethod('', 'Inhibit', 'ss', 'u', 'ret = 1')
        \(active.map { "mock.AddMethod('', 'GetActive', '', 'b', 'ret = \($0 ? "True" : "False")')" } ?? "")
    """.write(toFile: path, atomically: true, encoding: .utf8)
    let child = try session.start(["/usr/bin/python3", "-m", "dbusmock", "--template", path])
    try wait(until: "the screen saver") {
      let name = "org.freedesktop.ScreenSaver"
      return try session.run(gdbusCall(name + ".Inhibit", ["a", "b"], of: name)).succeeded
    }
    return child
  }

  func tellActive(_ isActive: Bool) throws {
    let name = "org.freedesktop.ScreenSaver"
    let arguments = [name, "ActiveChanged", "b", "[<\(isActive)>]"]
    let method = "org.freedesktop.DBus.Mock.EmitSignal"
    try Self.call(session, name, "/org/freedesktop/ScreenSaver", method, arguments)
  }
}
