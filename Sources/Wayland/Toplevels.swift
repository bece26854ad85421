import CWayland
import Display

/// The windows of the compositor's clients (wlr-foreign-toplevel-management), for the sake of the one
/// that is active.
final class Toplevels: ProxyOwner {
  private(set) var all: [Toplevel] = []

  private let raw: UnsafeMutablePointer<toplevel_manager>
  private let callbacks = Callbacks(
    toplevel_manager_listener(
      toplevel: { data, _, raw in
        let toplevels: Toplevels = owner(data)
        toplevels.all.append(Toplevel(toplevels.connection, nonNull(raw)))
      },
      // The compositor says no more.
      finished: { data, _ in
        let toplevels: Toplevels = owner(data)
        toplevels.all = []
      }
    )
  )

  init(_ connection: Connection, _ raw: UnsafeMutablePointer<toplevel_manager>) {
    self.raw = raw
    super.init(connection)
    toplevel_manager_add_listener(raw, callbacks.address, opaque(self))
  }

  deinit {
    all = []
    toplevel_manager_destroy(raw)
  }

  /// To be called when events were dispatched.
  func turn() {
    if all.contains(where: { $0.isClosed }) { all.removeAll { $0.isClosed } }
  }

  /// Whether the active window is full-screen there; nil: wherever it is.
  ///
  /// A surface for which a compositor chooses the monitor comes to where the active window is. A
  /// window whose monitor is not told may be there: older Sways tell it of none that was not moved.
  func isFullScreen(on monitor: UnsafeMutablePointer<wl_output>?) -> Bool {
    all.contains { window in
      window.isActive && window.isFullScreen
        && (window.monitors.isEmpty || monitor.map { window.monitors.contains($0) } ?? true)
    }
  }

  var focused: FocusedWindow? {
    all.first { $0.isActive }.map { FocusedWindow(appID: $0.appID) }
  }

  /// The monitor is gone.
  func forget(_ monitor: UnsafeMutablePointer<wl_output>) {
    for toplevel in all { toplevel.forget(monitor) }
  }
}

final class Toplevel: ProxyOwner {
  private(set) var isClosed = false
  var isActive: Bool { state.isActive && !isClosed }
  var isFullScreen: Bool { state.isFullScreen }
  var appID: String { state.appID }
  var monitors: [UnsafeMutablePointer<wl_output>] { state.monitors }

  private struct State {
    var isActive = false
    var isFullScreen = false
    var appID = ""
    var monitors: [UnsafeMutablePointer<wl_output>] = []
  }

  private var state = State()
  /// What counts with the event `done`.
  private var announced = State()
  private let raw: UnsafeMutablePointer<toplevel>
  private let callbacks = Callbacks(
    toplevel_listener(
      title: { _, _, _ in },
      app_id: { data, _, text in
        let toplevel: Toplevel = owner(data)
        toplevel.announced.appID = text.map { String(cString: $0) } ?? ""
      },
      output_enter: { data, _, monitor in
        guard let monitor else { return }
        let toplevel: Toplevel = owner(data)
        if !toplevel.announced.monitors.contains(monitor) {
          toplevel.announced.monitors.append(monitor)
        }
      },
      output_leave: { data, _, monitor in
        let toplevel: Toplevel = owner(data)
        toplevel.announced.monitors.removeAll { $0 == monitor }
      },
      state: { data, _, states in
        let toplevel: Toplevel = owner(data)
        toplevel.announce(nonNull(states).pointee)
      },
      done: { data, _ in
        let toplevel: Toplevel = owner(data)
        toplevel.state = toplevel.announced
      },
      closed: { data, _ in
        let toplevel: Toplevel = owner(data)
        toplevel.isClosed = true
      },
      parent: { _, _, _ in }
    )
  )

  init(_ connection: Connection, _ raw: UnsafeMutablePointer<toplevel>) {
    self.raw = raw
    super.init(connection)
    toplevel_add_listener(raw, callbacks.address, opaque(self))
  }

  deinit {
    toplevel_destroy(raw)
  }

  func forget(_ monitor: UnsafeMutablePointer<wl_output>) {
    state.monitors.removeAll { $0 == monitor }
    announced.monitors.removeAll { $0 == monitor }
  }

  private func announce(_ states: wl_array) {
    announced.isActive = false
    announced.isFullScreen = false
    for offset in stride(from: 0, to: states.size & ~3, by: 4) {
      switch states.data?.load(fromByteOffset: offset, as: UInt32.self) {
      case TOPLEVEL_ACTIVATED.rawValue: announced.isActive = true
      case TOPLEVEL_FULL_SCREEN.rawValue: announced.isFullScreen = true
      default: break
      }
    }
  }
}
