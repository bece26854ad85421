import CLibc
import Notifications

/// By what instants are carried from one run of the machine to the next.
package struct Clock {
  /// Another one after each start of the machine.
  package var boot: String
  /// Milliseconds since the epoch when the monotonic clock showed 0.
  package var offset: () -> Int64

  package init(boot: String, offset: @escaping () -> Int64) {
    self.boot = boot
    self.offset = offset
  }

  package static var system: Clock {
    Clock(boot: bootID() ?? "") {
      var wall = timespec()
      clock_gettime(CLOCK_REALTIME, &wall)
      return milliseconds(wall) - monotonicTime() / 1_000_000
    }
  }

  /// Milliseconds since the epoch.
  var wall: Int64 { monotonicTime() / 1_000_000 + offset() }

  private static func bootID() -> String? {
    let descriptor = c_open_to_read("/proc/sys/kernel/random/boot_id")
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].prefix { $0 > 0x20 }, as: UTF8.self)
  }
}

/// In nanoseconds.
func monotonicTime() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

private func milliseconds(_ time: timespec) -> Int64 {
  Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}

extension Saved.Standing {
  /// The same on a clock that is `span` ahead of the one it was written by.
  mutating func move(by span: Instant.Span) {
    created = created.moved(by: span)
    deadline = deadline?.moved(by: span)
    failsAt = failsAt?.moved(by: span)
  }
}

extension Instant {
  fileprivate func moved(by span: Span) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(span.nanoseconds)
    return Instant(nanoseconds: overflow ? (span.nanoseconds < 0 ? .min : .max) : sum)
  }
}
