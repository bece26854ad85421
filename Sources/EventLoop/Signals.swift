import CLibc

/// Unix signals as events of the loop, without a thread: they are blocked and read from a descriptor.
package final class Signals {
  private let descriptor: Int32
  private var watch: Watch?

  /// Blocks `numbers` for this process and calls `handler` for each that arrives. A child must
  /// unblock them before it becomes another program.
  package convenience init(
    _ loop: any EventLoop,
    _ numbers: [Int32],
    _ handler: @escaping (Int32) -> Void
  ) {
    self.init(loop, numbers, withOrigin: { number, _ in handler(number) })
  }

  /// Whose doing a signal is.
  package enum Origin {
    /// A key of the terminal, which all of its programs hear of, or an alarm.
    case kernel
    case process
  }

  package init(
    _ loop: any EventLoop,
    _ numbers: [Int32],
    withOrigin handler: @escaping (Int32, Origin) -> Void
  ) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    sigprocmask(SIG_BLOCK, &set, nil)
    let descriptor = signalfd(-1, &set, SFD_CLOEXEC_NONBLOCK)
    self.descriptor = descriptor
    watch = loop.watch(descriptor, .readable) { _ in
      var info = signalfd_siginfo()
      while read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size)
        == MemoryLayout<signalfd_siginfo>.size
      {
        handler(Int32(bitPattern: info.ssi_signo), info.ssi_code > 0 ? .kernel : .process)
      }
    }
  }

  deinit {
    watch?.cancel()
    close(descriptor)
  }
}
