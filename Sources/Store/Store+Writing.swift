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
    guard !batch.isEmpty, trouble == nil, !mustWriteAll, !isSending, let journal else { return }
    guard pace.isQuick, !isFar else { return send(to: journal) }
    let start = monotonicTime()
    do {
      try journal.append(batch, synchronizes: survivesPowerLoss)
      written += batch.size
      batch.removeAll()
      note(monotonicTime() - start)
      planUpkeep()
    } catch {
      fail(error)
    }
  }

  func note(_ nanoseconds: Int64) {
    let wasQuick = pace.isQuick
    pace.note(nanoseconds)
    if pace.isQuick != wasQuick { conditionMayHaveChanged() }
    if !pace.isQuick { retry?.deadline = loop.now + 1_000_000_000 }
  }

  private final class Sending {
    var error: SQLiteError?
    var nanoseconds: Int64 = 0
  }

  /// Nobody waits for it.
  private func send(to journal: Journal) {
    guard let thread, !thread.isBusy else { return }
    let (sent, synchronizes, outcome) = (batch, survivesPowerLoss, Sending())
    let hasThread = thread.run({
      let start = monotonicTime()
      do throws(SQLiteError) {
        try journal.append(sent, synchronizes: synchronizes)
      } catch {
        outcome.error = error
      }
      outcome.nanoseconds = monotonicTime() - start
    }) { [unowned(unsafe) self] in
      isSending = false
      if let error = outcome.error {
        var all = sent
        all.append(batch)
        batch = all
        fail(error)
      } else {
        written += sent.size
        note(outcome.nanoseconds)
        planUpkeep()
      }
      comeHome()
    }
    guard hasThread else { return fail("no thread for the disk") }
    isSending = true
    batch = Batch()
  }

  /// The disk has been away for too long.
  func cut() {
    if mustWriteAll { batch.keepEnded(Self.most / 2) } else { writeAllLater() }
  }
}
