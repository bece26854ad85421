/// What is known of one principal while it has something live or a bucket that is not full.
struct App {
  /// Its live notifications by age.
  var members = SortedIDs()
  /// Bytes of its live content.
  var cost = 0
  var bucket: TokenBucket
}

/// How many new notifications may raise a popup now (FD-291).
struct TokenBucket {
  /// In nanoseconds of refill, so that nothing is lost by rounding.
  private var level: Int64
  private var filledAt: Instant

  init(_ limits: Limits, at now: Instant) {
    level = Self.capacity(limits)
    filledAt = now
  }

  private static func price(_ limits: Limits) -> Int64 { 1_000_000_000 / Int64(limits.burstRefill) }
  private static func capacity(_ limits: Limits) -> Int64 { price(limits) * Int64(limits.burst) }

  private mutating func refill(_ limits: Limits, at now: Instant) {
    let (sum, overflow) = level.addingReportingOverflow(max(0, (now - filledAt).nanoseconds))
    level = overflow ? Self.capacity(limits) : min(sum, Self.capacity(limits))
    filledAt = max(filledAt, now)
  }

  mutating func take(_ limits: Limits, at now: Instant) -> Bool {
    refill(limits, at: now)
    guard level >= Self.price(limits) else { return false }
    level -= Self.price(limits)
    return true
  }

  mutating func isFull(_ limits: Limits, at now: Instant) -> Bool {
    refill(limits, at: now)
    return level == Self.capacity(limits)
  }
}
