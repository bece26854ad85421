import EventLoop
import SQLite

// What the thread does with the database: upkeep, and what is asked of the past.

extension Store {
  /// Work of the thread's in slices, between which it may be given up.
  struct Task {
    let slice: (Database) throws(SQLiteError) -> Bool
    var done: (Bool) -> Void = { _ in }
  }

  /// Ten seconds after the last commit, a minute after the first at the latest, or when much was
  /// written.
  func planUpkeep() {
    guard hasOpened, trouble == nil else { return }
    let by = upkeepBy ?? loop.now + 60_000_000_000
    upkeepBy = by
    upkeep?.deadline = written > 16 << 20 ? loop.now : min(loop.now + 10_000_000_000, by)
  }

  func startUpkeep() {
    upkeepBy = nil
    written = 0
    guard !isTidying else { return planUpkeep() }
    isTidying = true
    let run = Upkeep.Run(endedUpTo: ledger.nextNumber, retention, clock)
    begin(
      Task(slice: { (database) throws(SQLiteError) in try database.upkeep.slice(run) }) {
        [unowned(unsafe) self] _ in isTidying = false
      }
    )
  }

  func begin(_ task: Task) {
    guard trouble == nil, !isClosed else { return task.done(false) }
    tasks.append(task)
    goOn()
  }

  func endTasks() {
    let unfinished = tasks
    tasks = []
    round &+= 1
    for task in unfinished { task.done(false) }
  }

  /// The thread is idle: what is next?
  func goOn() {
    guard let thread, !thread.isBusy else { return }
    if let leaving {
      self.leaving = nil
      return sendAway(leaving)
    }
    flush()
    guard !thread.isBusy, let task = tasks.first, let database, let journal else { return }
    work(thread, task, database, journal)
  }

  /// An errand of the thread's is done.
  func comeHome() {
    // What the file has is read anew.
    if mustWriteAll, trouble == nil { fail("\(opening.directory) was away for too long") }
    goOn()
  }

  private final class Working {
    var error: SQLiteError?
    var isDone = false
  }

  private func work(_ thread: WorkerThread, _ task: Task, _ database: Database, _ journal: Journal)
  {
    slices &+= 1
    // Much work makes no long log.
    let movesLog = slices % 64 == 0
    let (round, extent, outcome) = (round, journal.extent, Working())
    _ = thread.run({
      do throws(SQLiteError) {
        database.journal.look(at: extent)
        outcome.isDone = !(try task.slice(database))
        if movesLog { try database.connection.execute("PRAGMA wal_checkpoint(PASSIVE)") }
      } catch {
        outcome.error = error
      }
    }) { [unowned(unsafe) self] in
      // It may have been given up meanwhile.
      guard database === self.database else { return comeHome() }
      if let error = outcome.error { return fail(error) }
      journal.follow(emptied: database.journal.emptied, clearing: database.journal.clearing)
      // It may have been told that nothing comes of it.
      let ended = outcome.isDone && round == self.round ? tasks.removeFirst() : nil
      comeHome()
      ended?.done(true)
    }
  }
}
