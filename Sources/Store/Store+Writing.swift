import EventLoop
import SQLite

// A turn's changes go to the file: on the loop, or on the thread where the disk is slow.

extension Store {
  /// How fast the disk is.
  struct Pace {
    private(set) var isQuick = true
    private var quickOnes = 0

    /// Nobody waits longer than that.
    static let limit: Int64 = 50_000_000

    mutating func note(_ nanoseconds: Int64) {
      quickOnes = nanoseconds > Self.limit / 2 ? 0 : quickOnes + 1
      if nanoseconds > Self.limit { isQuick = false } else if quickOnes >= 3 { isQuick = true }
    }
  }

  func flush() {
    guard !batch.isEmpty, trouble == nil, !mustWriteAll else { return }
    defer { goOn() }
    if pace.isQuick, !isFar { bringHome() }
    guard let database, !batch.isEmpty else { return }
    guard pace.isQuick, !isFar else { return send(to: database) }
    let start = monotonicTime()
    do {
      try database.journal.append(batch, synchronizes: survivesPowerLoss)
      written += batch.size
      batch.removeAll()
      note(monotonicTime() - start)
      planUpkeep()
    } catch {
      fail(error)
    }
  }

  /// While the thread tidies up, it has the database for some milliseconds at a time.
  func bringHome() {
    guard database == nil, let thread, thread.isBusy, hasOpened else { return }
    let start = monotonicTime()
    isAwaited = true
    if !thread.wait(milliseconds: Int32(Pace.limit / 1_000_000)) { note(monotonicTime() - start) }
    isAwaited = false
  }

  func note(_ nanoseconds: Int64) {
    let wasQuick = pace.isQuick
    pace.note(nanoseconds)
    if pace.isQuick != wasQuick { conditionMayHaveChanged() }
    if !pace.isQuick { retry?.deadline = loop.now + 1_000_000_000 }
  }

  /// Nobody waits for it.
  func send(to database: Database) {
    let (sent, synchronizes) = (batch, survivesPowerLoss)
    let handover = Handover(database)
    guard let thread else { return }
    let hasThread = thread.run({
      let start = monotonicTime()
      do throws(SQLiteError) {
        try handover.database?.journal.append(sent, synchronizes: synchronizes)
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
      written += sent.size
      note(handover.nanoseconds)
      planUpkeep()
      comeHome(handover)
    }
    guard hasThread else { return fail("no thread for the disk") }
    self.database = nil
    underWay = sent
    batch = Batch()
  }

  func comeHome(_ handover: Handover) {
    database = handover.take()
    // What the file has is read anew.
    if mustWriteAll { return fail("\(opening.directory) was away for too long") }
    flush()
    goOn()
  }

  /// The disk has been away for too long.
  func cut() {
    if !mustWriteAll { writeAllLater() }
    if batch.size > Self.most { batch = Batch() }
  }
}
