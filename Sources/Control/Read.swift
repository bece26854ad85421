import DBus

extension Command {
  static var read: Command {
    Command(
      "read",
      operands: "ID...|--all",
      count: 0...1000,
      "Marks notifications as read; what was on the screen is so by itself.",
      details: "hark list --json tells which are unread, hark quiet status how many.",
      options: [Option("all", "every live notification")]
    ) { arguments throws(Failure) in
      guard arguments.has("all") == arguments.operands.isEmpty else {
        throw .usage("hark read takes the ids of notifications, or --all")
      }
      var ids: [UInt32] = []
      for index in arguments.operands.indices { ids.append(try arguments.id(index)) }
      let session = try Session()
      if arguments.has("all") {
        _ = try session.center("MarkAllRead")
      } else {
        _ = try session.center("MarkRead") { $0.array("u") { for id in ids { $0.uint32(id) } } }
      }
      return .success
    }
  }
}
