import DBus

// Badges: what apps have put on their icons.

extension Command {
  static var badge: Command {
    Command(
      "badge",
      operands: "list|set|clear [APP] [NUMBER]",
      count: 1...3,
      "Tells and sets the badges on the icons of apps.",
      details: """
        list             the apps that have one, and it
        set APP NUMBER   a number; or, without one, a dot
        clear APP        takes it away

        APP is an id as list shows it, or a whole one such as app:org.example.Mail.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      let words = arguments.operands
      switch (words[0], words.count) {
      case ("list", 1):
        try listBadges(asJSON: arguments.has("json"))
      case ("set", 2):
        _ = try Session().badges("SetFlag") { $0.string(words[1]) }
      case ("set", 3):
        guard let number = UInt64(words[2]) else {
          throw .usage("a badge is a number from 0 on, not “\(words[2])”")
        }
        _ = try Session().badges("Set") {
          $0.string(words[1])
          $0.uint64(number)
        }
      case ("clear", 2):
        _ = try Session().badges("Clear") { $0.string(words[1]) }
      default:
        throw .usage("hark badge takes list, set APP, set APP NUMBER or clear APP")
      }
      return .success
    }
  }
}

private func listBadges(asJSON: Bool) throws(Failure) {
  var reader = try Session().badges("List").reader()
  var text = ""
  var rows: [[String]] = []
  reader.forEach { element in
    _ = element.enter { fields in
      let badge = ShownBadge(&fields)
      text += JSON.object { badge.write(&$0) } + "\n"
      rows.append(badge.row)
    }
  }
  try put(asJSON ? text : aligned(rows, width: terminalWidth))
}

/// What is on the icon of an app.
struct ShownBadge {
  var app: String
  var kind: String
  var number: UInt64

  init(_ reader: inout Reader) {
    app = reader.string() ?? ""
    kind = reader.string() ?? ""
    number = reader.uint64() ?? 0
  }

  func write(_ json: inout JSON) {
    json.key("app")
    json.string(app)
    json.key("kind")
    json.string(kind)
    json.key("number")
    json.number(number)
  }

  var row: [String] { [printable(app), text] }

  /// As a dock shows it (WEB-403).
  private var text: String {
    switch kind {
    case "number": number > 99 ? "99+" : String(number)
    case "flag": "•"
    default: ""
    }
  }
}

extension Session {
  func badges(
    _ member: MemberName,
    _ arguments: (inout Writer) -> Void = { _ in }
  ) throws(Failure) -> Message {
    let call = OutgoingMessage.call(.hark, .hark, .badges, member).withoutAutoStart()
    call.append(arguments)
    return try self.call(call)
  }
}

extension InterfaceName {
  static let badges: InterfaceName = "org.hark.Badges1"
}
