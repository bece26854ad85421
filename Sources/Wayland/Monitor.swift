import CWayland
import Display

/// One `wl_output`.
final class Monitor: ProxyOwner {
  /// The number under which the registry announced it.
  let global: UInt32
  let raw: UnsafeMutablePointer<wl_output>
  /// The scale that surfaces on it were told, where the compositor counts in fractions.
  var fractionalScale: Scale?
  /// Watches what panels leave free; nil until the monitor is known.
  var area: UsableArea?

  private let version: UInt32
  private var announced = Properties()
  private var properties: Properties?

  private struct Properties {
    var name = ""
    var mode = Size(width: 0, height: 0)
    var isRotated = false
    var scale = 1
  }

  private static let longest = 1 << 16

  private let callbacks: Callbacks<wl_output_listener> = {
    var table = wl_output_listener()
    table.geometry = { data, _, _, _, _, _, _, _, _, transform in
      let monitor: Monitor = owner(data)
      // 90, 270, and the same flipped are odd.
      monitor.announced.isRotated = transform & 1 == 1
    }
    table.mode = { data, _, flags, width, height, _ in
      guard flags & WL_OUTPUT_MODE_CURRENT.rawValue != 0 else { return }
      let monitor: Monitor = owner(data)
      monitor.announced.mode = Size(
        width: min(Int(width), longest),
        height: min(Int(height), longest)
      )
      if monitor.version < 2 { monitor.take() }
    }
    table.scale = { data, _, factor in
      let monitor: Monitor = owner(data)
      monitor.announced.scale = Int(max(1, min(factor, 32)))
    }
    table.name = { data, _, name in
      let monitor: Monitor = owner(data)
      monitor.announced.name = String(cString: nonNull(name))
    }
    table.description = { _, _, _ in }
    table.done = { data, _ in
      let monitor: Monitor = owner(data)
      monitor.take()
    }
    return Callbacks(table)
  }()

  init(
    _ connection: Connection,
    _ raw: UnsafeMutablePointer<wl_output>,
    _ global: UInt32,
    _ version: UInt32
  ) {
    self.raw = raw
    self.global = global
    self.version = version
    announced.name = "unknown-\(global)"
    super.init(connection)
    wl_output_add_listener(raw, callbacks.address, opaque(self))
  }

  deinit {
    if version >= 3 { wl_output_release(raw) } else { wl_output_destroy(raw) }
  }

  var isKnown: Bool { properties != nil }

  /// What the display says of it.
  var output: Output? {
    guard let properties else { return nil }
    let scale = fractionalScale ?? Scale(of120: properties.scale * 120)
    return Output(
      name: properties.name,
      usable: area?.size ?? whole(properties, scale),
      scale: scale
    )
  }

  private func take() {
    if properties?.scale != announced.scale { fractionalScale = nil }
    properties = announced
  }

  private func whole(_ properties: Properties, _ scale: Scale) -> Size {
    let width = scale.logical(covering: properties.mode.width)
    let height = scale.logical(covering: properties.mode.height)
    return properties.isRotated
      ? Size(width: height, height: width) : Size(width: width, height: height)
  }
}
