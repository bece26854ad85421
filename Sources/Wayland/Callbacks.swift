import CWayland

/// A listener's functions, at an address that stays for as long as libwayland may call them.
struct Callbacks<Table>: ~Copyable {
  let address: UnsafeMutablePointer<Table>

  init(_ table: Table) {
    address = .allocate(capacity: 1)
    address.initialize(to: table)
  }

  deinit {
    address.deinitialize(count: 1)
    address.deallocate()
  }
}

/// What a listener's functions get as their first argument: the object that owns the proxy, and so
/// lives for as long as events come.
func opaque(_ owner: AnyObject) -> UnsafeMutableRawPointer {
  Unmanaged.passUnretained(owner).toOpaque()
}

func owner<Owner: AnyObject>(_ data: UnsafeMutableRawPointer?) -> Owner {
  Unmanaged<Owner>.fromOpaque(nonNull(data)).takeUnretainedValue()
}

func nonNull<T>(_ pointer: T?) -> T {
  guard let pointer else { preconditionFailure("out of memory in libwayland") }
  return pointer
}

/// Who has proxies to destroy keeps the connection until it has done so.
class ProxyOwner {
  let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }
}

/// A `wl_callback`: the compositor says once that a thing is done.
final class Done: ProxyOwner {
  private(set) var isDone = false
  private var raw: UnsafeMutablePointer<wl_callback>?
  private let callbacks = Callbacks(
    wl_callback_listener(
      done: { data, _, _ in
        let done: Done = owner(data)
        done.finish()
      })
  )

  init(_ connection: Connection, _ raw: UnsafeMutablePointer<wl_callback>?) {
    self.raw = nonNull(raw)
    super.init(connection)
    wl_callback_add_listener(raw, callbacks.address, opaque(self))
  }

  deinit {
    if let raw { wl_callback_destroy(raw) }
  }

  private func finish() {
    isDone = true
    if let raw { wl_callback_destroy(raw) }
    raw = nil
  }
}
