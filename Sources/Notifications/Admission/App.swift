/// What is known of one principal while it has something live, or has sent much.
struct App {
  /// The key of its sender: of a site, that of its browser.
  let sender: String
  /// Its live notifications by age.
  private(set) var members = SortedIDs()
  /// Bytes of its live content.
  var cost = 0
  /// How many of its live ones have a popup, wait for one, or are in the row of those that came too
  /// fast.
  var inStack = 0
  /// As last seen.
  private(set) var name = ""
  private(set) var level = Sender.Level.none
  var bucket: TokenBucket
  private var today = 0
  private(set) var sentToday = 0
  /// The last critical ones, the oldest first.
  private var criticals: [Instant] = []
  /// Past three critical ones in an hour they are no reason to disturb (WEB-324).
  private(set) var isShouting = false

  init(sender: String, bucket: TokenBucket) {
    self.sender = sender
    self.bucket = bucket
  }

  mutating func insert(_ entry: Entry) {
    name = entry.notification.appName
    level = entry.owner.sender.level
    cost += entry.cost
    members.insert(entry.id, key: entry.age)
  }

  mutating func remove(_ entry: Entry) {
    cost -= entry.cost
    members.remove(entry.id, key: entry.age)
  }

  /// Counts one; true when it is the first past the limit.
  mutating func count(today day: Int, limit: Int) -> Bool {
    if day != today { (today, sentToday) = (day, 0) }
    sentToday += 1
    return limit > 0 && sentToday == limit + 1
  }

  func sent(on day: Int) -> Int { day == today ? sentToday : 0 }

  mutating func countCritical(at now: Instant) {
    criticals.removeAll { now - $0 > .seconds(3600) }
    isShouting = criticals.count >= 3
    if !isShouting { criticals.append(now) }
  }

  /// Nothing is lost when it is forgotten, or nearly nothing.
  mutating func isIdle(_ limits: Limits, at now: Instant) -> Bool {
    criticals.removeAll { now - $0 > .seconds(3600) }
    return members.isEmpty && bucket.isFull(limits, at: now) && sentToday < limits.burst
      && criticals.isEmpty
  }
}

/// What a sender has live, with all its sites.
struct Load {
  var count = 0
  /// Bytes of content.
  var cost = 0
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
