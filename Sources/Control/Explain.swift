import DBus

extension Command {
  static var explain: Command {
    Command(
      "explain",
      operands: "ID",
      count: 1...1,
      "Says why a notification, live or past, looks and behaves as it does.",
      details: """
        Who sent it and how that is known, what its app may, which rules matched, what keeps it off the
        screen, when it expires and why, or why it closed.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      let id = try arguments.id(0)
      var reader = try Session().center("Explain") { $0.uint32(id) }.reader()
      let steps = reader.strings() ?? []
      if arguments.has("json") {
        try put(
          JSON.object { json in
            json.key("id")
            json.number(id)
            json.key("steps")
            json.array { json in for step in steps { json.string(step) } }
          } + "\n"
        )
      } else {
        var text = ""
        for step in steps { text += printable(step) + "\n" }
        try put(text)
      }
      return .success
    }
  }
}
