package import DBus
import EventLoop
import Notifications

/// The harkd that this one takes over from: what came to it and has no answer yet is handled here,
/// before anything that came here (FD-005).
package final class Predecessor {
  private unowned(unsafe) let connection: Connection
  private unowned(unsafe) let desk: any Desk
  private let peers: Peers
  /// The unique name of the one that hands over. Its word is taken for whose each call is, so only
  /// until it has told all, and what was on its way to it has come.
  private var name: BusName?
  /// Calls that came here while it had not told all it held; nil when it has.
  private var early: [Message]?
  private var timer: Timer?
  private var waitsUntil: Int64 = 0

  /// Nanoseconds that it has to tell, from its answer on, as this daemon first reads what it left;
  /// and again after each that it tells until it has told all, as more may come to its unique name.
  private static let patience: Int64 = 4_000_000_000
  /// Nanoseconds from its answer on in which its names are taken, where it does not say until when,
  /// and how long before that they are.
  private static let timeToClaim: Int64 = 2_000_000_000
  private static let margin: Int64 = 200_000_000
  /// Milliseconds that it has for its last commit: more than it waits for a disk.
  private static let timeToClose = 8000

  init(_ connection: Connection, _ desk: any Desk, _ peers: Peers) {
    self.connection = connection
    self.desk = desk
    self.peers = peers
    timer = connection.loop.timer { [unowned(unsafe) self] in forget() }
  }

  /// Asks the owner of the notifications' name to hand over: the names that it owns, which are to be
  /// taken in this order. Blocks.
  package func handOver(_ owner: BusName) throws(DBusError) -> [String] {
    guard try peers.isFree(owner) else {
      throw DBusError(.accessDenied, "it is in a sandbox, or nobody knows who it is")
    }
    follow(owner)
    let call = OutgoingMessage.call(owner, Center.path, Center.interfaceName, "HandOver")
    do {
      let reply = try connection.callAndWait(call.withoutAutoStart(), timeout: Self.timeToClose)
      return take(answer: reply)
    } catch {
      forget()
      throw error
    }
  }

  /// From now on it may replay.
  func follow(_ owner: BusName) {
    name = owner
    early = []
    connection.addMatch(Self.rule(owner))
    timer?.deadline = connection.loop.now + Self.patience
  }

  /// The names. The answer may have been on its way for long, so it says itself when its time ends.
  func take(answer: Message) -> [String] {
    let now = connection.loop.now
    var reader = answer.reader()
    let names = reader.strings() ?? []
    waitsUntil = max(0, min(reader.int64() ?? .max, now + Self.timeToClaim))
    timer?.deadline = now + Self.patience
    return names
  }

  /// Whether it still waits for its names to be taken. Afterwards what it left on the disk is no
  /// longer all: it has answered others since.
  package var isWaiting: Bool { connection.loop.now < waitsUntil - Self.margin }

  func receive(_ call: Message) {
    guard let name else { return peers.receive(call) }
    if call.sender == name.text, call.has(Center.interfaceName), call.member == "Replay" {
      replay(call)
    } else if early != nil {
      early?.append(call)
    } else {
      peers.receive(call)
    }
  }

  /// Takes the signal that it has left; false for any other.
  func handle(_ message: Message) -> Bool {
    guard let name, message.isSignal(.bus, "NameOwnerChanged"), message.sender == BusName.bus.text
    else { return false }
    var reader = message.reader()
    guard reader.string() == name.text else { return false }
    forget()
    return true
  }

  /// A call as it came, which is judged by who sent it; from nobody: what the user did there, and
  /// there are no more calls.
  private func replay(_ carrier: Message) {
    if early != nil { timer?.deadline = connection.loop.now + Self.patience }
    var reader = carrier.reader()
    let sender = reader.string() ?? ""
    reader.skip()
    if sender.isEmpty {
      for click in reader.clicks() { desk.handle(click) }
      connection.enqueue(OutgoingMessage.replayed(carrier))
      listen()
    } else if let call = reader.carried(), call.kind == .methodCall, call.sender == sender {
      if call.expectsReply { connection.divertAnswer(to: call, through: carrier) }
      peers.receive(call)
    } else {
      connection.enqueue(.error(to: carrier, .invalidArgs, "this holds no call of \(sender)"))
    }
  }

  private func listen() {
    guard let calls = early else { return }
    early = nil
    connection.putBack(calls)
  }

  private func forget() {
    timer?.deadline = nil
    listen()
    if let name { connection.removeMatch(Self.rule(name)) }
    name = nil
  }

  private static func rule(_ peer: BusName) -> MatchRule {
    MatchRule(sender: .bus, interface: .bus, member: "NameOwnerChanged", argument: peer)
  }
}

extension OutgoingMessage {
  /// The answer to a `Replay` that held no call.
  fileprivate static func replayed(_ carrier: Message) -> OutgoingMessage {
    let reply = OutgoingMessage.reply(to: carrier)
    reply.append { $0.variant("b") { $0.boolean(true) } }
    return reply
  }
}
