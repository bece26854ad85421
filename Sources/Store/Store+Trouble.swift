import EventLoop
import SQLite

// Opening, and what is done when the file cannot be written.

/// What became of an opening.
private final class Answer {
  var opened: Opening.Opened?
  var failure: Opening.Failure?
}

extension Store {
  func startOpening() {
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

  func adopt(_ opened: Opening.Opened) {
    for line in opened.news { report(line) }
    if !opened.news.isEmpty { damaged?(opened.news) }
    opening.setsAside = false
    database = opened.database
    journal = opened.journal
    isFar = opened.isFar
    pace = Pace()
    trouble = nil
    if isStarting {
      ledger = opened.loaded.ledger
      mustWriteAll = false
      hasOpened = true
      found = opened.loaded.saved
      batch.add(.writer(opening.writer))
      conditionMayHaveChanged()
      planUpkeep()
      return
    }
    // Where nobody else had the file meanwhile, what waits is all it has missed.
    let isOurs = opened.loaded.writer == opening.writer
    if !isOurs || mustWriteAll {
      mustWriteAll = true
      batch.keepEnded(Self.most)
      // A new one goes on as the one that was put aside, as what the journal has is in it.
      let isNew = opened.loaded.writer == nil
      ledger.goOn(opened.loaded.ledger, isOurs: isOurs || isNew, &batch)
    }
    if !hasOpened {
      hasOpened = true
      self.opened?(opened.loaded.saved)
    }
    if !isOurs { batch.add(.writer(opening.writer)) }
    if mustWriteAll, let core = current?() {
      ledger.noteAll(of: core, clock, in: &batch)
      mustWriteAll = false
    }
    goOn()
    if trouble == nil { backOff = 0 }
    conditionMayHaveChanged()
  }

  /// There is no writing now. Tries again, less and less often.
  func fail(_ words: String, isFinal: Bool = false) {
    trouble = words
    // Those whose tasks end with it are told why.
    conditionMayHaveChanged()
    drop()
    guard !isFinal, !isClosed else { return }
    backOff = min(max(backOff * 2, 50), 60_000)
    retry?.deadline = loop.now + backOff * 1_000_000
  }

  func fail(_ error: SQLiteError) {
    if error.isDamage {
      opening.setsAside = true
      // Whatever damages files may damage the next one, too.
      damages += 1
      if damages > 3 { backOff = 60_000 }
      writeAllLater()
    }
    fail(opening.words(error))
  }

  /// Of what waits, only what has ended is kept: the rest will be written anew.
  func writeAllLater() {
    mustWriteAll = true
    ledger.live = [:]
    batch.keepEnded(Self.most / 2)
  }

  /// Gives the file up; the thread closes it.
  private func drop() {
    endTasks()
    if let database { leaving = Last(database, journal) }
    journal = nil
    database = nil
    goOn()
  }

  /// Without moving what is in its log.
  func sendAway(_ last: Last) {
    _ = thread?.run({
      last.database?.connection.setCheckpointsOnClose(false)
      last.close()
    }) { [unowned(unsafe) self] in goOn() }
  }

  func again() {
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

  func conditionMayHaveChanged() {
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
