/// A loop whose clock a test moves.
package final class ManualLoop: EventLoop {
  package private(set) var now: Int64 = 0
  private var timers: [ManualTimer] = []
  private var watches: [ManualWatch] = []

  package init() {}

  package func watch(
    _ descriptor: Int32,
    _ events: Readiness,
    _ handler: @escaping (Readiness) -> Void
  ) -> Watch {
    let watch = ManualWatch(descriptor, events, handler)
    watches.append(watch)
    return watch
  }

  package func timer(_ handler: @escaping () -> Void) -> Timer {
    let timer = ManualTimer(handler)
    timers.append(timer)
    return timer
  }

  /// Moves the clock, firing each timer at its own instant, in order.
  package func advance(to end: Int64) {
    while let next = timers.min(by: { ($0.deadline ?? .max) < ($1.deadline ?? .max) }),
      let deadline = next.deadline, deadline <= end
    {
      now = max(now, deadline)
      next.fire()
    }
    now = max(now, end)
  }

  /// Tells whoever watches the descriptor that it is ready.
  package func signal(_ descriptor: Int32, _ readiness: Readiness) {
    for watch in watches where watch.descriptor == descriptor {
      watch.deliver(readiness)
    }
  }
}

private final class ManualWatch: Watch {
  let descriptor: Int32
  private var handler: ((Readiness) -> Void)?

  init(_ descriptor: Int32, _ events: Readiness, _ handler: @escaping (Readiness) -> Void) {
    self.descriptor = descriptor
    self.handler = handler
    super.init(events: events)
  }

  override func cancel() {
    handler = nil
  }

  func deliver(_ readiness: Readiness) {
    let wanted = readiness.intersection(events.union(.failed))
    if check?(wanted) ?? !wanted.isEmpty { handler?(wanted) }
  }
}

private final class ManualTimer: Timer {
  private let handler: () -> Void

  init(_ handler: @escaping () -> Void) {
    self.handler = handler
    super.init()
  }

  func fire() {
    deadline = nil
    handler()
  }
}
