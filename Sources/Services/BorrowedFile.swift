import CLibc
import EventLoop

/// A descriptor that came with a call, read and written by a thread: it may be a pipe that nobody
/// serves, or a file on a disk that hangs.
final class BorrowedFile {
  private let descriptor: Int32
  private let thread: WorkerThread

  /// Nil where it cannot be kept.
  init?(_ descriptor: Int32, _ thread: WorkerThread) {
    self.descriptor = c_duplicate(descriptor)
    self.thread = thread
    if self.descriptor < 0 { return nil }
  }

  deinit {
    close(descriptor)
  }

  private final class Outcome {
    var bytes: [UInt8] = []
    var failure: String?
  }

  /// Tells what went wrong.
  func write(_ text: String, done: @escaping (String?) -> Void) {
    let outcome = Outcome()
    outcome.bytes = Array(text.utf8)
    let descriptor = descriptor
    let isRunning = run({ outcome.failure = Self.write(outcome.bytes, to: descriptor) }) {
      done(outcome.failure)
    }
    if !isRunning { done(Self.noThread) }
  }

  /// Tells what came, nothing at the end, and nil with what went wrong.
  func read(done: @escaping ([UInt8]?, String) -> Void) {
    let outcome = Outcome()
    let descriptor = descriptor
    let isRunning = run({ (outcome.bytes, outcome.failure) = Self.read(from: descriptor) }) {
      if let failure = outcome.failure { done(nil, failure) } else { done(outcome.bytes, "") }
    }
    if !isRunning { done(nil, Self.noThread) }
  }

  private static let noThread = "no thread could be started"

  private func run(_ work: @escaping () -> Void, done: @escaping () -> Void) -> Bool {
    // It is not closed meanwhile.
    thread.run(work, done: { [self] in withExtendedLifetime(self) { done() } })
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { rest in
        rest.baseAddress.map { CLibc.write(descriptor, $0 + sent, rest.count - sent) } ?? 0
      }
      if count > 0 {
        sent += count
      } else if !waits(for: POLLOUT, of: descriptor) {
        return String(cString: strerror(c_errno()))
      }
    }
    return nil
  }

  private static func read(from descriptor: Int32) -> ([UInt8], String?) {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = bytes.withUnsafeMutableBytes { CLibc.read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return (Array(bytes.prefix(count)), nil) }
      if !waits(for: POLLIN, of: descriptor) { return ([], String(cString: strerror(c_errno()))) }
    }
  }

  /// It may be one that does not block by itself. False: that was not the trouble.
  private static func waits(for events: Int32, of descriptor: Int32) -> Bool {
    guard c_errno() == EAGAIN else { return c_errno() == EINTR }
    var record = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    _ = poll(&record, 1, -1)
    return true
  }
}
