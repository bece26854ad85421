import DBus

extension Command {
  static var restart: Command {
    Command(
      "restart",
      "Starts the harkd that is installed now in the place of the one that runs.",
      details: """
        For after an upgrade. The new daemon takes over the names, all that is live and the calls that
        arrive meanwhile; nothing is lost, and popups stay where they are. When it cannot, the daemon
        that runs goes on, and why is told here.
        """
    ) { arguments throws(Failure) in
      let session = try Session()
      _ = try session.center("Restart")
      try put("harkd \(printable(try session.daemonVersion())) has taken over\n")
      return .success
    }
  }
}
