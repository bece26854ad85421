import CXcb
import Display
import EventLoop
import Foundation
import Testing
import X11

/// An X server of the test's own, ended by its pid.
final class XServer {
  let name: String
  let pid: pid_t
  private let process = Process()

  init(_ arguments: [String] = ["-screen", "0", "800x600x24"]) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/Xvfb")
    // -terminate ends it with its last client, should the test itself be killed.
    process.arguments = ["-displayfd", "1", "-nolisten", "tcp", "-terminate"] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    pid = process.processIdentifier
    let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    name = ":" + said.trimmingCharacters(in: .whitespacesAndNewlines)
    try #require(name.count > 1, "Xvfb did not start")
  }

  func signal(_ number: Int32) { kill(pid, number) }

  deinit {
    kill(pid, SIGCONT)
    kill(pid, SIGKILL)
    process.waitUntilExit()
  }
}

/// Another client, which looks at the screen and plays window manager. It waits for each reply.
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

  func setResources(_ text: String) {
    xcb_change_property(
      raw,
      UInt8(XCB_PROP_MODE_REPLACE.rawValue),
      root,
      XCB_ATOM_RESOURCE_MANAGER.rawValue,
      XCB_ATOM_STRING.rawValue,
      8,
      UInt32(text.utf8.count),
      text
    )
    xcb_flush(raw)
  }

  func setMonitor(_ name: String, primary: Bool = false, _ frame: Rect) {
    let size = MemoryLayout<xcb_randr_monitor_info_t>.size
    var info = xcb_randr_monitor_info_t()
    info.name = atom(name)
    info.primary = primary ? 1 : 0
    info.x = Int16(frame.x)
    info.y = Int16(frame.y)
    info.width = UInt16(frame.width)
    info.height = UInt16(frame.height)
    precondition(size == 24)
    xcb_randr_set_monitor(raw, root, &info)
    xcb_flush(raw)
  }

  func deleteMonitor(_ name: String) {
    xcb_randr_delete_monitor(raw, root, atom(name))
    xcb_flush(raw)
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
  var lost: [String] = []
  var errors: [String] = []
  /// What is drawn, when not all of it.
  var part: Rect?

  init(_ server: XServer, prepare: (Witness) -> Void = { _ in }) throws {
    self.server = server
    witness = try Witness(server)
    prepare(witness)
    var result: Result<X11Display, X11Error>?
    X11Display.connect(test.loop, name: server.name, authority: nil) { result = $0 }
    test.until("connected") { result != nil }
    display = try #require(result).get()
    display.onError = { [unowned self] in errors.append($0) }
    display.handlers = DisplayHandlers(
      frame: { [unowned self] in draw() },
      pointer: { [unowned self] in events.append($0) },
      outputsChanged: { [unowned self] in outputChanges += 1 },
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/xdotool")
    process.arguments = arguments
    process.environment = ["DISPLAY": server.name]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
