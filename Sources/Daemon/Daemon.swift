import CLibc
import DBus
import EventLoop
import Notifications
import Popups
import Services

/// Builds the parts, hands them to each other, and runs.
package enum Daemon {
  private static let notifications: BusName = "org.freedesktop.Notifications"
  private static let hark: BusName = "org.hark.Daemon"

  private enum Status {
    static let ended: Int32 = 0
    static let failed: Int32 = 1
    static let wrongUsage: Int32 = 2
    static let nameIsOwned: Int32 = 3
  }

  /// The exit status of the process.
  package static func run() -> Int32 {
    let arguments = Arguments(Arguments.ofProcess)
    switch arguments.request {
    case .run:
      return serve(arguments)
    case .help:
      put(Arguments.help, STDOUT_FILENO)
      return Status.ended
    case .version:
      put("harkd \(harkVersion)\n", STDOUT_FILENO)
      return Status.ended
    case .wrong(let option):
      put("harkd: unknown option \(option); see harkd --help\n", STDERR_FILENO)
      return Status.wrongUsage
    }
  }

  private static func serve(_ arguments: Arguments) -> Int32 {
    // Pango looks for fonts on a thread of its own, which would leave a heap of its own behind.
    mallopt(M_ARENA_MAX, 1)
    let log = Log()
    let loop = MainLoop()
    let connection: Connection
    do {
      connection = try Connection.session(loop)
    } catch {
      log(.error, "no session bus: \(error.message)")
      return Status.failed
    }
    let launcher = Launcher(connection, log)
    let turn = Turn(loop, connection, launcher, log)
    let services = Services(connection, turn)
    let popups = Popups(
      loop,
      systemdEnvironment: { UserManager.environment(connection, $0) },
      core: { [unowned(unsafe) turn] in turn.core },
      log: { log(.warning, $0) },
      handle: { [unowned(unsafe) turn] in turn.handle($0) }
    )
    turn.connect(services, popups)
    launcher.environment = { [unowned(unsafe) popups] in popups.environment }

    do {
      guard try claim(connection, arguments) else {
        log(.error, NameOwner.describe(notifications, connection))
        return Status.nameIsOwned
      }
    } catch {
      log(.error, "the bus refused the name \(notifications.text): \(error.message)")
      return Status.failed
    }

    connection.signal = { [unowned(unsafe) loop] message in
      if message.isSignal(.bus, "NameLost") {
        var reader = message.reader()
        guard reader.string() == notifications.text else { return }
        log(.info, "another daemon took over")
        loop.quit()
      } else {
        services.handleSignal(message)
      }
    }
    connection.closed = { [unowned(unsafe) loop] in
      log(.info, "the bus is gone")
      loop.quit()
    }
    let signals = Signals(loop, [SIGTERM, SIGINT, SIGHUP]) { [unowned(unsafe) loop] number in
      // SIGHUP is kept for reloading the configuration.
      if number != SIGHUP { loop.quit() }
    }
    popups.start()
    loop.run()
    withExtendedLifetime(signals) {}
    popups.close()
    return Status.ended
  }

  /// Asks for both names; false when the first is somebody else's.
  private static func claim(
    _ connection: Connection,
    _ arguments: Arguments
  ) throws(DBusError) -> Bool {
    var flags: NameRequestFlags = [.allowReplacement, .doNotQueue]
    if arguments.replaces { flags.insert(.replaceExisting) }
    guard try connection.requestName(notifications, flags) else { return false }
    _ = try connection.requestName(hark, flags.union(.replaceExisting))
    return true
  }
}
