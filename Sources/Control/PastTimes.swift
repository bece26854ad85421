import CLibc
import Configuration

/// What people type for a time that is over: a duration ago such as `2h`, the last time that clocks
/// showed `18:30`, a day, or a time as hark prints it, `2026-11-20T18:30:00+01:00`; without an offset
/// it is local. Nil for anything else.
package func pastTime(_ text: String, before now: Timestamp) -> Timestamp? {
  if let minute = minuteOfDay(text) { return lastTime(minute, before: now) }
  if let seconds = seconds(duration: text) {
    return Timestamp(milliseconds: now.milliseconds - seconds * 1000)
  }
  return calendarTime(text)
}

private func lastTime(_ minute: Int, before now: Timestamp) -> Timestamp? {
  var seconds = time_t(now.milliseconds / 1000)
  var local = tm()
  guard localtime_r(&seconds, &local) != nil else { return nil }
  // Days have other lengths where clocks change: the calendar counts them.
  for days: Int32 in 0...1 {
    var wanted = local
    wanted.tm_mday -= days
    wanted.tm_hour = Int32(minute / 60)
    wanted.tm_min = Int32(minute % 60)
    wanted.tm_sec = 0
    wanted.tm_isdst = -1
    let time = Int64(mktime(&wanted)) * 1000
    if time <= now.milliseconds { return Timestamp(milliseconds: time) }
  }
  return nil
}

/// `YYYY-MM-DD`, then perhaps `THH:MM` or `THH:MM:SS`, then perhaps `Z` or `+HH:MM`.
private func calendarTime(_ text: String) -> Timestamp? {
  var rest = text.utf8[...]
  func number(_ digits: Int, _ range: ClosedRange<Int32>) -> Int32? {
    let word = rest.prefix(digits)
    guard word.count == digits, word.allSatisfy({ (48...57).contains($0) }),
      let number = Int32(String(word) ?? ""), range.contains(number)
    else { return nil }
    rest = rest.dropFirst(digits)
    return number
  }
  func pass(_ letter: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: letter) else { return false }
    rest.removeFirst()
    return true
  }
  var time = tm()
  guard let year = number(4, 1900...9999), pass("-"), let month = number(2, 1...12), pass("-"),
    let day = number(2, 1...31)
  else { return nil }
  (time.tm_year, time.tm_mon, time.tm_mday) = (year - 1900, month - 1, day)
  time.tm_isdst = -1
  var offset: Int64?
  if !rest.isEmpty {
    guard pass("T"), let hour = number(2, 0...23), pass(":"), let minute = number(2, 0...59) else {
      return nil
    }
    (time.tm_hour, time.tm_min) = (hour, minute)
    if pass(":") {
      guard let second = number(2, 0...59) else { return nil }
      time.tm_sec = second
    }
    if pass("Z") {
      offset = 0
    } else if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      rest.removeFirst()
      guard let hours = number(2, 0...23), pass(":"), let minutes = number(2, 0...59) else {
        return nil
      }
      offset = Int64(hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
  }
  guard rest.isEmpty else { return nil }
  // February has no 30th.
  let seconds = offset.map { Int64(timegm(&time)) - $0 } ?? Int64(mktime(&time))
  guard time.tm_mday == day else { return nil }
  return Timestamp(milliseconds: seconds * 1000)
}
