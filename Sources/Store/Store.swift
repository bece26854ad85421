import CLibc
package import EventLoop
package import Notifications
import SQLite

/// What outlives the daemon: what is live, what the user has set, what is past.
///
/// Nothing here fails towards who calls. What was committed before the daemon answers is in the kernel
/// when `commit` returns, as long as `condition` is `durable`: each content once, small what changes
/// of it, and an end as one row. History, its index and everything that takes time is made of that
/// when the daemon is idle, by a thread of its own; the file belongs to one of both at a time.
package final class Store {
  /// Called on the loop when the file could not be read in time, and is read now. Whoever wants what
  /// it has restores it before returning: what `current` does not have then is dropped.
  package var opened: ((Saved) -> Void)?
  /// All there is, for a file that has missed something.
  package var current: (() -> Core)?
  package var conditionChanged: ((Condition) -> Void)?
  package private(set) var condition: Condition
  /// How much of the past is kept.
  package var retention = Retention() {
    didSet { if retention != oldValue { planUpkeep() } }
  }

  private let loop: any EventLoop
  private let report: (String) -> Void
  private let thread: WriterThread?
  private var opening: Opening
  private var clock: Clock { opening.clock }

  /// Nil while the thread has it, and while there is none.
  private var database: Database?
  private var ledger = Ledger()
  private var batch = Batch()
  /// What the thread is writing.
  private var underWay: Batch?
  private var counter: UInt32 = 0
  /// The file has missed something: all there is must be written.
  private var mustWriteAll = true
  private var hasOpened = false
  /// Somebody waits for what is found in the file.
  private var isStarting = false
  private var found: Saved?
  private var isClosed = false

  private var trouble: String?
  private var isFar = false
  private var pace = Pace()
  /// In milliseconds.
  private var backOff: Int64 = 0
  private var damages = 0
  private var retry: Timer?

  private var tasks: [Task] = []
  /// Somebody waits for the database to be here.
  private var isAwaited = false
  private var upkeep: Timer?
  private var upkeepBy: Int64?

  /// What may wait in memory for a disk.
  private static let most = 4 << 20

  package init(
    _ loop: any EventLoop,
    directory: String,
    survivesPowerLoss: Bool = false,
    clock: Clock = .system,
    report: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.report = report
    opening = Opening(
      directory: directory,
      survivesPowerLoss: survivesPowerLoss,
      clock: clock,
      writer: monotonicTime() << 16 ^ Int64(getpid())
    )
    condition = .memory("not open yet")
    thread = WriterThread(loop)
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
    if trouble == nil {
      trouble = "\(opening.directory) does not answer"
      conditionMayHaveChanged()
    }
    return nil
  }

  /// Keeps what has changed; at the end of a turn, before anything is answered.
  package func commit(_ unsaved: Unsaved, of core: Core) {
    counter = core.counter
    guard !unsaved.isEmpty, !isClosed else { return }
    if mustWriteAll {
      ledger.noteEnded(unsaved, in: &batch)
    } else {
      ledger.note(unsaved, of: core, clock, in: &batch)
    }
    flush()
    if batch.size > Self.most { cut() }
  }

  /// Waits until nothing is under way.
  package func settle(milliseconds: Int32 = 10_000) {
    while let thread, thread.isBusy, thread.wait(milliseconds: milliseconds) {}
  }

  /// The last of it. Waits for the disk, but not for ever.
  package func close() {
    isClosed = true
    retry = nil
    upkeep = nil
    endTasks()
    guard let thread else { return }
    var patience = 3
    while database == nil, thread.isBusy, patience > 0 {
      patience -= thread.wait(milliseconds: 1000) ? 1 : 3
    }
    guard let database else { return }
    if !mustWriteAll, counter != 0 {
      ledger.noteClock(clock, in: &batch)
      batch.add(.counter(counter))
    }
    let handover = Handover(database)
    self.database = nil
    let batch = batch
    let isWritten = thread.run({
      if let database = handover.database { try? database.write(batch) }
      // Closing moves the log into the file.
      handover.database = nil
    }) {}
    if isWritten { _ = thread.wait(milliseconds: 2000) }
  }

  /// Who has the database now, when that changes on a thread.
  private final class Handover {
    var database: Database?
    var error: SQLiteError?
    var nanoseconds: Int64 = 0
    var isDone = false

    init(_ database: Database) {
      self.database = database
    }

    func take() -> Database? {
      defer { database = nil }
      return database
    }
  }
}

/// What became of an opening.
private final class Answer {
  var opened: Opening.Opened?
  var failure: Opening.Failure?
}

// MARK: Opening

extension Store {
  private func startOpening() {
    let answer = Answer()
    let opening = opening
    let hasThread = thread?.run({
      do throws(Opening.Failure) {
        answer.opened = try opening.open()
      } catch {
        answer.failure = error
      }
    }) { [unowned(unsafe) self] in
      if let opened = answer.opened {
        answer.opened = nil
        adopt(opened)
      } else if let failure = answer.failure {
        fail(failure.words, isFinal: failure.isFinal)
      }
    }
    if hasThread != true { fail("no thread for the disk") }
  }

  private func adopt(_ opened: Opening.Opened) {
    for line in opened.news { report(line) }
    opening.setsAside = false
    database = opened.database
    isFar = opened.isFar
    pace = Pace()
    trouble = nil
    if isStarting {
      ledger = opened.loaded.ledger
      mustWriteAll = false
      hasOpened = true
      found = opened.loaded.saved
      conditionMayHaveChanged()
      planUpkeep()
      return
    }
    // Nobody else had the file meanwhile: what waits is all it has missed.
    if opened.loaded.writer == opening.writer, !mustWriteAll {
      ledger.superseded += opened.loaded.ledger.superseded
    } else {
      let now = opened.loaded.ledger
      ledger = now
      let count = batch.keepEnded(from: now.nextRow, number: now.nextNumber)
      ledger.nextRow += count
      ledger.nextNumber += count
      mustWriteAll = true
    }
    if !hasOpened {
      hasOpened = true
      self.opened?(opened.loaded.saved)
    }
    if mustWriteAll, let core = current?() {
      ledger.noteAll(of: core, clock, in: &batch)
      mustWriteAll = false
    }
    flush()
    if trouble == nil { backOff = 0 }
    conditionMayHaveChanged()
  }

  /// There is no writing now. Tries again, less and less often.
  private func fail(_ words: String, isFinal: Bool = false) {
    trouble = words
    drop()
    conditionMayHaveChanged()
    guard !isFinal, !isClosed else { return }
    backOff = min(max(backOff * 2, 50), 60_000)
    retry?.deadline = loop.now + backOff * 1_000_000
  }

  private func fail(_ error: SQLiteError) {
    if error.isDamage {
      opening.setsAside = true
      // Whatever damages files may damage the next one, too.
      damages += 1
      if damages > 3 { backOff = 60_000 }
      writeAllLater()
    }
    fail("\(opening.directory)/hark.db: \(error.words)")
  }

  /// Of what waits, only what has ended is kept: the rest will be written anew.
  private func writeAllLater() {
    mustWriteAll = true
    ledger = Ledger()
    let count = batch.keepEnded(from: 1, number: 1)
    ledger.nextRow = count + 1
    ledger.nextNumber = count + 1
  }

  /// Closes the file without waiting for the disk.
  private func drop() {
    endTasks()
    guard let database else { return }
    database.connection.setCheckpointsOnClose(false)
    let handover = Handover(database)
    self.database = nil
    if thread?.run({ handover.database = nil }, done: {}) != true { handover.database = nil }
  }

  private func again() {
    guard !isClosed else { return }
    if trouble != nil {
      guard thread?.isBusy == false else {
        retry?.deadline = loop.now + 1_000_000_000
        return
      }
      startOpening()
    } else if !pace.isQuick {
      // Is it quick again?
      ledger.offset = nil
      ledger.noteClock(clock, in: &batch)
      flush()
    }
  }

  private func conditionMayHaveChanged() {
    let now: Condition
    if let trouble {
      now = .memory(trouble)
    } else if isFar {
      now = .behind("\(opening.directory) is on a network, or behind a program")
    } else if !pace.isQuick {
      now = .behind("the disk under \(opening.directory) is slow")
    } else {
      now = .durable
    }
    guard now != condition else { return }
    condition = now
    conditionChanged?(now)
  }
}

// MARK: Writing

extension Store {
  /// How fast the disk is.
  private struct Pace {
    private(set) var isQuick = true
    private var quickOnes = 0

    /// Nobody waits longer than that.
    static let limit: Int64 = 50_000_000

    mutating func note(_ nanoseconds: Int64) {
      quickOnes = nanoseconds > Self.limit / 2 ? 0 : quickOnes + 1
      if nanoseconds > Self.limit { isQuick = false } else if quickOnes >= 3 { isQuick = true }
    }
  }

  private func flush() {
    guard !batch.isEmpty, trouble == nil, !mustWriteAll else { return }
    defer { goOn() }
    if pace.isQuick, !isFar { bringHome() }
    guard let database, !batch.isEmpty else { return }
    guard pace.isQuick, !isFar else { return send(to: database) }
    let start = monotonicTime()
    do {
      try database.write(batch)
      batch.removeAll()
      note(monotonicTime() - start)
      planUpkeep()
    } catch {
      fail(error)
    }
  }

  /// While the thread tidies up, it has the database for some milliseconds at a time.
  private func bringHome() {
    guard database == nil, let thread, thread.isBusy, hasOpened else { return }
    let start = monotonicTime()
    isAwaited = true
    if !thread.wait(milliseconds: Int32(Pace.limit / 1_000_000)) { note(monotonicTime() - start) }
    isAwaited = false
  }

  private func note(_ nanoseconds: Int64) {
    let wasQuick = pace.isQuick
    pace.note(nanoseconds)
    if pace.isQuick != wasQuick { conditionMayHaveChanged() }
    if !pace.isQuick { retry?.deadline = loop.now + 1_000_000_000 }
  }

  /// Nobody waits for it.
  private func send(to database: Database) {
    let sent = batch
    let handover = Handover(database)
    guard let thread else { return }
    let hasThread = thread.run({
      let start = monotonicTime()
      do throws(SQLiteError) {
        try handover.database?.write(sent)
      } catch {
        handover.error = error
      }
      handover.nanoseconds = monotonicTime() - start
    }) { [unowned(unsafe) self] in
      if let error = handover.error, var all = underWay {
        underWay = nil
        all.append(batch)
        batch = all
        self.database = handover.take()
        return fail(error)
      }
      underWay = nil
      note(handover.nanoseconds)
      planUpkeep()
      comeHome(handover)
    }
    guard hasThread else { return fail("no thread for the disk") }
    self.database = nil
    underWay = sent
    batch = Batch()
  }

  private func comeHome(_ handover: Handover) {
    database = handover.take()
    // What the file has is read anew.
    if mustWriteAll { return fail("\(opening.directory) was away for too long") }
    flush()
    goOn()
  }

  /// The disk has been away for too long.
  private func cut() {
    if !mustWriteAll { writeAllLater() }
    if batch.size > Self.most { batch = Batch() }
  }
}

// MARK: What takes time

extension Store {
  /// Work in slices, between which the database is here.
  private struct Task {
    let slice: (Database) throws(SQLiteError) -> Bool
    let done: (Bool) -> Void
  }

  /// Some two seconds after the last commit, half a minute after the first at the latest.
  private func planUpkeep() {
    guard hasOpened, trouble == nil else { return }
    let by = upkeepBy ?? loop.now + 30_000_000_000
    upkeepBy = by
    upkeep?.deadline = min(loop.now + 2_000_000_000, by)
  }

  private func startUpkeep() {
    upkeepBy = nil
    guard tasks.isEmpty else { return planUpkeep() }
    let superseded = ledger.superseded
    ledger.superseded = []
    let run = Upkeep.Run(superseded, endedUpTo: ledger.nextNumber, retention, clock)
    perform(
      { (database) throws(SQLiteError) in try database.upkeep.slice(run) },
      done: { _ in }
    )
  }

  private func perform(
    _ slice: @escaping (Database) throws(SQLiteError) -> Bool,
    done: @escaping (Bool) -> Void
  ) {
    guard trouble == nil, !isClosed else { return done(false) }
    tasks.append(Task(slice: slice, done: done))
    goOn()
  }

  private func endTasks() {
    let unfinished = tasks
    tasks = []
    for task in unfinished { task.done(false) }
  }

  private func goOn() {
    guard let task = tasks.first, let database, let thread, !isClosed, !isAwaited else { return }
    let handover = Handover(database)
    let hasThread = thread.run({
      guard let database = handover.database else { return }
      do throws(SQLiteError) {
        handover.isDone = !(try task.slice(database))
      } catch {
        handover.error = error
      }
    }) { [unowned(unsafe) self] in
      if let error = handover.error {
        self.database = handover.take()
        return fail(error)
      }
      let ended = handover.isDone ? tasks.removeFirst() : nil
      comeHome(handover)
      ended?.done(true)
    }
    if hasThread { self.database = nil }
  }
}

// MARK: History

extension Store {
  /// A page of the past. Nil while there is no file to read, or it is not here within 50 ms.
  package func past(_ query: PastQuery) -> PastPage? {
    read { (database) throws(SQLiteError) in try database.past.page(query) }
  }

  package func past(row: Int64) -> PastEntry? {
    read { (database) throws(SQLiteError) in try database.past.entry(row) } ?? nil
  }

  /// Deletes what the query finds, whatever its limit, so that nothing of it stays in the file; then
  /// tells how many that were, nil where it failed.
  package func deletePast(_ query: PastQuery, done: @escaping (Int?) -> Void) {
    let run = Deletion(query)
    perform(
      { (database) throws(SQLiteError) in try run.slice(database) },
      done: { done($0 ? run.count : nil) }
    )
  }

  /// Adds what comes from elsewhere. Rows are given anew.
  package func importPast(_ entries: [PastEntry], done: @escaping (Bool) -> Void) {
    let run = Addition(entries)
    perform({ (database) throws(SQLiteError) in try run.slice(database) }, done: done)
  }

  private func read<Value>(_ body: (Database) throws(SQLiteError) -> Value) -> Value? {
    bringHome()
    guard let database else { return nil }
    defer { goOn() }
    do {
      // What has ended a moment ago is past as well.
      var slices = 0
      while slices < 4, try database.upkeep.moveEnded() { slices += 1 }
      return try body(database)
    } catch {
      // No question harms the file.
      if error.kind != .other { fail(error) }
      return nil
    }
  }
}

extension Unsaved {
  fileprivate var isEmpty: Bool {
    touched.isEmpty && ended.isEmpty && permissions.isEmpty && !settings
  }
}
