import CLibc
import EventLoop
import Notifications

/// The loop's monotonic clock for what happens, the wall clock for what is told.
struct Clock {
  private let loop: any EventLoop

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
}
