/// What wakes the program: descriptors and time. `MainLoop` is the real one, `ManualLoop` its twin
/// for tests. One thread; handlers run one at a time and may cancel anything, themselves included.
package protocol EventLoop: AnyObject {
  /// The monotonic clock, in nanoseconds.
  var now: Int64 { get }

  /// Calls `handler` whenever one of `events` holds on `descriptor`, until the watch is cancelled.
  func watch(
    _ descriptor: Int32,
    _ events: Readiness,
    _ handler: @escaping (Readiness) -> Void
  ) -> Watch

  /// A timer that is not set.
  func timer(_ handler: @escaping () -> Void) -> Timer
}

package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  package static let readable = Readiness(rawValue: 1)
  package static let writable = Readiness(rawValue: 4)
  /// Error or hang-up; reported whether asked for or not.
  package static let failed = Readiness(rawValue: 8 | 16)
}

/// A watched descriptor; dropping the last reference ends the watch, the descriptor stays open.
package class Watch {
  /// What is waited for; a change counts from the next time the loop sleeps.
  package var events: Readiness

  /// Called before the loop sleeps: true means that there is work already, do not sleep.
  package var prepare: (() -> Bool)?
  /// Called for each wake-up of the loop with what the descriptor is ready for; true means: handle.
  /// Nil asks for nothing but readiness.
  package var check: ((Readiness) -> Bool)?

  init(events: Readiness) {
    self.events = events
  }

  package func cancel() {}
}

/// A one-shot timer; dropping the last reference stops it.
package class Timer {
  /// When to fire, on the loop's clock in nanoseconds; nil: not at all. A past time fires at the next turn.
  package var deadline: Int64? {
    didSet { if deadline != oldValue { deadlineChanged() } }
  }

  init() {}

  func deadlineChanged() {}
}
