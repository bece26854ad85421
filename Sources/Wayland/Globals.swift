import CWayland

/// What the compositor offers, bound as it is announced.
final class Globals: ProxyOwner {
  private(set) var compositor: UnsafeMutablePointer<wl_compositor>?
  private(set) var shm: UnsafeMutablePointer<wl_shm>?
  private(set) var layerShell: UnsafeMutablePointer<layer_shell>?
  private(set) var viewporter: UnsafeMutablePointer<wp_viewporter>?
  private(set) var fractionalScale: UnsafeMutablePointer<wp_fractional_scale_manager_v1>?
  private(set) var activation: UnsafeMutablePointer<xdg_activation_v1>?
  private(set) var idleNotifier: UnsafeMutablePointer<ext_idle_notifier_v1>?
  private(set) var kdeIdle: UnsafeMutablePointer<kde_idle>?
  private(set) var toplevels: Toplevels?
  /// In the order in which they came.
  private(set) var monitors: [Monitor] = []
  private(set) var seats: [Seat] = []
  /// A seat went since the last turn.
  var lostSeat = false

  private let registry: UnsafeMutablePointer<wl_registry>
  private let callbacks = Callbacks(
    wl_registry_listener(
      global: { data, _, name, interface, version in
        let globals: Globals = owner(data)
        globals.bind(name, String(cString: nonNull(interface)), version)
      },
      global_remove: { data, _, name in
        let globals: Globals = owner(data)
        for monitor in globals.monitors where monitor.global == name {
          globals.toplevels?.forget(monitor.raw)
        }
        globals.monitors.removeAll { $0.global == name }
        if let place = globals.seats.firstIndex(where: { $0.global == name }) {
          // It takes its pointer along.
          globals.lostSeat = true
          globals.seats.remove(at: place)
        }
      }
    )
  )

  override init(_ connection: Connection) {
    registry = nonNull(wl_display_get_registry(connection.display))
    super.init(connection)
    wl_registry_add_listener(registry, callbacks.address, opaque(self))
  }

  deinit {
    toplevels = nil
    monitors = []
    seats = []
    if let kdeIdle { kde_idle_destroy(kdeIdle) }
    if let idleNotifier { ext_idle_notifier_v1_destroy(idleNotifier) }
    if let activation { xdg_activation_v1_destroy(activation) }
    if let fractionalScale { wp_fractional_scale_manager_v1_destroy(fractionalScale) }
    if let viewporter { wp_viewporter_destroy(viewporter) }
    if let layerShell { layer_shell_destroy(layerShell) }
    if let shm { wl_shm_destroy(shm) }
    if let compositor { wl_compositor_destroy(compositor) }
    wl_registry_destroy(registry)
  }

  /// The first interface that popups cannot do without and the compositor does not have.
  var missing: String? {
    if layerShell == nil { return "zwlr_layer_shell_v1" }
    if compositor == nil { return "wl_compositor 4" }
    return shm == nil ? "wl_shm" : nil
  }

  private func bind(_ name: UInt32, _ interface: String, _ version: UInt32) {
    switch interface {
    case "wl_compositor" where compositor == nil && version >= 4:  // 4: damage_buffer
      compositor = cwl_bind_wl_compositor(registry, name, 4)
    case "wl_shm" where shm == nil:
      shm = cwl_bind_wl_shm(registry, name, 1)
    case "zwlr_layer_shell_v1" where layerShell == nil:
      layerShell = cwl_bind_layer_shell(registry, name, min(version, UInt32(LAYER_SHELL_NEWEST)))
    case "wp_viewporter" where viewporter == nil:
      viewporter = cwl_bind_wp_viewporter(registry, name, 1)
    case "wp_fractional_scale_manager_v1" where fractionalScale == nil:
      fractionalScale = cwl_bind_wp_fractional_scale_manager_v1(registry, name, 1)
    case "xdg_activation_v1" where activation == nil:
      activation = cwl_bind_xdg_activation_v1(registry, name, 1)
    case "ext_idle_notifier_v1" where idleNotifier == nil:
      idleNotifier = cwl_bind_ext_idle_notifier_v1(registry, name, 1)
    case "org_kde_kwin_idle" where kdeIdle == nil:
      kdeIdle = cwl_bind_kde_idle(registry, name, 1)
    case "zwlr_foreign_toplevel_manager_v1"
    where toplevels == nil && version >= UInt32(TOPLEVEL_MANAGER_OLDEST):
      let version = min(version, UInt32(TOPLEVEL_MANAGER_NEWEST))
      let raw = nonNull(cwl_bind_toplevel_manager(registry, name, version))
      toplevels = Toplevels(connection, raw)
    case "wl_output":
      let version = min(version, 4)
      let raw = nonNull(cwl_bind_wl_output(registry, name, version))
      monitors.append(Monitor(connection, raw, name, version))
    case "wl_seat":
      let version = min(version, 5)
      let raw = nonNull(cwl_bind_wl_seat(registry, name, version))
      seats.append(Seat(connection, raw, name, version))
    default:
      break
    }
  }
}
