import Foundation

/// One thread for one test. Children die with the thread that started them, and a test that
/// blocks must not hold one of the few threads that all others share.
final class Lane: TaskExecutor {
  private let jobs = Jobs()

  init() {
    let thread = Thread { [jobs] in
      while let job = jobs.next() {
        job()
      }
    }
    thread.stackSize = 4 << 20
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    jobs.add { job.runSynchronously(on: executor) }
  }

  /// The thread ends after the work that it has.
  func close() {
    jobs.close()
  }
}

/// What a lane's thread has to do. A condition variable guards it: `wait` lets go of the lock.
private final class Jobs: @unchecked Sendable {
  private let changed = NSCondition()
  private var waiting: [@Sendable () -> Void] = []
  private var isClosed = false

  func add(_ job: @escaping @Sendable () -> Void) {
    changed.lock()
    waiting.append(job)
    changed.signal()
    changed.unlock()
  }

  func close() {
    changed.lock()
    isClosed = true
    changed.signal()
    changed.unlock()
  }

  /// The next piece of work; nil when the lane is closed.
  func next() -> (@Sendable () -> Void)? {
    changed.lock()
    defer { changed.unlock() }
    while waiting.isEmpty {
      if isClosed { return nil }
      changed.wait()
    }
    return waiting.removeFirst()
  }
}

/// Lets a few tests run at a time, in the order they came.
actor Gate {
  static let shared = Gate(places: Programs.variable("HARK_TEST_PARALLEL").flatMap(Int.init) ?? 4)

  private var free: Int
  private let places: Int
  private var queue: [(need: Int, go: CheckedContinuation<Void, Never>)] = []

  init(places: Int) {
    self.places = places
    free = places
  }

  /// Takes `need` places, all of them for a test that measures.
  func enter(_ need: Int) async -> Int {
    let need = min(need, places)
    if queue.isEmpty && free >= need {
      free -= need
    } else {
      await withCheckedContinuation { queue.append((need, $0)) }
    }
    return need
  }

  func leave(_ had: Int) {
    free += had
    while let first = queue.first, free >= first.need {
      free -= first.need
      queue.removeFirst().go.resume()
    }
  }
}
