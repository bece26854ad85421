import CWayland
import Display

/// Learns what panels leave free of a monitor.
///
/// A layer surface on all four edges that never gets a picture: the compositor lays it out as if it
/// were there, and tells its size again when that changes.
final class UsableArea: ProxyOwner {
  private(set) var size: Size?
  /// The compositor took it back; it is not made again, the monitor's own size has to do.
  private(set) var isClosed = false

  private let surface: UnsafeMutablePointer<wl_surface>
  private let layer: UnsafeMutablePointer<layer_surface>
  private let callbacks = Callbacks(
    layer_surface_listener(
      configure: { data, layer, serial, width, height in
        let area: UsableArea = owner(data)
        let size = Size(configured: width, height, else: Size(width: 0, height: 0))
        layer_surface_ack_configure(layer, serial)
        // Not for what is the same: should a compositor answer commits by configure, it ends here.
        if size != area.size { wl_surface_commit(area.surface) }
        area.size = size
      },
      closed: { data, _ in
        let area: UsableArea = owner(data)
        area.isClosed = true
        area.size = nil
      }
    )
  )

  init(
    _ connection: Connection,
    _ compositor: UnsafeMutablePointer<wl_compositor>,
    _ shell: UnsafeMutablePointer<layer_shell>,
    on monitor: UnsafeMutablePointer<wl_output>
  ) {
    surface = nonNull(wl_compositor_create_surface(compositor))
    layer = nonNull(
      layer_shell_get_layer_surface(
        shell,
        surface,
        monitor,
        LAYER_TOP.rawValue,
        "notifications-area"
      )
    )
    super.init(connection)
    layer_surface_add_listener(layer, callbacks.address, opaque(self))
    layer_surface_set_anchor(
      layer,
      ANCHOR_TOP.rawValue | ANCHOR_BOTTOM.rawValue | ANCHOR_LEFT.rawValue | ANCHOR_RIGHT.rawValue
    )
    wl_surface_commit(surface)
  }

  deinit {
    layer_surface_destroy(layer)
    wl_surface_destroy(surface)
  }

  /// The compositor has said what it will.
  var hasAnswered: Bool { size != nil || isClosed }
}

extension Size {
  /// No surface is larger; keeps what a compositor may say away from the limits of arithmetic.
  static let longestEdge = 16384

  /// The size of a configure event, in which 0 leaves the choice to the client.
  init(configured width: UInt32, _ height: UInt32, else own: Size) {
    self.init(
      width: width == 0 ? own.width : min(Int(width), Size.longestEdge),
      height: height == 0 ? own.height : min(Int(height), Size.longestEdge)
    )
  }
}
