import Foundation

/// A wait that came to its end without what it waited for.
package struct TimedOut: Error, CustomStringConvertible {
  package let what: String
  package let limit: Duration

  package var description: String { "waited \(limit) in vain for \(what)" }
}

/// Something outside of the test's own words went wrong: a program is missing, a display died.
package struct Trouble: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

/// Nanoseconds of CLOCK_MONOTONIC: the clock that the Python clients write down too.
package func monotonicNanoseconds() -> Int64 {
  var t = timespec()
  clock_gettime(CLOCK_MONOTONIC, &t)
  return Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec)
}

/// What the processor spent on it in this thread: other tests run at the same time.
package func processorTime(_ body: () throws -> Void) rethrows -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let start = now()
  try body()
  return now() - start
}

package func pause(_ time: Duration) {
  usleep(UInt32(time / .microseconds(1)))
}

/// Asks again and again until there is a value, and says what it waited for when there is none.
@discardableResult
package func wait<Value>(
  for what: String,
  limit: Duration = .seconds(10),
  every: Duration = .milliseconds(10),
  _ value: () throws -> Value?
) throws -> Value {
  let end = ContinuousClock.now + limit
  while true {
    if let value = try value() { return value }
    guard ContinuousClock.now < end else { throw TimedOut(what: what, limit: limit) }
    pause(every)
  }
}

/// Waits until a condition holds.
package func wait(
  until what: String,
  limit: Duration = .seconds(10),
  every: Duration = .milliseconds(10),
  _ holds: () throws -> Bool
) throws {
  try wait(for: what, limit: limit, every: every) { try holds() ? true : nil }
}

/// Looks again and again for as long as `time`, and tells the first moment at which it did not hold.
package func holds(
  for time: Duration,
  every: Duration = .milliseconds(20),
  _ holds: () throws -> Bool
) throws -> Bool {
  let end = ContinuousClock.now + time
  while ContinuousClock.now < end {
    guard try holds() else { return false }
    pause(every)
  }
  return try holds()
}
