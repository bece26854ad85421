import DBus
import Services
import Store
import Notifications

/// How the daemon comes to its names: from nobody, from another daemon, or from a harkd that hands
/// over all that it has (FD-002, FD-005).
struct TakeOver {
  let connection: Connection
  let services: Services
  let turn: Turn
  let ownName: OwnName
  let log: Log

  enum Outcome {
    case taken
    /// The notifications' name is another's.
    case refused
    /// The one that handed over goes on: this one knows less than it.
    case late
    /// The one before goes on, and says why.
    case declined(String)
  }

  /// Restores what the daemon before had, too.
  func run(replaces: Bool) throws(DBusError) -> Outcome {
    do {
      return try takeOver(replaces: replaces)
    } catch {
      guard error.name == ErrorName.harkCannotHandOver.text else { throw error }
      return .declined(error.message)
    }
  }

  private func takeOver(replaces: Bool) throws(DBusError) -> Outcome {
    guard replaces, let names = try handedOver() else {
      guard try claimNotifications(replaces: replaces) else { return .refused }
      try ownName.claim(connection)
      if let saved = turn.openStore() { turn.restore(saved) }
      return .taken
    }
    // The other one has let go of the file, and waits for its last name to be taken.
    let saved = turn.openStore(patience: 1500)
    for name in names {
      guard services.predecessor.isWaiting else { return .late }
      switch BusName(name) {
      case OwnName.name: try ownName.claim(connection)
      case BusName.notifications, nil: break
      case let other?:
        _ = try connection.requestName(other, [.allowReplacement, .replaceExisting, .doNotQueue])
      }
    }
    guard services.predecessor.isWaiting else { return .late }
    guard try claimNotifications(replaces: true) else { return .refused }
    if let saved { turn.restore(saved) }
    return .taken
  }

  private func claimNotifications(replaces: Bool) throws(DBusError) -> Bool {
    var flags: NameRequestFlags = [.allowReplacement, .doNotQueue]
    if replaces { flags.insert(.replaceExisting) }
    return try connection.requestName(.notifications, flags)
  }

  /// The names of a harkd that waits for this one to take them; nil where another daemon, an older
  /// harkd or nobody has the name, or it does not answer: then the name alone is taken.
  private func handedOver() throws(DBusError) -> [String]? {
    guard let owner = try connection.owner(of: .notifications) else { return nil }
    do {
      return try services.predecessor.handOver(owner)
    } catch {
      if error.name == ErrorName.harkCannotHandOver.text { throw error }
      log(.info, "\(owner.text) does not hand over: \(error.message)")
      return nil
    }
  }
}
