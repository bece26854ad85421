import CGLib

/// The GLib main loop of the thread that made it.
package final class MainLoop: EventLoop {
  private let context: OpaquePointer
  private let turn = Turn()
  private var isRunning = false

  package init() {
    context = nonNull(g_main_context_new())
  }

  deinit {
    g_main_context_unref(context)
  }

  package var now: Int64 { Int64(g_get_monotonic_time()) * 1000 }

  /// Called after each handler of a watch or timer: the end of a turn.
  package var afterHandler: (() -> Void)? {
    get { turn.end }
    set { turn.end = newValue }
  }

  package func watch(
    _ descriptor: Int32,
    _ events: Readiness,
    _ handler: @escaping (Readiness) -> Void
  ) -> Watch {
    DescriptorSource(context, turn, descriptor, events, handler)
  }

  package func timer(_ handler: @escaping () -> Void) -> Timer {
    TimerSource(context, turn, handler)
  }

  /// Turns until `quit()`.
  package func run() {
    isRunning = true
    while isRunning { g_main_context_iteration(context, 1) }
  }

  /// Lets `run()` return after the present handler.
  package func quit() {
    isRunning = false
  }
}

/// What all sources of a loop share: the end of the turn, and the tables that GLib calls them by.
///
/// GLib looks into a source's table once more after the handler in which the source was dropped, so
/// the tables are not the sources' own.
final class Turn {
  var end: (() -> Void)?
  let descriptorFunctions = DescriptorSource.functions()
  let timerFunctions = TimerSource.functions()

  deinit {
    descriptorFunctions.deallocate()
    timerFunctions.deallocate()
  }
}

func nonNull<T>(_ pointer: T?) -> T {
  guard let pointer else { preconditionFailure("out of memory in GLib") }
  return pointer
}

/// A `GSource` that finds its Swift owner behind GLib's own fields.
struct Source<Owner: AnyObject> {
  let raw: UnsafeMutablePointer<GSource>

  private static var ownerOffset: Int { MemoryLayout<GSource>.stride }

  init(_ functions: UnsafeMutablePointer<GSourceFuncs>) {
    raw = nonNull(
      g_source_new(functions, UInt32(Self.ownerOffset + MemoryLayout<UnsafeRawPointer>.stride))
    )
  }

  func attach(to context: OpaquePointer, owner: Owner) {
    UnsafeMutableRawPointer(raw).storeBytes(
      of: Unmanaged.passUnretained(owner).toOpaque(),
      toByteOffset: Self.ownerOffset,
      as: UnsafeMutableRawPointer.self
    )
    // Else GLib takes the descriptors out of the poll during each dispatch, and wakes itself twice.
    g_source_set_can_recurse(raw, 1)
    g_source_attach(raw, context)
  }

  static func owner(_ raw: UnsafeMutablePointer<GSource>?) -> Owner {
    let address = UnsafeRawPointer(nonNull(raw)).load(
      fromByteOffset: ownerOffset,
      as: UnsafeMutableRawPointer.self
    )
    return Unmanaged<Owner>.fromOpaque(address).takeUnretainedValue()
  }

  /// GLib calls nothing of the source afterwards.
  func destroy() {
    g_source_destroy(raw)
    g_source_unref(raw)
  }
}

func functionTable(
  prepare:
    @escaping @convention(c) (UnsafeMutablePointer<GSource>?, UnsafeMutablePointer<gint>?)
    -> gboolean,
  check: @escaping @convention(c) (UnsafeMutablePointer<GSource>?) -> gboolean,
  dispatch:
    @escaping @convention(c) (
      UnsafeMutablePointer<GSource>?, GSourceFunc?, UnsafeMutableRawPointer?
    ) -> gboolean
) -> UnsafeMutablePointer<GSourceFuncs> {
  let table = UnsafeMutablePointer<GSourceFuncs>.allocate(capacity: 1)
  table.initialize(to: GSourceFuncs())
  table.pointee.prepare = prepare
  table.pointee.check = check
  table.pointee.dispatch = dispatch
  return table
}
