import DBus

extension Command {
  static var popups: Command {
    Command(
      "popups",
      operands: "[on|off|status]",
      count: 0...1,
      "Switches popups off for good, critical ones too, or on again; all are listed.",
      details:
        "Without an operand: whether they are on. For a while, and with exceptions: hark quiet. For one app: hark mute.",
      options: [.json]
    ) { arguments throws(Failure) in
      switch arguments.operands.first ?? "status" {
      case "on": try Session().setCenterProperty("Enabled", "b") { $0.boolean(true) }
      case "off": try Session().setCenterProperty("Enabled", "b") { $0.boolean(false) }
      case "status":
        var reader = try Session().centerProperties().reader()
        let isEnabled = State(&reader).isEnabled
        let line = JSON.object {
          $0.key("enabled")
          $0.boolean(isEnabled)
        }
        try put((arguments.has("json") ? line : isEnabled ? "on" : "off") + "\n")
      default: throw .usage("hark popups takes on, off or status")
      }
      return .success
    }
  }
}
