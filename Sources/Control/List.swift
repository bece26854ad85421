import DBus

extension Command {
  static var list: Command {
    Command(
      "list",
      "Lists the live notifications: id, time, where each one is, who sent it, what it says.",
      details: """
        Critical ones come first, then app by app the rest, what has priority -2 at the end. The app
        that sent last comes first, its own by urgency, priority and time. The JSON keys are those of
        org.hark.Center1; times in milliseconds since 1970.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      var reader = try Session().liveNotifications().reader()
      if arguments.has("json") {
        try put(lines(&reader))
      } else {
        var rows: [[String]] = []
        reader.forEach { rows.append(Live(&$0).row) }
        try put(aligned(rows, width: terminalWidth))
      }
      return .success
    }
  }

  private static func lines(_ reader: inout Reader) -> String {
    var lines = ""
    reader.forEach {
      var json = JSON()
      json.value(&$0)
      lines += json.text + "\n"
    }
    return lines
  }
}

extension Session {
  /// The reply of `List`: an `aa{sv}`.
  func liveNotifications(at destination: BusName = .hark) throws(Failure) -> Message {
    try center("List", at: destination) { $0.dictionary { _ in } }
  }
}
