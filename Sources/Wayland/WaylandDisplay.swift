import CWayland
package import Display
package import EventLoop

/// A compositor that speaks wlr-layer-shell.
///
/// Events change the state of the objects that this one owns; a turn then looks at what changed and
/// tells the handlers. So no handler runs inside libwayland, and each may do anything, `close` included.
package final class WaylandDisplay: Display {
  package let name: String
  package internal(set) var outputs: [Output] = []
  package internal(set) var output: Output?
  package internal(set) var surroundings = Surroundings()
  package var focused: FocusedWindow? { globals?.toplevels?.focused }
  package var idleAfter = 0 {
    didSet { if idleAfter != oldValue { watchIdleness(anew: true) } }
  }
  package var handlers: DisplayHandlers?

  let path: String
  let loop: any EventLoop
  var stage = Stage.closed
  var whenReady: ((WaylandError?) -> Void)?
  var connection: Connection?
  var globals: Globals?
  var pool: BufferPool?
  var cursor: PointerCursor?
  var shape = Cursor.arrow
  var tokens: [ActivationToken] = []

  var placement: Placement?
  var surface: PopupSurface?
  /// Where the surface was last seen.
  var lastMonitor: UInt32?
  var recreation = Recreation()
  /// For all that has a deadline: connecting, and a surface that does not come.
  var timer: Timer?

  enum Stage {
    /// The globals are being announced.
    case announcing(Done)
    /// The monitors are being described.
    case describing(Done)
    /// What panels leave free of them is being measured.
    case measuring
    case ready
    case closed
  }

  /// Connects to the compositor at `name`: a `WAYLAND_DISPLAY`, or an absolute path.
  ///
  /// Returns before the compositor has answered. `ready` is called once when it has, with nil, or
  /// when it cannot be used, with the reason; the display is closed then. Until `ready` there are no
  /// outputs. `close()` and dropping the display take the request back.
  package static func connect(
    _ loop: any EventLoop,
    name: String,
    runtimeDirectory: String,
    ready: @escaping (WaylandError?) -> Void
  ) throws(WaylandError) -> WaylandDisplay {
    let path = name.utf8.first == UInt8(ascii: "/") ? name : "\(runtimeDirectory)/\(name)"
    let display = WaylandDisplay(loop, name, path)
    try display.open(ready)
    return display
  }

  private init(_ loop: any EventLoop, _ name: String, _ path: String) {
    self.loop = loop
    self.name = name
    self.path = path
  }

  deinit { release() }

  package func place(_ placement: Placement?) {
    self.placement = placement
    guard case .ready = stage else { return }
    guard let placement else {
      dropSurface()
      if let globals { lookRound(globals) }
      cursor?.clear()
      recreation = Recreation()
      setTimer()
      return
    }
    if let surface {
      surface.place(placement)
    } else {
      createSurfaceIfDue()
      setTimer()
    }
  }

  package func requestFrame() {
    surface?.requestFrame()
  }

  package func draw(_ body: (borrowing Frame) -> [Rect]) {
    surface?.draw(body)
  }

  package func setCursor(_ cursor: Cursor) {
    guard cursor != shape else { return }
    shape = cursor
    for seat in globals?.seats ?? [] { dressPointer(of: seat) }
  }

  package func requestActivationToken(
    for press: InputSerial,
    then: @escaping (String?) -> Void
  ) {
    guard let connection, let activation = globals?.activation, let seats = globals?.seats,
      let seat = seats.first(where: { $0.lastPress == press.value }) ?? seats.first
    else { return then(nil) }
    tokens.append(ActivationToken(connection, activation, seat.raw, press: press.value, then: then))
  }

  package func close() {
    release()
  }

  /// Lets go of everything.
  func release() {
    stage = .closed
    connection?.stop()
    handlers = nil
    whenReady = nil
    timer = nil
    outputs = []
    output = nil
    surroundings = Surroundings()
    placement = nil
    surface = nil
    cursor = nil
    pool = nil
    globals = nil
    let unanswered = tokens
    tokens = []
    for token in unanswered { token.finish() }
    connection = nil
  }
}
