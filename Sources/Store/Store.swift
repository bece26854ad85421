import CLibc
package import EventLoop
package import Notifications
import SQLite

/// What outlives the daemon: what is live, what the user has set, what is past.
///
/// Nothing here fails towards who calls. What was committed before the daemon answers is in the kernel
/// when `commit` returns, as long as `condition` is `durable`: each content once, small what changes
/// of it, and an end as one row. The loop writes to the journal, and to nothing else. The database is
/// the thread's, which makes tables, history and its index of that when the daemon is idle.
package final class Store {
  /// Called on the loop when the file could not be read in time, and is read now. Whoever wants what
  /// it has restores it before returning: what `current` does not have then is dropped.
  package var opened: ((Saved) -> Void)?
  /// All there is, for a file that has missed something.
  package var current: (() -> Core)?
  /// Told what was found damaged, and what became of it.
  package var damaged: (([String]) -> Void)?
  package var conditionChanged: ((Condition) -> Void)?
  package internal(set) var condition: Condition
  /// Whether what is answered survives the end of the power, for which each commit waits.
  package var survivesPowerLoss = false
  /// How much of the past is kept.
  package var retention = Retention() {
    didSet { if retention != oldValue { planUpkeep() } }
  }

  let loop: any EventLoop
  let report: (String) -> Void
  let thread: WorkerThread?
  var opening: Opening
  var clock: Clock { opening.clock }

  /// Only the thread works with it. Nil while there is none.
  var database: Database?
  /// One that is given up, until the thread has closed it.
  var leaving: Last?
  /// The thread's while `isSending`.
  var journal: Journal?
  var ledger = Ledger()
  var batch = Batch()
  /// The thread writes to the journal.
  var isSending = false
  var counter: UInt32 = 0
  /// The file has missed something: all there is must be written.
  var mustWriteAll = true
  var hasOpened = false
  /// Somebody waits for what is found in the file.
  var isStarting = false
  var found: Saved?
  var isClosed = false

  var trouble: String?
  var isFar = false
  var pace = Pace()
  /// In milliseconds.
  var backOff: Int64 = 0
  var damages = 0
  var retry: Timer?

  var tasks: [Task] = []
  var slices = 0
  /// Changes when all tasks are given up.
  var round = 0
  var upkeep: Timer?
  var isTidying = false
  var upkeepBy: Int64?
  /// Bytes since the last one.
  var written = 0

  /// What may wait in memory for a disk.
  static let most = 4 << 20

  package init(
    _ loop: any EventLoop,
    directory: String,
    clock: Clock = .system,
    report: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.report = report
    opening = Opening(
      directory: directory,
      clock: clock,
      writer: monotonicTime() << 16 ^ Int64(getpid())
    )
    condition = .memory("not open yet")
    thread = WorkerThread(loop)
    retry = loop.timer { [unowned(unsafe) self] in again() }
    upkeep = loop.timer { [unowned(unsafe) self] in startUpkeep() }
  }

  /// For tests: another way to the files than SQLite's own.
  package func use(vfs: String) {
    opening.vfs = vfs
  }

  /// What the daemon before this one left. Nil when that takes longer: then `opened` is told, should
  /// it come.
  package func open(patience: Int32 = 500) -> Saved? {
    startOpening()
    isStarting = true
    _ = thread?.wait(milliseconds: patience)
    isStarting = false
    if let saved = found {
      found = nil
      return saved
    }
    noteSilence()
    return nil
  }

  /// Takes note of what has changed; `commit` keeps it. Calls nobody back.
  package func note(_ core: inout Core) {
    counter = core.counter
    let unsaved = core.takeUnsaved()
    guard !unsaved.isEmpty, !isClosed else { return }
    if mustWriteAll {
      ledger.noteEnded(unsaved, in: &batch)
    } else {
      ledger.note(unsaved, of: core, clock, in: &batch)
    }
  }

  /// Keeps what was noted; at the end of a turn, before anything is answered.
  package func commit() {
    guard !batch.isEmpty, !isClosed else { return }
    flush()
    if batch.size > Self.most { cut() }
  }

  /// The daemon is on another bus than the one before: the owners of what is past by now cannot be
  /// found by their names.
  package func forgetPeers() {
    batch.add(.forgetPeers)
  }

  /// Waits until nothing is under way.
  package func settle(milliseconds: Int32 = 10_000) {
    while let thread, thread.isBusy, thread.wait(milliseconds: milliseconds) {}
  }

  /// The last of it. Waits for the disk, but not for ever.
  package func close() {
    if !mustWriteAll, counter != 0 {
      ledger.noteClock(clock, in: &batch)
      batch.add(.counter(counter))
    }
    isClosed = true
    retry = nil
    upkeep = nil
    endTasks()
    flush()
    guard let thread else { return }
    var patience = 3
    while thread.isBusy, patience > 0 { patience -= thread.wait(milliseconds: 1000) ? 1 : 3 }
    guard let database, let journal, batch.isEmpty, !thread.isBusy else { return }
    let last = Last(database, journal)
    self.database = nil
    self.journal = nil
    let extent = journal.extent
    let hasThread = thread.run({
      last.database?.journal.look(at: extent)
      try? last.database?.finish()
      last.close()
    }) {}
    if hasThread { _ = thread.wait(milliseconds: 2000) }
  }

  /// Goes on after `close`: another daemon may have had the file meanwhile.
  package func reopen() {
    isClosed = false
    batch.removeAll()
    mustWriteAll = true
    if let database { leaving = Last(database, journal) }
    database = nil
    journal = nil
    goOn()
    retry = loop.timer { [unowned(unsafe) self] in again() }
    upkeep = loop.timer { [unowned(unsafe) self] in startUpkeep() }
    startOpening()
    _ = thread?.wait(milliseconds: 500)
    noteSilence()
  }

  private func noteSilence() {
    guard journal == nil, trouble == nil else { return }
    trouble = "\(opening.directory) does not answer"
    conditionMayHaveChanged()
  }

  /// What the thread is to close.
  final class Last {
    private(set) var database: Database?
    private var journal: Journal?

    init(_ database: Database, _ journal: Journal?) {
      self.database = database
      self.journal = journal
    }

    func close() {
      database = nil
      journal = nil
    }
  }
}

extension Unsaved {
  fileprivate var isEmpty: Bool {
    touched.isEmpty && ended.isEmpty && permissions.isEmpty && !settings
  }
}
