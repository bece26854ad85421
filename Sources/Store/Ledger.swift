import Notifications

/// What the file has, as far as it decides what must be written: no content is written twice.
struct Ledger {
  var nextRow: Int64 = 1
  var nextNumber: Int64 = 1
  var live: [NotificationID: Known] = [:]
  /// Ids up to here are spoken for.
  var counter: UInt32 = 0
  var offset: Int64?
  private var lastOwner = WrittenOwner()

  struct Known {
    var row: Int64
    /// 0: as the daemon before this one left it. Nil: whoever wrote it.
    var version: UInt64?
    var standing: UInt64
  }

  /// Ids taken in advance: a counter that is written for each would cost every call.
  private static let stride: UInt32 = 256

  /// Goes on in a file that has missed something, of which it is not known what it has.
  mutating func goOn(_ file: Ledger, isOurs: Bool, _ batch: inout Batch) {
    let before = self
    self = file
    if isOurs {
      nextRow = max(nextRow, before.nextRow)
      nextNumber = max(nextNumber, before.nextNumber)
    } else {
      batch.renumber(&self)
    }
    let ended = batch.endedRows
    for (id, known) in file.live {
      if ended.contains(known.row) { live[id] = nil } else { live[id]?.version = nil }
    }
  }

  /// Adds to `batch` what of `unsaved` the file does not have.
  mutating func note(_ unsaved: Unsaved, of core: Core, _ clock: Clock, in batch: inout Batch) {
    // An id may have ended and live again.
    for ended in unsaved.ended { note(ended, in: &batch) }
    for id in unsaved.touched {
      if let live = core.saved(id) {
        note(live, in: &batch)
      } else if let known = live.removeValue(forKey: id) {
        batch.add(.drop(row: known.row))
      }
    }
    for app in unsaved.permissions { note(app, core.permissions.record(of: app), in: &batch) }
    if unsaved.settings {
      let settings = core.savedSettings
      batch.add(.settings(batch.seal { $0.write(settings) }.bytes))
    }
    if Int32(bitPattern: core.counter &- counter) > 0 {
      counter = core.counter &+ Self.stride
      batch.add(.counter(counter))
    }
    noteClock(clock, in: &batch)
  }

  /// The same of all that there is.
  mutating func noteAll(of core: Core, _ clock: Clock, in batch: inout Batch) {
    let everything = core.everything
    let current = Set(everything.touched)
    for (id, known) in live where !current.contains(id) {
      live[id] = nil
      batch.add(.drop(row: known.row))
    }
    batch.add(.forgetPermissions)
    note(everything, of: core, clock, in: &batch)
  }

  /// Only what enters the past, while nothing else can be written.
  mutating func noteEnded(_ unsaved: Unsaved, in batch: inout Batch) {
    for ended in unsaved.ended { note(ended, in: &batch) }
  }

  private mutating func note(_ live: Saved.Live, in batch: inout Batch) {
    let standing = batch.seal { $0.write(live.standing) }
    let known = self.live[live.id]
    if var known, known.version == live.version {
      keep(&known, standing, in: &batch)
      self.live[live.id] = known
      return
    }
    let content = write(live.sent, live.owner, live.treatment, in: &batch)
    let row = add(live.id, content, standing.bytes, in: &batch)
    // In one record: the older one must not outlive this one.
    if let known { batch.add(.drop(row: known.row)) }
    self.live[live.id] = Known(
      row: row,
      version: live.version,
      standing: standing.sum
    )
  }

  private func keep(
    _ known: inout Known,
    _ standing: (bytes: Batch.Bytes, sum: UInt64),
    in batch: inout Batch
  ) {
    guard known.standing != standing.sum else { return batch.discard(standing.bytes) }
    known.standing = standing.sum
    batch.add(.standing(row: known.row, standing.bytes))
  }

  private mutating func note(_ ended: Unsaved.Ended, in batch: inout Batch) {
    let known = live.removeValue(forKey: ended.id)
    // Twice is not too often to ask whether it may be written (FD-299).
    let record = ended.record.flatMap { $0.isPrivate ? nil : $0 }
    let ending = Ending(record)
    if let known, record == nil || known.version == record?.version {
      return add(ending, row: known.row, in: &batch)
    }
    if let known { batch.add(.drop(row: known.row)) }
    let content = write(record?.sent, ended.owner, record?.treatment, in: &batch)
    let none = Batch.Bytes(start: 0, count: 0)
    add(ending, row: add(ended.id, content, none, in: &batch), in: &batch)
  }

  private mutating func add(_ ending: Ending, row: Int64, in batch: inout Batch) {
    let bytes = batch.seal { $0.write(ending) }.bytes
    batch.add(.ended(number: nextNumber, row: row, bytes))
    nextNumber += 1
  }

  private mutating func add(
    _ id: NotificationID,
    _ content: Written,
    _ standing: Batch.Bytes,
    in batch: inout Batch
  ) -> Int64 {
    batch.add(
      .content(
        Batch.Content(
          row: nextRow,
          id: id,
          standing: standing,
          owner: content.owner,
          notification: content.notification,
          treatment: content.treatment,
          picture: content.picture
        )
      )
    )
    nextRow += 1
    return nextRow - 1
  }

  private func note(_ app: String, _ record: Permissions.Record?, in batch: inout Batch) {
    let app = batch.plain(app)
    let record = record.map { record in batch.seal { $0.write(record) }.bytes }
    batch.add(.permission(app: app, record: record))
  }

  /// The wall clock is set, and stands still for the other one while the machine sleeps.
  mutating func noteClock(_ clock: Clock, in batch: inout Batch) {
    let now = clock.offset()
    if let offset, (now &- offset).magnitude < 1000 { return }
    offset = now
    batch.add(.clock(boot: batch.plain(clock.boot), offset: now))
  }
}

extension Ledger {
  private mutating func write(
    _ sent: Content?,
    _ owner: Owner,
    _ treatment: Treatment?,
    in batch: inout Batch
  ) -> Written {
    let owner = lastOwner.write(owner, in: &batch)
    let content = sent.map { sent in batch.seal { $0.write(sent.notification) }.bytes }
    let treatment = treatment.map { treatment in batch.seal { $0.write(treatment) }.bytes }
    return Written(
      owner: owner,
      notification: content,
      treatment: treatment,
      picture: sent?.notification.image
    )
  }
}

/// A content in the archive of a batch.
private struct Written {
  let owner: Batch.Bytes
  let notification: Batch.Bytes?
  let treatment: Batch.Bytes?
  let picture: Picture?
}

/// The bytes of whoever sent last, who often sends the next one, too.
private struct WrittenOwner {
  private var owner: Owner?
  private var bytes: [UInt8] = []

  mutating func write(_ owner: Owner, in batch: inout Batch) -> Batch.Bytes {
    if owner === self.owner { return batch.plain(bytes) }
    let written = batch.seal { $0.write(owner) }.bytes
    self.owner = owner
    bytes = batch.copy(written)
    return written
  }
}

extension History.Record {
  fileprivate var isPrivate: Bool {
    sent.notification.isPrivate || treatment?.wishes.isStored == false
  }
}
