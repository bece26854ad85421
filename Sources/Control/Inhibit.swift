import DBus

extension Command {
  static var inhibit: Command {
    Command(
      "inhibit",
      operands: "list|clear",
      count: 1...1,
      "Lists the programs that hold quiet on, or ends that.",
      details: """
        list   who holds it on, and what for
        clear  ends all of it, but for what a locker holds (hark quiet --while --locked)

        To hold it on for as long as a program runs: hark quiet --while PROGRAM
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      switch arguments.operands[0] {
      case "list": try list(try Session(), isJSON: arguments.has("json"))
      case "clear": _ = try Session().center("ClearInhibitions")
      default: throw .usage("hark inhibit takes list or clear")
      }
      return .success
    }
  }

  private static func list(_ session: Session, isJSON: Bool) throws(Failure) {
    var reader = try session.centerProperties().reader()
    var text = ""
    var rows: [[String]] = []
    reader.forEachEntry { name, value in
      guard name == "Inhibitions" else { return }
      value.forEach { element in
        if isJSON {
          var json = JSON()
          json.value(&element)
          text += json.text + "\n"
        } else {
          rows.append(row(&element))
        }
      }
    }
    try put(isJSON ? text : aligned(rows, width: terminalWidth))
  }

  private static func row(_ reader: inout Reader) -> [String] {
    var (app, kind, reason) = ("", "", "")
    reader.forEachEntry { key, value in
      switch key {
      case "app": app = value.string() ?? ""
      case "kind": kind = value.string() ?? ""
      case "reason": reason = value.string() ?? ""
      default: break
      }
    }
    return [kind, app, reason].map { printable($0) }
  }
}
