import CLibc
import DBus
import Display
import EventLoop
import Identity
import Notifications
import Popups
import Services
import Store

/// Builds the parts, hands them to each other, and runs.
package enum Daemon {
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
    // What a large message took goes back to the system: left alone, glibc comes to keep 64 MiB.
    mallopt(M_MMAP_THRESHOLD, 1 << 20)
    mallopt(M_TRIM_THRESHOLD, 1 << 20)
    // Whoever sends messages with descriptors makes them open here.
    c_raise_descriptor_limit()
    let log = Log()
    let loop = MainLoop()
    guard Connection.hasSession else {
      log(.error, "no session bus: DBUS_SESSION_BUS_ADDRESS is not set")
      return Status.failed
    }
    let connection: Connection
    do {
      connection = try Connection.session(loop)
    } catch {
      log(.error, "no session bus: \(error.message)")
      return Status.failed
    }
    let launcher = Launcher(connection, log)
    let settings = Settings(log)
    let places = Places(arguments)
    let store = Store(loop, directory: places.stateDirectory) { log(.warning, $0) }
    let turn: Turn
    do {
      turn = Turn(loop, connection, launcher, settings, store, log, bus: try connection.busID())
    } catch {
      log(.error, "the bus does not tell which it is: \(error.message)")
      return Status.failed
    }
    let desktopFiles = DesktopFiles(loop, environment: places.desktopEnvironment)
    let identifier = Identifier(desktopFiles, processRoot: places.processRoot)
    let services = Services(connection, turn, identifier)
    let policies = PolicyFiles(directory: places.policyDirectory) { log(.warning, $0) }
    let permissions = PermissionStore(connection) { log(.warning, $0) }
    let popups = Popups(
      loop,
      systemdEnvironment: { UserManager.environment(connection, $0) },
      core: { [unowned(unsafe) turn] in turn.core },
      log: { log(.warning, $0) },
      handle: { [unowned(unsafe) turn] in turn.handle($0) }
    )
    let lock = SessionLock(loop, connection, environment: environmentVariable) {
      [unowned(unsafe) turn] isLocked, source in
      turn.handle(.quiet(.locked(isLocked, by: source)))
    }
    popups.surroundings = { [unowned(unsafe) turn] surroundings in
      turn.handle(.quiet(.fullScreen(surroundings.isFullScreen)))
      turn.handle(.quiet(.idle(surroundings.isIdle)))
    }
    turn.lock = { [unowned(unsafe) lock] in lock.description }
    turn.connect(services, popups, permissions, policies, InstalledApps(desktopFiles))
    launcher.environment = { [unowned(unsafe) popups] in popups.environment }

    var status = Status.ended
    let ownName = OwnName(log)
    let handOver = HandOver(connection, turn, services, log)
    let restart = Restart(connection, services) { [unowned(unsafe) popups] in popups.environment }
    turn.connect(handOver, restart)
    handOver.failed = { [unowned(unsafe) restart] in restart.failed($0) }
    handOver.succeeded = { [unowned(unsafe) loop, unowned(unsafe) restart] in
      log(.info, "another harkd took over")
      restart.succeeded()
      loop.quit()
    }
    let superseded = { [unowned(unsafe) loop] in
      log(.info, "another daemon took over")
      loop.quit()
    }
    handOver.superseded = superseded
    handOver.orphaned = { [unowned(unsafe) loop] in
      connection.drain(milliseconds: 500)
      arguments.beginAnew()
      status = Status.failed
      loop.quit()
    }

    do {
      let takeOver = TakeOver(
        connection: connection,
        services: services,
        turn: turn,
        ownName: ownName,
        log: log
      )
      switch try takeOver.run(replaces: arguments.replaces) {
      case .taken: break
      case .refused:
        log(.error, NameOwner.describe(.notifications, connection, replaces: arguments.replaces))
        return Status.nameIsOwned
      case .late:
        log(.error, "this took too long, and the harkd before it goes on; try again")
        return Status.failed
      case .declined(let words):
        log(.error, words)
        return Status.failed
      }
    } catch {
      log(.error, "the bus refused the name \(BusName.notifications.text): \(error.message)")
      return Status.failed
    }
    log.endReport()

    var isSuperseded = false
    connection.signal = { message in
      let isLoss = message.isSignal(.bus, "NameLost")
      guard isLoss || message.isSignal(.bus, "NameAcquired"), message.sender == BusName.bus.text
      else {
        permissions.handleSignal(message)
        if !lock.handle(message) { services.handleSignal(message) }
        return
      }
      var reader = message.reader()
      switch reader.string() {
      case BusName.notifications.text where isLoss:
        isSuperseded = true
        superseded()
      // The one that took over takes this name too.
      case OwnName.name.text where !isSuperseded:
        ownName.changed(isOurs: !isLoss)
      default:
        break
      }
    }
    connection.dropped = { log(.warning, "a signal was too long to be sent: \($0.text)") }
    connection.closed = { [unowned(unsafe) loop] in
      log(.info, "the bus is gone")
      loop.quit()
    }
    let signals = Signals(loop, [SIGTERM, SIGINT, SIGHUP]) { [unowned(unsafe) loop] number in
      guard number == SIGHUP else { return loop.quit() }
      settings.reload()
      policies.reload()
    }
    popups.start()
    permissions.start()
    lock.start()
    connection.flush()
    loop.run()
    // Whoever was answered at last hears of it.
    connection.drain(milliseconds: 1000)
    // Callbacks know these without owning them.
    withExtendedLifetime((signals, turn, services, policies, permissions, lock, handOver, restart))
    {
      popups.close()
      store.close()
    }
    return status
  }
}
