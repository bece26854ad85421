import Foundation
import TestSupport
import Testing

/// The programs `harkd` and `hark` as commands.
@Suite struct CommandLineTests {
  @Test("harkd: exit codes and its own help", .needsHark)
  func daemon() async throws {
    try await inWorld(daemon: nil) { world in
      let program = Programs.daemon[0]
      let help = try world.run(program, "--help")
      #expect(help.succeeded && help.output.contains("--replace"))
      let version = try world.run(program, "--version")
      #expect(version.succeeded && version.output.contains(/[0-9]+\.[0-9]+\.[0-9]+/))
      for words in [["--nonsense"], ["word"]] {
        let wrong = try run([program] + words, environment: world.environment)
        #expect(wrong.status == .exited(2) && wrong.errors.contains(words[0]), "\(wrong.errors)")
      }
      let noBus = try world.run(
        program,
        with: ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(world.folder)/none"]
      )
      #expect(noBus.status == .exited(1))
      #expect(noBus.errors.split(separator: "\n").count == 1, "\(noBus.errors)")
      // Nothing that autolaunches a bus of its own.
      let none = try world.run(
        "env",
        "-u",
        "DBUS_SESSION_BUS_ADDRESS",
        "XDG_RUNTIME_DIR=\(world.folder)/home",
        program
      )
      #expect(none.status == .exited(1), "\(none.status) \(none.errors)")
    }
  }

  @Test("hark: help for each command, exit codes, errors that name the cure", .needsHark)
  func usage() async throws {
    try await inWorld(daemon: nil) { world in
      let commands = [
        "list", "watch", "show", "close", "invoke", "snooze", "read", "history", "inspect",
        "explain",
        "send", "quiet",
        "mode", "popups", "apps", "mute", "unmute", "badge", "inhibit", "attach", "config",
        "rules", "doctor", "version",
      ]
      let help = try world.hark("--help")
      #expect(help.succeeded)
      for command in commands {
        #expect(help.output.contains(command))
        let own = try world.hark(command, "--help")
        #expect(own.succeeded && own.output.contains("hark \(command)"), "\(command)")
      }
      let wrong = [
        [], ["nonsense"], ["list", "--nonsense"], ["close"], ["close", "x"], ["close", "0"],
        ["close", "4294967296"], ["invoke"], ["inspect"], ["show"], ["send"],
        ["send", "--urgency", "loud", "t"], ["list", "surplus"], ["snooze", "1", "20"], ["mode"],
        ["mode", "add"], ["popups", "loud"], ["inhibit", "none"], ["mute"], ["quiet", "--locked"],
        ["quiet", "--until", "25:00"], ["quiet", "--while"], ["quiet", "nonsense"],
      ]
      for words in wrong {
        let outcome = try run([Programs.control] + words, environment: world.environment)
        #expect(
          outcome.status == .exited(2) && !outcome.errors.isEmpty,
          "\(words): \(outcome.status)"
        )
      }
      // FD: it starts no daemon, and says that there is none.
      for words in [
        ["list"], ["close", "1"], ["invoke", "1"], ["inspect", "1"], ["show", "1"], ["quiet"],
        ["quiet", "on"], ["mode", "list"], ["apps"], ["popups", "off"], ["explain", "1"],
      ] {
        let outcome = try run([Programs.control] + words, environment: world.environment)
        #expect(outcome.status == .exited(3) && outcome.errors.contains("harkd"), "\(words)")
      }
      #expect(try world.hark("version").succeeded)
      // With nobody to ask, doctor has still something to say.
      let doctor = try world.hark("doctor")
      #expect(doctor.status != .exited(2) && !doctor.output.isEmpty, "\(doctor.output)")
    }
  }

  @Test("hark list, inspect, show, invoke, close on what is live", .needsHark)
  func live() async throws {
    try await inWorld { world, client in
      #expect(try world.harkJSON("list").isEmpty)
      let id = try client.notify(
        Notify(
          "a \"title\"\u{202e}",
          body: "<b>body</b>\nof two lines",
          actions: ["default", "", "k", "Label"],
          hints:
            "{'urgency': <byte 2>, 'value': <int32 7>, 'category': <'im'>, 'resident': <true>}",
          timeout: 60_000,
          appName: "the app"
        )
      )
      let listed = try world.harkJSON("list")
      #expect(listed.count == 1)
      for entry in [listed[0], try #require(try world.harkJSON("inspect", "\(id)").first)] {
        let expected: [String: JSON] = [
          "id": .integer(Int64(id)), "app_name": "the app", "body": "body\nof two lines",
          "body_raw": "<b>body</b>\nof two lines", "urgency": 2, "progress": 7, "category": "im",
          "resident": true, "transient": false, "image": false,
        ]
        for (key, value) in expected { #expect(entry[key] == value, "\(key): \(entry[key])") }
        #expect(entry["title"].string?.contains("\"title\"") == true)
        #expect(entry["actions"].list.count == 2 && entry["actions"][1]["title"] == "Label")
        let now = try #require(Int64(try world.run("date", "+%s%3N").lines[0]))
        let created = try #require(entry["created"].integer)
        #expect(abs(now - created) < 60_000)
        if let expires = entry["expires"].integer {
          #expect(abs(expires - created - 60_000) < 5000)
        }
      }
      for words in [["list"], ["show", "\(id)"], ["inspect", "\(id)"]] {
        let text = try run([Programs.control] + words, environment: world.environment)
        #expect(text.succeeded && text.output.contains("the app"), "\(words): \(text.output)")
        // Nothing that a terminal would obey or turn around.
        #expect(
          !text.output.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" },
          "\(words)"
        )
      }
      #expect(try world.hark("invoke", "\(id)", "k").succeeded)
      #expect(try world.hark("invoke", "\(id)", "none").status == .exited(1))
      #expect(try client.story() == ["ActionInvoked(\(id),k)"])
      #expect(try world.hark("close", "\(id)").succeeded)
      #expect(try world.hark("close", "\(id)").status == .exited(1))
      #expect(try client.closed(id) == 2)
      #expect(try world.hark("inspect", "4242").status == .exited(1))
    }
  }

  @Test("hark watch tells what comes, changes and goes, over a restart of the daemon", .needsHark)
  func watch() async throws {
    try await inWorld { world, client in
      let before = try client.notify(Notify("before", timeout: 0))
      let output = world.folder + "/watched"
      let watcher = try world.start([Programs.control, "watch", "--json"], output: .file(output))
      func events() throws -> [JSON] {
        try text(of: output).split(separator: "\n").map { try JSON(parsing: String($0)) }
      }
      func wait(event: String, _ id: UInt32? = nil) throws {
        try TestSupport.wait(until: "\(event) \(id ?? 0)") {
          try events().contains {
            $0["event"].string == event && (id == nil || $0["id"].integer == Int64(id ?? 0))
          }
        }
      }
      try wait(event: "live", before)
      let id = try client.notify(Notify("new", timeout: 0))
      try wait(event: "added", id)
      try client.notify(Notify("changed", timeout: 0, replaces: id))
      try wait(event: "changed", id)
      _ = try client.closeNotification(id)
      try wait(event: "removed", id)
      #expect(try events().last { $0["event"] == "removed" }?["reason"] == 3)
      #expect(
        try events().filter { $0["event"] == "changed" }.allSatisfy { $0["title"] == "changed" }
      )
      try world.daemon?.stop()
      try wait(event: "disconnected")
      try world.startDaemon()
      try TestSupport.wait(until: "it to follow the next") {
        try events().filter { $0["event"] == "connected" }.count == 2
      }
      let again = try client.notify(Notify("of the next", timeout: 0))
      try TestSupport.wait(until: "the next one's") {
        try events().contains {
          $0["event"] == "added" && $0["title"] == "of the next" && $0["id"].integer == Int64(again)
        }
      }
      #expect(watcher.isRunning)
    }
  }

  @Test("hark watch that fell behind is told so, and tells anew what is live", .needsHark)
  func watchFallsBehind() async throws {
    try await inWorld { world, client in
      let output = world.folder + "/watched"
      let watcher = try world.start(
        [Programs.control, "watch", "--json"],
        output: .file(output),
        log: "words"
      )
      func events(_ name: String) throws -> [JSON] {
        try text(of: output).split(separator: "\n").map { try JSON(parsing: String($0)) }
          .filter { $0["event"].string == name }
      }
      try wait(until: "it to watch") { try events("connected").count == 1 }
      watcher.signal(SIGSTOP)
      let body = String(repeating: "long ", count: 10_000)
      let ids = try (0..<30).map { try client.notify(Notify("\($0)", body: body, timeout: 0)) }
      watcher.signal(SIGCONT)
      try wait(until: "it to begin anew") { try events("live").count == ids.count }
      #expect(try events("disconnected").count == 1 && events("connected").count == 2)
      #expect(try events("connected").allSatisfy { $0["version"] == 1 })
      #expect(
        text(of: world.folder + "/words")
          == "hark: fell behind and missed what happened since; what is live now:\n"
      )
      #expect(try events("added").count < ids.count)
      let next = try client.notify(Notify("next", timeout: 0))
      try wait(until: "the next") {
        try events("added").contains { $0["id"].integer == Int64(next) }
      }
    }
  }

  @Test("hark send: its options, --wait and its exit codes", .needsHark)
  func send() async throws {
    try await inWorld { world, client in
      let sent = try world.hark(
        "send",
        "--app",
        "sender",
        "--urgency",
        "low",
        "--timeout",
        "0",
        "--progress",
        "30",
        "--category",
        "im",
        "--tag",
        "t",
        "--resident",
        "--hint",
        "int:x-hint:5",
        "--action",
        "k=Label",
        "--print-id",
        "a title",
        "a body"
      )
      let id = try #require(UInt32(sent.lines.first ?? ""), "\(sent.errors)")
      let entry = try client.inspect(id)
      let expected: [String: JSON] = [
        "title": "a title", "body": "a body", "app_name": "sender", "urgency": 0, "progress": 30,
        "category": "im", "tag": "t", "resident": true,
      ]
      for (key, value) in expected { #expect(entry[key] == value, "\(key)") }
      #expect(entry["hints"]["x-hint"] == 5)

      let output = world.folder + "/waited"
      let waiting = try world.start(
        [
          Programs.control, "send", "--wait", "--print-id", "--timeout", "0", "--action", "yes=Yes",
          "question",
        ],
        output: .file(output)
      )
      let asked = try TestSupport.wait(for: "the id") {
        text(of: output).split(separator: "\n").first.flatMap { UInt32($0) }
      }
      _ = try client.invoke(asked, "yes")
      #expect(try waiting.ended() == .exited(0))
      #expect(text(of: output) == "\(asked)\nyes\n")
    }
  }

  @Test(
    "hark doctor says who owns the name, what would be activated, and where each one is",
    .needsHark
  )
  func doctor() async throws {
    try await inWorld(.x11) { world, client in
      let daemon = try #require(world.daemon)
      let ids = try (0..<shownAtOnce + 1).map { try client.notify(Notify("n \($0)", timeout: 0)) }
      try world.popups(shownAtOnce + 1)
      let outcome = try world.hark("doctor")
      #expect(outcome.succeeded, "\(outcome.errors)")
      for fact in ["\(daemon.pid)", "hark", world.environment["DISPLAY"] ?? "?"] {
        #expect(outcome.output.contains(fact), "\(fact) in \(outcome.output)")
      }
      let last = outcome.lines.first { $0.contains("\(ids[shownAtOnce])") && $0.contains("queue") }
      #expect(last != nil, "\(outcome.output)")
    }
  }
}
