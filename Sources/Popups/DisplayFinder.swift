import CLibc
import Display
import EventLoop
import Wayland
import X11

/// Looks for a display, one candidate after the other, and again when one may have come.
///
/// The order: what `hark attach` handed over, the daemon's own environment, the user manager's
/// environment, sockets in the runtime folder from the newest on.
final class DisplayFinder {
  typealias UserEnvironment = (@escaping ([(name: String, value: String)]) -> Void) -> Void

  private let loop: any EventLoop
  private let userEnvironment: UserEnvironment
  private let log: (String) -> Void
  private let found: (any Display, DisplayEnvironment) -> Void
  private let folders: [SocketFolder]
  private let runtimeDirectory: String
  private var attached: DisplayEnvironment?

  private var candidates: [DisplayCandidate] = []
  /// The attempt that is under way, of one kind or the other.
  private var wayland: WaylandDisplay?
  private var x11: X11Connecting?
  private var socketWatch: SocketWatch?
  private var retry: Timer?
  private var retriesLeft = 0
  /// Answers of an earlier search are void.
  private var search = 0

  /// Why each candidate of the last search was not taken.
  private(set) var problems: [String] = []

  /// A socket is there a moment before its server answers, and a session tells its variables a
  /// moment after: look again after these many milliseconds, then wait for the next socket.
  private static let retries = [200, 1000, 5000]

  init(
    _ loop: any EventLoop,
    userEnvironment: @escaping UserEnvironment,
    log: @escaping (String) -> Void,
    found: @escaping (any Display, DisplayEnvironment) -> Void
  ) {
    self.loop = loop
    self.userEnvironment = userEnvironment
    self.log = log
    self.found = found
    runtimeDirectory = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
    folders = [
      SocketFolder(path: runtimeDirectory, prefix: "wayland-"),
      SocketFolder(path: "/tmp/.X11-unix", prefix: "X"),
    ]
    retry = loop.timer { [unowned(unsafe) self] in begin() }
  }

  /// Searches until one is found.
  func start() {
    retriesLeft = Self.retries.count
    begin()
  }

  /// The next search starts with these variables.
  func attach(_ environment: DisplayEnvironment) {
    attached = environment
    start()
  }

  func stop() {
    search += 1
    candidates = []
    wayland?.close()
    wayland = nil
    x11?.cancel()
    x11 = nil
    socketWatch = nil
    retry?.deadline = nil
  }

  private func begin() {
    stop()
    problems = []
    candidates = attached.map { DisplayCandidate.all(in: $0) } ?? []
    add(DisplayCandidate.all(in: .ofProcess))
    let search = search
    userEnvironment { [unowned(unsafe) self] variables in
      guard search == self.search else { return }
      add(DisplayCandidate.all(in: DisplayEnvironment(variables)))
      for name in folders[0].sockets() {
        add(DisplayCandidate.all(in: DisplayEnvironment([("WAYLAND_DISPLAY", name)])))
      }
      if wayland == nil, x11 == nil { tryNext() }
    }
    // What is known already need not wait for the manager's answer.
    if !candidates.isEmpty { tryNext(waitsForMore: true) }
  }

  private func add(_ more: [DisplayCandidate]) {
    for candidate in more where !candidates.contains(candidate) { candidates.append(candidate) }
  }

  private func tryNext(waitsForMore: Bool = false) {
    wayland = nil
    x11 = nil
    while !candidates.isEmpty {
      let candidate = candidates.removeFirst()
      guard let problem = connect(candidate) else { return }
      note(problem)
    }
    if !waitsForMore { waitForSocket() }
  }

  /// Nil when the attempt is under way.
  private func connect(_ candidate: DisplayCandidate) -> String? {
    let search = search
    let environment = candidate.environment
    switch candidate.system {
    case .wayland:
      do {
        let display = try WaylandDisplay.connect(
          loop,
          name: candidate.name,
          runtimeDirectory: runtimeDirectory
        ) { [unowned(unsafe) self] error in
          guard search == self.search else { return }
          if let error { return failed(candidate, error.description) }
          if let display = wayland { succeeded(display, environment) }
        }
        wayland = display
      } catch {
        return candidate.problem(error.description)
      }
    case .x11:
      x11 = X11Display.connect(loop, name: candidate.name, authority: environment.authority) {
        [unowned(unsafe) self] result in
        guard search == self.search else { return }
        switch result {
        case .success(let display):
          display.onError = log
          succeeded(display, environment)
        case .failure(let error): failed(candidate, error.message)
        }
      }
    }
    return nil
  }

  private func note(_ problem: String) {
    if !problems.contains(problem) { problems.append(problem) }
  }

  private func succeeded(_ display: any Display, _ environment: DisplayEnvironment) {
    wayland = nil
    stop()
    found(display, environment)
  }

  private func failed(_ candidate: DisplayCandidate, _ words: String) {
    note(candidate.problem(words))
    tryNext()
  }

  private func waitForSocket() {
    socketWatch = SocketWatch(loop, folders) { [unowned(unsafe) self] in start() }
    guard retriesLeft > 0 else { return }
    let pause = Self.retries[Self.retries.count - retriesLeft]
    retriesLeft -= 1
    retry?.deadline = loop.now + Int64(pause) * 1_000_000
  }
}
