import DBus

/// Notices when a peer leaves the bus.
///
/// One match rule for each peer that matters, not one for all: a desktop's bus has programs coming
/// and going all day, and none of them shall wake the daemon.
final class Peers {
  private unowned(unsafe) let connection: Connection
  private var known: Set<String> = []
  var left: ((String) -> Void)?

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// From now on `left` tells when this one goes, also when it is gone already.
  func watch(_ name: String) {
    guard !known.contains(name), let peer = BusName(name) else { return }
    known.insert(name)
    connection.addMatch(Self.rule(peer))
    let question = OutgoingMessage.call(.bus, .bus, .bus, "NameHasOwner")
    question.append { $0.string(name) }
    connection.call(question) { [unowned(unsafe) self] answer in
      guard case .success(let reply) = answer else { return }
      var reader = reply.reader()
      if reader.boolean() == false { forget(name) }
    }
  }

  func handleSignal(_ message: Message) {
    guard message.isSignal(.bus, "NameOwnerChanged"), message.sender == BusName.bus.text else {
      return
    }
    var reader = message.reader()
    guard let name = reader.string(), reader.string() != nil, reader.string() == "" else { return }
    forget(name)
  }

  private func forget(_ name: String) {
    guard known.remove(name) != nil, let peer = BusName(name) else { return }
    connection.removeMatch(Self.rule(peer))
    left?(name)
  }

  private static func rule(_ peer: BusName) -> MatchRule {
    MatchRule(
      sender: .bus,
      path: .bus,
      interface: .bus,
      member: "NameOwnerChanged",
      argument: peer
    )
  }
}
