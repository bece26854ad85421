import DBus
import Identity

/// Who else owns a name, in words for the one who tried to start a second daemon (FD-002).
enum NameOwner {
  static func describe(
    _ name: BusName,
    _ connection: Connection,
    replaces: Bool
  ) -> String {
    guard let owner = (try? connection.owner(of: name)) ?? nil else {
      return "\(name.text) could not be had: another daemon owned it a moment ago"
    }
    var words = "\(name.text) is owned by \(owner.text)"
    if let server = serverName(owner, connection) { words += " (\(server))" }
    if let pid = (try? connection.processID(of: owner)) ?? nil {
      words += ", process \(pid)"
      if let program = program(ofProcess: pid) { words += ", \(program)" }
    }
    return words
      + (replaces
        ? ", and does not let itself be replaced; stop it first"
        : "; stop it, or start harkd with --replace")
  }

  private static func serverName(_ owner: BusName, _ connection: Connection) -> String? {
    let question = OutgoingMessage.call(
      owner,
      "/org/freedesktop/Notifications",
      "org.freedesktop.Notifications",
      "GetServerInformation"
    )
    // Within the second that FD-002 gives.
    guard var reader = try? connection.callAndWait(question, timeout: 500).reader() else {
      return nil
    }
    return reader.string()
  }
}
