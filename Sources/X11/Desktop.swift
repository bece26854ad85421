import CXcb
import Display

/// A monitor, in X pixels from the root's top left corner.
struct Monitor: Equatable {
  var name: String
  var isPrimary: Bool
  var frame: Rect
}

/// What the root window tells of the desktop: monitors, panels, scale, compositing, full screen.
///
/// Follows every change by asking again, with at most one question of a kind under way.
final class Desktop {
  private struct Facts: Equatable {
    var monitors: [Monitor] = []
    var workAreas: [Rect] = []
    var currentDesktop = 0
    var scale = Scale.one
    var isComposited = false
    var fullScreen: ActiveWindow.FullScreen?
  }

  private enum Question: CaseIterable {
    case monitors
    case workAreas
    case currentDesktop
    case resources
    case compositor
    case activeWindow
  }

  /// Something here is not what it was.
  var onChange: (() -> Void)?

  private let server: Server
  private var connection: Connection { server.connection }
  private let activeWindow: ActiveWindow
  private var facts = Facts()
  private var told = Facts()
  private var names: [xcb_atom_t: String] = [:]
  private var underWay: Set<Question> = []
  private var outdated: Set<Question> = []

  /// `ready` is called when everything was answered once.
  init(_ server: Server, ready: @escaping () -> Void) {
    self.server = server
    activeWindow = ActiveWindow(server)
    let raw = connection.raw
    var mask = XCB_EVENT_MASK_PROPERTY_CHANGE.rawValue | XCB_EVENT_MASK_STRUCTURE_NOTIFY.rawValue
    xcb_change_window_attributes(raw, server.root, XCB_CW_EVENT_MASK.rawValue, &mask)
    if server.randrEvent != nil {
      let mask =
        XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE.rawValue | XCB_RANDR_NOTIFY_MASK_CRTC_CHANGE.rawValue
        | XCB_RANDR_NOTIFY_MASK_OUTPUT_CHANGE.rawValue
      xcb_randr_select_input(raw, server.root, UInt16(mask))
    }
    if server.xfixesEvent != nil {
      xcb_xfixes_select_selection_input(
        raw,
        server.root,
        server.atoms.compositor,
        XCB_XFIXES_SELECTION_EVENT_MASK_SET_SELECTION_OWNER.rawValue
          | XCB_XFIXES_SELECTION_EVENT_MASK_SELECTION_WINDOW_DESTROY.rawValue
          | XCB_XFIXES_SELECTION_EVENT_MASK_SELECTION_CLIENT_CLOSE.rawValue
      )
    }
    var unanswered = Question.allCases.count
    for question in Question.allCases {
      ask(question) {
        unanswered -= 1
        if unanswered == 0 {
          self.told = self.facts
          ready()
        }
      }
    }
    connection.flush()
  }

  var monitors: [Monitor] { facts.monitors }
  var primary: Monitor? { monitors.first { $0.isPrimary } ?? monitors.first }
  var scale: Scale { facts.scale }
  var isComposited: Bool { facts.isComposited }
  var focused: FocusedWindow? { activeWindow.owner }

  /// Whether the active window fills the monitor that `home` is, or popups would come to.
  func isFullScreen(on home: Monitor?) -> Bool {
    guard let window = facts.fullScreen else { return false }
    let place =
      home ?? monitors.first { monitor in
        window.pointer.map { monitor.frame.contains($0) } ?? false
      } ?? primary
    guard let frame = place?.frame else { return false }
    return window.frame.contains(
      Point(x: frame.x + frame.width / 2, y: frame.y + frame.height / 2)
    )
  }

  /// Free of panels, in X pixels.
  func usableArea(of monitor: Monitor) -> Rect {
    let areas = facts.workAreas
    let index = areas.indices.contains(facts.currentDesktop) ? facts.currentDesktop : 0
    let workArea = areas.indices.contains(index) ? areas[index] : nil
    return X11.usableArea(of: monitor.frame, workArea: workArea)
  }

  /// Takes an event that speaks of the root; false for any other.
  func handle(_ event: UnsafePointer<xcb_generic_event_t>) -> Bool {
    let type = event.pointee.response_type & 0x7f
    if activeWindow.concerns(event) {
      outdated.insert(.activeWindow)
      return true
    }
    if let first = server.randrEvent, type == first || type == first &+ 1 {
      outdated.insert(.monitors)
      return true
    }
    if let first = server.xfixesEvent, type == first {
      outdated.insert(.compositor)
      return true
    }
    switch type {
    case UInt8(XCB_PROPERTY_NOTIFY):
      event.withMemoryRebound(to: xcb_property_notify_event_t.self, capacity: 1) {
        if $0.pointee.window == server.root { property($0.pointee.atom) }
      }
      return true
    case UInt8(XCB_CONFIGURE_NOTIFY):
      event.withMemoryRebound(to: xcb_configure_notify_event_t.self, capacity: 1) {
        if $0.pointee.window == server.root { outdated.insert(.monitors) }
      }
      return true
    default:
      return false
    }
  }

  /// Once all events were handed over: asks what they made doubtful, and says what has changed.
  func settle() {
    for question in outdated.subtracting(underWay) {
      outdated.remove(question)
      ask(question)
    }
    if facts != told {
      told = facts
      onChange?()
    }
  }

  private func property(_ atom: xcb_atom_t) {
    switch atom {
    case server.atoms[.workArea]: outdated.insert(.workAreas)
    case server.atoms[.currentDesktop]: outdated.insert(.currentDesktop)
    case XCB_ATOM_RESOURCE_MANAGER.rawValue: outdated.insert(.resources)
    default: break
    }
  }

  private func ask(_ question: Question, then: @escaping () -> Void = {}) {
    underWay.insert(question)
    let done = {
      self.underWay.remove(question)
      then()
    }
    switch question {
    case .monitors where server.randrEvent != nil: askMonitors(done)
    case .monitors: askRoot(done)
    case .workAreas:
      askProperty(server.atoms[.workArea], words: 4 * 64) {
        self.facts.workAreas = rectangles($0)
        done()
      }
    case .currentDesktop:
      askProperty(server.atoms[.currentDesktop], words: 1) {
        self.facts.currentDesktop = Int(cardinals($0).first ?? 0)
        done()
      }
    case .resources:
      askProperty(XCB_ATOM_RESOURCE_MANAGER.rawValue, words: 16384) {
        self.facts.scale = X11.scale(inResources: String(decoding: $0, as: UTF8.self))
        done()
      }
    case .compositor:
      let cookie = xcb_get_selection_owner(connection.raw, server.atoms.compositor)
      connection.expect(cookie.sequence) { raw in
        let owner = raw?.reply(xcb_get_selection_owner_reply_t.self).pointee.owner ?? 0
        self.facts.isComposited = owner != 0
        done()
      }
    case .activeWindow:
      activeWindow.ask {
        self.facts.fullScreen = $0
        done()
      }
    }
  }

  private func askProperty(
    _ atom: xcb_atom_t,
    words: UInt32,
    then: @escaping (UnsafeRawBufferPointer) -> Void
  ) {
    let cookie = xcb_get_property(
      connection.raw,
      0,
      server.root,
      atom,
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

  private func askMonitors(_ done: @escaping () -> Void) {
    let raw = connection.raw
    connection.expect(xcb_randr_get_monitors(raw, server.root, 1).sequence) { reply in
      var found: [(name: xcb_atom_t, monitor: Monitor)] = []
      if let reply = reply?.reply(xcb_randr_get_monitors_reply_t.self) {
        var monitors = xcb_randr_get_monitors_monitors_iterator(reply)
        while monitors.rem > 0 {
          let info = monitors.data.pointee
          let frame = Rect(
            x: Int(info.x),
            y: Int(info.y),
            width: Int(info.width),
            height: Int(info.height)
          )
          if !frame.isEmpty {
            found.append(
              (info.name, Monitor(name: "", isPrimary: info.primary != 0, frame: frame))
            )
          }
          xcb_randr_monitor_info_next(&monitors)
        }
      }
      self.name(found, done)
    }
  }

  /// Learns the names that are not known yet, then takes the monitors for true.
  private func name(
    _ found: [(name: xcb_atom_t, monitor: Monitor)],
    _ done: @escaping () -> Void
  ) {
    let finish = {
      self.facts.monitors = found.map {
        var monitor = $0.monitor
        monitor.name = self.names[$0.name] ?? ""
        return monitor
      }
      done()
    }
    let unknown = found.map { $0.name }.filter { names[$0] == nil }
    guard !unknown.isEmpty else { return finish() }
    for (index, atom) in unknown.enumerated() {
      let cookie = xcb_get_atom_name(connection.raw, atom)
      connection.expect(cookie.sequence) { raw in
        if let reply = raw?.reply(xcb_get_atom_name_reply_t.self) {
          let bytes = UnsafeRawBufferPointer(
            start: xcb_get_atom_name_name(reply),
            count: Int(reply.pointee.name_len)
          )
          self.names[atom] = String(decoding: bytes, as: UTF8.self)
        }
        if index == unknown.count - 1 { finish() }
      }
    }
  }

  /// A server without monitors: the whole root is one.
  private func askRoot(_ done: @escaping () -> Void) {
    connection.expect(xcb_get_geometry(connection.raw, server.root).sequence) { raw in
      if let reply = raw?.reply(xcb_get_geometry_reply_t.self).pointee {
        let frame = Rect(x: 0, y: 0, width: Int(reply.width), height: Int(reply.height))
        self.facts.monitors = [Monitor(name: "screen", isPrimary: true, frame: frame)]
      }
      done()
    }
  }
}

/// The 32-bit numbers of a property.
func cardinals(_ bytes: UnsafeRawBufferPointer) -> [UInt32] {
  stride(from: 0, to: bytes.count & ~3, by: 4).map {
    bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)
  }
}

private func rectangles(_ bytes: UnsafeRawBufferPointer) -> [Rect] {
  let numbers = cardinals(bytes).map { Int(Int32(bitPattern: $0)) }
  return stride(from: 0, to: numbers.count & ~3, by: 4).map {
    Rect(x: numbers[$0], y: numbers[$0 + 1], width: numbers[$0 + 2], height: numbers[$0 + 3])
  }
}
