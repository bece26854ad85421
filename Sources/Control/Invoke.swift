import DBus

extension Command {
  static var invoke: Command {
    Command(
      "invoke",
      operands: "ID [KEY]",
      count: 1...2,
      "Invokes an action of a notification, as a click on its button does.",
      details: "KEY is the action's key, default when absent; hark show ID lists the actions."
    ) { arguments throws(Failure) in
      let id = try arguments.id(0)
      let key = arguments.operands.count > 1 ? arguments.operands[1] : "default"
      _ = try Session().center("Invoke") {
        $0.uint32(id)
        $0.string(key)
      }
      return .success
    }
  }
}
