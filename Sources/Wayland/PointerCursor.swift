import CLibc
import CWayland
import Display

/// The picture under the user's hand.
///
/// The theme is loaded when a pointer first comes over the popups, and let go with them: it is half a
/// megabyte.
final class PointerCursor: ProxyOwner {
  private let compositor: UnsafeMutablePointer<wl_compositor>
  private let shm: UnsafeMutablePointer<wl_shm>
  private var theme: (raw: UnsafeMutablePointer<wl_cursor_theme>, scale: Int)?
  private var surface: UnsafeMutablePointer<wl_surface>?

  init(
    _ connection: Connection,
    _ compositor: UnsafeMutablePointer<wl_compositor>,
    _ shm: UnsafeMutablePointer<wl_shm>
  ) {
    self.compositor = compositor
    self.shm = shm
    super.init(connection)
  }

  deinit { clear() }

  /// Gives the pointer its shape; `serial` is of the event by which it came over the surface.
  func show(
    _ shape: Cursor,
    on pointer: UnsafeMutablePointer<wl_pointer>,
    _ serial: UInt32,
    _ scale: Scale
  ) {
    let factor = (scale.of120 + 119) / 120
    guard let image = image(shape, factor), let buffer = wl_cursor_image_get_buffer(image) else {
      return
    }
    let surface = surface ?? nonNull(wl_compositor_create_surface(compositor))
    self.surface = surface
    let width = Int(image.pointee.width)
    let height = Int(image.pointee.height)
    // A theme need not have the size that was asked for, and an odd one times two is an error.
    let divisor = width % factor == 0 && height % factor == 0 ? factor : 1
    wl_surface_set_buffer_scale(surface, Int32(divisor))
    wl_surface_attach(surface, buffer, 0, 0)
    wl_surface_damage_buffer(surface, 0, 0, Int32(width), Int32(height))
    wl_surface_commit(surface)
    wl_pointer_set_cursor(
      pointer,
      serial,
      surface,
      Int32(Int(image.pointee.hotspot_x) / divisor),
      Int32(Int(image.pointee.hotspot_y) / divisor)
    )
  }

  func clear() {
    if let surface { wl_surface_destroy(surface) }
    surface = nil
    if let theme { wl_cursor_theme_destroy(theme.raw) }
    theme = nil
  }

  private func image(_ shape: Cursor, _ factor: Int) -> UnsafeMutablePointer<wl_cursor_image>? {
    if theme?.scale != factor { load(factor) }
    guard let theme = theme?.raw else { return nil }
    for name in shape.names {
      if let cursor = wl_cursor_theme_get_cursor(theme, name), cursor.pointee.image_count > 0 {
        return cursor.pointee.images[0]
      }
    }
    return nil
  }

  private func load(_ factor: Int) {
    clear()
    let size = getenv("XCURSOR_SIZE").map { strtol($0, nil, 10) } ?? 0
    let pixels = (1...256).contains(size) ? size : 24
    if let raw = wl_cursor_theme_load(getenv("XCURSOR_THEME"), Int32(pixels * factor), shm) {
      theme = (raw, factor)
    }
  }
}

extension Cursor {
  /// Themes disagree about names.
  fileprivate var names: [String] {
    switch self {
    case .arrow: ["left_ptr", "default"]
    case .hand: ["pointer", "hand2", "hand1", "left_ptr"]
    }
  }
}
