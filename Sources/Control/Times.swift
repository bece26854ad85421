import CLibc
import Configuration

/// What people type for a time to come.
package enum TimeWord: Equatable {
  /// Seconds from now: `20m`, `1h30m`.
  case after(Int64)
  /// The next time that clocks show this minute of the day: `18:30`.
  case at(Int)
}

extension TimeWord {
  package init?(_ text: String) {
    if let minute = minuteOfDay(text) {
      self = .at(minute)
    } else if let seconds = seconds(duration: text) {
      self = .after(seconds)
    } else {
      return nil
    }
  }
}

/// Seconds of a duration such as `45s`, `20m`, `1h30m`, `2d`: each unit once at most, the largest
/// first. Nil for anything else, for nothing, and for more than ten years.
package func seconds(duration text: String) -> Int64? {
  let units: [(letter: Unicode.Scalar, seconds: Int64)] = [
    ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]
  var rest = units[...]
  var total: Int64 = 0
  var number: Int64?
  for byte in text.utf8 {
    if let digit = decimalDigit(byte) {
      let next = (number ?? 0) * 10 + digit
      guard next <= 1 << 30 else { return nil }
      number = next
    } else {
      guard let count = number,
        let place = rest.firstIndex(where: { UInt8(ascii: $0.letter) == byte })
      else { return nil }
      total += count * rest[place].seconds
      rest = rest[(place + 1)...]
      number = nil
    }
  }
  guard number == nil, (1...3660 * 86_400).contains(total) else { return nil }
  return total
}

private func decimalDigit(_ byte: UInt8) -> Int64? {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
}

extension TimeWord {
  /// When that is; nil where no calendar goes so far.
  func timestamp(after now: Timestamp) -> Timestamp? {
    switch self {
    case .after(let seconds):
      return Timestamp(milliseconds: now.milliseconds + seconds * 1000)
    case .at(let minute):
      var seconds = time_t(now.milliseconds / 1000)
      var local = tm()
      guard localtime_r(&seconds, &local) != nil else { return nil }
      // Days have other lengths where clocks change: the calendar counts them.
      for days: Int32 in 0...1 {
        var wanted = local
        wanted.tm_mday += days
        wanted.tm_hour = Int32(minute / 60)
        wanted.tm_min = Int32(minute % 60)
        wanted.tm_sec = 0
        wanted.tm_isdst = -1
        let time = Int64(mktime(&wanted)) * 1000
        if time > now.milliseconds { return Timestamp(milliseconds: time) }
      }
      return nil
    }
  }
}
