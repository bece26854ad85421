import Foundation
import TestSupport
import Testing

/// `docs/watch.md` and `examples/waybar.sh`.
@Suite(.needsHark, .needs("script")) struct WatchDocsTests {
  private static let page = text(of: Programs.root + "/docs/watch.md")

  @Test("every command of docs/watch.md prints what the page says")
  func page() async throws {
    let steps = Step.all(in: Self.page)
    #expect(steps.count > 5)
    try await inWorld(daemon: nil) { try follow(steps, in: $0) }
  }

  @Test("docs/watch.md has every event and every key that hark watch tells")
  func fields() async throws {
    try await inWorld(.x11) { world, client in
      let output = world.folder + "/events"
      try world.start([Programs.control, "watch", "--json"], output: .file(output))
      try wait(until: "it to watch") { text(of: output).contains("connected") }
      let stranger = try world.connectStranger()
      let hints = """
        {'category': <'im'>, 'x-hark-tag': <'t'>, 'value': <4>, 'sound-name': <'bell'>,
        'x-hark-timestamp': <int64 5>, 'resident': <true>}
        """
      var notify = Notify(
        "one",
        body: "<b>b</b>",
        actions: ["k", "K"],
        hints: hints,
        timeout: 5000
      )
      notify.icon = "mail"
      let id = try stranger.notify(notify)
      try world.popups(1)
      let app = try stranger.principal()
      for words in [["permission", "set", app, "granted"], ["mute", app], ["quiet", "on"]] {
        _ = try run([Programs.control] + words, environment: world.environment)
      }
      _ = try stranger.notify(Notify("held"))
      _ = try world.hark("badge", "set", "app:org.example.Mail", "3")
      _ = try stranger.closeNotification(id)
      try world.daemon?.stop()
      try wait(until: "the end") { text(of: output).contains("disconnected") }
      var told: Set<String> = []
      for line in text(of: output).split(separator: "\n") {
        let event = try JSON(parsing: String(line))
        let name = try #require(event["event"].string)
        told.insert(name)
        // What an app is, `hark apps` tells.
        if name != "app" { told.formUnion(event.keys.filter { $0 != "event" }) }
      }
      for word in told { #expect(Self.page.contains("`\(word)`"), "\(word)") }
      let events = [
        "connected", "added", "changed", "removed", "state", "permission", "app", "badge",
        "disconnected",
      ]
      #expect(told.isSuperset(of: events), "\(told)")
    }
  }

  @Test("examples/waybar.sh: how many are unread, quiet, and that harkd has gone")
  func script() async throws {
    try await inWorld { world, client in
      let output = world.folder + "/module"
      let path = "\(Programs.root)/.build/release:/usr/bin:/bin"
      try world.start(
        [Programs.root + "/examples/waybar.sh"],
        output: .file(output),
        with: ["PATH": path]
      )
      func expect(_ key: String, _ value: String, _ text: String) throws {
        try wait(until: "\(value) \(text)") {
          let line = TestSupport.text(of: output).split(separator: "\n").last ?? "{}"
          let json = try JSON(parsing: String(line))
          return json[key].string == value && json["text"].string == text
        }
      }
      try expect("class", "read", "0")
      // What an app says of itself does not look like the daemon's words.
      _ = try client.call(
        .init("Inhibit", "ssa{sv}", #"('firefox', '"quiet":true,"unread":77,', {})"#)
      )
      try client.notify(Notify(#","unread":55,"#, timeout: 0))
      try expect("class", "quiet", "1")
      _ = try world.hark("inhibit", "clear")
      try expect("class", "unread", "1")
      #expect(try world.hark("read", "--all").succeeded)
      try expect("class", "read", "0")
      try world.daemon?.stop()
      try expect("alt", "gone", "")
    }
  }

  @Test(
    "the module of docs/watch.md in waybar: it appears, and goes by what is unread",
    .needs("waybar")
  )
  func waybar() async throws {
    try await inWorld(.sway) { world, client in
      let block = try #require(Self.page.components(separatedBy: "```json\n").last)
      let module = try #require(block.components(separatedBy: "```").first)
        .replacing("/path/to/hark", with: Programs.root)
      let place = world.folder + "/waybar"
      try "{\"layer\": \"top\", \"modules-left\": [\"custom/hark\"],\n\(module)}"
        .write(toFile: place, atomically: true, encoding: .utf8)
      try """
      * { font-size: 20px; border: none; }
      #custom-hark { padding: 0 20px; color: #000000; }
      #custom-hark.unread { background: #ff0000; }
      #custom-hark.read { background: #00ff00; }
      """.write(toFile: place + ".css", atomically: true, encoding: .utf8)
      try world.start(
        ["waybar", "-c", place, "-s", place + ".css"],
        with: [
          "PATH": "\(Programs.root)/.build/release:/usr/bin:/bin", "XDG_CURRENT_DESKTOP": "sway",
        ]
      )
      func expect(_ colour: Colour, _ name: String) throws {
        try wait(until: name, limit: .seconds(20)) {
          try world.screenshot().count(of: colour, tolerance: 8) > 300
        }
        if let folder = Programs.variable("HARK_TEST_PICTURES") {
          try world.saveScreenshot(to: folder + "/waybar-\(name).png")
        }
      }
      try expect(Colour(0, 255, 0), "read")
      _ = try world.hark("popups", "off")
      for number in 1...3 { _ = try client.notify(Notify("\(number)", timeout: 0)) }
      try expect(Colour(255, 0, 0), "unread")
      _ = try world.hark("read", "--all")
      try expect(Colour(0, 255, 0), "read again")
    }
  }
}
