/// Times of the week in which it is quiet, in local time (WEB-303).
package struct WeeklyHours: Equatable, Sendable {
  package let windows: [Window]

  package static let limit = 64

  /// Nil when there are too many.
  package init?(_ windows: [Window]) {
    guard windows.count <= Self.limit else { return nil }
    self.windows = windows
  }

  package init() {
    windows = []
  }

  /// A time of the day on some days of the week. One that passes midnight belongs to the day on
  /// which it starts; one whose ends are equal lasts a whole day.
  package struct Window: Equatable, Sendable {
    /// Bit 0 is Monday.
    package let days: UInt8
    /// Minutes of the day: 0..<1440, and 0...1440.
    package let from: Int
    package let to: Int

    static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// `days` by bits; nil where the minutes are out of range.
    package init?(dayBits: UInt8, from: Int, to: Int) {
      guard (0..<1440).contains(from), (0...1440).contains(to) else { return nil }
      days = dayBits & 0x7f
      self.from = from
      self.to = to
    }

    /// As on the bus: names of days, none for every day, and times such as `22:00`.
    package init?(days: [String], from: String, to: String) {
      guard let from = Self.minute(from), from < 1440, let to = Self.minute(to) else { return nil }
      var bits: UInt8 = days.isEmpty ? 0x7f : 0
      for name in days {
        guard let day = Self.dayNames.firstIndex(of: name.lowercased()) else { return nil }
        bits |= 1 << day
      }
      self.days = bits
      self.from = from
      self.to = to
    }

    /// `H:MM` or `HH:MM`, up to 24:00.
    private static func minute(_ text: String) -> Int? {
      let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2 else {
        return nil
      }
      var numbers: [Int] = []
      for part in parts {
        var number = 0
        for byte in part {
          guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
          number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        numbers.append(number)
      }
      let minute = numbers[0] * 60 + numbers[1]
      return numbers[1] < 60 && minute <= 1440 ? minute : nil
    }

    private var length: Int { to > from ? to - from : to + 1440 - from }

    /// When the window that starts on a day begins and ends; nil when none does on that weekday.
    ///
    /// It holds every instant whose reading lies in it, once: on a day on which the clocks are set
    /// back, it begins with the first of two equal readings and ends after the second.
    func span(startingOn day: Int, _ local: LocalTime) -> Range<Int64>? {
      guard days & 1 << WeeklyHours.weekday(of: day) != 0 else { return nil }
      let start = local.occurrence(LocalTime.Reading(day: day, minute: from)).first
      let last = from + length - 1
      let final = local.occurrence(
        LocalTime.Reading(day: day + last / 1440, minute: last % 1440)
      )
      let end = final.exists ? final.last + LocalTime.minute : final.last
      // Clocks that jump over the whole of it do not take it away.
      return start..<(end > start ? end : start + Int64(length) * LocalTime.minute)
    }
  }

  static func weekday(of day: Int) -> Int {
    let weekday = (day + 3) % 7
    return weekday < 0 ? weekday + 7 : weekday
  }

  /// Whether it is quiet at a time, and when that changes next; nil: never.
  func state(at utc: Int64, _ local: LocalTime) -> (isInside: Bool, changes: Int64?) {
    // No calendar goes further.
    guard abs(utc / 1000) < 1 << 40 else { return (false, nil) }
    var end = utc
    while let later = ends(at: end, local).max() {
      end = later
      // Windows that follow each other for more than a week do so for ever.
      if end - utc > 9 * 24 * 60 * LocalTime.minute { return (true, nil) }
    }
    if end > utc { return (true, end) }
    return (false, nextStart(after: utc, local))
  }

  /// The ends of the windows that are open at a time.
  private func ends(at utc: Int64, _ local: LocalTime) -> [Int64] {
    let today = local.reading(utc).day
    var ends: [Int64] = []
    for window in windows {
      for day in (today - 2)...(today + 1) {
        guard let span = window.span(startingOn: day, local), span.contains(utc) else { continue }
        ends.append(span.upperBound)
      }
    }
    return ends
  }

  private func nextStart(after utc: Int64, _ local: LocalTime) -> Int64? {
    let today = local.reading(utc).day
    for day in (today - 1)...(today + 8) {
      let starts = windows.compactMap { $0.span(startingOn: day, local)?.lowerBound }
      if let next = starts.filter({ $0 > utc }).min() { return next }
    }
    return nil
  }
}
