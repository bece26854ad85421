package import DBus
package import Notifications

/// Client of the portals' permission store, where sandboxed apps have their permission to notify.
///
/// The store is a program of its own that comes and goes; nothing here ever starts it, and nothing
/// waits for it (PT-107). One that fails or is silent is left alone until it says something.
///
/// `changed` and `written` are called only after `appeared`, for the same process. A word that is
/// written before is dropped: whoever keeps it gives it again at `appeared`.
package final class PermissionStore {
  static let name: BusName = "org.freedesktop.impl.portal.PermissionStore"
  static let path: ObjectPath = "/org/freedesktop/impl/portal/PermissionStore"
  static let interface: InterfaceName = "org.freedesktop.impl.portal.PermissionStore"
  private static let table = "notifications"
  private static let resource = "notification"
  private static let notFound: ErrorName = "org.freedesktop.portal.Error.NotFound"

  /// The store came to the bus, and this is all that it has: a word for each of its names of apps.
  package var appeared: (([String: StoreWord]) -> Void)?
  /// What it has now.
  package var changed: (([String: StoreWord]) -> Void)?
  /// How a `write` went.
  package var written: ((_ app: String, _ word: StoreWord, _ succeeded: Bool) -> Void)?

  private unowned(unsafe) let connection: Connection
  private let log: (String) -> Void
  /// Milliseconds for each call.
  private let patience: Int
  /// The process that is the store now.
  private var owner: BusName?
  /// Owners so far: one may come back, and answer what it was asked before.
  private var owners = 0
  private var state = State.failed
  /// Words on their way, the first of them in a call: the order is the user's.
  private var queue: [Word] = []
  /// Stores of version 1 cannot delete a single entry.
  private var deletes = true
  /// One line is enough, until it works again.
  private var hasComplained = false

  private enum State {
    /// The table is asked for.
    case reading
    case open
    /// It gave no table, or did not answer: it is asked again when it speaks by itself.
    case failed
  }

  private struct Word {
    var app: String
    var id: String
    var word: StoreWord
  }

  /// The connection outlives this.
  package init(
    _ connection: Connection,
    patience: Int = 25_000,
    log: @escaping (String) -> Void
  ) {
    self.connection = connection
    self.patience = patience
    self.log = log
  }

  /// Looks for the store, and follows it from now on.
  package func start() {
    connection.addMatch(
      MatchRule(
        sender: .bus,
        path: .bus,
        interface: .bus,
        member: "NameOwnerChanged",
        argument: Self.name
      )
    )
    // Other tables are other people's.
    var rule = MatchRule(
      sender: Self.name,
      path: Self.path,
      interface: Self.interface,
      member: "Changed"
    )
    rule.argument = Self.table
    connection.addMatch(rule)
    let question = OutgoingMessage.call(.bus, .bus, .bus, "GetNameOwner")
    question.append { $0.string(Self.name.text) }
    connection.call(question, timeout: patience) { [unowned(unsafe) self] answer in
      guard case .success(let reply) = answer else { return }
      var reader = reply.reader()
      owned(by: reader.string().flatMap { BusName($0) })
    }
  }

  package func handleSignal(_ message: Message) {
    if message.isSignal(.bus, "NameOwnerChanged"), message.sender == BusName.bus.text {
      var reader = message.reader()
      guard reader.string() == Self.name.text, reader.string() != nil else { return }
      owned(by: reader.string().flatMap { BusName($0) })
    } else if message.isSignal(Self.interface, "Changed"), message.sender == owner?.text {
      followChange(message)
    }
  }

  private func owned(by new: BusName?) {
    guard new != owner else { return }
    owner = new
    owners += 1
    queue = []
    deletes = true
    state = .failed
    read()
  }

  // MARK: Reading

  private func read() {
    guard let store = owner else { return }
    state = .reading
    let question = call(store, "Lookup")
    question.append {
      $0.string(Self.table)
      $0.string(Self.resource)
    }
    ask(store, question) { [unowned(unsafe) self] answer in
      switch answer {
      case .success(let reply) where reply.hasSignature("a{sas}v"):
        var reader = reply.reader()
        open(with: words(&reader))
      // Nobody has asked for a permission yet (PT-106).
      case .failure(let error) where error.name == Self.notFound.text:
        open(with: [:])
      case .success:
        fail("its table has other types than it should")
      case .failure(let error):
        fail(error.words)
      }
    }
  }

  private func open(with table: [String: StoreWord]) {
    state = .open
    appeared?(table)
  }

  private func fail(_ problem: String) {
    state = .failed
    queue = []
    complain(problem)
  }

  private func complain(_ problem: String) {
    guard !hasComplained else { return }
    hasComplained = true
    log("the portals' permission store: \(problem)")
  }

  /// PT-105
  private func followChange(_ message: Message) {
    guard message.hasSignature("ssbva{sas}") else { return }
    var reader = message.reader()
    guard reader.string() == Self.table, reader.string() == Self.resource else { return }
    switch state {
    // The table that is on its way is newer.
    case .reading: return
    case .failed: read()
    case .open:
      let isDeleted = reader.boolean() ?? false
      reader.skip()
      changed?(isDeleted ? [:] : words(&reader))
    }
  }

  private func words(_ reader: inout Reader) -> [String: StoreWord] {
    var words: [String: StoreWord] = [:]
    reader.forEach { entry in
      _ = entry.enter { pair in
        guard let id = pair.string() else { return }
        words[id] = StoreWord(permissions: pair.strings() ?? [])
      }
    }
    return words
  }

  // MARK: Writing

  /// Has the store say this of an app from now on; `.unset` takes back what it says.
  package func write(app: String, _ word: StoreWord) {
    guard state == .open, let id = StoreWord.storeID(of: app) else { return }
    queue.append(Word(app: app, id: id, word: word))
    if queue.count == 1 { writeFirst() }
  }

  private func writeFirst() {
    guard let store = owner, let first = queue.first else { return }
    let isDeletion = first.word == .unset && deletes
    let order = call(store, isDeletion ? "DeletePermission" : "SetPermission")
    order.append {
      $0.string(Self.table)
      // The table is made where there is none.
      if !isDeletion { $0.boolean(true) }
      $0.string(Self.resource)
      $0.string(first.id)
      if !isDeletion { $0.strings(first.word.permissions) }
    }
    ask(store, order) { [unowned(unsafe) self] answer in
      switch answer {
      case .success:
        hasComplained = false
        finishFirst(succeeded: true)
      case .failure(let error):
        failFirst(isDeletion: isDeletion, error)
      }
    }
  }

  private func failFirst(isDeletion: Bool, _ error: DBusError) {
    switch error.name {
    // What is to be taken back is not there.
    case Self.notFound.text where isDeletion:
      finishFirst(succeeded: true)
    case ErrorName.unknownMethod.text where isDeletion:
      deletes = false
      writeFirst()
    case ErrorName.noReply.text:
      // The next would wait as long.
      fail(error.words)
    default:
      complain(error.words)
      finishFirst(succeeded: false)
    }
  }

  private func finishFirst(succeeded: Bool) {
    guard let first = queue.first else { return }
    queue.removeFirst()
    writeFirst()
    written?(first.app, first.word, succeeded)
  }

  // MARK: Calls

  private func call(_ store: BusName, _ member: MemberName) -> OutgoingMessage {
    OutgoingMessage.call(store, Self.path, Self.interface, member).withoutAutoStart()
  }

  /// Asks this process, and forgets the question when another one is the store.
  private func ask(
    _ store: BusName,
    _ question: OutgoingMessage,
    _ then: @escaping Connection.ReplyHandler
  ) {
    let asked = owners
    connection.call(question, timeout: patience) { [unowned(unsafe) self] answer in
      guard owners == asked else { return }
      if case .success(let reply) = answer, reply.sender != store.text {
        then(.failure(DBusError(.failed, "another program answered")))
      } else {
        then(answer)
      }
    }
  }
}

extension DBusError {
  fileprivate var words: String { message.isEmpty ? name : message }
}
