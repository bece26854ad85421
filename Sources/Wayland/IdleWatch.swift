import CWayland

/// Tells whether a seat was not used for some time, by whichever protocol the compositor has.
final class IdleWatch: ProxyOwner {
  private(set) var isIdle = false

  private enum Raw {
    case ext(UnsafeMutablePointer<ext_idle_notification_v1>)
    case kde(UnsafeMutablePointer<kde_idle_timeout>)
  }

  private let raw: Raw
  private let callbacks = Callbacks(
    ext_idle_notification_v1_listener(
      idled: { data, _ in
        let watch: IdleWatch = owner(data)
        watch.isIdle = true
      },
      resumed: { data, _ in
        let watch: IdleWatch = owner(data)
        watch.isIdle = false
      }
    )
  )
  private let kdeCallbacks = Callbacks(
    kde_idle_timeout_listener(
      idle: { data, _ in
        let watch: IdleWatch = owner(data)
        watch.isIdle = true
      },
      resumed: { data, _ in
        let watch: IdleWatch = owner(data)
        watch.isIdle = false
      }
    )
  )

  /// Nil where the compositor has neither protocol.
  init?(_ globals: Globals, _ seat: UnsafeMutablePointer<wl_seat>, after seconds: Int) {
    let milliseconds = UInt32(min(seconds, 1 << 20)) * 1000
    if let notifier = globals.idleNotifier {
      raw = .ext(
        nonNull(ext_idle_notifier_v1_get_idle_notification(notifier, milliseconds, seat))
      )
    } else if let idle = globals.kdeIdle {
      raw = .kde(nonNull(kde_idle_get_timeout(idle, seat, milliseconds)))
    } else {
      return nil
    }
    super.init(globals.connection)
    switch raw {
    case .ext(let raw):
      ext_idle_notification_v1_add_listener(raw, callbacks.address, opaque(self))
    case .kde(let raw):
      kde_idle_timeout_add_listener(raw, kdeCallbacks.address, opaque(self))
    }
  }

  deinit {
    switch raw {
    case .ext(let raw): ext_idle_notification_v1_destroy(raw)
    case .kde(let raw): kde_idle_timeout_destroy(raw)
    }
  }
}
