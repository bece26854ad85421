/// How the wall clock stands to the monotonic one, until somebody sets it.
package struct WallClock: Equatable, Sendable {
  /// Milliseconds since the epoch when the monotonic clock showed 0.
  package var offset: Int64

  package init(offset: Int64) {
    self.offset = offset
  }

  package func moment(_ instant: Instant) -> Moment {
    let milliseconds = instant.nanoseconds / 1_000_000
    let (wall, overflow) = milliseconds.addingReportingOverflow(offset)
    return Moment(instant: instant, wall: overflow ? .max : wall)
  }

  /// When the wall clock will show `wall`.
  package func instant(_ wall: Int64) -> Instant {
    let (milliseconds, tooLong) = wall.subtractingReportingOverflow(offset)
    let (nanoseconds, tooLate) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    let isLate = tooLate || tooLong
    return Instant(nanoseconds: isLate ? (wall < offset ? .min : .max) : nanoseconds)
  }
}

/// Now, on both clocks.
package struct Moment: Equatable, Sendable {
  package let instant: Instant
  /// Milliseconds since the epoch.
  package let wall: Int64
}
