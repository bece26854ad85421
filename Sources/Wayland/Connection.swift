import CLibc
import CWayland
import EventLoop

/// The socket to the compositor, on the loop; nothing here blocks.
final class Connection {
  let display: UnsafeMutablePointer<wl_display>
  private var watch: Watch?
  /// Between `prepare` and `check`, libwayland counts on one of read and cancel.
  private var isReading = false

  /// Connects to the socket at `path`.
  ///
  /// `hasWork` is asked before the loop sleeps; `turn` is called, outside of libwayland, when events
  /// were dispatched or there is work. The owner of the connection outlives both.
  init(
    _ loop: any EventLoop,
    path: String,
    hasWork: @escaping () -> Bool,
    turn: @escaping () -> Void
  ) throws(WaylandError) {
    let descriptor = cwl_connect(path)
    switch descriptor {
    case 0...: break
    case -ENOENT: throw .noSocket(path: path)
    case -ECONNREFUSED: throw .refused(path: path)
    default: throw .cannotConnect(path: path, why: String(cString: strerror(-descriptor)))
    }
    guard let display = wl_display_connect_to_fd(descriptor) else {
      throw .cannotConnect(path: path, why: "out of memory")
    }
    self.display = display

    let watch = loop.watch(descriptor, .readable) { [unowned(unsafe) self] _ in
      wl_display_dispatch_pending(self.display)
      turn()
    }
    watch.prepare = { [unowned(unsafe) self] in
      stopReading()
      return hasWork() || beforeSleep()
    }
    watch.check = { [unowned(unsafe) self] in afterSleep($0) }
    self.watch = watch
  }

  deinit {
    stop()
    wl_display_disconnect(display)
  }

  /// Asks and tells the owner nothing from now on.
  func stop() {
    watch?.cancel()
    watch = nil
    stopReading()
  }

  /// Why the connection is of no use any more.
  var failure: String? {
    let error = wl_display_get_error(display)
    switch error {
    case 0:
      return nil
    case EPROTO:
      var interface: UnsafePointer<wl_interface>?
      let code = wl_display_get_protocol_error(display, &interface, nil)
      let name = interface.map { String(cString: $0.pointee.name) } ?? "an unknown object"
      return "the compositor reports protocol error \(code) on \(name)"
    case EPIPE, ECONNRESET:
      return "the compositor closed the connection"
    default:
      return String(cString: strerror(error))
    }
  }

  func sync() -> Done {
    Done(self, wl_display_sync(display))
  }

  private func beforeSleep() -> Bool {
    guard wl_display_prepare_read(display) == 0 else { return true }
    isReading = true
    let isBlocked = wl_display_flush(display) < 0 && c_errno() == EAGAIN
    watch?.events = isBlocked ? [.readable, .writable] : .readable
    guard wl_display_get_error(display) == 0 else {
      stopReading()
      return true
    }
    return false
  }

  private func afterSleep(_ readiness: Readiness) -> Bool {
    guard isReading else { return !readiness.isEmpty }
    guard readiness.contains(.readable) || !readiness.isDisjoint(with: .failed) else {
      stopReading()
      return false
    }
    isReading = false
    wl_display_read_events(display)
    return true
  }

  private func stopReading() {
    guard isReading else { return }
    isReading = false
    wl_display_cancel_read(display)
  }
}
