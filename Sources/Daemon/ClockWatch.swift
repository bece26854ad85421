import CLibc
import Configuration
import EventLoop

/// Tells when the wall clock is another one: it was set, the machine slept, or the time zone was
/// changed. The kernel tells the first two; while nothing happens there is no wake-up.
final class ClockWatch {
  private let descriptor: Int32
  private var watch: Watch?
  private var zone: ConfigurationWatcher?

  init(
    _ loop: any EventLoop,
    zone: String = "/etc/localtime",
    changed: @escaping () -> Void
  ) {
    descriptor = timerfd_create(Int32(CLOCK_REALTIME), Int32(TFD_CLOEXEC_NONBLOCK))
    self.zone = ConfigurationWatcher(loop, files: [zone]) {
      tzset()
      changed()
    }
    guard descriptor >= 0 else { return }
    arm(descriptor)
    watch = loop.watch(descriptor, .readable) { [descriptor] _ in
      var count: UInt64 = 0
      let size = MemoryLayout.size(ofValue: count)
      guard read(descriptor, &count, size) == size || c_errno() == ECANCELED else { return }
      arm(descriptor)
      changed()
    }
  }

  deinit {
    watch?.cancel()
    if descriptor >= 0 { close(descriptor) }
  }
}

/// For a time that no clock will show: what counts is that it is cancelled.
private func arm(_ timer: Int32) {
  var time = itimerspec()
  time.it_value.tv_sec = 1 << 40
  timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME_CANCEL_ON_SET), &time, nil)
}
