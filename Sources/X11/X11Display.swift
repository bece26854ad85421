import CLibc
import CXcb
package import Display
package import EventLoop

/// An X server with the window of the popups.
///
/// What was asked for is kept here as it should be, and the server is brought there when it reads:
/// one that hangs costs nothing but its own pictures. The owner ends it by `close()`.
package final class X11Display: Display {
  package let name: String
  package private(set) var outputs: [Output] = []
  package private(set) var surroundings = Surroundings()
  package var focused: FocusedWindow? { connection.isOpen ? desktop.focused : nil }
  package var idleAfter = 0 {
    didSet {
      idleness.after = idleAfter
      settle()
      lookRound()
    }
  }
  package var handlers: DisplayHandlers?
  /// An error that the server reported, for a log; it harms nothing else.
  package var onError: ((String) -> Void)?

  private let loop: any EventLoop
  private let server: Server
  private let desktop: Desktop
  private let window: StackWindow
  private let picture: Picture
  private let pointer = Pointer()
  private let idleness: Idleness
  private var connection: Connection { server.connection }
  private var placement: Placement?
  /// The monitor on which the stack is, by name, while it is up.
  private var home: String?
  private var lastHome: String?
  private var asksForPointer = false
  private var cursor: Cursor?
  /// The picture that is in the window.
  private var drawnNumber = -1
  private var exposed: [Rect] = []
  private var wantsFrame = false
  private var isInFrame = false
  private var lastFrame: Int64 = .min / 2
  private var frameTimer: Timer?
  private var tokens = 0

  /// Connects to the server that `name` means, as `DISPLAY` would.
  ///
  /// The cookies are those of the file `authority`, as `XAUTHORITY` would; nil is the usual one.
  /// Returns at once. `then` is called once, from the loop, within `X11Connecting.limit`, unless
  /// what is returned was dropped.
  package static func connect(
    _ loop: any EventLoop,
    name: String,
    authority: String?,
    then: @escaping (Result<X11Display, X11Error>) -> Void
  ) -> X11Connecting {
    X11Connecting(loop, name: name, authority: authority, then: then)
  }

  init(_ loop: any EventLoop, name: String, _ server: Server, _ desktop: Desktop) {
    self.loop = loop
    self.name = name
    self.server = server
    self.desktop = desktop
    window = StackWindow(server)
    picture = Picture(server, window)
    idleness = Idleness(server)
    outputs = desktop.monitors.map(output(of:))
    frameTimer = loop.timer { self.frameIsDue() }
    picture.onIdle = { self.schedule() }
    idleness.onChange = { self.lookRound() }
    desktop.onChange = { self.desktopChanged() }
    connection.onEvent = { self.handle($0) }
    connection.onDrained = {
      self.pointer.flush()
      self.repaint()
      self.desktop.settle()
    }
    connection.onRoom = {
      self.picture.sendStrips()
      self.settle()
      self.lookRound()
    }
    connection.onLost = { self.lose($0) }
    pointer.onEvent = { self.handlers?.pointer($0) }
    lookRound()
  }

  package var output: Output? { connection.isOpen ? monitor.map(output(of:)) : nil }

  package func place(_ wanted: Placement?) {
    guard connection.isOpen else { return }
    let wanted = wanted.flatMap { $0.size.width > 0 && $0.size.height > 0 ? $0 : nil }
    guard wanted != placement else { return }
    if wanted?.size != placement?.size { wantsFrame = wanted != nil }
    placement = wanted
    if wanted == nil {
      home = nil
      exposed = []
      picture.release()
    }
    settle()
    lookRound()
  }

  package func requestFrame() {
    guard connection.isOpen else { return }
    wantsFrame = true
    schedule()
  }

  package func draw(_ body: (borrowing Frame) -> [Rect]) {
    guard isInFrame, let placement, let home = monitor, let pixels = picture.prepare(deviceSize)
    else { return }
    let before = picture.number
    let frame = Frame(
      pixels: pixels,
      size: picture.size,
      stride: picture.stride,
      scale: desktop.scale,
      buffer: picture.number
    )
    let parts = body(frame)
    // What the body calls may take the surface away.
    guard connection.isOpen, picture.number == before else { return }
    window.show(geometry(placement, on: home), shape(placement))
    picture.put(drawnNumber == before ? parts : [picture.bounds])
    drawnNumber = before
  }

  package func setCursor(_ cursor: Cursor) {
    guard connection.isOpen, cursor != self.cursor else { return }
    self.cursor = cursor
    settle()
  }

  package func requestActivationToken(for press: InputSerial, then: @escaping (String?) -> Void) {
    guard connection.isOpen else { return then(nil) }
    tokens &+= 1
    let host = String(decoding: hostName(), as: UTF8.self)
    then("hark-\(getpid())-\(tokens)-\(host)_TIME\(press.value)")
  }

  package func close() {
    guard frameTimer != nil else { return }
    connection.close()
    picture.release()
    picture.onIdle = nil
    desktop.onChange = nil
    pointer.onEvent = nil
    idleness.onChange = nil
    surroundings = Surroundings()
    frameTimer = nil
    placement = nil
    home = nil
    handlers = nil
    onError = nil
    outputs = []
  }

  private func lose(_ reason: String) {
    let handlers = handlers
    close()
    handlers?.lost(reason)
  }

  // MARK: The window as it should be

  private var monitor: Monitor? {
    let name = home ?? lastHome
    return desktop.monitors.first { $0.name == name } ?? desktop.primary
  }

  private var deviceSize: Size {
    desktop.scale.device(placement?.size ?? Size(width: 1, height: 1))
  }

  private func output(of monitor: Monitor) -> Output {
    let usable = desktop.usableArea(of: monitor)
    let scale = desktop.scale
    return Output(
      name: monitor.name,
      usable: Size(width: scale.logical(usable.width), height: scale.logical(usable.height)),
      scale: scale
    )
  }

  private func geometry(_ placement: Placement, on monitor: Monitor) -> Rect {
    let usable = desktop.usableArea(of: monitor)
    let margin = desktop.scale.device(min(max(placement.margin, 0), 4096))
    let size = deviceSize
    return Rect(
      x: max(usable.maxX - margin - size.width, usable.x),
      y: usable.y + margin,
      width: size.width,
      height: size.height
    )
  }

  private func shape(_ placement: Placement) -> StackWindow.Shape {
    let all = Rect(
      x: 0,
      y: 0,
      width: min(placement.size.width, longest),
      height: min(placement.size.height, longest)
    )
    return StackWindow.Shape(
      input: placement.input.map { desktop.scale.device($0.intersection(all)) },
      cornerRadius: desktop.scale.device(min(max(placement.cornerRadius, 0), 1024)),
      isBounded: !(server.visual.hasAlpha && desktop.isComposited)
    )
  }

  /// Brings the window to what it should be; what needs a new picture waits for that.
  private func settle() {
    guard connection.hasRoom() else { return }
    idleness.settle()
    if let cursor { window.point(cursor) }
    if let placement, let monitor, choseHome() {
      if window.isMapped, picture.size == deviceSize {
        window.show(geometry(placement, on: monitor), shape(placement))
      } else {
        wantsFrame = true
      }
      schedule()
    } else if placement == nil || desktop.monitors.isEmpty {
      window.hide()
    }
    repaint()
    connection.flush()
  }

  /// Whether it is known on which monitor the stack is; if not, the pointer is looked for.
  private func choseHome() -> Bool {
    if home == nil, desktop.monitors.count == 1 { home = desktop.monitors.first?.name }
    if let home {
      lastHome = home
      return true
    }
    guard !asksForPointer else { return false }
    asksForPointer = true
    connection.expect(xcb_query_pointer(connection.raw, server.root).sequence) { raw in
      self.asksForPointer = false
      guard self.placement != nil, self.home == nil else { return }
      let reply = raw?.reply(xcb_query_pointer_reply_t.self).pointee
      let place = reply.map { Point(x: Int($0.root_x), y: Int($0.root_y)) }
      let under = self.desktop.monitors.first { monitor in
        place.map { monitor.frame.contains($0) } ?? false
      }
      let expected = self.monitor?.name
      self.home = (under ?? self.desktop.primary)?.name
      if self.home != expected { self.handlers?.outputsChanged() }
      self.settle()
      self.lookRound()
    }
    return false
  }

  private func desktopChanged() {
    let before = outputs
    outputs = desktop.monitors.map(output(of:))
    if let home, !desktop.monitors.contains(where: { $0.name == home }) {
      self.home = desktop.primary?.name
    }
    settle()
    if outputs != before { handlers?.outputsChanged() }
    lookRound()
  }

  /// Tells what has changed round the popups.
  private func lookRound() {
    guard connection.isOpen else { return }
    let home = desktop.monitors.first { $0.name == self.home }
    let now = Surroundings(
      isFullScreen: desktop.isFullScreen(on: home),
      isIdle: idleness.isIdle
    )
    guard now != surroundings else { return }
    surroundings = now
    handlers?.surroundingsChanged()
  }

  // MARK: Frames

  private func schedule() {
    guard wantsFrame, placement != nil, home != nil, !picture.isBusy, !isInFrame else { return }
    if frameTimer?.deadline == nil {
      frameTimer?.deadline = max(loop.now, lastFrame + frameInterval)
    }
  }

  private func frameIsDue() {
    guard wantsFrame, placement != nil, home != nil, !picture.isBusy, connection.hasRoom() else {
      return
    }
    wantsFrame = false
    lastFrame = loop.now
    isInFrame = true
    handlers?.frame()
    isInFrame = false
    schedule()
    connection.flush()
  }

  /// Puts again what the server lost.
  private func repaint() {
    guard !exposed.isEmpty, window.isMapped, drawnNumber == picture.number, connection.hasRoom()
    else { return }
    picture.put(exposed)
    exposed = []
  }

  // MARK: Events

  private func handle(_ event: UnsafePointer<xcb_generic_event_t>) {
    let type = event.pointee.response_type & 0x7f
    if type == 0 {
      picture.failed(event.pointee.full_sequence)
      let error = UnsafeRawPointer(event).load(as: xcb_generic_error_t.self)
      onError?("X error \(error.error_code) of request \(error.major_code).\(error.minor_code)")
    } else if type == server.shmEvent {
      picture.completed(event.pointee.full_sequence)
    } else if type == UInt8(XCB_EXPOSE) {
      let expose = UnsafeRawPointer(event).load(as: xcb_expose_event_t.self)
      // A whole picture that was put since makes good what was lost then.
      if let put = picture.lastWhole,
        Int32(bitPattern: event.pointee.full_sequence &- put) < 0
      {
        return
      }
      exposed.append(
        Rect(
          x: Int(expose.x),
          y: Int(expose.y),
          width: Int(expose.width),
          height: Int(expose.height)
        )
      )
    } else if type == UInt8(XCB_UNMAP_NOTIFY) {
      let unmap = UnsafeRawPointer(event).load(as: xcb_unmap_notify_event_t.self)
      if unmap.window == window.id { pointer.unmapped() }
    } else if type == UInt8(XCB_DESTROY_NOTIFY), isOurs(event) {
      lose("another program destroyed the window of the popups")
    } else if idleness.handle(event) {
      return
    } else if !desktop.handle(event) {
      pointer.handle(event, desktop.scale)
    }
  }

  private func isOurs(_ event: UnsafePointer<xcb_generic_event_t>) -> Bool {
    UnsafeRawPointer(event).load(as: xcb_destroy_notify_event_t.self).window == window.id
  }
}
