import DBus

extension Command {
  static var close: Command {
    Command(
      "close",
      operands: "ID...|--all",
      count: 0...1000,
      "Dismisses notifications, as their close button does.",
      options: [Option("all", "every live notification")]
    ) { arguments throws(Failure) in
      guard arguments.has("all") == arguments.operands.isEmpty else {
        throw .usage("hark close takes the ids of notifications, or --all")
      }
      var ids: [UInt32] = []
      for index in arguments.operands.indices { ids.append(try arguments.id(index)) }
      let session = try Session()
      if arguments.has("all") {
        _ = try session.center("DismissAll")
      } else {
        _ = try session.center("Dismiss") { $0.array("u") { for id in ids { $0.uint32(id) } } }
      }
      return .success
    }
  }
}
