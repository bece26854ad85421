import Display
import EventLoop

extension WaylandDisplay {
  /// A compositor that says nothing for so long is none, or has hung.
  private static let patience: Int64 = 2_000_000_000
  /// The free areas of the monitors are awaited for so long, then their own sizes have to do.
  private static let areaPatience: Int64 = 100_000_000

  func open(_ ready: @escaping (WaylandError?) -> Void) throws(WaylandError) {
    let connection = try Connection(
      loop,
      path: path,
      hasWork: { [unowned(unsafe) self] in hasWork },
      turn: { [unowned(unsafe) self] in turn() }
    )
    self.connection = connection
    whenReady = ready
    globals = Globals(connection)
    stage = .announcing(connection.sync())
    let timer = loop.timer { [unowned(unsafe) self] in turn() }
    timer.deadline = loop.now + Self.patience
    self.timer = timer
  }

  /// Goes on with connecting as far as the compositor's answers allow.
  func proceed(_ connection: Connection, _ globals: Globals) {
    let isLate = timer.map { $0.deadline == nil } ?? true
    switch stage {
    case .announcing(let done) where done.isDone:
      if let missing = globals.missing { return fail(.missing(interface: missing)) }
      stage = .describing(connection.sync())
    case .describing(let done) where done.isDone:
      stage = .measuring
      measureMonitors(globals)
      timer?.deadline = loop.now + Self.areaPatience
      proceed(connection, globals)
    case .measuring where isLate || globals.monitors.allSatisfy { $0.area?.hasAnswered ?? true }:
      becomeReady(globals)
    case .announcing, .describing:
      if isLate { fail(.silent(path: path)) }
    case .measuring, .ready, .closed:
      break
    }
  }

  private func becomeReady(_ globals: Globals) {
    if let shm = globals.shm, let compositor = globals.compositor {
      pool = BufferPool(globals.connection, shm)
      cursor = PointerCursor(globals.connection, compositor, shm)
    }
    timer?.deadline = nil
    stage = .ready
    findOutputs(globals)
    watchIdleness()
    lookRound(globals)
    let ready = whenReady
    whenReady = nil
    ready?(nil)
    guard case .ready = stage else { return }
    createSurfaceIfDue()
    setTimer()
  }

  /// The connection is of no use; says so to whoever waits for it.
  func fail(_ error: WaylandError) {
    let ready = whenReady
    release()
    ready?(error)
  }

  func lose(_ reason: String) {
    if case .ready = stage {
      let lost = handlers?.lost
      release()
      lost?(reason)
    } else {
      fail(.lost(why: reason))
    }
  }
}
