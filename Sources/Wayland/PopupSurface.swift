import CWayland
import Display

/// The layer surface that holds the popups, from placed to taken away.
final class PopupSurface: ProxyOwner {
  let raw: UnsafeMutablePointer<wl_surface>
  /// The compositor took it back, usually with its monitor; a new one is needed.
  private(set) var isClosed = false
  /// Where it is seen, the latest last.
  private(set) var monitors: [UnsafeMutablePointer<wl_output>] = []
  /// What the compositor wants, where it counts in fractions.
  private(set) var preferredScale: Scale?
  /// The size that the compositor agreed to; nil until it has.
  private(set) var size: Size?
  /// The scale of the monitor, for as long as nothing better is known.
  var monitorScale: Scale {
    didSet { if preferredScale == nil && monitorScale != oldValue { isOutdated = true } }
  }

  private let globals: Globals
  private let pool: BufferPool
  private let layer: UnsafeMutablePointer<layer_surface>
  private let viewport: UnsafeMutablePointer<wp_viewport>?
  private let fractionalScale: UnsafeMutablePointer<wp_fractional_scale_v1>?

  /// The newest placement, and the one that the compositor was told.
  private var placement: Placement
  private var sent: Placement
  /// Done when the compositor has seen `sent`; later placements wait for it.
  ///
  /// So a compositor that hangs is not sent more than libwayland can hold, which would end the
  /// connection.
  private var seen: Done?
  /// A configure event that no commit has answered yet.
  private var unanswered: UInt32?
  /// The input region that goes with the next commit.
  private var input: [Rect]?

  private var shown: (size: Size, scale: Scale)?
  /// What is shown has the wrong size or scale.
  private var isOutdated = false
  private var isFrameWanted = false
  /// Done when the monitor wants the next picture.
  private var nextFrame: Done?

  private let callbacks = Callbacks(
    layer_surface_listener(
      configure: { data, _, serial, width, height in
        let popups: PopupSurface = owner(data)
        popups.configured(serial, width, height)
      },
      closed: { data, _ in
        let popups: PopupSurface = owner(data)
        popups.isClosed = true
      }
    )
  )

  private let surfaceCallbacks: Callbacks<wl_surface_listener> = {
    var table = wl_surface_listener()
    table.enter = { data, _, monitor in
      guard let monitor else { return }
      let popups: PopupSurface = owner(data)
      popups.forget(monitor)
      popups.monitors.append(monitor)
    }
    table.leave = { data, _, monitor in
      guard let monitor else { return }
      let popups: PopupSurface = owner(data)
      popups.forget(monitor)
    }
    return Callbacks(table)
  }()

  private let scaleCallbacks = Callbacks(
    wp_fractional_scale_v1_listener(
      preferred_scale: { data, _, scale in
        let popups: PopupSurface = owner(data)
        popups.prefer(Scale(of120: Int(max(12, min(scale, 120 * 32)))))
      })
  )

  /// The compositor has what `missing` checks.
  init(
    _ globals: Globals,
    _ pool: BufferPool,
    _ placement: Placement,
    scale: Scale
  ) {
    self.globals = globals
    self.pool = pool
    self.placement = placement
    sent = placement
    monitorScale = scale
    raw = nonNull(wl_compositor_create_surface(globals.compositor))
    layer = nonNull(
      layer_shell_get_layer_surface(
        globals.layerShell,
        raw,
        nil,
        placement.layer,
        "notifications"
      )
    )
    if let manager = globals.fractionalScale, let viewporter = globals.viewporter {
      viewport = wp_viewporter_get_viewport(viewporter, raw)
      fractionalScale = wp_fractional_scale_manager_v1_get_fractional_scale(manager, raw)
    } else {
      viewport = nil
      fractionalScale = nil
    }
    super.init(globals.connection)
    if let fractionalScale {
      wp_fractional_scale_v1_add_listener(fractionalScale, scaleCallbacks.address, opaque(self))
    }
    wl_surface_add_listener(raw, surfaceCallbacks.address, opaque(self))
    layer_surface_add_listener(layer, callbacks.address, opaque(self))
    layer_surface_set_anchor(layer, ANCHOR_TOP.rawValue | ANCHOR_RIGHT.rawValue)
    send()
  }

  deinit {
    if let fractionalScale { wp_fractional_scale_v1_destroy(fractionalScale) }
    if let viewport { wp_viewport_destroy(viewport) }
    layer_surface_destroy(layer)
    wl_surface_destroy(raw)
    pool.clear()
  }

  var scale: Scale { preferredScale ?? monitorScale }

  func place(_ placement: Placement) {
    self.placement = placement
    sendIfSeen()
  }

  func requestFrame() {
    isFrameWanted = true
  }

  /// A picture is due and there is memory to draw it in.
  var isFrameDue: Bool {
    guard let size, !isClosed else { return false }
    guard isOutdated || (isFrameWanted && nextFrame?.isDone ?? true) else { return false }
    return pool.hasRoom(for: device(size))
  }

  /// To be called when events were dispatched.
  func turn() {
    sendIfSeen()
    pool.trim()
    // A configure event that changed nothing needs an answer all the same.
    if unanswered != nil && !isOutdated && shown != nil { commit() }
  }

  /// Calls `body`, which draws if it has something to draw.
  func frame(_ body: () -> Void) {
    isOutdated = false
    isFrameWanted = false
    nextFrame = nil
    body()
    // Nothing was drawn and more is wanted: let the monitor set the pace.
    if isFrameWanted && nextFrame == nil {
      nextFrame = Done(connection, wl_surface_frame(raw))
      commit()
    }
  }

  func draw(_ body: (borrowing Frame) -> [Rect]) {
    guard let size, !isClosed else { return }
    let scale = scale
    let device = device(size)
    guard let buffer = pool.next(device) else { return }
    let damage = body(
      Frame(
        pixels: buffer.pixels,
        size: device,
        stride: buffer.stride,
        scale: scale,
        buffer: buffer.number
      )
    )
    let isNew = shown.map { $0.size != size || $0.scale != scale } ?? true
    guard isNew || !damage.isEmpty else { return }

    if isNew {
      if let viewport {
        wp_viewport_set_destination(viewport, Int32(size.width), Int32(size.height))
      } else {
        wl_surface_set_buffer_scale(raw, Int32(scale.of120 / 120))
      }
      shown = (size, scale)
    }
    wl_surface_attach(raw, buffer.raw, 0, 0)
    if isNew {
      wl_surface_damage_buffer(raw, 0, 0, Int32(device.width), Int32(device.height))
    } else {
      for part in damage {
        wl_surface_damage_buffer(
          raw,
          Int32(clamping: part.x),
          Int32(clamping: part.y),
          Int32(clamping: part.width),
          Int32(clamping: part.height)
        )
      }
    }
    nextFrame = Done(connection, wl_surface_frame(raw))
    pool.submit(buffer)
    commit()
  }

  /// The monitor is gone.
  func forget(_ monitor: UnsafeMutablePointer<wl_output>) {
    monitors.removeAll { $0 == monitor }
  }

  private func device(_ size: Size) -> Size {
    Size(width: max(1, scale.device(size.width)), height: max(1, scale.device(size.height)))
  }

  private func sendIfSeen() {
    guard placement != sent, seen?.isDone ?? true else { return }
    send()
  }

  private func send() {
    let isResized = size == nil || placement.size != sent.size
    if isResized {
      layer_surface_set_size(layer, edge(placement.size.width), edge(placement.size.height))
    }
    if size == nil || placement.margin != sent.margin {
      let margin = Int32(clamping: placement.margin)
      layer_surface_set_margin(layer, margin, margin, 0, 0)
    }
    if placement.coversFullScreen != sent.coversFullScreen {
      layer_surface_set_layer(layer, placement.layer)
    }
    if size == nil || placement.input != sent.input { input = placement.input }
    sent = placement
    // With a new size the input region waits for its picture.
    if isResized { wl_surface_commit(raw) } else { commit() }
    seen = connection.sync()
  }

  private func edge(_ length: Int) -> UInt32 {
    UInt32(max(1, min(length, Size.longestEdge)))
  }

  private func commit() {
    if let serial = unanswered { layer_surface_ack_configure(layer, serial) }
    unanswered = nil
    if let input {
      let region = wl_compositor_create_region(globals.compositor)
      for part in input {
        wl_region_add(
          region,
          Int32(clamping: part.x),
          Int32(clamping: part.y),
          Int32(clamping: part.width),
          Int32(clamping: part.height)
        )
      }
      wl_surface_set_input_region(raw, region)
      wl_region_destroy(region)
    }
    input = nil
    wl_surface_commit(raw)
  }

  private func configured(_ serial: UInt32, _ width: UInt32, _ height: UInt32) {
    unanswered = serial
    let own = Size(width: Int(edge(sent.size.width)), height: Int(edge(sent.size.height)))
    let size = Size(configured: width, height, else: own)
    if size != self.size || shown == nil { isOutdated = true }
    self.size = size
  }

  private func prefer(_ scale: Scale) {
    if scale != self.scale { isOutdated = true }
    preferredScale = scale
  }
}

extension Placement {
  fileprivate var layer: UInt32 { (coversFullScreen ? LAYER_OVERLAY : LAYER_TOP).rawValue }
}
