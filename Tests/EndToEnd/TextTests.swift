import TestSupport
import Testing

/// Texts and body markup (requirements, sections 5 and 7; F15..F29).
@Suite struct TextTests {
  @Test("FD-053..060 what is shown of a summary and a body", .needsHark)
  func texts() async throws {
    let rows: [(name: String, summary: String, body: String, title: String, shown: String)] = [
      ("FD-054 both empty", "", "", "", ""),
      ("FD-054 only spaces", " ", "x", "", "x"),
      ("FD-055 no markup in a summary, F20", "<b>x</b> &amp;", "", "<b>x</b> &amp;", ""),
      ("FD-056 newlines and tabs", "  a\n\tb\r\nc  ", "", "a b c", ""),
      ("FD-057 newlines", "t", "\n\na\nb\n\n\n\n\nc\n\n", "t", "a\nb\n\nc"),
      (
        "FD-058 controls", "a\u{1}b\u{7f}c\u{9b}d", "e\u{feff}f\u{ffff}g\u{1b}[1m", "abcd", "efg[1m"
      ),
      ("F25 a backslash is one", "a\\nb", "c\\nd", "a\\nb", "c\\nd"),
      (
        "F27 emoji and Hebrew", "1\u{fe0f}\u{20e3} 👨‍👩‍👧 שלום", "מה 123", "1\u{fe0f}\u{20e3} 👨‍👩‍👧 שלום",
        "מה 123"
      ),
      (
        "F29 a word that another daemon obeys", "DUNST_COMMAND_PAUSE", "", "DUNST_COMMAND_PAUSE", ""
      ),
    ]
    try await inWorld { world, client in
      for row in rows {
        let id = try client.notify(Notify(row.summary, body: row.body, timeout: 0))
        let entry = try client.inspect(id)
        #expect(entry["title"].string ?? "" == row.title, "\(row.name)")
        #expect(entry["body"].string ?? "" == row.shown, "\(row.name)")
        // FD-062: the body as it was sent.
        #expect(entry["body_raw"].string ?? row.shown == row.body, "\(row.name)")
        #expect(entry["state"].string != "held", "\(row.name)")
      }
    }
  }

  @Test("FD-120..135, F15..F24 bodies as plain text", .needsHark)
  func markup() async throws {
    let vectors: [(String, String)] = [
      ("a&amp;b", "a&b"), ("&amp;lt;", "&lt;"), ("<b>x", "x"), ("x</b>y", "xy"),
      ("a<br>b", "a\nb"), ("<a href='x:y'>z</a>", "z"),
      ("<img src=\"https://e/x.png\" alt=\"pic\">", "pic"), ("<script>1</script>", "1"),
      ("<!-- c -->k", "k"), ("5>4", "5>4"), ("<3", "<3"), ("&#9731;", "☃"), ("&#0;", "\u{fffd}"),
      ("x<font color=\"red\">y</font>", "xy"), ("1 < 2 & 3", "1 < 2 & 3"),
      ("<b>a<i>b</b>c", "abc"), ("&nbsp &foo;", "&nbsp &foo;"), ("&#xD800;", "\u{fffd}"),
      ("<![CDATA[x]]><?pi?>y", "xy"), ("<A HREF='https://e.org/'>t</A>", "t"),
      // F15..F24
      ("We <3 dunst", "We <3 dunst"), ("We <3> x", "We <3> x"), ("We < x", "We < x"),
      ("<thing> asdf", "asdf"), ("<ircnick> hello", "hello"), ("Example & More", "Example & More"),
      ("<a href=\"https://example.org\">x</a>", "x"),
      ("<im<img src=\"http://a/x\">g src=\"http://a/y\">", "<img src=\"http://a/y\">"),
      ("&lt;img src=\"http://a/x\"&gt;", "<img src=\"http://a/x\">"),
      ("end <img src=\"", "end <img src=\""),
      // FD-142
      ("<a href=\"https://a.example/\">a.example</a>\n\nText", "a.example\n\nText"),
    ]
    try await inWorld { world, client in
      for (body, expected) in vectors {
        let id = try client.notify(Notify("markup", body: body, timeout: 0))
        // A removed tag may leave the space that stood beside it.
        let shown = try client.inspect(id)["body"].string ?? ""
        #expect(shown == expected || shown.drop { $0 == " " } == expected, "\(body)")
      }
    }
  }

  @Test("FD-060 long texts are cut at a character, and the call succeeds", .needsHark)
  func longTexts() async throws {
    try await inWorld(.x11) { world, client in
      let family = "👨‍👩‍👧‍👦"
      let id = try client.notify(
        Notify(
          String(repeating: family, count: 1000),
          body: "<b>" + String(repeating: "é ", count: 100_000),
          timeout: 0
        )
      )
      let entry = try client.inspect(id)
      let (title, body) = (entry["title"].string ?? "", entry["body"].string ?? "")
      #expect(title.hasSuffix("…") && title.utf8.count <= 4096 + 3)
      #expect(title.dropLast().allSatisfy { String($0) == family })
      #expect(body.hasSuffix("…") && body.utf8.count <= 65536 + 3)
      // F21: the popup is no longer than the screen, and the daemon goes on.
      let area = try #require(try world.popups(1).areas.first)
      #expect(area.maxY <= DisplayServer.size.height)
    }
  }

  @Test("FD-061, F26 a message with invalid UTF-8 costs only its sender the connection", .needsHark)
  func invalidUTF8() async throws {
    try await inWorld { world in
      let (good, bad) = (try world.connect(), try world.connect())
      let id = try good.notify(Notify("before", timeout: 0))
      try bad.send(
        Notify("MARKER"),
        replacing: Array("MARKER".utf8),
        by: [0x4d, 0xff, 0xfe, 0xc0, 0x80, 0x52]
      )
      try wait(until: "the bus to drop the sender") {
        try bad.arrivals().contains { $0.kind == "gone" }
      }
      #expect(try good.inspect(id)["title"] == "before")
      #expect(try good.story().isEmpty)
    }
  }

  @Test(
    "FD-059 an override in one text turns no other; texts of every kind are drawn",
    arguments: [
      "\u{202e}reversed", "\u{2066}\u{2067}", String(repeating: "\u{300}", count: 500),
      "\u{fdfd}\u{12219}", String(repeating: "W", count: 4000), "\u{ad}", "tab\ttab",
    ]
  )
  func oddTexts(text: String) async throws {
    try await inWorld(.x11) { world, client in
      try client.notify(Notify(text, body: text, actions: ["k", text], timeout: 0, appName: text))
      try world.popups(1)
      try client.notify(Notify("plain", timeout: 0))
      try world.popups(2)
    }
  }
}
