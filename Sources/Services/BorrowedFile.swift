import CGLib
import CLibc
import EventLoop

/// A descriptor that came with a call, read and written by a thread: it may be a pipe that nobody
/// serves, or a file on a disk that hangs.
///
/// An errand waits a slice of time for the other end, and then comes back to be asked for anew: so it
/// ends soon after whoever lent the descriptor has left.
final class BorrowedFile {
  private let descriptor: Int32
  private let thread: WorkerThread
  private var isGivenBack = false

  /// Milliseconds.
  private static let slice: Int32 = 200
  /// Bytes that a pipe which has room takes without blocking. That it may block is for its owner to
  /// say, who has the same open file.
  private static let portion = 4096

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
    var bytes: ArraySlice<UInt8> = []
    var failure: String?
    /// The other end was not ready.
    var isWaiting = false
  }

  /// Somebody types there: who reads it takes that from others.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// What is under way fails soon, and what comes next at once.
  func giveBack() {
    isGivenBack = true
  }

  /// Tells what went wrong.
  func write(_ text: String, done: @escaping (String?) -> Void) {
    write(Array(text.utf8)[...], done)
  }

  private func write(_ bytes: ArraySlice<UInt8>, _ done: @escaping (String?) -> Void) {
    let outcome = Outcome()
    outcome.bytes = bytes
    let descriptor = descriptor
    let failure = run({ Self.write(outcome, to: descriptor) }) { [self] in
      if let failure = outcome.failure { return done(failure) }
      if outcome.bytes.isEmpty { done(nil) } else { write(outcome.bytes, done) }
    }
    if let failure { done(failure) }
  }

  /// Tells what came, nothing at the end, and nil with what went wrong.
  func read(done: @escaping ([UInt8]?, String) -> Void) {
    let outcome = Outcome()
    let descriptor = descriptor
    let failure = run({ Self.read(outcome, from: descriptor) }) { [self] in
      if let failure = outcome.failure { return done(nil, failure) }
      if outcome.isWaiting { read(done: done) } else { done(Array(outcome.bytes), "") }
    }
    if let failure { done(nil, failure) }
  }

  /// Tells why it is not done.
  private func run(_ work: @escaping () -> Void, done: @escaping () -> Void) -> String? {
    if isGivenBack { return "whoever asked for it has left" }
    // It is not closed meanwhile.
    let isRunning = thread.run(work, done: { [self] in withExtendedLifetime(self) { done() } })
    return isRunning ? nil : "no thread could be started"
  }

  // MARK: On the thread

  private static func write(_ outcome: Outcome, to descriptor: Int32) {
    let end = g_get_monotonic_time() + Int(slice) * 1000
    while !outcome.bytes.isEmpty, outcome.failure == nil, g_get_monotonic_time() < end {
      guard isReady(POLLOUT, descriptor) else { return }
      let count = outcome.bytes.prefix(portion).withUnsafeBytes {
        CLibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 { outcome.bytes.removeFirst(count) } else { outcome.failure = failure() }
    }
  }

  private static func read(_ outcome: Outcome, from descriptor: Int32) {
    guard isReady(POLLIN, descriptor) else { return outcome.isWaiting = true }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = bytes.withUnsafeMutableBytes { CLibc.read(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 { outcome.bytes = bytes.prefix(count) } else { outcome.failure = failure() }
    outcome.isWaiting = count < 0 && outcome.failure == nil
  }

  /// Files are so at once, and so is what has failed.
  private static func isReady(_ events: Int32, _ descriptor: Int32) -> Bool {
    var record = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&record, 1, slice) != 0
  }

  /// Nil: it may be tried again.
  private static func failure() -> String? {
    let error = c_errno()
    return error == EAGAIN || error == EINTR ? nil : String(cString: strerror(error))
  }
}
