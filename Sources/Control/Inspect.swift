import DBus

extension Command {
  static var inspect: Command {
    Command(
      "inspect",
      operands: "ID",
      count: 1...1,
      "Tells every key that harkd keeps of a notification, its sender and hints among them.",
      details: "Bytes are in base64.",
      options: [.json]
    ) { arguments throws(Failure) in
      let id = try arguments.id(0)
      var reader = try Session().center("Inspect") { $0.uint32(id) }.reader()
      if arguments.has("json") {
        var json = JSON()
        json.value(&reader)
        try put(json.text + "\n")
      } else {
        var rows: [[String]] = []
        reader.forEachEntry { key, value in rows.append([printable(key), plain(key, &value)]) }
        try put(aligned(rows))
      }
      return .success
    }
  }

  /// A value as people read it; what has parts stays JSON.
  private static func plain(_ key: String, _ reader: inout Reader) -> String {
    if let text = reader.string() { return printable(text) }
    if ["created", "timestamp", "expires", "closed"].contains(key), let time = reader.int64() {
      return Timestamp(milliseconds: time).text
    }
    var json = JSON()
    json.value(&reader)
    return printable(json.text)
  }
}
