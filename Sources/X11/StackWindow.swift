import CLibc
import CXcb
import Display

/// The window that holds the popups; it remembers what the server was told, and tells only news.
final class StackWindow {
  struct Shape: Equatable {
    /// In device pixels; the window takes input nowhere else.
    var input: [Rect]
    var cornerRadius: Int
    /// Whether the window ends where its input ends; else transparency does that.
    var isBounded: Bool
  }

  let id: xcb_window_t
  let context: xcb_gcontext_t
  private(set) var isMapped = false
  private(set) var geometry = Rect(x: 0, y: 0, width: 1, height: 1)

  private let server: Server
  private var raw: OpaquePointer { server.connection.raw }
  private var shape: Shape?
  private var cursor: Cursor?
  private var cursors: [Cursor: xcb_cursor_t] = [:]

  /// More rectangles than this would make a request of tens of kilobytes.
  private static let mostRectangles = 1000

  init(_ server: Server) {
    self.server = server
    let raw = server.connection.raw
    id = xcb_generate_id(raw)
    context = xcb_generate_id(raw)
    let colormap = xcb_generate_id(raw)
    xcb_create_colormap(
      raw,
      UInt8(XCB_COLORMAP_ALLOC_NONE.rawValue),
      colormap,
      server.root,
      server.visual.id
    )
    let mask =
      XCB_CW_BACK_PIXEL.rawValue | XCB_CW_BORDER_PIXEL.rawValue | XCB_CW_BIT_GRAVITY.rawValue
      | XCB_CW_OVERRIDE_REDIRECT.rawValue | XCB_CW_EVENT_MASK.rawValue | XCB_CW_COLORMAP.rawValue
    let events =
      XCB_EVENT_MASK_EXPOSURE.rawValue | XCB_EVENT_MASK_STRUCTURE_NOTIFY.rawValue
      | XCB_EVENT_MASK_ENTER_WINDOW.rawValue | XCB_EVENT_MASK_LEAVE_WINDOW.rawValue
      | XCB_EVENT_MASK_POINTER_MOTION.rawValue | XCB_EVENT_MASK_BUTTON_PRESS.rawValue
      | XCB_EVENT_MASK_BUTTON_RELEASE.rawValue
    // In the order of the mask's bits.
    let values = [0, 0, XCB_GRAVITY_NORTH_EAST.rawValue, 1, events, colormap]
    xcb_create_window(
      raw,
      server.visual.depth,
      id,
      server.root,
      0,
      0,
      1,
      1,
      0,
      UInt16(XCB_WINDOW_CLASS_INPUT_OUTPUT.rawValue),
      server.visual.id,
      mask,
      values
    )
    xcb_create_gc(raw, context, id, 0, nil)
    introduce()
  }

  /// Size and place, then the shape, then the window itself: what is drawn next is seen with them.
  func show(_ geometry: Rect, _ shape: Shape) {
    place(geometry)
    reshape(shape)
    guard !isMapped else { return }
    isMapped = true
    xcb_map_window(raw, id)
  }

  func hide() {
    guard isMapped else { return }
    isMapped = false
    xcb_unmap_window(raw, id)
  }

  /// Above the windows that were mapped meanwhile.
  func place(_ new: Rect) {
    guard new != geometry || !isMapped else { return }
    geometry = new
    let mask =
      XCB_CONFIG_WINDOW_X.rawValue | XCB_CONFIG_WINDOW_Y.rawValue
      | XCB_CONFIG_WINDOW_WIDTH.rawValue | XCB_CONFIG_WINDOW_HEIGHT.rawValue
      | XCB_CONFIG_WINDOW_STACK_MODE.rawValue
    let values = [
      UInt32(bitPattern: Int32(Int16(clamping: new.x))),
      UInt32(bitPattern: Int32(Int16(clamping: new.y))),
      UInt32(max(new.width, 1)), UInt32(max(new.height, 1)), XCB_STACK_MODE_ABOVE.rawValue,
    ]
    xcb_configure_window(raw, id, UInt16(mask), values)
  }

  func reshape(_ new: Shape) {
    guard server.hasShape, new != shape else { return }
    shape = new
    var parts = new.input.flatMap { rounded($0, radius: new.cornerRadius) }
    if parts.count > Self.mostRectangles {
      parts = Array(new.input.filter { !$0.isEmpty }.prefix(Self.mostRectangles))
    }
    let rectangles = parts.map {
      xcb_rectangle_t(
        x: Int16(clamping: $0.x),
        y: Int16(clamping: $0.y),
        width: UInt16(clamping: $0.width),
        height: UInt16(clamping: $0.height)
      )
    }
    set(XCB_SHAPE_SK_INPUT, rectangles)
    if new.isBounded, !rectangles.isEmpty {
      set(XCB_SHAPE_SK_BOUNDING, rectangles)
    } else {
      xcb_shape_mask(
        raw,
        xcb_shape_op_t(XCB_SHAPE_SO_SET.rawValue),
        xcb_shape_kind_t(XCB_SHAPE_SK_BOUNDING.rawValue),
        id,
        0,
        0,
        0
      )
    }
  }

  func point(_ new: Cursor) {
    guard new != cursor else { return }
    cursor = new
    var value = cursors[new] ?? load(new)
    cursors[new] = value
    xcb_change_window_attributes(raw, id, XCB_CW_CURSOR.rawValue, &value)
  }

  private func set(_ kind: xcb_shape_sk_t, _ rectangles: [xcb_rectangle_t]) {
    xcb_shape_rectangles(
      raw,
      xcb_shape_op_t(XCB_SHAPE_SO_SET.rawValue),
      xcb_shape_kind_t(kind.rawValue),
      UInt8(XCB_CLIP_ORDERING_UNSORTED.rawValue),
      id,
      0,
      0,
      UInt32(rectangles.count),
      rectangles
    )
  }

  /// From the font that every server has: a glyph, and its mask after it.
  private func load(_ cursor: Cursor) -> xcb_cursor_t {
    let font = xcb_generate_id(raw)
    let id = xcb_generate_id(raw)
    let glyph: UInt16 =
      switch cursor {
      case .arrow: 68
      case .hand: 60
      }
    xcb_open_font(raw, font, 6, "cursor")
    xcb_create_glyph_cursor(
      raw,
      id,
      font,
      font,
      glyph,
      glyph + 1,
      0,
      0,
      0,
      0xffff,
      0xffff,
      0xffff
    )
    xcb_close_font(raw, font)
    return id
  }

  private func introduce() {
    set(XCB_ATOM_WM_CLASS.rawValue, text: Array("hark\0hark\0".utf8))
    set(XCB_ATOM_WM_NAME.rawValue, text: Array("hark".utf8))
    set(XCB_ATOM_WM_CLIENT_MACHINE.rawValue, text: hostName())
    set(server.atoms[.netName], text: Array("hark".utf8), type: server.atoms[.utf8])
    set(server.atoms[.pid], UInt32(getpid()), type: XCB_ATOM_CARDINAL.rawValue)
    set(
      server.atoms[.windowType],
      server.atoms[.notification],
      type: XCB_ATOM_ATOM.rawValue
    )
  }

  private func set(
    _ property: xcb_atom_t,
    text: [UInt8],
    type: xcb_atom_t = XCB_ATOM_STRING.rawValue
  ) {
    xcb_change_property(
      raw,
      UInt8(XCB_PROP_MODE_REPLACE.rawValue),
      id,
      property,
      type,
      8,
      UInt32(text.count),
      text
    )
  }

  private func set(_ property: xcb_atom_t, _ number: UInt32, type: xcb_atom_t) {
    var number = number
    xcb_change_property(
      raw,
      UInt8(XCB_PROP_MODE_REPLACE.rawValue),
      id,
      property,
      type,
      32,
      1,
      &number
    )
  }
}
