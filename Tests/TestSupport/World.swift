import Foundation

/// A private home, session bus and display for one test, and everything that runs in them.
///
/// Nothing of the user's session is in its environment, and all that it started ends with it.
package final class World {
  /// Removed at the end, unless `HARK_TEST_KEEP` is set.
  package let folder: String
  package var environment: [String: String]
  package var display: DisplayServer?
  /// Where the outputs of a nested Sway are windows.
  var outerDisplay: DisplayServer?
  package private(set) var bus: Child?
  package private(set) var daemon: Daemon?
  private var children: [Child] = []
  private var helper: Helper?
  private var helpers: [Helper] = []
  private var connections = 0
  private var logs = 0

  package init() throws {
    signal(SIGPIPE, SIG_IGN)
    var template = Array("/tmp/hark-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Trouble("no temporary folder: \(reason())") }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // Sway runs as another user below it.
    chmod(folder, 0o711)
    let home = folder + "/home"
    let runtime = folder + "/run"
    for place in [home, folder + "/services"] { mkdir(place, 0o755) }
    mkdir(runtime, 0o700)
    environment = [
      "PATH": "/usr/bin:/bin:/usr/local/bin",
      "HOME": home,
      "TMPDIR": folder,
      "LC_ALL": "C.UTF-8",
      "TZ": "UTC",
      "XDG_RUNTIME_DIR": runtime,
      "XDG_CONFIG_HOME": home + "/.config",
      "XDG_DATA_HOME": home + "/.local/share",
      "XDG_STATE_HOME": home + "/.local/state",
      "XDG_CACHE_HOME": home + "/.cache",
      "XDG_DATA_DIRS": "/usr/share",
      "NO_AT_BRIDGE": "1",
      "GSETTINGS_BACKEND": "memory",
      "GIO_USE_VFS": "local",
      "PYTHONDONTWRITEBYTECODE": "1",
      "SWIFT_BACKTRACE": "enable=no",
    ]
    try startBus()
  }

  deinit {
    close()
  }

  /// Ends everything, the newest first.
  package func close() {
    daemon?.child.end()
    helper?.end()
    for helper in helpers { helper.end() }
    for child in children.reversed() { child.end() }
    display?.end()
    outerDisplay?.end()
    bus?.end()
    children = []
    if Programs.variable("HARK_TEST_KEEP") == nil {
      try? FileManager.default.removeItem(atPath: folder)
    } else {
      print("kept: \(folder)")
    }
  }

  /// Starts a program that ends with the world at the latest; what it writes goes to a log.
  @discardableResult
  package func start(
    _ command: [String],
    input: Child.Channel = .null,
    output: Child.Channel? = nil,
    with more: [String: String] = [:],
    log name: String? = nil
  ) throws -> Child {
    let log = logPath(name)
    let child = try Child(
      command,
      environment: environment.merging(more) { $1 },
      input: input,
      output: output ?? .file(log),
      errors: .file(log)
    )
    children.append(child)
    return child
  }

  func keep(_ helper: Helper) {
    helpers.append(helper)
  }

  func logPath(_ name: String?) -> String {
    logs += 1
    return folder + "/" + (name ?? "log-\(logs)")
  }

  /// Runs a program to its end.
  package func run(
    _ command: String...,
    with more: [String: String] = [:],
    limit: Duration = .seconds(10)
  ) throws -> Outcome {
    try run(command, with: more, limit: limit)
  }

  package func run(
    _ command: [String],
    with more: [String: String] = [:],
    limit: Duration = .seconds(10)
  ) throws -> Outcome {
    try TestSupport.run(
      command,
      environment: environment.merging(more) { $1 },
      limit: limit
    )
  }

  // MARK: The bus

  /// As the session's own bus, but for the services: only those of this world can be activated.
  private static func busConfiguration(path: String, services: String) -> String {
    """
    <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
     "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig>
      <type>session</type>
      <listen>unix:path=\(path)</listen>
      <auth>EXTERNAL</auth>
      <servicedir>\(services)</servicedir>
      <policy context="default">
        <allow send_destination="*" eavesdrop="true"/>
        <allow eavesdrop="true"/>
        <allow own="*"/>
      </policy>
      <limit name="max_incoming_bytes">1000000000</limit>
      <limit name="max_incoming_unix_fds">250000000</limit>
      <limit name="max_outgoing_bytes">1000000000</limit>
      <limit name="max_outgoing_unix_fds">250000000</limit>
      <limit name="max_message_size">1000000000</limit>
      <limit name="service_start_timeout">20000</limit>
      <limit name="auth_timeout">240000</limit>
      <limit name="pending_fd_timeout">150000</limit>
      <limit name="max_completed_connections">100000</limit>
      <limit name="max_incomplete_connections">10000</limit>
      <limit name="max_connections_per_user">100000</limit>
      <limit name="max_pending_service_starts">10000</limit>
      <limit name="max_names_per_connection">50000</limit>
      <limit name="max_match_rules_per_connection">50000</limit>
      <limit name="max_replies_per_connection">50000</limit>
    </busconfig>
    """
  }

  /// Starts the bus, or starts it again at the same address.
  package func startBus() throws {
    let path = folder + "/run/bus"
    let configuration = folder + "/bus.conf"
    unlink(path)
    try World.busConfiguration(path: path, services: folder + "/services").write(
      toFile: configuration,
      atomically: true,
      encoding: .utf8
    )
    environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=\(path)"
    let (address, log) = (logPath("bus.address"), logPath("bus.log"))
    unlink(address)
    let child = try Child(
      [
        "/usr/bin/dbus-daemon", "--config-file=\(configuration)", "--nofork", "--nopidfile",
        "--print-address=1",
      ],
      environment: environment,
      output: .file(address),
      errors: .file(log)
    )
    bus = child
    try wait(until: "the bus", every: .milliseconds(2)) {
      guard child.isRunning else { throw Trouble("the bus ended: \(text(of: log))") }
      return text(of: address).hasSuffix("\n")
    }
  }

  /// A service that the bus starts when a message for its name arrives.
  package func addService(name: String, command: [String]) throws {
    try "[D-BUS Service]\nName=\(name)\nExec=\(command.joined(separator: " "))\n".write(
      toFile: folder + "/services/\(name).service",
      atomically: true,
      encoding: .utf8
    )
    _ = try run(
      "dbus-send",
      "--session",
      "--print-reply",
      "--dest=org.freedesktop.DBus",
      "/org/freedesktop/DBus",
      "org.freedesktop.DBus.ReloadConfig"
    )
  }

  // MARK: The daemon

  /// Starts the daemon and waits until it owns its name.
  @discardableResult
  package func startDaemon(
    _ arguments: [String] = [],
    with more: [String: String] = [:],
    command: [String]? = nil
  ) throws -> Daemon {
    let daemon = try launchDaemon(arguments, with: more, command: command)
    let client = try helperClient()
    try wait(until: "\(daemon.child.command[0]) to own \(busName)", limit: .seconds(15)) {
      guard daemon.child.isRunning else {
        throw Trouble("the daemon ended (\(daemon.status)): \(daemon.log)")
      }
      return try client.owner(of: busName) != nil
    }
    return daemon
  }

  /// Starts the daemon and waits for nothing.
  @discardableResult
  package func launchDaemon(
    _ arguments: [String] = [],
    with more: [String: String] = [:],
    command: [String]? = nil
  ) throws -> Daemon {
    let command = (command ?? Programs.daemon) + arguments
    guard Programs.exists(command[0]) else {
      throw Trouble("\(command[0]) is not there: run `make build`")
    }
    let log = logPath("daemon-\(logs).log")
    let child = try Child(
      command,
      environment: environment.merging(more) { $1 },
      output: .file(log),
      errors: .file(log)
    )
    children.append(child)
    let daemon = Daemon(child: child, logPath: log)
    self.daemon = daemon
    return daemon
  }

  // MARK: Clients

  /// A new connection to the bus.
  package func connect() throws -> Client {
    connections += 1
    return try Client(label: "c\(connections)", helper: startHelper())
  }

  /// A connection of another program: its script is another file (ID-043).
  package func connectStranger() throws -> Client {
    connections += 1
    let scripts = ["client.py", "bus.py"]
    for script in scripts {
      try FileManager.default.copyItem(
        atPath: Programs.clients + "/" + script,
        toPath: folder + "/" + script
      )
    }
    let helper = try Helper(
      [Programs.python, folder + "/client.py"],
      environment: environment,
      log: logPath("stranger.log")
    )
    keep(helper)
    return try Client(label: "c\(connections)", helper: helper)
  }

  private var ownClient: Client?

  /// A connection for the questions of the harness itself.
  package func helperClient() throws -> Client {
    if let ownClient { return ownClient }
    let client = try connect()
    ownClient = client
    return client
  }

  private func startHelper() throws -> Helper {
    if let helper { return helper }
    let new = try Helper(
      [Programs.python, Programs.clients + "/client.py"],
      environment: environment,
      log: logPath("client.log")
    )
    helper = new
    return new
  }

  /// Runs `hark` with these arguments.
  package func hark(_ arguments: String..., limit: Duration = .seconds(10)) throws -> Outcome {
    try TestSupport.run(
      [Programs.control] + arguments,
      environment: environment,
      limit: limit
    )
  }

  /// Runs `hark … --json` and reads its lines.
  package func harkJSON(_ arguments: String...) throws -> [JSON] { try harkJSON(arguments) }

  package func harkJSON(_ arguments: [String]) throws -> [JSON] {
    let outcome = try TestSupport.run(
      [Programs.control] + arguments + ["--json"],
      environment: environment
    )
    guard outcome.succeeded else {
      throw Trouble("hark \(arguments): \(outcome.status) \(outcome.errors)")
    }
    return try outcome.lines.map(JSON.init(parsing:))
  }
}

package let busName = "org.freedesktop.Notifications"

/// Where a world's popups go.
package enum Screen: Sendable, Equatable {
  case none
  case x11
  case sway
  /// One whose outputs can be unplugged.
  case nestedSway
  case kwin(scale: Double)
}

/// What a failed test shows of its world.
package struct WorldFailure: Error, CustomStringConvertible {
  package let description: String
}

/// Runs a test in a world of its own, on a thread of its own, with the daemon started.
///
/// `places` says how much of the machine the test needs; `daemon` are the daemon's arguments, nil
/// where the test starts it itself.
package func inWorld(
  _ screen: Screen = .none,
  places: Int = 1,
  daemon: [String]? = [],
  _ body: @escaping @Sendable (World) throws -> Void
) async throws {
  let held = await Gate.shared.enter(places)
  let lane = Lane()
  let result: Result<Void, any Error>
  do {
    try await withTaskExecutorPreference(lane) {
      let world = try World()
      defer { world.close() }
      do {
        // No other daemon runs without a display.
        try world.startDisplay(screen == .none && !Programs.isHark ? .x11 : screen)
        if let daemon { try world.startDaemon(daemon) }
        try body(world)
        try world.daemon?.checkItLived()
      } catch {
        throw WorldFailure(
          description: "\(error)\n  the daemon's log: \(world.daemon?.log.suffix(1500) ?? "none")"
        )
      }
    }
    result = .success(())
  } catch {
    result = .failure(error)
  }
  lane.close()
  await Gate.shared.leave(held)
  try result.get()
}

/// The same, with a client that is connected already.
package func inWorld(
  _ screen: Screen = .none,
  places: Int = 1,
  daemon: [String]? = [],
  _ body: @escaping @Sendable (World, Client) throws -> Void
) async throws {
  try await inWorld(screen, places: places, daemon: daemon) { world in
    try body(world, try world.connect())
  }
}
