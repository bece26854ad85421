import CXcb

/// What a server is and can do: asked once, after the set-up.
struct Server {
  /// How pixels get there.
  enum Sharing {
    /// Through the socket.
    case none
    /// In a System V segment.
    case segment
    /// In a descriptor that is passed along.
    case descriptor
  }

  struct Visual: Equatable {
    var id: xcb_visualid_t
    var depth: UInt8
    /// Whether the window's pixels have transparency.
    var hasAlpha: Bool
  }

  var connection: Connection
  var root: xcb_window_t
  var screen: Int
  var visual: Visual
  var atoms: Atoms
  var sharing: Sharing
  var hasShape: Bool
  /// RandR 1.5 is what knows monitors; the first of its event numbers.
  var randrEvent: UInt8?
  var xfixesEvent: UInt8?
  var shmEvent: UInt8?
  var syncEvent: UInt8?
  /// Counts the milliseconds since the last input.
  var idleCounter: xcb_sync_counter_t?
}

struct Atoms {
  enum Name: String, CaseIterable {
    case currentDesktop = "_NET_CURRENT_DESKTOP"
    case workArea = "_NET_WORKAREA"
    case activeWindow = "_NET_ACTIVE_WINDOW"
    case state = "_NET_WM_STATE"
    case fullScreen = "_NET_WM_STATE_FULLSCREEN"
    case windowType = "_NET_WM_WINDOW_TYPE"
    case notification = "_NET_WM_WINDOW_TYPE_NOTIFICATION"
    case netName = "_NET_WM_NAME"
    case pid = "_NET_WM_PID"
    case utf8 = "UTF8_STRING"
  }

  fileprivate(set) var compositor: xcb_atom_t = 0
  fileprivate var known = [xcb_atom_t](repeating: 0, count: Name.allCases.count)

  subscript(name: Name) -> xcb_atom_t {
    Name.allCases.firstIndex(of: name).map { known[$0] } ?? 0
  }
}

/// Asks a server what it is, two questions deep, without waiting.
final class Survey {
  private var server: Server
  private let then: (Result<Server, X11Error>) -> Void

  /// `then` is called once, unless the connection is closed first.
  static func start(
    _ connection: Connection,
    screen: Int,
    then: @escaping (Result<Server, X11Error>) -> Void
  ) {
    guard let raw = screenInfo(connection.raw, screen) else {
      return then(.failure(.unsupported("screen \(screen)")))
    }
    guard let visual = chooseVisual(connection.raw, raw) else {
      return then(.failure(.unsupported("visual with 8 bits a colour")))
    }
    let server = Server(
      connection: connection,
      root: raw.pointee.root,
      screen: screen,
      visual: visual,
      atoms: Atoms(),
      sharing: .none,
      hasShape: false
    )
    Survey(server, then).askFirst()
  }

  private init(_ server: Server, _ then: @escaping (Result<Server, X11Error>) -> Void) {
    self.server = server
    self.then = then
  }

  private func askFirst() {
    let connection = server.connection
    for extensionName in [cxcb_randr(), cxcb_shape(), cxcb_shm(), cxcb_sync(), cxcb_xfixes()] {
      xcb_prefetch_extension_data(connection.raw, extensionName)
    }
    for (index, name) in Atoms.Name.allCases.enumerated() {
      intern(name.rawValue) { self.server.atoms.known[index] = $0 }
    }
    intern("_NET_WM_CM_S\(server.screen)") { self.server.atoms.compositor = $0 }
    // Its answer comes after all the others, so libxcb has the extensions' data by then.
    let last = xcb_get_input_focus(connection.raw)
    connection.expect(last.sequence) { _ in self.askSecond() }
    connection.flush()
  }

  private func askSecond() {
    let connection = server.connection
    server.hasShape = present(cxcb_shape()) != nil
    if let shm = present(cxcb_shm()), connection.isUnix {
      server.shmEvent = shm.first_event
      connection.expect(xcb_shm_query_version(connection.raw).sequence) { raw in
        guard let reply = raw?.reply(xcb_shm_query_version_reply_t.self).pointee else { return }
        let passesDescriptors = (reply.major_version, reply.minor_version) >= (1, 2)
        self.server.sharing = passesDescriptors ? .descriptor : .segment
      }
    }
    if let randr = present(cxcb_randr()) {
      connection.expect(xcb_randr_query_version(connection.raw, 1, 5).sequence) { raw in
        guard let reply = raw?.reply(xcb_randr_query_version_reply_t.self).pointee,
          (reply.major_version, reply.minor_version) >= (1, 5)
        else { return }
        self.server.randrEvent = randr.first_event
      }
    }
    if let xfixes = present(cxcb_xfixes()) {
      connection.expect(xcb_xfixes_query_version(connection.raw, 2, 0).sequence) { raw in
        if raw != nil { self.server.xfixesEvent = xfixes.first_event }
      }
    }
    if let sync = present(cxcb_sync()) {
      let version = xcb_sync_initialize(connection.raw, 3, 0)
      connection.expect(version.sequence) { _ in }
      connection.expect(xcb_sync_list_system_counters(connection.raw).sequence) { raw in
        guard let reply = raw?.reply(xcb_sync_list_system_counters_reply_t.self) else { return }
        self.server.idleCounter = Self.counter("IDLETIME", in: reply)
        self.server.syncEvent = sync.first_event
      }
    }
    let last = xcb_get_input_focus(connection.raw)
    connection.expect(last.sequence) { _ in self.then(.success(self.server)) }
    connection.flush()
  }

  private static func counter(
    _ name: String,
    in reply: UnsafePointer<xcb_sync_list_system_counters_reply_t>
  ) -> xcb_sync_counter_t? {
    var counters = xcb_sync_list_system_counters_counters_iterator(reply)
    while counters.rem > 0, let counter = counters.data {
      // libxcb's own accessor leaves out the first two letters: it counts the padding of C's struct.
      let letters = UnsafeRawBufferPointer(
        start: UnsafeRawPointer(counter) + 14,
        count: Int(counter.pointee.name_len)
      )
      if letters.elementsEqual(name.utf8) { return counter.pointee.counter }
      xcb_sync_systemcounter_next(&counters)
    }
    return nil
  }

  private func intern(_ name: String, _ then: @escaping (xcb_atom_t) -> Void) {
    let cookie = xcb_intern_atom(server.connection.raw, 0, UInt16(name.utf8.count), name)
    server.connection.expect(cookie.sequence) { raw in
      then(raw?.reply(xcb_intern_atom_reply_t.self).pointee.atom ?? 0)
    }
  }

  private func present(
    _ name: UnsafeMutablePointer<xcb_extension_t>?
  ) -> xcb_query_extension_reply_t? {
    guard let data = xcb_get_extension_data(server.connection.raw, name)?.pointee,
      data.present != 0
    else { return nil }
    return data
  }

  private static func screenInfo(
    _ connection: OpaquePointer,
    _ number: Int
  ) -> UnsafeMutablePointer<xcb_screen_t>? {
    guard let setup = xcb_get_setup(connection),
      setup.pointee.image_byte_order == (1.littleEndian == 1 ? 0 : 1)
    else { return nil }
    var screens = xcb_setup_roots_iterator(setup)
    for _ in 0..<number where screens.rem > 0 { xcb_screen_next(&screens) }
    return screens.rem > 0 ? screens.data : nil
  }

  /// A visual with transparency, else the root's own, if its pixels are laid out as a frame's are.
  private static func chooseVisual(
    _ connection: OpaquePointer,
    _ screen: UnsafeMutablePointer<xcb_screen_t>
  ) -> Server.Visual? {
    var rootVisual: Server.Visual?
    var depths = xcb_screen_allowed_depths_iterator(screen)
    while depths.rem > 0 {
      let depth = depths.data.pointee.depth
      var visuals = xcb_depth_visuals_iterator(depths.data)
      while visuals.rem > 0 {
        let type = visuals.data.pointee
        if type._class == UInt8(XCB_VISUAL_CLASS_TRUE_COLOR.rawValue), type.red_mask == 0xff0000,
          type.green_mask == 0xff00, type.blue_mask == 0xff, hasWords(connection, depth)
        {
          let visual = Server.Visual(id: type.visual_id, depth: depth, hasAlpha: depth == 32)
          if visual.hasAlpha { return visual }
          if type.visual_id == screen.pointee.root_visual { rootVisual = visual }
        }
        xcb_visualtype_next(&visuals)
      }
      xcb_depth_next(&depths)
    }
    return rootVisual
  }

  /// Whether a pixel of this depth takes 32 bits.
  private static func hasWords(_ connection: OpaquePointer, _ depth: UInt8) -> Bool {
    var formats = xcb_setup_pixmap_formats_iterator(xcb_get_setup(connection))
    while formats.rem > 0 {
      if formats.data.pointee.depth == depth { return formats.data.pointee.bits_per_pixel == 32 }
      xcb_format_next(&formats)
    }
    return false
  }
}
