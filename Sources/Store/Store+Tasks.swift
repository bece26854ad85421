import EventLoop
import SQLite

// What the thread does with the database: upkeep, and what is asked of the past.

extension Store {
  /// Work of the thread's in slices, between which it may be given up.
  struct Task {
    /// It goes first: somebody waits for it.
    var isAsked = false
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
    guard !thread.isBusy, !tasks.isEmpty, let database, let journal else { return }
    work(thread, tasks.firstIndex { $0.isAsked } ?? 0, database, journal)
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
    var news: JournalReader.News?
  }

  private func work(
    _ thread: WorkerThread,
    _ index: Int,
    _ database: Database,
    _ journal: Journal
  ) {
    let slice = tasks[index].slice
    slices &+= 1
    // Much work makes no long log.
    let movesLog = slices % 64 == 0
    let (round, extent, outcome) = (round, journal.extent, Working())
    let hasThread = thread.run({
      do throws(SQLiteError) {
        database.journal.look(at: extent)
        outcome.isDone = !(try slice(database))
        outcome.news = database.journal.news
        if movesLog { try database.connection.execute("PRAGMA wal_checkpoint(PASSIVE)") }
      } catch {
        outcome.error = error
      }
    }) { [unowned(unsafe) self] in
      // The database may have been given up meanwhile, and the task told so.
      guard round == self.round else { return comeHome() }
      if let error = outcome.error { return fail(error) }
      if let news = outcome.news { self.journal?.follow(news) }
      let ended = outcome.isDone ? tasks.remove(at: index) : nil
      comeHome()
      ended?.done(true)
    }
    if !hasThread { fail("no thread for the disk") }
  }
}
