import Foundation
import TestSupport
import Testing

/// What the user's tools see and do (requirements, control and the user's settings).
@Suite struct CenterTests {
  @Test("WEB-300 the properties: types, who may write, what a wrong value gets", .needsHark)
  func properties() async throws {
    try await inWorld { world, client in
      let first = try client.properties()
      #expect(first["Enabled"] == true && first["QuietMode"] == false && first["QuietUntil"] == 0)
      #expect(first["Quiet"] == false && first["QuietReasons"] == [] && first["Modes"] == [])
      #expect(first["UnreadCount"] == 0 && first["Inhibitions"] == [])

      let xml = try world.run(
        "gdbus",
        "introspect",
        "--session",
        "--xml",
        "--dest",
        "org.hark.Daemon",
        "--object-path",
        "/org/hark/Daemon"
      ).output
      for name in ["Enabled", "QuietMode", "QuietUntil"] {
        #expect(xml.contains(try Regex("name=\"\(name)\" type=\"[bx]\" access=\"readwrite\"")))
      }
      for name in ["Quiet", "QuietReasons", "Modes", "UnreadCount"] {
        #expect(xml.contains(try Regex("name=\"\(name)\" type=\"[asbu]+\" access=\"read\"")))
      }
      #expect(xml.contains("org.freedesktop.DBus.Property.EmitsChangedSignal\" value=\"true\""))

      let table = [
        ("'org.hark.Center1', 'QuietMode', <1>", "InvalidArgs"),
        ("'org.hark.Center1', 'QuietUntil', <int32 5>", "InvalidArgs"),
        ("'org.hark.Center1', 'Enabled', <<true>>", "InvalidArgs"),
        ("'org.hark.Center1', 'Quiet', <true>", "PropertyReadOnly"),
        ("'org.hark.Center1', 'None', <true>", "UnknownProperty"),
      ]
      for (arguments, error) in table {
        let answer = try client.property("Set", "ssv", "(\(arguments))")
        #expect(answer.error == "org.freedesktop.DBus.Error.\(error)", "\(arguments)")
      }
      #expect(try client.properties() == first)
      try client.set("QuietMode", "<true>")
      #expect(try client.properties()["QuietReasons"] == ["manual"])
      #expect(try world.hark("quiet", "status").output == "quiet: manual\n")
    }
  }

  @Test(
    "WEB-453 WEB-300 a change reaches each watcher, as a signal and as properties, and nobody else",
    .needsHark
  )
  func watchers() async throws {
    try await inWorld { world in
      let watchers = [try world.connect(), try world.connect()]
      let stranger = try world.connectStranger()
      try stranger.listen("type='signal',path='/org/hark/Daemon'")
      for watcher in watchers { _ = try watcher.center("Watch", "a{sv}", "({},)") }
      let start = monotonicNanoseconds()
      _ = try watchers[0].center("SetModes", "as", "(['work'],)")
      for watcher in watchers {
        let signal = try wait(for: "the state") {
          try watcher.arrivals().first { $0.member == "StateChanged" }
        }
        #expect(signal.values[0]["modes"] == ["work"] && signal.values[0]["quiet"] == false)
        // A tenth of a second is asked for; the slack is the machine's.
        #expect(milliseconds(from: start, to: signal.time) < 1000)
        let changed = try #require(
          try watcher.arrivals().first { $0.member == "PropertiesChanged" }
        )
        #expect(changed.values[0] == "org.hark.Center1")
        #expect(changed.values[1] == ["Modes": ["work"]])
      }
      // By the command line, too, and each change once.
      #expect(try world.hark("quiet", "on").succeeded)
      #expect(try world.hark("mute", "app:org.example.Noisy").succeeded)
      for watcher in watchers {
        let app = try wait(for: "the app") {
          try watcher.arrivals().first { $0.member == "AppChanged" }
        }
        #expect(app.values[0] == "app:org.example.Noisy" && app.values[1]["muted"] == true)
        #expect(try watcher.arrivals().count { $0.member == "StateChanged" } == 2)
      }
      try stranger.settle()
      let overheard = try stranger.arrivals().filter {
        $0.kind == "signal" && $0.json["path"] == "/org/hark/Daemon"
      }
      #expect(overheard.isEmpty, "\(overheard.map(\.json.line))")
    }
  }

  @Test("WEB-301 a muted app is listed, and raises no popup", .needsHark)
  func mute() async throws {
    try await inWorld(.x11) { world, client in
      let stranger = try world.connectStranger()
      let principal = try #require(
        try client.inspect(try stranger.notify(Notify("before", timeout: 0)))["principal"].string
      )
      try world.popups(1)
      #expect(try world.hark("mute", principal).succeeded)
      let muted = try stranger.notify(Notify("quietly", hints: "{'urgency': <byte 2>}"))
      let other = try client.notify(Notify("aloud", timeout: 0))
      try world.popups(2)
      let live = try client.live()
      #expect(live[muted]?["reason"] == "muted" && live[other]?["state"] == "shown")
      #expect(try client.properties()["UnreadCount"] == 1)
      let app = try #require(
        try world.harkJSON("apps").first { $0["app"].string == principal }
      )
      #expect(app["muted"] == true && app["live"] == 2 && app["today"] == 2)
      #expect(app["permission"] == "default" && app["level"] == "program")

      let bare = String(principal.drop { $0 != ":" }.dropFirst())
      #expect(try world.hark("unmute", bare).succeeded)
      _ = try stranger.notify(Notify("again", timeout: 0))
      try world.popups(3)
      let unknown = try world.hark("mute", "org.example.Nobody")
      #expect(unknown.status == .exited(1) && unknown.errors.contains("org.example.Nobody"))
      #expect(try client.center("DismissApp", "s", "(\(quoted(principal)),)").kind == "reply")
      try world.popups(1)
      #expect(try stranger.signals().allSatisfy { $0.values.last == 2 })
    }
  }

  @Test("WEB-302 popups off: nothing on the screen, all of it in the list", .needsHark)
  func switchedOff() async throws {
    try await inWorld(.x11) { world, client in
      let shown = try client.notify(Notify("shown", timeout: 0))
      try world.popups(1)
      #expect(try world.hark("popups", "off").succeeded)
      #expect(try client.closed(shown) == 1)
      let held = try client.notify(Notify("held", hints: "{'urgency': <byte 2>}", timeout: 0))
      try world.popups(0)
      #expect(try client.live()[held]?["reason"] == "off")
      for words in [["popups"], ["popups", "status"]] {
        #expect(
          try run([Programs.control] + words, environment: world.environment).output == "off\n"
        )
      }
      #expect(try world.hark("popups", "on").succeeded)
      _ = try client.notify(Notify("new", timeout: 0))
      try world.popups(1)
    }
  }

  @Test("a snoozed one goes, and comes back with its actions", .needsHark)
  func snooze() async throws {
    try await inWorld(.x11) { world, client in
      let id = try client.notify(Notify("later", actions: ["k", "Label"], timeout: 0))
      try world.popups(1)
      #expect(try world.hark("snooze", "\(id)", "2s").succeeded)
      try world.popups(0)
      #expect(try client.live()[id]?["state"] == "snoozed")
      try world.popups(1, within: .seconds(15))
      #expect(try client.live()[id]?["state"] == "shown")
      #expect(try client.story().isEmpty)
      _ = try client.invoke(id, "k")
      #expect(try client.story() == ["ActionInvoked(\(id),k)", "NotificationClosed(\(id),2)"])
      #expect(try world.hark("snooze", "\(id)", "2s").status == .exited(1))
    }
  }

  @Test("hark explain: where one came from and what became of it, live and past", .needsHark)
  func explain() async throws {
    try await inWorld(.x11) { world, client in
      let id = try client.notify(Notify("why", timeout: 60_000))
      try world.popups(1)
      let steps = try world.hark("explain", "\(id)").lines
      #expect(steps.contains { $0.hasPrefix("from script:") }, "\(steps)")
      #expect(
        steps.contains { $0.hasPrefix("identity: ") }
          && steps.contains { $0.hasPrefix("evidence: ") }
      )
      #expect(steps.contains { $0.hasPrefix("permission: ") })
      #expect(steps.contains { $0.hasPrefix("on the screen ") })
      #expect(steps.contains { $0.hasSuffix("its sender gives it 60 s") })
      #expect(try world.hark("close", "\(id)").succeeded)
      let past = try #require(try world.harkJSON("explain", "\(id)").first)
      #expect(
        past["steps"].list.last?.string?.hasSuffix("the user dismissed it, or chose an action")
          == true
      )
      #expect(try world.hark("explain", "4242").status == .exited(1))
    }
  }

  @Test("WEB-323 past the day's share the user is offered to mute, and that works", .needsHark)
  func advice() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      try world.configure("daily_limit = 3\n")
      try world.startDaemon()
      let client = try world.connect()
      let ids = try (0..<5).map { try client.notify(Notify("\($0)", timeout: 0)) }
      let advice = try #require(
        try client.all().values.first { $0["app_name"] == "hark" }
      )
      #expect(advice["title"].string?.contains("has sent more than 3") == true)
      #expect(try client.live()[ids[4]]?["reason"] == "daily limit")
      try world.popups(4)
      // Whoever listens to everything hears nothing of hark's own.
      try client.listen("type='signal',interface='\(busName)'")
      _ = try client.invoke(UInt32(advice["id"].integer ?? 0), "mute")
      try world.popups(3)
      try client.settle()
      #expect(try client.signals().isEmpty)
      #expect(try world.harkJSON("apps").contains { $0["muted"] == true })
      _ = try client.notify(Notify("more", timeout: 0))
      #expect(try client.all().values.count { $0["app_name"] == "hark" } == 0)
    }
  }
}
