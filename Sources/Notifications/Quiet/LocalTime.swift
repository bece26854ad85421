/// The zone that the user lives in: how far its clocks are ahead of UTC.
///
/// The one function is asked anew at every evaluation, so it may change; `Quiet.clockChanged` has to
/// be told then.
package struct LocalTime {
  /// Seconds east of UTC at a time in milliseconds since the epoch.
  let secondsEast: (Int64) -> Int

  package init(secondsEast: @escaping (Int64) -> Int) {
    self.secondsEast = secondsEast
  }

  /// What a clock on the wall shows.
  struct Reading: Equatable {
    /// Days since Thursday, 1 January 1970.
    var day: Int
    /// 0..<1440
    var minute: Int

    /// 0 is Monday.
    var weekday: Int { WeeklyHours.weekday(of: day) }
  }

  static let minute: Int64 = 60_000
  private static let day: Int64 = 1440 * minute

  private func offset(_ utc: Int64) -> Int64 { Int64(secondsEast(utc)) * 1000 }

  func reading(_ utc: Int64) -> Reading {
    let local = utc + offset(utc)
    let day = local >= 0 ? local / Self.day : (local - Self.day + 1) / Self.day
    return Reading(day: Int(day), minute: Int((local - day * Self.day) / Self.minute))
  }

  /// When a reading comes first and last: clocks that are set back show it twice. Where they jump
  /// over it, both are the jump, and `exists` is false.
  func occurrence(_ reading: Reading) -> (first: Int64, last: Int64, exists: Bool) {
    let local = Int64(reading.day) * Self.day + Int64(reading.minute) * Self.minute
    let before = offset(local - Self.day)
    let after = offset(local + Self.day)
    let early = local - max(before, after)
    let late = local - min(before, after)
    let isEarly = early + offset(early) == local
    let isLate = late + offset(late) == local
    switch (isEarly, isLate) {
    case (true, true): return (early, late, true)
    case (true, false): return (early, early, true)
    case (false, true): return (late, late, true)
    case (false, false):
      let jump = change(after: early, until: late)
      return (jump, jump, false)
    }
  }

  /// The first instant of a new offset.
  private func change(after early: Int64, until late: Int64) -> Int64 {
    var (low, high) = (early, late)
    let old = offset(low)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(middle) == old { low = middle } else { high = middle }
    }
    return high
  }
}
