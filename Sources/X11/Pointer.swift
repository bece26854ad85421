import CXcb
import Display

/// X11's pointer events as `PointerEvent`s; of motions that came together only the last counts.
final class Pointer {
  var onEvent: ((PointerEvent) -> Void)?

  private var isInside = false
  private var motion: Point?
  private var presses: [PointerButton: InputSerial] = [:]

  func handle(_ event: UnsafePointer<xcb_generic_event_t>, _ scale: Scale) {
    let raw = UnsafeRawPointer(event)
    switch Int32(event.pointee.response_type & 0x7f) {
    case XCB_MOTION_NOTIFY:
      let event = raw.load(as: xcb_motion_notify_event_t.self)
      motion = point(event.event_x, event.event_y, scale)
    case XCB_ENTER_NOTIFY:
      let event = raw.load(as: xcb_enter_notify_event_t.self)
      isInside = true
      motion = point(event.event_x, event.event_y, scale)
    case XCB_LEAVE_NOTIFY:
      leave()
    case XCB_BUTTON_PRESS:
      let event = raw.load(as: xcb_button_press_event_t.self)
      guard let button = button(event.detail) else { return }
      presses[button] = InputSerial(value: event.time)
      send(.pressed(button, point(event.event_x, event.event_y, scale)))
    case XCB_BUTTON_RELEASE:
      let event = raw.load(as: xcb_button_release_event_t.self)
      guard let button = button(event.detail), let press = presses.removeValue(forKey: button)
      else { return }
      send(.released(button, point(event.event_x, event.event_y, scale), press: press))
    default:
      break
    }
  }

  /// The window is gone, and the pointer with it.
  func unmapped() {
    presses = [:]
    leave()
  }

  func flush() {
    guard let point = motion else { return }
    motion = nil
    onEvent?(.moved(point))
  }

  private func leave() {
    guard isInside else { return }
    isInside = false
    send(.left)
  }

  private func send(_ event: PointerEvent) {
    flush()
    onEvent?(event)
  }

  private func point(_ x: Int16, _ y: Int16, _ scale: Scale) -> Point {
    Point(x: scale.logical(Int(x)), y: scale.logical(Int(y)))
  }

  private func button(_ detail: UInt8) -> PointerButton? {
    switch detail {
    case 1: .primary
    case 2: .middle
    case 3: .secondary
    default: nil
    }
  }
}
