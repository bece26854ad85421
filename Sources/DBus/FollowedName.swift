/// A name on a bus, and who owns it now: signals in its name are believed from nobody else.
package final class FollowedName {
  package let name: BusName
  package private(set) var owner: String?
  /// Called with each new owner, and with nil when the last one has gone.
  private var changed: ((String?) -> Void)?

  /// What is asked here leaves with the connection's next `flush()`.
  package init(_ name: BusName, _ connection: Connection, changed: @escaping (String?) -> Void) {
    self.name = name
    self.changed = changed
    connection.addMatch(
      MatchRule(sender: .bus, interface: .bus, member: "NameOwnerChanged", argument: name)
    )
    let question = OutgoingMessage.call(.bus, .bus, .bus, "GetNameOwner")
    question.append { $0.string(name.text) }
    connection.call(question) { answer in
      guard case .success(let reply) = answer else { return }
      var reader = reply.reader()
      self.take(reader.string() ?? "")
    }
  }

  /// Nothing is told any more.
  package func cancel() {
    changed = nil
  }

  /// Takes a signal that tells of another owner; false for any other.
  package func handle(_ message: Message) -> Bool {
    guard message.isSignal(.bus, "NameOwnerChanged"), message.sender == BusName.bus.text else {
      return false
    }
    var reader = message.reader()
    guard reader.string() == name.text else { return false }
    reader.skip()
    take(reader.string() ?? "")
    return true
  }

  private func take(_ newOwner: String) {
    let newOwner = newOwner.isEmpty ? nil : newOwner
    guard newOwner != owner else { return }
    owner = newOwner
    changed?(newOwner)
  }
}
