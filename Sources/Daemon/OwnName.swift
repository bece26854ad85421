import DBus

/// The name by which `hark` finds this daemon.
///
/// Without it alone notifications are served all the same. The bus keeps a place in the name's queue,
/// so that it comes back when whoever owns it leaves.
final class OwnName {
  static let name: BusName = "org.hark.Daemon"

  private let log: Log
  private var isOurs = true

  init(_ log: Log) {
    self.log = log
  }

  func claim(_ connection: Connection) throws(DBusError) {
    changed(isOurs: try connection.requestName(Self.name, [.allowReplacement, .replaceExisting]))
  }

  func changed(isOurs: Bool) {
    guard isOurs != self.isOurs else { return }
    self.isOurs = isOurs
    if isOurs {
      log(.info, "\(Self.name.text) is back")
    } else {
      log(.warning, "another program owns \(Self.name.text): hark cannot reach this daemon")
    }
  }
}
