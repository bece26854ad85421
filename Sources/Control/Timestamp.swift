import CLibc

/// A point in time as the bus carries it: milliseconds since the epoch.
package struct Timestamp {
  package var milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// RFC 3339 in local time, to the second.
  package var text: String {
    // Rounded down, before the epoch as well.
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    var seconds = time_t(rest < 0 ? whole - 1 : whole)
    var local = tm()
    guard localtime_r(&seconds, &local) != nil else { return "\(milliseconds) ms" }
    let date =
      padded(Int(local.tm_year) + 1900, 4) + "-" + padded(Int(local.tm_mon) + 1, 2) + "-"
      + padded(Int(local.tm_mday), 2)
    let time =
      padded(Int(local.tm_hour), 2) + ":" + padded(Int(local.tm_min), 2) + ":"
      + padded(Int(local.tm_sec), 2)
    return date + "T" + time + offset(local.tm_gmtoff / 60)
  }

  private func offset(_ minutes: Int) -> String {
    guard minutes != 0 else { return "Z" }
    let size = abs(minutes)
    return (minutes < 0 ? "-" : "+") + padded(size / 60, 2) + ":" + padded(size % 60, 2)
  }

  /// How far away it is, in the largest unit that fits: `3 min ago`, `in 5 s`.
  package func distance(from now: Timestamp) -> String {
    let (difference, isTooFar) = milliseconds.subtractingReportingOverflow(now.milliseconds)
    guard !isTooFar else { return "at another time" }
    let seconds = difference.magnitude / 1000
    let size =
      switch seconds {
      case ..<120: "\(seconds) s"
      case ..<7200: "\(seconds / 60) min"
      case ..<172_800: "\(seconds / 3600) h"
      default: "\(seconds / 86_400) days"
      }
    if seconds == 0 { return "now" }
    return difference < 0 ? "\(size) ago" : "in \(size)"
  }
}

private func padded(_ number: Int, _ digits: Int) -> String {
  let text = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, digits - text.utf8.count))
  return (number < 0 ? "-" : "") + zeros + text
}
