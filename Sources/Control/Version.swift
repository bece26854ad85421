import DBus

/// The version of this tool; the daemon of the same build has the same.
package let version = "0.1.0"

extension Command {
  static var version: Command {
    Command(
      "version",
      "Prints the version of hark, and of harkd where it runs.",
      options: [.json]
    ) { arguments throws(Failure) in
      let daemon = try? Session().daemonVersion()
      if arguments.has("json") {
        let line = JSON.object {
          $0.key("hark")
          $0.string(Control.version)
          if let daemon {
            $0.key("harkd")
            $0.string(daemon)
          }
        }
        try put(line + "\n")
      } else {
        try put("hark \(Control.version)\n" + (daemon.map { "harkd \(printable($0))\n" } ?? ""))
      }
      return .success
    }
  }
}

extension Session {
  func daemonVersion() throws(Failure) -> String {
    let call = OutgoingMessage.call(.hark, .notifications, .notifications, "GetServerInformation")
    var reader = try self.call(call.withoutAutoStart()).reader()
    _ = reader.string()
    _ = reader.string()
    return reader.string() ?? ""
  }
}
