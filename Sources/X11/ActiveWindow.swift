import CXcb
import Display

/// The window that the window manager says is active (EWMH): whose it is, and whether it is
/// full-screen.
final class ActiveWindow {
  struct FullScreen: Equatable {
    /// From the root's top left corner.
    var frame: Rect
    /// Where the pointer was when this was learnt.
    var pointer: Point?
  }

  /// As the window says.
  private(set) var owner: FocusedWindow?

  private let server: Server
  private var connection: Connection { server.connection }
  /// The one whose events are selected; 0 for none.
  private var window: xcb_window_t = 0
  private var selected: UInt32 = 0

  init(_ server: Server) {
    self.server = server
  }

  /// Whether an event makes doubtful what was answered.
  func concerns(_ event: UnsafePointer<xcb_generic_event_t>) -> Bool {
    let raw = UnsafeRawPointer(event)
    switch Int32(event.pointee.response_type & 0x7f) {
    case XCB_PROPERTY_NOTIFY:
      let event = raw.load(as: xcb_property_notify_event_t.self)
      return event.window == server.root && event.atom == server.atoms[.activeWindow]
        || event.window == window && event.atom == server.atoms[.state]
    case XCB_CONFIGURE_NOTIFY:
      return raw.load(as: xcb_configure_notify_event_t.self).window == window
    case XCB_DESTROY_NOTIFY:
      return raw.load(as: xcb_destroy_notify_event_t.self).window == window
    default:
      return false
    }
  }

  /// Asks anew; `then` gets nil unless it is a full-screen window.
  func ask(_ then: @escaping (FullScreen?) -> Void) {
    askProperty(server.atoms[.activeWindow], of: server.root, words: 1) {
      self.follow(cardinals($0).first ?? 0)
      guard self.window != 0 else {
        self.owner = nil
        return then(nil)
      }
      self.askOwner()
      self.askProperty(self.server.atoms[.state], of: self.window, words: 64) {
        let states = cardinals($0)
        let isFullScreen = states.contains(self.server.atoms[.fullScreen])
        self.select(place: isFullScreen)
        if isFullScreen { self.askFrame(then) } else { then(nil) }
        self.connection.flush()
      }
      self.connection.flush()
    }
  }

  private func follow(_ wanted: xcb_window_t) {
    // To select events of our own windows would end those selected before.
    let setup = xcb_get_setup(connection.raw).pointee
    let isOurs = wanted & ~setup.resource_id_mask == setup.resource_id_base
    let wanted = wanted == server.root || isOurs ? 0 : wanted
    guard wanted != window else { return }
    select(0)
    window = wanted
    select(XCB_EVENT_MASK_PROPERTY_CHANGE.rawValue)
  }

  /// Where a window is matters while it is full-screen.
  private func select(place: Bool) {
    let place = place ? XCB_EVENT_MASK_STRUCTURE_NOTIFY.rawValue : 0
    select(XCB_EVENT_MASK_PROPERTY_CHANGE.rawValue | place)
  }

  /// The window may be gone at any time: that is no error to report.
  private func select(_ mask: UInt32) {
    guard window != 0, mask != selected else { return }
    selected = mask
    var mask = mask
    let cookie = xcb_change_window_attributes_checked(
      connection.raw,
      window,
      XCB_CW_EVENT_MASK.rawValue,
      &mask
    )
    connection.expect(cookie.sequence) { _ in }
  }

  private func askFrame(_ then: @escaping (FullScreen?) -> Void) {
    var size: Size?
    var corner: Point?
    connection.expect(xcb_get_geometry(connection.raw, window).sequence) { raw in
      size = raw?.reply(xcb_get_geometry_reply_t.self).pointee.size
    }
    let place = xcb_translate_coordinates(connection.raw, window, server.root, 0, 0)
    connection.expect(place.sequence) { raw in
      corner = raw?.reply(xcb_translate_coordinates_reply_t.self).pointee.place
    }
    connection.expect(xcb_query_pointer(connection.raw, server.root).sequence) { raw in
      guard let size, let corner else { return then(nil) }
      let frame = Rect(x: corner.x, y: corner.y, width: size.width, height: size.height)
      let pointer = raw?.reply(xcb_query_pointer_reply_t.self).pointee.place
      then(FullScreen(frame: frame, pointer: pointer))
    }
  }

  private func askOwner() {
    var processID: Int32 = 0
    askProperty(server.atoms[.pid], of: window, words: 1) {
      processID = Int32(truncatingIfNeeded: cardinals($0).first ?? 0)
    }
    askProperty(XCB_ATOM_WM_CLASS.rawValue, of: window, words: 64) {
      // The instance, a null, the class, a null.
      let names = $0.split(separator: 0, omittingEmptySubsequences: false)
      let name = names.count > 1 ? String(decoding: names[1], as: UTF8.self) : ""
      self.owner = FocusedWindow(processID: processID, appID: name)
    }
  }

  private func askProperty(
    _ property: xcb_atom_t,
    of window: xcb_window_t,
    words: UInt32,
    then: @escaping (UnsafeRawBufferPointer) -> Void
  ) {
    let cookie = xcb_get_property(
      connection.raw,
      0,
      window,
      property,
      XCB_GET_PROPERTY_TYPE_ANY.rawValue,
      0,
      words
    )
    connection.expect(cookie.sequence) { raw in
      let reply = raw?.reply(xcb_get_property_reply_t.self)
      let length = reply.map { Int(xcb_get_property_value_length($0)) } ?? 0
      then(
        UnsafeRawBufferPointer(start: reply.flatMap { xcb_get_property_value($0) }, count: length)
      )
    }
  }
}

extension xcb_get_geometry_reply_t {
  fileprivate var size: Size { Size(width: Int(width), height: Int(height)) }
}

extension xcb_translate_coordinates_reply_t {
  fileprivate var place: Point { Point(x: Int(dst_x), y: Int(dst_y)) }
}

extension xcb_query_pointer_reply_t {
  fileprivate var place: Point { Point(x: Int(root_x), y: Int(root_y)) }
}
