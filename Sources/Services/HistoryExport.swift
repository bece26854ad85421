import CLibc
import DBus
import Notifications
import Store

/// What is past as lines of JSON, the oldest first, for whoever has given a descriptor.
///
/// It is written by a thread: one who does not read keeps that waiting, and nobody else.
final class HistoryExport {
  private let file: BorrowedFile
  private let store: Store
  /// Told once, with what went wrong.
  private let done: (String?) -> Void
  private var rows: ArraySlice<Int64> = []

  init(_ file: BorrowedFile, _ store: Store, done: @escaping (String?) -> Void) {
    self.file = file
    self.store = store
    self.done = done
  }

  func start(_ query: PastQuery) {
    store.findPast(query) { [self] rows in
      guard let rows else { return done(store.pastTrouble) }
      self.rows = rows.reversed()[...]
      goOn()
    }
  }

  private func goOn() {
    guard !rows.isEmpty else { return done(nil) }
    store.readPast(rows) { [self] entries, rest in
      guard let entries else { return done(store.pastTrouble) }
      rows = rest
      file.write(Self.lines(entries)) { [self] failure in
        if let failure { done("it cannot be written: \(failure)") } else { goOn() }
      }
    }
  }

  /// The keys of the bus, as `hark … --json` has them.
  private static func lines(_ entries: [PastEntry]) -> String {
    let message = OutgoingMessage.signal(Center.path, Center.interfaceName, "Lines")
    message.append { $0.array("a{sv}") { for entry in entries { entry.write(&$0) } } }
    var lines = ""
    var reader = message.received.reader()
    reader.forEach { entry in
      lines += JSON.object { $0.members(&entry) }
      lines += "\n"
    }
    return lines
  }
}

extension Store {
  /// Why nothing can be said of the past. Where the store is well, it is being closed.
  var pastTrouble: String {
    let words = condition.words
    return "the past cannot be read: "
      + (words.isEmpty ? "harkd is ending or being replaced; try again" : words)
  }
}
