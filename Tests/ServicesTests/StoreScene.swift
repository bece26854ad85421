import CDBus
import EventLoop
import Foundation
import Notifications
import TestSupport

@testable import DBus
@testable import Services

/// Permissions and their adapter on a world's bus, in this process.
final class StoreScene {
  let world: World
  let loop = MainLoop()
  let connection: Connection
  let store: PermissionStore
  var permissions = Permissions()
  /// Every effect, in order.
  private(set) var effects: [Permissions.Effect] = []
  private(set) var appearances: [[String: StoreWord]] = []
  private(set) var changes: [[String: StoreWord]] = []
  var results: [String] = []
  private(set) var log: [String] = []
  /// Handlers that ran: what the daemon would wake up for.
  private(set) var wakeUps = 0
  private var flushed: [Connection]
  private var calls: UInt64 = 0

  static let program = "/usr/libexec/xdg-permission-store"
  static let app = "flatpak:org.x.Boxed"
  static let id = "org.x.Boxed"

  init(_ world: World, patience: Int = 25_000) throws {
    self.world = world
    connection = try Connection(to: world, loop)
    flushed = [connection]
    var lines: (String) -> Void = { _ in }
    store = PermissionStore(connection, patience: patience) { lines($0) }
    lines = { [unowned self] in log.append($0) }
    store.appeared = { [unowned self] in
      appearances.append($0)
      perform(permissions.storeAppeared($0, at: now))
    }
    store.changed = { [unowned self] in
      changes.append($0)
      perform(permissions.storeChanged($0, at: now))
    }
    store.written = { [unowned self] in
      results.append("\($0) \($1) \($2)")
      perform(permissions.storeWritten($0, $1, succeeded: $2, at: now))
    }
    connection.signal = { [unowned self] in store.handleSignal($0) }
    loop.afterHandler = { [unowned self] in
      wakeUps += 1
      for connection in flushed { connection.flush() }
    }
    store.start()
    connection.flush()
  }

  private var now: Moment {
    WallClock(offset: 1_700_000_000_000).moment(Instant(nanoseconds: loop.now))
  }

  private func perform(_ new: [Permissions.Effect]) {
    effects += new
    for case .write(let app, let word) in new { store.write(app: app, word) }
  }

  /// The user decides; nil takes it back.
  func set(_ decision: Permissions.Decision?, _ app: String = app) {
    calls += 1
    perform(permissions.set(app, decision, Call(token: calls), at: now))
    connection.flush()
  }

  func status(_ app: String = app) -> Permissions.Status { permissions.status(of: app) }

  /// What the store has yet to be told.
  func unwritten(_ app: String = app) -> StoreWord? { permissions.record(of: app)?.unwritten }

  var writes: [String] {
    effects.compactMap { if case .write(let app, let word) = $0 { "\(app) \(word)" } else { nil } }
  }

  /// Another connection of this process on the same bus and loop.
  func connect() throws -> Connection {
    let other = try Connection(to: world, loop)
    flushed.append(other)
    return other
  }

  // MARK: The loop

  func turn(_ time: Duration) {
    let timer = loop.timer { [loop] in loop.quit() }
    timer.deadline = loop.now + Int64(time / .nanoseconds(1))
    loop.run()
  }

  /// Turns until something holds.
  func turn(until what: String, limit: Duration = .seconds(10), _ holds: () -> Bool) throws {
    let end = ContinuousClock.now + limit
    while !holds() {
      guard ContinuousClock.now < end else { throw Trouble("waited \(limit) in vain for \(what)") }
      turn(.milliseconds(5))
    }
  }

  // MARK: The real store, and another client of it

  func startStore() throws -> Child {
    let before = appearances.count
    let child = try world.start([Self.program])
    try turn(until: "the store to appear") { appearances.count > before }
    return child
  }

  func call(_ method: String, _ arguments: String...) throws -> String {
    let outcome = try world.run(
      gdbusCall(
        "\(PermissionStore.interface.text).\(method)",
        arguments,
        of: PermissionStore.name.text
      )
    )
    return outcome.succeeded ? outcome.lines.joined() : outcome.errors
  }

  /// What the store says of an app.
  func stored(_ id: String = id) throws -> String {
    try call("GetPermission", "notifications", "notification", id)
  }

  /// As the portal and settings programs do.
  func tell(_ word: String, _ id: String = id) throws {
    _ = try call("SetPermission", "notifications", "true", "notification", id, "['\(word)']")
  }
}

extension Connection {
  /// libdbus reads the session's address once in a process; a world's is another one.
  convenience init(to world: World, _ loop: any EventLoop) throws {
    let address = world.environment["DBUS_SESSION_BUS_ADDRESS"] ?? ""
    let raw = nonNull(try reporting { dbus_connection_open_private(address, $0) })
    _ = try reporting { dbus_bus_register(raw, $0) }
    self.init(adopting: raw, loop)
  }
}

/// A store whose answers the test makes up.
final class FakeStore {
  let connection: Connection
  /// The members that were called, with the word where one was written.
  private(set) var calls: [String] = []
  /// Who called last.
  private(set) var caller: BusName?
  /// Nil for no answer.
  var answer: (Message) -> OutgoingMessage?

  init(
    _ scene: StoreScene,
    replaces: Bool = false,
    answer: @escaping (Message) -> OutgoingMessage?
  ) throws {
    self.answer = answer
    connection = try scene.connect()
    connection.methodCall = { [unowned self] in handle($0) }
    let flags: NameRequestFlags =
      replaces ? [.allowReplacement, .replaceExisting] : .allowReplacement
    guard try connection.requestName(PermissionStore.name, flags) else {
      throw Trouble("the name is owned")
    }
  }

  private func handle(_ call: Message) {
    caller = BusName(call.sender)
    var words = [call.member]
    if call.member == "SetPermission" {
      var reader = call.reader()
      _ = (reader.string(), reader.boolean(), reader.string(), reader.string())
      words += reader.strings() ?? ["nothing"]
    }
    calls.append(words.joined(separator: " "))
    if let answer = answer(call) { connection.enqueue(answer) }
  }

  func release() {
    let call = OutgoingMessage.call(.bus, .bus, .bus, "ReleaseName")
    call.append { $0.string(PermissionStore.name.text) }
    connection.enqueue(call)
    connection.flush()
  }

  /// Says that the table is this now.
  func change(_ words: [String: String], deleted: Bool = false, to peer: BusName? = nil) {
    let signal = OutgoingMessage.signal(
      PermissionStore.path,
      PermissionStore.interface,
      "Changed",
      to: peer
    )
    signal.append {
      $0.string("notifications")
      $0.string("notification")
      $0.boolean(deleted)
      $0.variant("s") { $0.string("") }
      Self.append(words, &$0)
    }
    connection.enqueue(signal)
    connection.flush()
  }

  private static func append(_ words: [String: String], _ writer: inout Writer) {
    writer.dictionary("sas") { entries in
      for (id, word) in words {
        entries.dictionaryEntry {
          $0.string(id)
          $0.strings([word])
        }
      }
    }
  }

  /// Answers as a store does that has these words, and takes every other.
  static func good(_ words: [String: String] = [:]) -> (Message) -> OutgoingMessage? {
    { call in
      let reply = OutgoingMessage.reply(to: call)
      if call.member == "Lookup" {
        reply.append {
          append(words, &$0)
          $0.variant("s") { $0.string("") }
        }
      }
      return reply
    }
  }

  static func error(_ name: ErrorName) -> (Message) -> OutgoingMessage? {
    { .error(to: $0, name, "no luck") }
  }
}
