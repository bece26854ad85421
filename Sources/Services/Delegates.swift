import DBus
import Identity

/// Who owns the names of those that speak for others: the portal, its backends, and the programs
/// that the user names (ID-060).
///
/// The bus tells of these names alone, so that nobody else's coming and going wakes the daemon.
final class Delegates {
  private static let portal: BusName = "org.freedesktop.portal.Desktop"
  private static let backends: BusName = "org.freedesktop.impl.portal.desktop"

  private unowned(unsafe) let connection: Connection
  /// The names beside the backends'.
  private var names: [BusName] = []
  /// The unique name of whoever owns a name.
  private var owners: [String: String] = [:]
  /// Questions that the bus has not answered.
  private var open = 0
  /// Called when there are none any more.
  var known: (() -> Void)?

  enum Role {
    /// Knows of each app whether it is in a sandbox.
    case portal
    case other
  }

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// Whether all that there were at the start have been found.
  var areKnown: Bool { open == 0 }

  /// Nil for all but delegates.
  subscript(peer: String) -> Role? {
    var role: Role?
    for (name, owner) in owners where owner == peer {
      if name == Self.portal.text { return .portal }
      role = .other
    }
    return role
  }

  /// Finds the portals, and follows them from now on.
  func start() {
    connection.addMatch(Self.rule(namespace: Self.backends))
    follow(Self.portal)
    ask("ListNames", nil) { [unowned(unsafe) self] reply in
      var reader = reply.reader()
      for name in reader.strings() ?? [] where Self.isBackend(name) { askForOwner(name) }
    }
  }

  /// `trusted` are the names that the user gives, instead of those given before.
  func trust(_ trusted: [String]) {
    let wanted = trusted.filter { $0 != Self.portal.text && !Self.isBackend($0) }
    for name in names where name != Self.portal && !wanted.contains(name.text) {
      connection.removeMatch(Self.rule(name))
      owners[name.text] = nil
      names.removeAll { $0 == name }
    }
    for name in wanted.compactMap({ BusName($0) }) where !names.contains(name) { follow(name) }
  }

  /// Another owner of some name; "" for none.
  func take(_ name: String, owner: String) {
    guard Self.isBackend(name) || names.contains(where: { $0.text == name }) else { return }
    owners[name] = owner.isEmpty ? nil : owner
  }

  private func follow(_ name: BusName) {
    names.append(name)
    connection.addMatch(Self.rule(name))
    askForOwner(name.text)
  }

  private func askForOwner(_ name: String) {
    ask("GetNameOwner", name) { [unowned(unsafe) self] reply in
      var reader = reply.reader()
      take(name, owner: reader.string() ?? "")
    }
  }

  private func ask(
    _ member: MemberName,
    _ argument: String?,
    then: @escaping (Message) -> Void
  ) {
    let question = OutgoingMessage.call(.bus, .bus, .bus, member)
    if let argument { question.append { $0.string(argument) } }
    open += 1
    connection.call(question) { [unowned(unsafe) self] answer in
      if case .success(let reply) = answer { then(reply) }
      open -= 1
      if open == 0 { known?() }
    }
  }

  private static func isBackend(_ name: String) -> Bool { name.hasPrefix(backends.text + ".") }

  private static func rule(_ name: BusName? = nil, namespace: BusName? = nil) -> MatchRule {
    MatchRule(
      sender: .bus,
      path: .bus,
      interface: .bus,
      member: "NameOwnerChanged",
      argument: name,
      namespace: namespace
    )
  }
}
