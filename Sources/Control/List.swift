import DBus

extension Command {
  static var list: Command {
    Command(
      "list",
      "Lists the live notifications: id, time, where each one is, who sent it, what it says.",
      details: """
        Critical ones come first, then app by app the rest, what has priority -2 at the end. The app
        that sent last comes first, its own by urgency, priority and time. The JSON keys are those of
        org.hark.Center1; times in milliseconds since 1970. What apps ask to notify comes last.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      let session = try Session()
      var reader = try session.liveNotifications().reader()
      var apps = try session.center("ListApps").reader()
      if arguments.has("json") {
        try put(lines(&reader) + questions(&apps, asJSON: true))
      } else {
        var rows: [[String]] = []
        reader.forEach { rows.append(Live(&$0).row) }
        try put(aligned(rows, width: terminalWidth) + questions(&apps, asJSON: false))
      }
      return .success
    }
  }

  /// Of the apps, those that the user is asked about.
  static func questions(_ reader: inout Reader, asJSON: Bool) -> String {
    var text = ""
    reader.forEach { element in
      _ = element.enter { fields in
        let key = fields.string() ?? ""
        var json = JSON()
        var copy = fields
        if asJSON { json.value(&copy) }
        guard let line = App(key, &fields).asking else { return }
        text += (asJSON ? json.text : line) + "\n"
      }
    }
    return text
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
