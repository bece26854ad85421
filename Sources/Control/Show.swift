import DBus

extension Command {
  static var show: Command {
    Command(
      "show",
      operands: "ID",
      count: 1...1,
      "Shows one live notification in full.",
      options: [.json]
    ) { arguments throws(Failure) in
      let id = try arguments.id(0)
      var found: Live?
      var line = ""
      var reader = try Session().liveNotifications().reader()
      reader.forEach { element in
        var copy = element
        let live = Live(&copy)
        guard live.id == id else { return }
        found = live
        var json = JSON()
        json.value(&element)
        line = json.text + "\n"
      }
      guard let found else {
        throw .failed("no live notification has the id \(id); hark list shows those that have one")
      }
      try put(arguments.has("json") ? line : found.page(now: .now))
      return .success
    }
  }
}

extension Live {
  fileprivate func page(now: Timestamp) -> String {
    var text = printable(heading) + "\n"
    if !body.isEmpty { text += printable(body, keepsLines: true) + "\n" }
    var rows = [["from", sender], ["state", place], ["urgency", urgencyName(urgency)]]
    if let progress { rows.append(["progress", "\(progress) %"]) }
    if let time { rows.append(["time", time.text + ", " + time.distance(from: now)]) }
    if let created { rows.append(["created", created.text + ", " + created.distance(from: now)]) }
    if let expires { rows.append(["expires", expires.text + ", " + expires.distance(from: now)]) }
    for action in actions { rows.append(["action", "\(action.key): \(action.title)"]) }
    return text + "\n" + aligned(rows.map { $0.map { printable($0) } })
  }
}
