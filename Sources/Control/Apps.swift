import DBus

// Apps: who sends notifications, and what each may.

extension Command {
  static var apps: Command {
    Command(
      "apps",
      "Lists the apps that are known: key, name, permission, what each sent.",
      details: """
        The key is what hark mute takes; the part after its colon will do where one app alone has it.
        Counts: live now, sent today, refused since harkd started.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      var reader = try Session().center("ListApps").reader()
      var text = ""
      var rows: [[String]] = []
      reader.forEach { element in
        _ = element.enter { fields in
          let key = fields.string() ?? ""
          if arguments.has("json") {
            var json = JSON()
            json.value(&fields)
            text += json.text + "\n"
          } else {
            rows.append(App(key, &fields).row)
          }
        }
      }
      try put(arguments.has("json") ? text : aligned(rows, width: terminalWidth))
      return .success
    }
  }

  static var mute: Command {
    command(
      "mute",
      "Keeps the notifications of an app off the screen; they are listed all the same.",
      muted: true
    )
  }

  static var unmute: Command {
    command("unmute", "Lets the notifications of an app raise popups again.", muted: false)
  }

  private static func command(_ name: String, _ summary: String, muted: Bool) -> Command {
    Command(
      name,
      operands: "APP",
      count: 1...1,
      summary,
      details: """
        APP is a key as hark apps lists it, or its part after the colon, or the number of a notification,
        live or of late: then the app that sent it.
        """
    ) { arguments throws(Failure) in
      let session = try Session()
      let app = try session.app(arguments.operands[0])
      _ = try session.center("SetAppMuted", hint: Failure.appHint) {
        $0.string(app)
        $0.boolean(muted)
      }
      return .success
    }
  }
}

extension Session {
  /// The app that an operand names: by the number of a notification (WEB-309), or as it stands.
  func app(_ word: String) throws(Failure) -> String {
    guard !word.isEmpty else { throw .usage("an empty text names no app") }
    guard let id = UInt32(word) else { return word }
    var principal = ""
    var reader = try center("Inspect") { $0.uint32(id) }.reader()
    reader.forEachEntry { if $0 == "principal" { principal = $1.string() ?? "" } }
    guard !principal.isEmpty else { throw .failed("nobody knows which app sent \(id)") }
    return principal
  }
}

/// What people are shown of an app, read from the daemon's dictionary.
struct App {
  var key: String
  var name = ""
  var permission = ""
  var source = ""
  /// How the user is asked about it now; "" for not at all.
  var question = ""
  var isMuted = false
  var live: UInt32 = 0
  var today: UInt32 = 0
  var refused: UInt32 = 0

  /// Reads an `a{sv}`.
  init(_ key: String, _ reader: inout Reader) {
    self.key = key
    reader.forEachEntry { key, value in
      switch key {
      case "name": name = value.string() ?? ""
      case "permission": permission = value.string() ?? ""
      case "permission_source": source = value.string() ?? ""
      case "question": question = value.string() ?? ""
      case "muted": isMuted = value.boolean() ?? false
      case "live": live = value.uint32() ?? 0
      case "today": today = value.uint32() ?? 0
      case "refused": refused = value.uint32() ?? 0
      default: break
      }
    }
  }

  /// The line of a list that says what waits for the user.
  var asking: String? {
    guard !question.isEmpty else { return nil }
    let who = cut(printable(name.isEmpty ? key : name), to: 24)
    return "?  \(who) asks to notify: hark permission answer \(printable(key)) granted|denied"
  }

  var printedName: String { printable(cut(name, to: 24)) }

  var row: [String] {
    let decided = source == "default" ? "not asked" : "\(permission) by \(source)"
    let state = question.isEmpty ? decided : "asked now"
    var counts = "\(live) live, \(today) today"
    if refused > 0 { counts += ", \(refused) refused" }
    let cells = [key, printedName, isMuted ? "muted" : "", state, counts]
    return cells.map { printable($0) }
  }
}
