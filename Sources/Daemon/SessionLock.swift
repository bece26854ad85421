package import DBus
package import EventLoop
package import Notifications

/// Whether the session is locked, by all that can tell.
///
/// The system bus is entered without waiting for it; where it is absent, hangs, refuses or goes,
/// logind tells nothing, and nothing else changes.
package final class SessionLock {
  private let loop: any EventLoop
  private let session: Connection
  private let environment: (String) -> String?
  private let changed: (Bool, Quiet.LockSources) -> Void
  /// Who was last said to tell that it is locked.
  private var told: Quiet.LockSources = []
  private var entry: BusEntry?
  private var system: Connection?
  private var logind: LogindLock?
  private var screenSaver: ScreenSaverLock?
  /// Drops what is over once its own handlers are done.
  private var cleaner: Timer?

  /// `changed` is called with each change; at first nothing is locked.
  package init(
    _ loop: any EventLoop,
    _ session: Connection,
    environment: @escaping (String) -> String?,
    changed: @escaping (Bool, Quiet.LockSources) -> Void
  ) {
    self.loop = loop
    self.session = session
    self.environment = environment
    self.changed = changed
  }

  deinit {
    logind?.cancel()
    screenSaver?.cancel()
    system?.signal = nil
    system?.closed = nil
  }

  /// Begins to follow. What is asked of the session bus leaves with its next `flush()`.
  package func start() {
    screenSaver = ScreenSaverLock(session) { [unowned(unsafe) self] in update() }
    entry = BusEntry(loop, .system(environment: environment)) { [unowned(unsafe) self] answer in
      entry = nil
      if case .success(let connection) = answer { follow(connection) }
    }
  }

  /// Takes a signal of the session bus; false for one that is of no concern here.
  package func handle(_ signal: Message) -> Bool {
    screenSaver?.handle(signal) ?? false
  }

  /// Who tells, in words for `hark doctor`.
  package var description: String {
    var sources: [String] = []
    if let session = logind?.session { sources.append("logind session \(session)") }
    if let screenSaver, screenSaver.tells || screenSaver.isLocked {
      let end = screenSaver.tells ? "" : ", which has gone"
      sources.append("org.freedesktop.ScreenSaver\(end)")
    }
    return sources.isEmpty ? "none" : sources.joined(separator: ", ")
  }

  private func follow(_ connection: Connection) {
    system = connection
    logind = LogindLock(connection, environment("XDG_SESSION_ID")) { [unowned(unsafe) self] in
      update()
    }
    connection.signal = { [unowned(unsafe) self] in logind?.handle($0) }
    connection.closed = { [unowned(unsafe) self] in lose() }
    connection.flush()
  }

  private func update() {
    // Where logind can tell, a screen saver that does not any more has no say.
    if let screenSaver, !screenSaver.tells, logind?.session != nil { screenSaver.forget() }
    tell(logind?.isLocked ?? false, .logind)
    tell(screenSaver?.isLocked ?? false, .screenSaver)
  }

  private func tell(_ isLocked: Bool, _ source: Quiet.LockSources) {
    guard isLocked != told.contains(source) else { return }
    if isLocked { told.insert(source) } else { told.remove(source) }
    changed(isLocked, source)
  }

  /// Nobody could tell of the end of what is locked now.
  private func lose() {
    logind?.cancel()
    cleaner = loop.timer { [unowned(unsafe) self] in
      logind = nil
      system = nil
    }
    cleaner?.deadline = loop.now
    tell(false, .logind)
  }
}
