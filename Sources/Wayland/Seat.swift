import CWayland
import Display

/// One `wl_seat`: its pointer and touch screen over the popup surface.
///
/// What happens is kept in `events` until the turn that follows.
final class Seat: ProxyOwner {
  /// The number under which the registry announced it.
  let global: UInt32
  let raw: UnsafeMutablePointer<wl_seat>
  var events: [PointerEvent] = []
  /// The popup surface; whatever happens elsewhere is not ours.
  var target: UnsafeMutablePointer<wl_surface>? {
    didSet { if target != oldValue { targetGone() } }
  }
  /// The pointer is over the popups, since the event with this serial.
  private(set) var entered: UInt32?
  /// The value of `entered` for which the pointer was given its shape.
  var dressed: UInt32?
  /// Nil where it is not asked for, or not told.
  var idleWatch: IdleWatch?
  private(set) var pointer: UnsafeMutablePointer<wl_pointer>?
  /// The newest press.
  private(set) var lastPress: UInt32?

  private let version: UInt32
  private var position = Point(x: 0, y: 0)
  /// Buttons that are down, with the serial of the press.
  private var pressed: [(button: PointerButton, serial: UInt32)] = []
  private var touch: UnsafeMutablePointer<wl_touch>?
  /// The finger that plays the pointer; others are ignored until it is up.
  private var finger: (id: Int32, serial: UInt32)?

  private let callbacks: Callbacks<wl_seat_listener> = {
    var table = wl_seat_listener()
    table.capabilities = { data, _, capabilities in
      let seat: Seat = owner(data)
      seat.use(capabilities)
    }
    table.name = { _, _, _ in }
    return Callbacks(table)
  }()

  init(
    _ connection: Connection,
    _ raw: UnsafeMutablePointer<wl_seat>,
    _ global: UInt32,
    _ version: UInt32
  ) {
    self.raw = raw
    self.global = global
    self.version = version
    super.init(connection)
    wl_seat_add_listener(raw, callbacks.address, opaque(self))
  }

  deinit {
    idleWatch = nil
    dropPointer()
    dropTouch()
    if version >= 5 { wl_seat_release(raw) } else { wl_seat_destroy(raw) }
  }

  private func use(_ capabilities: UInt32) {
    let hasPointer = capabilities & WL_SEAT_CAPABILITY_POINTER.rawValue != 0
    if hasPointer && pointer == nil {
      pointer = wl_seat_get_pointer(raw)
      wl_pointer_add_listener(pointer, pointerCallbacks.address, opaque(self))
    } else if !hasPointer {
      dropPointer()
      leave()
    }
    let hasTouch = capabilities & WL_SEAT_CAPABILITY_TOUCH.rawValue != 0
    if hasTouch && touch == nil {
      touch = wl_seat_get_touch(raw)
      wl_touch_add_listener(touch, touchCallbacks.address, opaque(self))
    } else if !hasTouch {
      dropTouch()
      cancelTouch()
    }
  }

  private func dropPointer() {
    guard let pointer else { return }
    if version >= 3 { wl_pointer_release(pointer) } else { wl_pointer_destroy(pointer) }
    self.pointer = nil
  }

  private func dropTouch() {
    guard let touch else { return }
    if version >= 3 { wl_touch_release(touch) } else { wl_touch_destroy(touch) }
    self.touch = nil
  }

  private func targetGone() {
    leave()
    cancelTouch()
  }

  // MARK: The pointer

  private let pointerCallbacks: Callbacks<wl_pointer_listener> = {
    var table = wl_pointer_listener()
    table.enter = { data, _, serial, surface, x, y in
      let seat: Seat = owner(data)
      guard let surface, surface == seat.target else { return }
      seat.entered = serial
      seat.move(x, y)
    }
    table.leave = { data, _, _, _ in
      let seat: Seat = owner(data)
      seat.leave()
    }
    table.motion = { data, _, _, x, y in
      let seat: Seat = owner(data)
      if seat.entered != nil { seat.move(x, y) }
    }
    table.button = { data, _, serial, _, code, state in
      let seat: Seat = owner(data)
      guard seat.entered != nil, let button = PointerButton(code: code) else { return }
      if state == WL_POINTER_BUTTON_STATE_PRESSED.rawValue {
        seat.press(button, serial)
      } else {
        seat.release(button)
      }
    }
    table.axis = { _, _, _, _, _ in }
    table.frame = { _, _ in }
    table.axis_source = { _, _, _ in }
    table.axis_stop = { _, _, _, _ in }
    table.axis_discrete = { _, _, _, _ in }
    return Callbacks(table)
  }()

  private func move(_ x: wl_fixed_t, _ y: wl_fixed_t) {
    // 24.8 fixed point, rounded towards the pixel that the point lies in.
    position = Point(x: Int(x >> 8), y: Int(y >> 8))
    events.append(.moved(position))
  }

  private func leave() {
    guard entered != nil else { return }
    entered = nil
    dressed = nil
    pressed = []
    events.append(.left)
  }

  private func press(_ button: PointerButton, _ serial: UInt32) {
    lastPress = serial
    pressed.removeAll { $0.button == button }
    pressed.append((button, serial))
    events.append(.pressed(button, position))
  }

  private func release(_ button: PointerButton) {
    guard let index = pressed.firstIndex(where: { $0.button == button }) else { return }
    let press = InputSerial(value: pressed.remove(at: index).serial)
    events.append(.released(button, position, press: press))
  }

  // MARK: Touch: the first finger is a pointer with one button

  private let touchCallbacks: Callbacks<wl_touch_listener> = {
    var table = wl_touch_listener()
    table.down = { data, _, serial, _, surface, id, x, y in
      let seat: Seat = owner(data)
      guard seat.finger == nil, let surface, surface == seat.target else { return }
      seat.finger = (id, serial)
      seat.move(x, y)
      seat.press(.primary, serial)
    }
    table.up = { data, _, _, _, id in
      let seat: Seat = owner(data)
      guard seat.finger?.id == id else { return }
      seat.finger = nil
      seat.release(.primary)
      seat.events.append(.left)
    }
    table.motion = { data, _, _, id, x, y in
      let seat: Seat = owner(data)
      if seat.finger?.id == id { seat.move(x, y) }
    }
    table.frame = { _, _ in }
    table.cancel = { data, _ in
      let seat: Seat = owner(data)
      seat.cancelTouch()
    }
    table.shape = { _, _, _, _, _ in }
    table.orientation = { _, _, _, _ in }
    return Callbacks(table)
  }()

  private func cancelTouch() {
    guard finger != nil else { return }
    finger = nil
    pressed.removeAll { $0.button == .primary }
    events.append(.left)
  }
}

extension PointerButton {
  fileprivate init?(code: UInt32) {
    switch code {
    case CWL_BUTTON_LEFT.rawValue: self = .primary
    case CWL_BUTTON_RIGHT.rawValue: self = .secondary
    case CWL_BUTTON_MIDDLE.rawValue: self = .middle
    default: return nil
    }
  }
}
