import Foundation
import TestSupport
import Testing

/// What `[[rule]]` says becomes of what is sent (demand 45).
@Suite struct RuleTests {
  private func start(_ world: World, _ rules: String) throws -> Client {
    try world.configure(rules)
    try world.startDaemon()
    return try world.connect()
  }

  @Test(
    "demand 45 rules decide about urgency, time, popup, list, close, and each says so",
    .needsHark
  )
  func decide() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      let client = try start(
        world,
        """
        [[rule]]
        name = "calm down"
        match = { summary = "*sale*" }
        set = { urgency = "low", timeout = 0 }
        [[rule]]
        match = { summary = "/secret/i" }
        set = { popup = false, history = false }
        [[rule]]
        match = { summary = "drop *" }
        set = { drop = true }
        [[rule]]
        match = { app_name = "chatty" }
        set = { keep_after_close = true }
        [[rule]]
        match = { summary = "elsewhere" }
        set = { centre = false }
        """
      )
      let sale = try client.notify(Notify("big sale", hints: "{'urgency': <byte 2>}", timeout: 50))
      let secret = try client.notify(Notify("A Secret", timeout: 0))
      let gone = try client.notify(Notify("drop me", timeout: 0))
      #expect(try client.closed(gone) == 4)
      try wait(until: "the sale on the screen") { try client.state(of: sale) == "shown" }
      let live = try client.live()
      #expect(live[sale]?["urgency"] == 0 && live[sale]?["expires"].isNull == true)
      #expect(live[secret]?["state"] == "held" && live[secret]?["reason"] == "rule")
      let why = try world.hark("explain", "\(sale)").output
      #expect(why.contains("config.toml:1 \"calm down\""), "\(why)")

      // The sender is told that it is closed; the user keeps it.
      let kept = try client.notify(Notify("stay", timeout: 0, appName: "chatty"))
      #expect(try client.closeNotification(kept).kind == "reply")
      #expect(try client.closed(kept) == 3)
      #expect(try client.live()[kept] != nil)

      // On the screen, and not in the list.
      let unlisted = try client.notify(Notify("elsewhere", timeout: 0))
      try wait(until: "it on the screen") { try client.inspect(unlisted)["state"] == "shown" }
      #expect(try client.live()[unlisted] == nil)
      #expect(try !world.hark("list").output.contains("elsewhere"))
    }
  }

  @Test(
    "WEB-310 FD-163 FD-242 FD-299 group, icon, sound and whether it is stored are told, as sent or as ruled",
    .needsHark
  )
  func told() async throws {
    try await inWorld(daemon: nil) { world in
      let client = try start(
        world,
        """
        [[rule]]
        match.summary = "ruled"
        set = { group = "mail", icon = "mail-unread", sound = "bell", store = false }
        [[rule]]
        match.summary = "silent"
        set.sound = "none"
        """
      )
      func told(_ id: UInt32) throws -> [String?] {
        let entry = try client.inspect(id)
        return ["group", "icon", "sound"].map { entry[$0].string } + [entry["storable"].line]
      }
      func notify(_ title: String, _ hints: String = "", icon: String = "own") throws -> UInt32 {
        try client.notify(Notify(title, hints: hints, timeout: 0).with { $0.icon = icon })
      }
      let sender = try client.principal()
      let ring = "'sound-name': <'ring'>"
      let plain = try notify("plain", icon: "")
      #expect(try told(plain) == [sender, nil, nil, "true"])
      #expect(try told(notify("own", "{\(ring)}")) == [sender, "own", "ring", "true"])
      let file = try notify("file", "{\(ring), 'sound-file': <'/a.oga'>}")
      #expect(try told(file) == [sender, "own", "/a.oga", "true"])
      let quiet = try notify("quiet", "{\(ring), 'suppress-sound': <true>}")
      #expect(try told(quiet) == [sender, "own", nil, "true"])
      #expect(try told(notify("silent", "{\(ring)}")) == [sender, "own", nil, "true"])

      let ruled = try notify("ruled", "{\(ring)}")
      let wanted = ["mail", "mail-unread", "bell", "false"]
      #expect(try told(ruled) == wanted)
      #expect(try client.live()[ruled]?["group"] == "mail")
      let why = try world.hark("explain", "\(ruled)").output
      #expect(why.contains(#"group = "mail", icon = "mail-unread", sound = "bell", store = false"#))
      _ = try client.center("Dismiss", "au", "([\(ruled)],)")
      try wait(until: "its end") { try client.inspect(ruled)["state"] == "closed" }
      #expect(try told(ruled) == wanted)
    }
  }

  @Test(
    "demand 24 a rule's program has the texts in its environment, and no shell reads them",
    .needsHark
  )
  func programs() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      let out = world.folder + "/ran"
      let script = world.folder + "/hook"
      try makeProgram(
        script,
        """
        #!/bin/sh
        printf '%s|%s|%s|%s|%s\\n' "$1" "$HARK_EVENT" "$HARK_SUMMARY" "$HARK_ACTION" "$HARK_REASON" >>"\(out)"
        """
      )
      let client = try start(
        world,
        """
        [[rule]]
        [rule.set]
        run = [
          { command = ["\(script)", "a b; $(reboot)"], on = "shown" },
          { command = ["\(script)", "x"], on = "action" },
          { command = ["\(script)", "x"], on = "closed" },
        ]
        """
      )
      func lines() -> [String] { text(of: out).split(separator: "\n").map(String.init) }
      let id = try client.notify(
        Notify("$(touch /tmp/never) `id`", actions: ["go", "Go"], timeout: 0)
      )
      try wait(until: "the program of its showing") { lines().count == 1 }
      _ = try client.invoke(id, "go")
      try wait(until: "those of the action and the end") { lines().count == 3 }
      #expect(
        Set(lines()) == [
          "a b; $(reboot)|shown|$(touch /tmp/never) `id`||",
          "x|action|$(touch /tmp/never) `id`|go|", "x|closed|$(touch /tmp/never) `id`||2",
        ]
      )
    }
  }

  @Test("a regular expression that would take for ever costs one line of the log", .needsHark)
  func backtracking() async throws {
    try await inWorld(daemon: nil) { world in
      let client = try start(
        world,
        "[[rule]]\nmatch = { body = '/^(a+)+$/' }\nset = { popup = false }\n"
      )
      let body = String(repeating: "a", count: 4000) + "b"
      for _ in 0..<3 { _ = try client.notify(Notify("t", body: body, timeout: 0)) }
      let log = try #require(world.daemon?.log)
      #expect(log.components(separatedBy: "no answer in time").count == 2, "\(log)")
    }
  }
}
