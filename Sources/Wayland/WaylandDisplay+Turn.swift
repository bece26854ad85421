import CWayland
import Display
import EventLoop

extension WaylandDisplay {
  /// A layer surface that has no size after so long never will have one.
  private static let surfacePatience: Int64 = 5_000_000_000

  /// Whether there is something to do although the compositor said nothing.
  var hasWork: Bool {
    if surface?.isFrameDue ?? false { return true }
    return globals?.lostSeat == true || globals?.seats.contains { !$0.events.isEmpty } ?? false
  }

  /// Looks at what the events of the compositor, or time, have changed.
  func turn() {
    // A handler may drop the last reference.
    withExtendedLifetime(self) {
      guard let connection, let globals else { return }
      if let failure = connection.failure { return lose(failure) }
      proceed(connection, globals)
      guard case .ready = stage else { return }
      measureMonitors(globals)
      followSurface(globals)
      followOutputs(globals)
      createSurfaceIfDue()
      watchIdleness()
      lookRound(globals)
      deliverInput()
      deliverTokens()
      if let surface, surface.isFrameDue { surface.frame { handlers?.frame() } }
      setTimer()
    }
  }

  func measureMonitors(_ globals: Globals) {
    guard let compositor = globals.compositor, let shell = globals.layerShell else { return }
    for monitor in globals.monitors where monitor.isKnown && monitor.area == nil {
      monitor.area = UsableArea(globals.connection, compositor, shell, on: monitor.raw)
      recreation = Recreation()
    }
  }

  // MARK: Outputs

  /// Says where the surface is; true if anything differs from what was said before.
  @discardableResult
  func findOutputs(_ globals: Globals) -> Bool {
    let known = globals.monitors.filter { $0.isKnown }
    let seen = surface?.monitors.last
    let current =
      known.first { $0.raw == seen } ?? known.first { $0.global == lastMonitor } ?? known.first
    if let surface, let current, current.raw == seen {
      lastMonitor = current.global
      current.fractionalScale = surface.preferredScale
    }
    let before = (outputs, output)
    outputs = known.compactMap { $0.output }
    output = current?.output
    if let surface, let output { surface.monitorScale = output.scale }
    return before != (outputs, output)
  }

  private func followOutputs(_ globals: Globals) {
    if findOutputs(globals) { handlers?.outputsChanged() }
  }

  // MARK: The surface

  private func followSurface(_ globals: Globals) {
    guard let surface else { return }
    let wasSeen = !surface.monitors.isEmpty
    for monitor in surface.monitors where !globals.monitors.contains(where: { $0.raw == monitor }) {
      surface.forget(monitor)
    }
    let isStranded = wasSeen && surface.monitors.isEmpty
    if surface.isClosed || isStranded || !globals.monitors.contains(where: { $0.isKnown }) {
      dropSurface()
      recreation.put(off: loop.now)
    } else if surface.size == nil, recreation.created + Self.surfacePatience <= loop.now {
      lose("the compositor does not answer for the popups' surface")
    } else {
      surface.turn()
    }
  }

  func createSurfaceIfDue() {
    guard surface == nil, let placement, let output, let globals, let pool,
      recreation.notBefore <= loop.now
    else { return }
    let surface = PopupSurface(globals, pool, placement, scale: output.scale)
    self.surface = surface
    recreation.created = loop.now
    for seat in globals.seats { seat.target = surface.raw }
  }

  func dropSurface() {
    for seat in globals?.seats ?? [] { seat.target = nil }
    surface = nil
  }

  func setTimer() {
    guard case .ready = stage else { return }
    if let surface {
      timer?.deadline = surface.size == nil ? recreation.created + Self.surfacePatience : nil
    } else {
      timer?.deadline = placement != nil && output != nil ? recreation.notBefore : nil
    }
  }

  // MARK: Input

  private func deliverInput() {
    if globals?.lostSeat == true {
      globals?.lostSeat = false
      handlers?.pointer(.left)
    }
    for seat in globals?.seats ?? [] {
      seat.target = surface?.raw
      let events = seat.events
      seat.events = []
      for event in events { handlers?.pointer(event) }
      dressPointer(of: seat, onlyNew: true)
    }
  }

  func dressPointer(of seat: Seat, onlyNew: Bool = false) {
    guard let cursor, let pointer = seat.pointer, let serial = seat.entered, let output,
      !(onlyNew && seat.dressed == serial)
    else { return }
    seat.dressed = serial
    cursor.show(shape, on: pointer, serial, surface?.scale ?? output.scale)
  }

  private func deliverTokens() {
    guard tokens.contains(where: { $0.isDone }) else { return }
    let done = tokens.filter { $0.isDone }
    tokens.removeAll { $0.isDone }
    for token in done { token.finish() }
  }
}

/// When a surface that the compositor took away may come again.
///
/// Soon at first, and ever later when it is taken again at once. A new monitor starts afresh.
struct Recreation {
  var created: Int64 = 0
  private(set) var notBefore: Int64 = 0
  private var delay = Recreation.shortest

  private static let shortest: Int64 = 50_000_000
  private static let longest: Int64 = 30_000_000_000

  mutating func put(off now: Int64) {
    if now - created > Recreation.longest { delay = Recreation.shortest }
    notBefore = now + delay
    delay = min(delay * 2, Recreation.longest)
  }
}
