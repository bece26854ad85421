import DBus
import EventLoop
import Notifications
import Store

// Center1: what is past, and what the user has read.

extension Center {
  private static let filter = Argument("filter", "a{sv}")
  private static let usualRows = 100
  private static let mostRows = 500

  var historyMethods: [Method] {
    [
      Method(
        "History",
        [Self.filter],
        returns: [Argument("notifications", "aa{sv}")]
      ) { [unowned(unsafe) self] in history($0) },
      Method("DeleteHistory", [Self.filter], returns: [Argument("count", "u")]) {
        [unowned(unsafe) self] in deleteHistory($0)
      },
      Method("Redo", [Argument("row", "t")], returns: [Self.id]) {
        [unowned(unsafe) self] in redo($0)
      },
      Method("Export", [Self.filter, Argument("descriptor", "h")]) {
        [unowned(unsafe) self] in export($0)
      },
      Method("Import", [Argument("descriptor", "h")], returns: [Argument("count", "u")]) {
        [unowned(unsafe) self] in importHistory($0)
      },
      Method("MarkRead", [Argument("ids", "au")]) { [unowned(unsafe) self] call in
        desk.handle(.markRead(Self.ids(call), calls.open(call)))
      },
      Method("MarkAllRead") { [unowned(unsafe) self] in
        desk.handle(.markAllRead(calls.open($0)))
      },
    ]
  }

  private func filter(_ reader: inout Reader, _ call: MethodCall) -> HistoryFilter? {
    let filter = HistoryFilter(&reader, AppNames(desk, peers))
    guard let problem = filter.problem else { return filter }
    call.fail(.harkInvalidOptions, problem)
    return nil
  }

  /// As many as go into one answer: none tells that there are no more.
  private func history(_ call: MethodCall) {
    var reader = call.message.reader()
    guard var query = filter(&reader, call)?.query else { return }
    query.limit = query.limit == .max ? Self.usualRows : min(query.limit, Self.mostRows)
    let (store, pending) = (desk.store, call.pending)
    store.findPast(query) { rows in
      guard let rows else { return pending.fail(.harkNotSupported, store.pastTrouble) }
      store.readPast(rows[...]) { entries, _ in
        guard let entries else { return pending.fail(.harkNotSupported, store.pastTrouble) }
        pending.reply { $0.array("a{sv}") { for entry in entries { entry.write(&$0) } } }
      }
    }
  }

  /// The filter of what concerns all that it finds.
  private func wholeFilter(_ reader: inout Reader, _ call: MethodCall) -> HistoryFilter? {
    guard let filter = filter(&reader, call) else { return nil }
    guard filter.isPaged else { return filter }
    call.fail(.harkInvalidOptions, "limit and before are for History alone")
    return nil
  }

  /// What is not understood would delete too much.
  private func deleteHistory(_ call: MethodCall) {
    var reader = call.message.reader()
    guard let filter = wholeFilter(&reader, call) else { return }
    if let name = filter.unknown {
      return call.fail(.harkInvalidOptions, "there is no filter \(name)")
    }
    guard filter.isAll != filter.isSelective else {
      return call.fail(.harkInvalidOptions, "say what: a filter, or all")
    }
    let start = desk.core.history.start
    guard !filter.isAll, let start else {
      return delete(filter.query, keys: filter.isAll ? nil : [], call.pending)
    }
    // What the core may have of it.
    var recent = filter.query
    recent.since = max(start, recent.since ?? .min)
    let (store, pending) = (desk.store, call.pending)
    store.findPast(recent) { [unowned(unsafe) self] rows in
      guard let rows else { return pending.fail(.harkNotSupported, store.pastTrouble) }
      gather(rows[...], []) { [unowned(unsafe) self] keys in
        guard let keys else { return pending.fail(.harkNotSupported, store.pastTrouble) }
        delete(filter.query, keys: keys, pending)
      }
    }
  }

  /// Which notifications these rows are.
  private func gather(
    _ rows: ArraySlice<Int64>,
    _ keys: [History.Key],
    done: @escaping ([History.Key]?) -> Void
  ) {
    guard !rows.isEmpty else { return done(keys) }
    desk.store.readPast(rows) { [unowned(unsafe) self] entries, rest in
      guard let entries else { return done(nil) }
      let more = entries.map { History.Key($0.id, closedAt: $0.closedAt) }
      gather(rest, keys + more, done: done)
    }
  }

  /// From the store, and `keys` from the core: nil is all.
  private func delete(_ query: PastQuery, keys: [History.Key]?, _ pending: PendingReply) {
    let store = desk.store
    store.deletePast(query) { [unowned(unsafe) self] count in
      guard let count else { return pending.fail(.harkNotSupported, store.pastTrouble) }
      desk.handle(.forget(keys))
      pending.reply { $0.uint32(UInt32(clamping: count)) }
    }
  }

  private func redo(_ call: MethodCall) {
    var reader = call.message.reader()
    let row = reader.uint64() ?? 0
    desk.store.readPast([Int64(clamping: row)]) { [unowned(unsafe) self] entries, _ in
      guard let entries else { return call.fail(.harkNotSupported, desk.store.pastTrouble) }
      guard let entry = entries.first else {
        return call.fail(.harkNotFound, "no past notification has the row \(row)")
      }
      redo(entry, call)
    }
  }

  private func redo(_ entry: PastEntry, _ call: MethodCall) {
    let peer = entry.owner.peer
    let present = peer.hasPrefix(":") ? try? peers.follow([peer]) : nil
    desk.handle(
      .redo(
        entry.notification,
        entry.treatment,
        from: entry.owner,
        isPresent: present?.contains(peer) ?? false,
        calls.open(call)
      )
    )
  }

  // MARK: Files

  private func export(_ call: MethodCall) {
    var reader = call.message.reader()
    guard let query = wholeFilter(&reader, call)?.query,
      let (file, thread) = file(&reader, call)
    else { return }
    let pending = call.pending
    HistoryExport(file, desk.store) { [unowned(unsafe) self] failure in
      end(file, thread)
      if let failure { pending.fail(.failed, failure) } else { pending.reply() }
    }.start(query)
  }

  private func importHistory(_ call: MethodCall) {
    var reader = call.message.reader()
    guard let (file, thread) = file(&reader, call) else { return }
    guard !file.isTerminal else {
      end(file, thread)
      return call.fail(.invalidArgs, "the descriptor is a terminal; a file or a pipe is read")
    }
    let pending = call.pending
    let clock = { [unowned(unsafe) desk] in desk.wallClock }
    HistoryImport(file, desk.store, clock: clock) { [unowned(unsafe) self] outcome in
      end(file, thread)
      switch outcome {
      case .taken(let count): pending.reply { $0.uint32(UInt32(clamping: count)) }
      case .failed(let words): pending.fail(.harkInvalidOptions, words)
      }
    }.start()
  }

  /// The descriptor that comes next, and the thread that serves it; nil: the call has its error.
  private func file(_ reader: inout Reader, _ call: MethodCall) -> (BorrowedFile, WorkerThread)? {
    guard let descriptor = reader.descriptor() else {
      call.fail(
        .invalidArgs,
        "the descriptor did not come along, as while harkd is replaced: call again"
      )
      return nil
    }
    guard let thread = threads.popLast() ?? newThread() else {
      call.fail(.limitsExceeded, "too many exports and imports at once")
      return nil
    }
    guard let file = BorrowedFile(descriptor, thread) else {
      threads.append(thread)
      call.fail(.limitsExceeded, "no descriptor is left")
      return nil
    }
    loans.append((call.message.sender, file))
    return (file, thread)
  }

  private func end(_ file: BorrowedFile, _ thread: WorkerThread) {
    loans.removeAll { $0.file === file }
    threads.append(thread)
  }

  private func newThread() -> WorkerThread? {
    guard threadCount < 4, let thread = WorkerThread(connection.loop) else { return nil }
    threadCount += 1
    return thread
  }
}
