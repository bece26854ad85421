import EventLoop
import Notifications
import SQLite

// What takes time: upkeep, and what is asked of the past.

extension Store {
  /// Work in slices, between which the database is here.
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
    guard tasks.isEmpty else { return planUpkeep() }
    let run = Upkeep.Run(endedUpTo: ledger.nextNumber, retention, clock)
    begin(Task(slice: { (database) throws(SQLiteError) in try database.upkeep.slice(run) }))
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

  func goOn() {
    guard let task = tasks.first, let database, let thread, !isClosed, !isAwaited else { return }
    let handover = Handover(database)
    slices &+= 1
    // Much work makes no long log.
    let movesLog = slices % 64 == 0
    let round = round
    let hasThread = thread.run({
      guard let database = handover.database else { return }
      do throws(SQLiteError) {
        handover.isDone = !(try task.slice(database))
        if movesLog { try database.connection.execute("PRAGMA wal_checkpoint(PASSIVE)") }
      } catch {
        handover.error = error
      }
    }) { [unowned(unsafe) self] in
      if let error = handover.error {
        self.database = handover.take()
        return fail(error)
      }
      // It may have been told that nothing comes of it.
      let ended = handover.isDone && round == self.round ? tasks.removeFirst() : nil
      comeHome(handover)
      ended?.done(true)
    }
    if hasThread { self.database = nil }
  }
}

extension Store {
  /// The rows that the query finds, newest first, and so by `done`; nil where the file cannot be read.
  package func findPast(_ query: PastQuery, done: @escaping ([Int64]?) -> Void) {
    let run = Search(query)
    begin(
      Task(slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        done($0 ? run.rows : nil)
      }
    )
  }

  /// What these rows are, and those left over where that would be too much at once. Those that are
  /// gone are left out.
  package func readPast(
    _ rows: ArraySlice<Int64>,
    done: @escaping ([PastEntry]?, ArraySlice<Int64>) -> Void
  ) {
    let run = Reading(rows)
    begin(
      Task(slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        done($0 ? run.entries : nil, run.rows)
      }
    )
  }

  /// Deletes what the query finds, whatever its limit, so that nothing of it stays in the file; then
  /// tells how many that were, nil where it failed.
  package func deletePast(_ query: PastQuery, done: @escaping (Int?) -> Void) {
    let run = Deletion(query)
    begin(
      Task(slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        [unowned(unsafe) self] isDone in
        planUpkeep()
        done(isDone ? run.count : nil)
      }
    )
  }

  /// Adds what comes from elsewhere, but for what is there already; then tells how many that were.
  /// Rows are given anew.
  package func importPast(_ entries: [PastEntry], done: @escaping (Int?) -> Void) {
    let run = Addition(entries)
    begin(
      Task(slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        [unowned(unsafe) self] isDone in
        planUpkeep()
        done(isDone ? run.count : nil)
      }
    )
  }

  /// The daemon is on another bus than the one before: the owners of what is past by now cannot be
  /// found by their names.
  package func forgetPeers() {
    bringHome()
    guard let database else { return }
    defer { goOn() }
    do {
      var slices = 0
      while slices < 4, try database.catchUp() { slices += 1 }
      try database.past.forgetPeers()
    } catch {
      if error.kind != .other { fail(error) }
    }
  }
}
