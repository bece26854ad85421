import CGLib

/// A descriptor on the GLib loop.
///
/// The poll record is ours, and GLib reads it anew each time it sleeps: a change of `events` costs
/// nothing, where `g_source_modify_unix_fd` would wake the loop by a system call.
final class DescriptorSource: Watch {
  private var source: Source<DescriptorSource>?
  private let record: UnsafeMutablePointer<GPollFD>
  private let turn: Turn
  private let handler: (Readiness) -> Void

  init(
    _ context: OpaquePointer,
    _ turn: Turn,
    _ descriptor: Int32,
    _ events: Readiness,
    _ handler: @escaping (Readiness) -> Void
  ) {
    self.turn = turn
    self.handler = handler
    record = .allocate(capacity: 1)
    record.initialize(to: GPollFD(fd: descriptor, events: 0, revents: 0))
    super.init(events: events)
    let source = Source<DescriptorSource>(turn.descriptorFunctions)
    g_source_add_poll(source.raw, record)
    source.attach(to: context, owner: self)
    self.source = source
  }

  deinit {
    cancel()
    record.deallocate()
  }

  static func functions() -> UnsafeMutablePointer<GSourceFuncs> {
    functionTable(
      prepare: { raw, timeout in
        timeout?.pointee = -1
        return Source<DescriptorSource>.owner(raw).beforeSleep() ? 1 : 0
      },
      check: { raw in Source<DescriptorSource>.owner(raw).afterSleep() ? 1 : 0 },
      dispatch: { raw, _, _ in
        Source<DescriptorSource>.owner(raw).dispatch()
        return 1
      }
    )
  }

  override func cancel() {
    source?.destroy()
    source = nil
    prepare = nil
    check = nil
  }

  private func beforeSleep() -> Bool {
    let ready = prepare?() ?? false
    record.pointee.events = events.union(.failed).rawValue
    record.pointee.revents = 0
    return ready
  }

  private func afterSleep() -> Bool {
    let readiness = Readiness(rawValue: record.pointee.revents)
    return check?(readiness) ?? !readiness.isEmpty
  }

  private func dispatch() {
    handler(Readiness(rawValue: record.pointee.revents))
    turn.end?()
  }
}
