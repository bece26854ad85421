import CLibc
import EventLoop
import Notifications

/// The loop's monotonic clock for what happens, the wall clock for what is told.
struct Clock {
  private let loop: any EventLoop
  private var lastOffset: Int64 = 0

  init(_ loop: any EventLoop) {
    self.loop = loop
  }

  var now: Instant { Instant(nanoseconds: loop.now) }

  /// Milliseconds since the epoch.
  var wall: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Milliseconds of the wall clock minus the loop's; the same until the wall clock is set.
  var offset: Int64 {
    mutating get {
      let offset = wall - now.nanoseconds / 1_000_000
      if abs(offset - lastOffset) > 10 { lastOffset = offset }
      return lastOffset
    }
  }
}
