import CGLib
import CLibc

/// Work that may wait for a disk or a pipe: one errand at a time, on a thread that lives as long as it.
///
/// What an errand touches is the thread's until `done` is called on the loop.
package final class WorkerThread {
  private let bell: Bell
  private var watch: Watch?
  private var done: (() -> Void)?

  package init?(_ loop: any EventLoop) {
    guard let bell = Bell() else { return nil }
    self.bell = bell
    watch = loop.watch(bell.descriptor, .readable) { [unowned(unsafe) self] _ in _ = finish() }
  }

  deinit {
    watch?.cancel()
  }

  package var isBusy: Bool { done != nil }

  /// False where no thread could be had, or it is busy.
  package func run(_ work: @escaping () -> Void, done: @escaping () -> Void) -> Bool {
    guard !isBusy else { return false }
    let errand = Unmanaged.passRetained(Errand(bell, work))
    let failure = c_start_thread(
      { context in
        guard let context else { return }
        let errand = Unmanaged<Errand>.fromOpaque(context).takeRetainedValue()
        errand.work?()
        errand.work = nil
        errand.bell.ring()
      },
      errand.toOpaque()
    )
    guard failure == 0 else {
      errand.release()
      return false
    }
    self.done = done
    return true
  }

  /// Waits for the errand that is under way; false when it takes longer.
  package func wait(milliseconds: Int32) -> Bool {
    guard isBusy else { return true }
    var record = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
    let start = g_get_monotonic_time()
    var left = milliseconds
    while poll(&record, 1, left) < 0 {
      let passed = (g_get_monotonic_time() - start) / 1000
      guard c_errno() == EINTR, passed < Int64(milliseconds) else { return false }
      left = milliseconds - Int32(passed)
    }
    return finish()
  }

  private func finish() -> Bool {
    guard bell.hush(), let done else { return false }
    self.done = nil
    done()
    return true
  }

  /// The thread's reference keeps it open when the daemon does not wait for a disk that hangs.
  private final class Bell {
    let descriptor: Int32

    init?() {
      descriptor = eventfd(0, Int32(EFD_CLOEXEC_NONBLOCK))
      guard descriptor >= 0 else { return nil }
    }

    deinit {
      close(descriptor)
    }

    func ring() {
      var one: UInt64 = 1
      _ = write(descriptor, &one, 8)
    }

    func hush() -> Bool {
      var count: UInt64 = 0
      return read(descriptor, &count, 8) == 8
    }
  }

  private final class Errand {
    let bell: Bell
    var work: (() -> Void)?

    init(_ bell: Bell, _ work: @escaping () -> Void) {
      self.bell = bell
      self.work = work
    }
  }
}
