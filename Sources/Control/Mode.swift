import DBus

extension Command {
  static var mode: Command {
    Command(
      "mode",
      operands: "list|set|add|remove [MODE...]",
      count: 1...64,
      "Says which modes are on; rules match them.",
      details: """
        A mode is a word of your own, such as work. A number from 0 to 100 is a level: it is quiet for
        all notifications but those that a rule gives as high a pass_level.

        list    the modes that are on
        set     these and no others; without MODE none
        add     these too
        remove  these not any more
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      let (verb, words) = (arguments.operands[0], Array(arguments.operands.dropFirst()))
      let takesWords = verb == "add" || verb == "remove"
      guard verb == "set" || takesWords && !words.isEmpty || verb == "list" && words.isEmpty else {
        throw .usage("hark mode takes list, set MODE..., add MODE... or remove MODE...")
      }
      let session = try Session()
      var modes = verb == "set" ? words : try session.modes()
      switch verb {
      case "add": modes += words.filter { !modes.contains($0) }
      case "remove": modes.removeAll { words.contains($0) }
      default: break
      }
      if verb == "list" {
        try put(lines(modes, isJSON: arguments.has("json")))
      } else {
        _ = try session.center("SetModes") { $0.strings(modes) }
      }
      return .success
    }
  }

  private static func lines(_ modes: [String], isJSON: Bool) -> String {
    var text = ""
    for mode in modes {
      text +=
        isJSON
        ? JSON.object {
          $0.key("mode")
          $0.string(mode)
        } : printable(mode)
      text += "\n"
    }
    return text
  }
}

extension Session {
  fileprivate func modes() throws(Failure) -> [String] {
    var reader = try centerProperties().reader()
    return State(&reader).modes
  }
}
