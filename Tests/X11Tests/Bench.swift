import CXcb
import Display
import EventLoop
import Foundation
import TestSupport
import Testing
import X11

/// An X server of the test's own.
final class XServer {
  let name: String
  private let child: Child

  /// Ends with its last client, unless told otherwise.
  init(_ arguments: [String] = [], endsItself: Bool = true) throws {
    child = try Child(
      ["Xvfb", DisplayServer.ownName(), "-displayfd", "1", "-nolisten", "tcp"]
        + ["-screen", "0", "800x600x24", endsItself ? "-terminate" : "-noreset"] + arguments,
      environment: [:],
      output: .pipe
    )
    name = ":" + (try #require(try child.line(within: .seconds(20))))
  }

  func signal(_ number: Int32) { child.signal(number) }

  /// Ends it as a crash does, and takes away what it leaves lying about.
  func end() {
    signal(SIGKILL)
    child.end()
    unlink("/tmp/.X\(name.dropFirst())-lock")
    unlink("/tmp/.X11-unix/X\(name.dropFirst())")
  }

  deinit { end() }
}

/// Another client, which looks at the screen and plays window manager; it waits for each reply.
final class Witness {
  let raw: OpaquePointer
  let root: xcb_window_t

  init(_ server: XServer) throws {
    raw = try #require(xcb_connect(server.name, nil))
    try #require(xcb_connection_has_error(raw) == 0)
    root = xcb_setup_roots_iterator(xcb_get_setup(raw)).data.pointee.root
  }

  deinit { xcb_disconnect(raw) }

  /// The colour at a place on the screen.
  func pixel(_ x: Int, _ y: Int) -> UInt32? {
    let cookie = xcb_get_image(
      raw,
      UInt8(XCB_IMAGE_FORMAT_Z_PIXMAP.rawValue),
      root,
      Int16(x),
      Int16(y),
      1,
      1,
      ~0
    )
    guard let reply = xcb_get_image_reply(raw, cookie, nil) else { return nil }
    defer { free(reply) }
    return UnsafeRawPointer(xcb_get_image_data(reply)).load(as: UInt32.self) & 0xffffff
  }

  func atom(_ name: String) -> xcb_atom_t {
    let reply = xcb_intern_atom_reply(
      raw,
      xcb_intern_atom(raw, 0, UInt16(name.utf8.count), name),
      nil
    )
    defer { free(reply) }
    return reply?.pointee.atom ?? 0
  }

  func setRoot(_ property: String, _ numbers: [UInt32]) {
    xcb_change_property(
      raw,
      UInt8(XCB_PROP_MODE_REPLACE.rawValue),
      root,
      atom(property),
      XCB_ATOM_CARDINAL.rawValue,
      32,
      UInt32(numbers.count),
      numbers
    )
    xcb_flush(raw)
  }

  /// As a window manager tells which window is active.
  func activate(_ window: xcb_window_t) {
    set(root, "_NET_ACTIVE_WINDOW", XCB_ATOM_WINDOW.rawValue, [window])
  }

  func setState(_ window: xcb_window_t, _ names: String...) {
    set(window, "_NET_WM_STATE", XCB_ATOM_ATOM.rawValue, names.map(atom))
  }

  /// What a window tells of its program.
  func setOwner(_ window: xcb_window_t, processID: UInt32, class name: String) {
    set(window, "_NET_WM_PID", XCB_ATOM_CARDINAL.rawValue, [processID])
    setText(window, XCB_ATOM_WM_CLASS.rawValue, "instance\0\(name)\0")
  }

  func place(_ window: xcb_window_t, _ frame: Rect) {
    let mask =
      XCB_CONFIG_WINDOW_X.rawValue | XCB_CONFIG_WINDOW_Y.rawValue
      | XCB_CONFIG_WINDOW_WIDTH.rawValue | XCB_CONFIG_WINDOW_HEIGHT.rawValue
    let values = [frame.x, frame.y, frame.width, frame.height].map { UInt32($0) }
    xcb_configure_window(raw, window, UInt16(mask), values)
    xcb_flush(raw)
  }

  private func set(
    _ window: xcb_window_t,
    _ property: String,
    _ type: xcb_atom_t,
    _ numbers: [UInt32]
  ) {
    let mode = UInt8(XCB_PROP_MODE_REPLACE.rawValue)
    let count = UInt32(numbers.count)
    xcb_change_property(raw, mode, window, atom(property), type, 32, count, numbers)
    xcb_flush(raw)
  }

  func setResources(_ text: String) {
    setText(root, XCB_ATOM_RESOURCE_MANAGER.rawValue, text)
  }

  private func setText(_ window: xcb_window_t, _ property: xcb_atom_t, _ text: String) {
    let mode = UInt8(XCB_PROP_MODE_REPLACE.rawValue)
    let type = XCB_ATOM_STRING.rawValue
    xcb_change_property(raw, mode, window, property, type, 8, UInt32(text.utf8.count), text)
    xcb_flush(raw)
  }

  /// `output` makes it the monitor of the server's one output, instead of one without.
  func setMonitor(_ name: String, primary: Bool = false, output: Bool = false, _ frame: Rect) {
    // libxcb 1.15 sends RRSetMonitor with a length of its own invention.
    let position = UInt32(UInt16(frame.x)) | UInt32(UInt16(frame.y)) << 16
    let size = UInt32(UInt16(frame.width)) | UInt32(UInt16(frame.height)) << 16
    let flags: UInt32 = (primary ? 1 : 0) | (output ? 1 << 16 : 0)
    var words = [0, root, atom(name), flags, position, size, 0, 0]
    if output { words.append(firstOutput()) }
    words.withUnsafeMutableBytes { bytes in
      // libxcb wants two free places before the first.
      var parts = [iovec](repeating: iovec(), count: 3)
      parts[2] = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      var request = xcb_protocol_request_t(count: 1, ext: cxcb_randr(), opcode: 43, isvoid: 1)
      let checked = Int32(XCB_REQUEST_CHECKED.rawValue)
      let sequence = parts.withUnsafeMutableBufferPointer {
        xcb_send_request(raw, checked, $0.baseAddress.map { $0 + 2 }, &request)
      }
      let error = xcb_request_check(raw, xcb_void_cookie_t(sequence: sequence))
      #expect(error == nil, "\(error?.pointee.error_code ?? 0)")
      free(error)
    }
  }

  private func firstOutput() -> xcb_randr_output_t {
    let cookie = xcb_randr_get_screen_resources_current(raw, root)
    let reply = xcb_randr_get_screen_resources_current_reply(raw, cookie, nil)
    defer { free(reply) }
    return xcb_randr_get_screen_resources_current_outputs(reply)?.pointee ?? 0
  }

  func deleteMonitor(_ name: String) {
    xcb_randr_delete_monitor(raw, root, atom(name))
    xcb_flush(raw)
  }

  var isComposited: Bool {
    let cookie = xcb_get_selection_owner(raw, atom("_NET_WM_CM_S0"))
    let reply = xcb_get_selection_owner_reply(raw, cookie, nil)
    defer { free(reply) }
    return reply?.pointee.owner ?? 0 != 0
  }

  /// The pixels of the pointer's shape.
  func cursor() -> [UInt32] {
    if let version = xcb_xfixes_query_version_reply(raw, xcb_xfixes_query_version(raw, 2, 0), nil) {
      free(version)
    }
    let cookie = xcb_xfixes_get_cursor_image(raw)
    guard let reply = xcb_xfixes_get_cursor_image_reply(raw, cookie, nil) else { return [] }
    defer { free(reply) }
    return Array(
      UnsafeBufferPointer(
        start: xcb_xfixes_get_cursor_image_cursor_image(reply),
        count: Int(xcb_xfixes_get_cursor_image_cursor_image_length(reply))
      )
    )
  }

  /// Says that there is a compositing manager; giving it up takes a window of 0.
  func claimCompositing(_ window: xcb_window_t) {
    xcb_set_selection_owner(raw, window, atom("_NET_WM_CM_S0"), 0)
    xcb_flush(raw)
  }

  func window() -> xcb_window_t {
    let id = xcb_generate_id(raw)
    xcb_create_window(
      raw,
      0,
      id,
      root,
      0,
      0,
      1,
      1,
      0,
      UInt16(XCB_WINDOW_CLASS_INPUT_OUTPUT.rawValue),
      0,
      0,
      nil
    )
    xcb_flush(raw)
    return id
  }

  /// The popups' window, and whether it can be seen.
  func popups() -> (id: xcb_window_t, isVisible: Bool, frame: Rect)? {
    guard let tree = xcb_query_tree_reply(raw, xcb_query_tree(raw, root), nil) else { return nil }
    defer { free(tree) }
    let children = UnsafeBufferPointer(
      start: xcb_query_tree_children(tree),
      count: Int(tree.pointee.children_len)
    )
    for child in children {
      guard text(child, XCB_ATOM_WM_CLASS.rawValue) == "hark\0hark\0",
        let attributes = xcb_get_window_attributes_reply(
          raw,
          xcb_get_window_attributes(raw, child),
          nil
        ),
        let geometry = xcb_get_geometry_reply(raw, xcb_get_geometry(raw, child), nil)
      else { continue }
      defer {
        free(attributes)
        free(geometry)
      }
      let at = geometry.pointee
      return (
        child, attributes.pointee.map_state == UInt8(XCB_MAP_STATE_VIEWABLE.rawValue),
        Rect(x: Int(at.x), y: Int(at.y), width: Int(at.width), height: Int(at.height))
      )
    }
    return nil
  }

  func text(_ window: xcb_window_t, _ property: xcb_atom_t) -> String? {
    guard
      let reply = xcb_get_property_reply(
        raw,
        xcb_get_property(raw, 0, window, property, 0, 0, 100),
        nil
      )
    else { return nil }
    defer { free(reply) }
    let bytes = UnsafeRawBufferPointer(
      start: xcb_get_property_value(reply),
      count: Int(xcb_get_property_value_length(reply))
    )
    return String(decoding: bytes, as: UTF8.self)
  }

  func words(_ window: xcb_window_t, _ property: xcb_atom_t) -> [UInt32] {
    guard
      let reply = xcb_get_property_reply(
        raw,
        xcb_get_property(raw, 0, window, property, 0, 0, 100),
        nil
      )
    else { return [] }
    defer { free(reply) }
    let count = Int(xcb_get_property_value_length(reply)) / 4
    let value = xcb_get_property_value(reply)?.assumingMemoryBound(to: UInt32.self)
    return Array(UnsafeBufferPointer(start: value, count: count))
  }

  func shape(_ window: xcb_window_t, _ kind: xcb_shape_sk_t) -> [Rect] {
    let cookie = xcb_shape_get_rectangles(raw, window, xcb_shape_kind_t(kind.rawValue))
    guard let reply = xcb_shape_get_rectangles_reply(raw, cookie, nil) else { return [] }
    defer { free(reply) }
    return UnsafeBufferPointer(
      start: xcb_shape_get_rectangles_rectangles(reply),
      count: Int(reply.pointee.rectangles_len)
    ).map { Rect(x: Int($0.x), y: Int($0.y), width: Int($0.width), height: Int($0.height)) }
  }

  func paintRoot(_ colour: UInt32) {
    var colour = colour
    xcb_change_window_attributes(raw, root, XCB_CW_BACK_PIXEL.rawValue, &colour)
    xcb_clear_area(raw, 0, root, 0, 0, 0, 0)
    xcb_flush(raw)
  }

  func window(_ frame: Rect, colour: UInt32) -> xcb_window_t {
    let id = xcb_generate_id(raw)
    let mask = XCB_CW_BACK_PIXEL.rawValue | XCB_CW_OVERRIDE_REDIRECT.rawValue
    xcb_create_window(
      raw,
      0,
      id,
      root,
      Int16(frame.x),
      Int16(frame.y),
      UInt16(frame.width),
      UInt16(frame.height),
      0,
      UInt16(XCB_WINDOW_CLASS_INPUT_OUTPUT.rawValue),
      0,
      mask,
      [colour, 1]
    )
    xcb_map_window(raw, id)
    xcb_flush(raw)
    return id
  }

  func focus() -> xcb_window_t {
    let reply = xcb_get_input_focus_reply(raw, xcb_get_input_focus(raw), nil)
    defer { free(reply) }
    return reply?.pointee.focus ?? 0
  }
}

/// A display whose every frame is filled with one colour, and what it was told.
final class Stage {
  let test = TestLoop()
  let server: XServer
  let witness: Witness
  let display: X11Display
  var colour: UInt32 = 0xffff_0000
  var frames: [(size: Size, scale: Scale, buffer: Int, at: Int64)] = []
  var events: [PointerEvent] = []
  var outputChanges = 0
  var surroundings: [Surroundings] = []
  var lost: [String] = []
  var errors: [String] = []
  /// What is drawn, when not all of it.
  var part: Rect?

  init(
    _ server: XServer,
    name: String? = nil,
    prepare: (Witness) -> Void = { _ in }
  ) throws {
    self.server = server
    witness = try Witness(server)
    prepare(witness)
    var result: Result<X11Display, X11Error>?
    let attempt = X11Display.connect(test.loop, name: name ?? server.name, authority: nil) {
      result = $0
    }
    test.until("connected") { result != nil }
    withExtendedLifetime(attempt) {}
    display = try #require(result).get()
    display.onError = { [unowned self] in errors.append($0) }
    display.handlers = DisplayHandlers(
      frame: { [unowned self] in draw() },
      pointer: { [unowned self] in events.append($0) },
      outputsChanged: { [unowned self] in outputChanges += 1 },
      surroundingsChanged: { [unowned self] in surroundings.append(display.surroundings) },
      lost: { [unowned self] in lost.append($0) }
    )
  }

  deinit { display.close() }

  func draw() {
    display.draw { frame in
      frames.append((frame.size, frame.scale, frame.buffer, test.loop.now))
      let all = Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height)
      let part = part ?? all
      for y in part.y..<part.maxY {
        for x in part.x..<part.maxX {
          frame.pixels.storeBytes(
            of: colour,
            toByteOffset: y * frame.stride + x * 4,
            as: UInt32.self
          )
        }
      }
      return [part]
    }
  }

  var at: Point? { witness.popups().map { Point(x: $0.frame.x, y: $0.frame.y) } }

  /// A stack of one card that fills it.
  func placement(_ width: Int, _ height: Int, radius: Int = 0, margin: Int = 10) -> Placement {
    Placement(
      size: Size(width: width, height: height),
      margin: margin,
      input: [Rect(x: 0, y: 0, width: width, height: height)],
      cornerRadius: radius
    )
  }

  func expectPixel(
    _ x: Int,
    _ y: Int,
    _ colour: UInt32,
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    test.until("\(what): \(String(colour, radix: 16)) at \(x),\(y)", sourceLocation: sourceLocation)
    { [unowned self] in witness.pixel(x, y) == colour }
  }

  /// Moves and clicks as a user does.
  func xdotool(_ arguments: String...) throws {
    #expect(try run(["xdotool"] + arguments, environment: environment).succeeded)
  }

  /// What a program on the server has in its environment.
  var environment: [String: String] { ["DISPLAY": server.name] }
}

/// Passes bytes between one client and a server, and drops the descriptors among them.
final class Relay {
  private let listener: Listener
  var path: String { listener.path }

  init(to server: String) throws {
    listener = try Listener()
    Thread.detachNewThread { [listener] in
      let client = listener.accept()
      let other = connected(to: server)
      Thread.detachNewThread { Self.copy(client, other) }
      Self.copy(other, client)
    }
  }

  private static func copy(_ from: Int32, _ to: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(from, &buffer, buffer.count)
      guard count > 0, write(to, buffer, count) == count else { break }
    }
    shutdown(from, Int32(SHUT_RDWR))
    shutdown(to, Int32(SHUT_RDWR))
  }
}
