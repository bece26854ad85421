import DBus

/// The peers that follow what is live, by unicast signals.
///
/// The bus hides how much a watcher has read, so every 64 KiB one is asked for a sign of life, and
/// signals that went out after the last answer count as unread. One that leaves too much unread is
/// dropped, and `Dropped` is the last that it will read: it may watch anew.
final class Watchers {
  static let limit = 64
  /// Unread bytes past which a watcher is dropped.
  private static let mostUnread = 1 << 20
  /// Unread bytes past which it is asked for a sign of life.
  private static let pingAt = 64 << 10

  private unowned(unsafe) let connection: Connection
  private var watchers: [String: Watcher] = [:]

  private struct Watcher {
    var name: BusName
    var unread = 0
    /// What was unread when the open ping went out; nil without one.
    var pinged: Int?
  }

  init(_ connection: Connection) {
    self.connection = connection
  }

  var isEmpty: Bool { watchers.isEmpty }

  /// False when there are too many.
  func add(_ peer: String) -> Bool {
    guard let name = BusName(peer), watchers.count < Self.limit || watchers[peer] != nil else {
      return false
    }
    watchers[peer] = Watcher(name: name)
    return true
  }

  func remove(_ peer: String) {
    watchers[peer] = nil
  }

  func send(
    _ member: MemberName,
    of interface: InterfaceName = Center.interfaceName,
    _ body: (inout Writer) -> Void
  ) {
    send { name in
      let signal = OutgoingMessage.signal(Center.path, interface, member, to: name)
      signal.append(body)
      return signal
    }
  }

  /// New values of properties: an `a{sv}`'s entries.
  func sendProperties(_ values: (inout Writer) -> Void) {
    send { .propertiesChanged(Center.path, Center.interfaceName, to: $0, values) }
  }

  private func send(_ signal: (BusName) -> OutgoingMessage) {
    for (peer, watcher) in watchers {
      let signal = signal(watcher.name)
      connection.enqueue(signal)
      count(signal.size, peer)
    }
  }

  private func drop(_ peer: String) {
    guard let watcher = watchers.removeValue(forKey: peer) else { return }
    connection.enqueue(
      OutgoingMessage.signal(Center.path, Center.interfaceName, "Dropped", to: watcher.name)
    )
  }

  private func count(_ bytes: Int, _ peer: String) {
    guard var watcher = watchers[peer] else { return }
    watcher.unread += bytes
    guard watcher.unread <= Self.mostUnread else { return drop(peer) }
    if watcher.unread > Self.pingAt, watcher.pinged == nil {
      watcher.pinged = watcher.unread
      let ping = OutgoingMessage.call(watcher.name, "/", .peer, "Ping")
      connection.call(ping, timeout: 60_000) { [unowned(unsafe) self] answer in
        acknowledged(peer, answer)
      }
    }
    watchers[peer] = watcher
  }

  /// Any answer will do: an error reply was read as well.
  private func acknowledged(_ peer: String, _ answer: Result<Message, DBusError>) {
    guard let pinged = watchers[peer]?.pinged else { return }
    if case .failure(let error) = answer, error.name == ErrorName.noReply.text {
      return drop(peer)
    }
    watchers[peer]?.unread -= pinged
    watchers[peer]?.pinged = nil
  }
}
