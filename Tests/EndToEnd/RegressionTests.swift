import TestSupport
import Testing

/// Inputs that broke other daemons (requirements, what broke others) and that no other file holds.
///
/// The oracle
/// is the same for all: an answer, a popup, the same process, and the next one is shown too.
@Suite struct RegressionTests {
  @Test(
    "F4..F8, F13, F14, F28 pictures by name or file: text all the same",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func files(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      let fifo = world.folder + "/fifo"
      #expect(try world.run("mkfifo", fifo).succeeded)
      let sources = [
        "data:image/png;base64," + String(repeating: "iVBORw0KGgo", count: 2000),  // F4
        "/usr/share/icons/x.svg", "/tmp/.org.chromium.Chromium.scoped_dir/gone.png",  // F5, F6
        "/tmp/cmus_art.png", "/tmp/cmus_art.png", "/tmp/cmus_art.png",  // F7
        "file:///a%20b.png", "/a%20b.png", "dialog-information",  // F13
        fifo, "/dev/zero", "/dev/stdin", "/", "../x", "", "a/b", "file://host/x.png",
        "http://e.org/x.png",
        String(repeating: "n", count: 100_000), "\u{1}", "%s%s%n",
      ]
      for (i, source) in sources.enumerated() {
        let id = try client.notify(
          Notify(
            "file \(i)",
            body: "<img src=\"\(source.prefix(200))\" alt=\"alt\">",
            hints: "{'image-path': <\(quoted(source))>, 'image_path': <\(quoted(source))>}",
            timeout: 0
          ).with { $0.icon = source }
        )
        try world.popups(1)
        #expect(!(try client.inspect(id)["image"].isTrue))
        // F8: the same again while it is shown.
        for _ in 0..<3 {
          try client.notify(Notify("file \(i)", timeout: 0, replaces: id).with { $0.icon = source })
        }
        try world.takeAway([id], client)
      }
      // F28: nothing to show still has a height.
      let empty = try client.notify(Notify("", timeout: 0, appName: ""))
      let area = try world.popups(1).areas[0]
      #expect(area.height > 10)
      try world.takeAway([empty], client)
    }
  }

  @Test(
    "F1..F3, F9, F10, F12 after every bad hint the next popup is mapped",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func afterBadHints(screen: Screen) async throws {
    let hints = [
      "{'image-data': <(8, 8, 32, true)>}", "{'urgency': <'high'>}", "{'urgency': <int32 2>}",
      "{'x-complex': <{'a': <[(1, {'b': <@av []>})]>}>}",
      "{'image-data': <(2, 1, 12, true, 8, 4, [byte 1, 2, 3, 4, 5, 6, 7, 8])>}",
      "{'image-data': <(16, 16, 61, false, 16, 3, [byte 0])>}", "{'value': <'x'>}",
      "{'desktop-entry': <''>}",
      "{'desktop-entry': <'../../etc/passwd'>}", "{'category': <''>}",
      "{'sound-file': <'/dev/zero'>}",
    ]
    try await inWorld(screen) { world, client in
      for text in hints {
        let bad = try client.notify(Notify("bad", hints: text, timeout: 0))
        let good = try client.notify(Notify("good", timeout: 0))
        try world.popups(2)
        try world.takeAway([bad, good], client)
      }
      #expect(try client.signals().allSatisfy { $0.signature == "uu" })  // F59
    }
  }

  @Test("F30, F34 many in a loop from processes of their own", .needsHark)
  func loop() async throws {
    try await inWorld(.sway) { world in
      let script = "for i in $(seq 30); do notify-send -t 0 \"loop $i\" & done; wait"
      #expect(try world.run("sh", "-c", script, limit: .seconds(40)).succeeded)
      let client = try world.connect()
      #expect(try client.live().count == 30)
      let picture = try world.picture(of: "a full stack") { $0.regions().count == shownAtOnce + 1 }
      #expect(picture.regions().allSatisfy { $0.maxY <= DisplayServer.size.height })
      #expect(try world.hark("close", "--all").succeeded)
      try world.popups(0)
      try client.notify(Notify("after", timeout: 0, appName: "other"))
      try world.popups(1)
    }
  }

  @Test("F16, F19, F20 tags are on no screen, whatever they were", .needsHark)
  func tagsOnScreen() async throws {
    try await inWorld(.x11) { world, client in
      let bodies = ["<b>bold</b>", "bold"]
      var widths: [Int] = []
      for body in bodies {
        let id = try client.notify(Notify("t", body: body, timeout: 0))
        let (areas, picture) = try world.popups(1)
        let lower = Area(
          x: areas[0].x,
          y: areas[0].y + areas[0].height / 2,
          width: areas[0].width,
          height: areas[0].height / 2
        )
        let inner = lower.inset(by: 6)
        let ground = picture.commonColour(in: inner)
        let ink = (inner.x..<inner.maxX).filter { x in
          (inner.y..<inner.maxY).contains { picture[x, $0].distance(to: ground) > 60 }
        }
        widths.append((ink.last ?? 0) - (ink.first ?? 0))
        try world.takeAway([id], client)
      }
      // Bold is a little wider than plain; with its tags it would be three times as wide.
      #expect(widths[0] > widths[1] && widths[0] < widths[1] * 3 / 2, "\(widths)")
    }
  }
}
