import DBus
import EventLoop
import Services

/// Gives everything to the next harkd, and loses nothing of it (FD-005).
///
/// The turn in which it was asked ends as any other. Then the state is on the disk, and this daemon
/// changes it no more: what arrives is held. When the other one has taken the names it gets all of
/// that as `Replay`, and this one passes on its answers. When it does not come to that, this one goes
/// on, and what was held is handled as if it came then.
final class HandOver {
  private unowned(unsafe) let connection: Connection
  private unowned(unsafe) let turn: Turn
  private let services: Services
  private let log: Log
  private var stage = Stage.none
  private var successor: BusName = .bus
  private var reply: PendingReply?
  private var held: [Message] = []
  private var heldBytes = 0
  /// Replayed calls that have no answer yet, the last one included.
  private var open = 0
  private var earliestEnd: Int64 = 0
  private var timer: Timer?
  private var usual: (call: ((Message) -> Void)?, signal: ((Message) -> Void)?)

  /// All is given, and answered.
  var succeeded: (() -> Void)?
  /// This daemon goes on; says why.
  var failed: ((String) -> Void)?
  /// Somebody has the name who did not ask for it.
  var superseded: (() -> Void)?
  /// The other one has died with the state in its hands: this one must begin from the disk.
  var orphaned: (() -> Void)?

  private enum Stage {
    case none
    case asked
    case holding
    case replaying
    case over
  }

  /// Nanoseconds that the other one has to take the names.
  private static let patience: Int64 = 2_000_000_000
  /// Milliseconds for the answer to a replayed call: more than look-ups of peers take.
  private static let timeToAnswer = 3000
  /// Nanoseconds that the popups stay, for the other one's to be there, and calls to our unique name
  /// are taken of those who know no better yet.
  private static let overlap: Int64 = 100_000_000
  /// Bytes of calls.
  private static let room = 256 << 20

  init(_ connection: Connection, _ turn: Turn, _ services: Services, _ log: Log) {
    self.connection = connection
    self.turn = turn
    self.services = services
    self.log = log
    timer = connection.loop.timer { [unowned(unsafe) self] in timeIsUp() }
  }

  func begin(_ call: MethodCall) {
    guard stage == .none, let caller = BusName(call.message.sender) else {
      return call.fail(
        .harkCannotHandOver,
        "the harkd that runs is handing over to \(successor.text)"
      )
    }
    if let words = turn.cannotBeKept {
      return call.fail(
        .harkCannotHandOver,
        "what the harkd that runs has would be lost, as it cannot be kept (\(words)); "
          + "end it first, or close everything"
      )
    }
    stage = .asked
    successor = caller
    reply = call.pending
  }

  /// The turn in which it was asked has ended: all is committed, and all is answered.
  func turnEnded() {
    if stage == .replaying, turn.hasClicks { tellLast(again: true) }
    guard stage == .asked else { return }
    stage = .holding
    usual = (connection.methodCall, connection.signal)
    connection.methodCall = { [unowned(unsafe) self] in take(call: $0) }
    connection.signal = { [unowned(unsafe) self] in take(signal: $0) }
    held = services.takeWaiting()
    turn.freeze()
    // The names come back to this daemon if the other one dies.
    for name in names { connection.claim(name, [.allowReplacement]) }
    let end = connection.loop.now + Self.patience
    reply?.reply {
      $0.strings(names.map { $0.text })
      // The clock is the machine's, not the process's.
      $0.int64(end)
    }
    reply = nil
    connection.flush()
    timer?.deadline = end
  }

  /// The notifications' is the last one to be taken.
  private var names: [BusName] {
    services.ownedNames + [OwnName.name, .notifications]
  }

  // MARK: What arrives meanwhile

  private func take(call: Message) {
    guard heldBytes + call.size <= Self.room else {
      return connection.enqueue(
        .error(to: call, .limitsExceeded, "too much came while the daemon was replaced")
      )
    }
    if stage == .replaying { return replay(call) }
    heldBytes += call.size
    held.append(call)
  }

  private func take(signal: Message) {
    held.append(signal)
    guard signal.sender == BusName.bus.text else { return }
    var reader = signal.reader()
    let name = reader.string() ?? ""
    if signal.isSignal(.bus, "NameOwnerChanged"), name == successor.text {
      successorLeft()
    } else if signal.isSignal(.bus, "NameLost") || signal.isSignal(.bus, "NameAcquired") {
      // Nobody else is told of names that come and go between the two.
      held.removeLast()
      if stage == .holding, signal.member == "NameLost", name == BusName.notifications.text {
        askForOwner()
      }
    }
  }

  private func askForOwner() {
    timer?.deadline = nil
    let question = OutgoingMessage.call(.bus, .bus, .bus, "GetNameOwner")
    question.append { $0.string(BusName.notifications.text) }
    connection.call(question) { [unowned(unsafe) self] answer in
      guard stage == .holding else { return }
      var owner: String?
      if case .success(let reply) = answer {
        var reader = reply.reader()
        owner = reader.string()
      }
      switch owner {
      case successor.text: replayAll()
      // The other one has died since.
      case connection.uniqueName: resume("it died")
      default:
        stage = .over
        superseded?()
      }
    }
  }

  private func timeIsUp() {
    if stage == .holding {
      resume("it did not take \(BusName.notifications.text) in time")
    } else {
      endIfDone()
    }
  }

  private func successorLeft() {
    switch stage {
    case .holding: resume("it left the bus")
    case .replaying: orphan("it left the bus before it had all")
    case .none, .asked, .over: break
    }
  }

  // MARK: The other one has the names

  private func replayAll() {
    stage = .replaying
    for message in held where message.kind == .methodCall { replay(message) }
    (held, heldBytes) = ([], 0)
    tellLast()
    earliestEnd = connection.loop.now + Self.overlap
    timer?.deadline = earliestEnd
  }

  /// What the user did at the popups meanwhile is for the other one to do.
  private func tellLast(again: Bool = false) {
    open += 1
    connection.call(
      .lastReplay(turn.takeClicks(), to: successor),
      timeout: Self.timeToAnswer
    ) { [unowned(unsafe) self] answer in
      open -= 1
      guard case .failure = answer, !again else { return endIfDone() }
      orphan("it does not answer")
    }
  }

  private func replay(_ call: Message) {
    guard OutgoingMessage.canCarry(call) else {
      return connection.enqueue(
        .error(to: call, .limitsExceeded, "too long while the daemon is replaced; send it again")
      )
    }
    let replay = OutgoingMessage.replay(call, to: successor)
    guard call.expectsReply else { return connection.enqueue(replay.withoutReply()) }
    open += 1
    connection.call(replay, timeout: Self.timeToAnswer) { [unowned(unsafe) self] answer in
      open -= 1
      connection.enqueue(passedOn(answer, to: call))
      endIfDone()
    }
  }

  private func passedOn(_ answer: Result<Message, DBusError>, to call: Message) -> OutgoingMessage {
    switch answer {
    case .success(let reply):
      return reply.reader().carried().flatMap { OutgoingMessage.carried($0, to: call) }
        ?? .error(to: call, .failed, "the daemon that took over gave no answer")
    case .failure(let error):
      return .error(to: call, ErrorName(error.name) ?? .failed, error.message)
    }
  }

  private func endIfDone() {
    guard stage == .replaying, open == 0, connection.loop.now >= earliestEnd else { return }
    stage = .over
    succeeded?()
  }

  // MARK: The other one does not come to it

  private func resume(_ reason: String) {
    stage = .none
    timer?.deadline = nil
    connection.methodCall = usual.call
    connection.signal = usual.signal
    usual = (nil, nil)
    let waiting = held
    (held, heldBytes) = ([], 0)
    for name in names.dropLast() {
      connection.claim(name, [.allowReplacement, .replaceExisting])
    }
    connection.claim(.notifications, [.allowReplacement, .replaceExisting, .doNotQueue])
    // A child of this daemon dies of it, and lets go of the store.
    tell(reason)
    turn.thaw()
    connection.putBack(waiting)
  }

  private func orphan(_ reason: String) {
    guard stage == .replaying else { return }
    stage = .over
    tell(reason)
    orphaned?()
  }

  private func tell(_ reason: String) {
    log(.warning, "another harkd was to take over, but \(reason); this one goes on")
    failed?(reason)
  }
}

extension BusName {
  static let notifications: BusName = "org.freedesktop.Notifications"
}
