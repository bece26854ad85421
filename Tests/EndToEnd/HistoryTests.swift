import Foundation
import TestSupport
import Testing

/// What is past, and what the user has read.
@Suite(.needsHark) struct HistoryTests {
  @Test("demand 11 demand 12 FD-216 FD-267 CAN-004 hark history: what ended, how and when")
  func list() async throws {
    try await inWorld { world, client in
      let dismissed = try client.notify(Notify("Lunch?", body: "at <b>noon</b>", timeout: 0))
      _ = try client.center("Dismiss", "au", "([\(dismissed)],)")
      let expired = try client.notify(Notify("expired", hints: "{'urgency': <byte 0>}", timeout: 1))
      #expect(try client.closed(expired) == 1)
      let revoked = try client.notify(Notify("revoked", timeout: 0))
      _ = try client.closeNotification(revoked)
      for hints in ["{'transient': <true>}", "{'x-hark-tag': <'volume'>, 'value': <40>}"] {
        let id = try client.notify(Notify("of the moment", hints: hints, timeout: 0))
        _ = try client.center("Dismiss", "au", "([\(id)],)")
      }
      let rows = try world.harkJSON("history")
      #expect(rows.map { $0["title"] } == ["expired", "Lunch?"])
      let lunch = rows[1]
      #expect(lunch["id"].integer == Int64(dismissed) && lunch["body"] == "at noon")
      #expect(lunch["reason"] == 2 && lunch["by_user"] == true && lunch["state"] == "closed")
      #expect(rows[0]["reason"] == 1 && rows[0]["by_user"] == false)
      // It went without having been on any screen.
      #expect(rows[0]["unread"] == true && lunch["unread"] == false)
      #expect((lunch["closed"].integer ?? 0) >= (lunch["created"].integer ?? 1))
      let text = try world.hark("history").lines
      #expect(
        text[0].wholeMatch(of: /2  \d{4}-.*Z  expired, unread  .*  expired/) != nil,
        "\(text)"
      )
      #expect(text[1].hasSuffix("Lunch? · at noon"))

      let table: [([String], Int)] = [
        (["--text", "noon"], 1), (["--text", "lun*"], 1), (["--text", "evening"], 0),
        (["--urgency", "low"], 1), (["--since", "1h"], 2), (["--until", "1h"], 0),
        (["--until", "2001-01-01"], 0), (["--limit", "1"], 1),
        (["--app", try client.principal()], 2), (["--app", "app:org.example.Gone"], 0),
      ]
      for (options, count) in table {
        let outcome = try run(
          [Programs.control, "history"] + options,
          environment: world.environment
        )
        #expect(outcome.succeeded && outcome.lines.count == count, "\(options) \(outcome.errors)")
      }
      for words in [
        ["--since", "soon"], ["--urgency", "loud"], ["redo"], ["redo", "x"], ["delete"],
        ["delete", "1", "--all"], ["--all"], ["nonsense"],
      ] {
        let outcome = try run(
          [Programs.control, "history"] + words,
          environment: world.environment
        )
        #expect(outcome.status == .exited(2), "\(words)")
      }
      // It outlives the daemon.
      try restart(world)
      #expect(try world.harkJSON("history").map { $0["title"] } == ["expired", "Lunch?"])
    }
  }

  @Test("hark history delete: rows, what options find, all of it; nothing stays in the files")
  func delete() async throws {
    try await inWorld { world, client in
      for number in 1...6 {
        let id = try client.notify(Notify("secret \(number)", body: "battery staple", timeout: 0))
        _ = try client.center("Dismiss", "au", "([\(id)],)")
      }
      #expect(try world.hark("history", "delete", "2").output == "1 deleted\n")
      let partly = try world.hark("history", "delete", "3", "77")
      #expect(partly.status == .exited(1) && partly.output == "1 deleted\n")
      #expect(partly.errors.contains("77"))
      #expect(try world.hark("history", "delete", "--text", "secret 4").output == "1 deleted\n")
      #expect(try world.harkJSON("history").count == 3)
      #expect(try world.hark("history", "delete", "--all").output == "3 deleted\n")
      #expect(try world.hark("history").output.isEmpty)
      let folder = world.folder + "/home/.local/state/hark"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let bytes = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
        for word in ["battery", "staple", "secret"] {
          #expect(bytes.range(of: Data(word.utf8)) == nil, "\(name) \(word)")
        }
      }
    }
  }

  @Test(
    "demand 13 F62 hark history redo: shown again, with buttons while its sender can be reached"
  )
  func redo() async throws {
    try await inWorld(.x11) { world, client in
      let id = try client.notify(Notify("Lunch?", actions: ["yes", "Yes"], timeout: 0))
      try world.popups(1)
      _ = try client.center("Dismiss", "au", "([\(id)],)")
      #expect(try client.closed(id) == 2)
      try world.popups(0)
      #expect(try world.hark("quiet", "on").succeeded)
      func again() throws -> UInt32 {
        let outcome = try world.hark("history", "redo", "1")
        return try #require(UInt32(outcome.output.dropLast()), "\(outcome.errors)")
      }
      let second = try again()
      try world.popups(1)
      #expect(second > id)
      _ = try client.invoke(second, "yes")
      try client.signal("ActionInvoked", of: second)
      #expect(try client.closed(second) == 2)
      // On the same bus it is reached after a restart, too.
      try restart(world)
      let third = try again()
      #expect(try client.invoke(third, "yes").kind == "reply")
      try client.signal("ActionInvoked", of: third)
      // Each life has its place in the past once.
      #expect(try world.harkJSON("history").count == 1)

      try client.disconnect()
      let other = try world.connect()
      let fourth = try again()
      let entry = try other.inspect(fourth)
      #expect(entry["title"] == "Lunch?" && entry["actions"] == .null)
      let none = try world.hark("history", "redo", "99")
      #expect(none.status == .exited(1) && none.errors.contains("99"))
    }
  }

  @Test("WEB-045 a past one of another bus has no buttons, whoever has its sender's name now")
  func otherBus() async throws {
    try await inWorld { world, client in
      let id = try client.notify(Notify("Lunch?", actions: ["yes", "Yes"], timeout: 0))
      _ = try client.center("Dismiss", "au", "([\(id)],)")
      try world.daemon?.stop()
      let other = try World()
      defer { other.close() }
      other.environment["XDG_STATE_HOME"] = world.environment["XDG_STATE_HOME"]
      // One of these has the name that the sender had.
      let again = try (0..<6).map { _ in try other.connect() }
      try other.startDaemon()
      let outcome = try other.hark("history", "redo", "1")
      let new = try #require(UInt32(outcome.output.dropLast()), "\(outcome.errors)")
      let entry = try again[0].inspect(new)
      #expect(entry["actions"] == .null)
    }
  }

  @Test(
    "hark history export and import: once each, bad lines by number, and no reader is waited for"
  )
  func files() async throws {
    try await inWorld { world, client in
      for number in 1...300 {
        let id = try client.notify(
          Notify("number \(number)", body: String(repeating: "long ", count: 400), timeout: 0)
        )
        _ = try client.center("Dismiss", "au", "([\(id)],)")
      }
      func sh(_ script: String) throws -> Outcome {
        let folder = Programs.control.split(separator: "/").dropLast().joined(separator: "/")
        return try world.run("sh", "-c", script, with: ["PATH": "/\(folder):/usr/bin:/bin"])
      }
      let file = world.folder + "/history.json"
      #expect(try sh("hark history export >\(file)").succeeded)
      let lines = text(of: file).split(separator: "\n")
      try #require(lines.count == 300)
      let first = try JSON(parsing: String(lines[0]))
      #expect(first["title"] == "number 1" && first["row"] == 1)

      // Half a megabyte does not go into a pipe: harkd serves others.
      let stalled = try world.start(["sh", "-c", "\(Programs.control) history export | sleep 60"])
      try wait(until: "it to fill the pipe") { stalled.isRunning }
      #expect(try sh("hark history export --text 'number 7' | wc -l").output == "1\n")
      _ = try client.notify(Notify("meanwhile", timeout: 0))
      stalled.end()

      #expect(try sh("hark history import <\(file)").output == "0 taken\n")
      #expect(try world.hark("history", "delete", "--all").output == "300 deleted\n")
      let bad = try sh("{ echo nonsense; cat \(file); echo '{\"id\":1}'; } | hark history import")
      #expect(bad.status == .exited(1))
      #expect(bad.errors.contains("300 taken"), "\(bad.errors)")
      #expect(bad.errors.contains("line 1: no JSON object; line 302: no title"), "\(bad.errors)")
      let rows = try world.harkJSON("history", "--text", "number", "--limit", "1000")
      #expect(rows.count == 300 && rows[0]["title"] == "number 300")
      #expect(Set(rows.map { $0["row"].integer }).count == 300)
    }
  }

  @Test("hark history --app takes names as they are printed, and says which are like it")
  func names() async throws {
    try await inWorld { world, client in
      let name = "The weather of the whole wide world"
      let stranger = try world.connectStranger()
      for (one, name) in [(client, "test"), (stranger, name), (stranger, "Tides")] {
        let id = try one.notify(Notify("of \(name)", timeout: 0, appName: name))
        _ = try one.center("Dismiss", "au", "([\(id)],)")
      }
      let columns = try world.hark("history").lines.map {
        $0.split(separator: /\ \ +/).map(String.init)
      }
      let cells = columns.map { $0[3] }
      try #require(cells.count == 3 && cells[1].hasSuffix("…"), "\(columns)")
      func titles(_ app: String) throws -> [String] {
        try world.harkJSON("history", "--app", app).compactMap { $0["title"].string }
      }
      let ofStranger = ["of Tides", "of \(name)"]
      for word in [cells[0], cells[1], cells[0].uppercased(), name] {
        #expect(try titles(word) == ofStranger, "\(word)")
      }
      // The same program by its key, and one that is known and has nothing past.
      #expect(try titles(try stranger.principal()) == ofStranger)
      try world.install("org.example.Quiet", "Name=Quiet")
      #expect(try world.hark("mute", "app:org.example.Quiet").succeeded)
      #expect(try titles("org.example.Quiet") == [])

      let like = try world.hark("history", "--app", "tide")
      #expect(like.status == .exited(1) && like.output.isEmpty)
      #expect(like.errors.contains("nothing past is of “tide”; do you mean script:"), "\(like)")
      let none = try world.hark("history", "delete", "--app", "Nobody")
      #expect(none.status == .exited(1) && none.errors.contains("hark apps lists"), "\(none)")
      #expect(try world.hark("history", "delete", "--app", cells[0]).output == "2 deleted\n")
    }
  }

  @Test("what ended together is past in the order of its ends, and after a restart, too")
  func order() async throws {
    try await inWorld { world, client in
      for number in 1...12 { try client.notify(Notify("\(number)", timeout: 0)) }
      #expect(try world.hark("close", "--all").succeeded)
      let expected = (1...12).reversed().map { "\($0)" }
      func titles(_ options: String...) throws -> [String] {
        try world.harkJSON(["history"] + options).compactMap { $0["title"].string }
      }
      #expect(try titles() == expected)
      #expect(try titles("--limit", "5") == Array(expected.prefix(5)))
      #expect(try titles("--app", try client.principal()) == expected)
      try restart(world)
      #expect(try titles() == expected)
    }
  }

  @Test("hark history: one who reads no more is told nothing; an import that is cut off is told of")
  func cutOff() async throws {
    try await inWorld { world, client in
      let line =
        #"{"id":ID,"title":"t","body":"\#(String(repeating: "long ", count: 200))","created":1,"closed":ID}"#
      let file = world.folder + "/lines.json"
      try (1...500).map { line.replacing("ID", with: "\($0)") }.joined(separator: "\n")
        .write(toFile: file, atomically: true, encoding: .utf8)
      func bash(_ script: String) throws -> Outcome {
        try world.run("bash", "-c", script, with: ["hark": Programs.control])
      }
      #expect(try bash("$hark history import <\(file)").output == "500 taken\n")
      let cut = try bash("$hark history export | head -c 10 >/dev/null; echo ${PIPESTATUS[0]}")
      #expect(cut.output == "1\n" && cut.errors.isEmpty, "\(cut)")
      let full = try bash("$hark history export >/dev/full")
      #expect(full.errors == "hark: it cannot be written: No space left on device\n", "\(full)")
      let folder = try bash("$hark history import </")
      #expect(folder.errors.contains("it cannot be read: Is a directory"), "\(folder)")

      for isKilled in [true, false] {
        let fed = try Child(
          [Programs.control, "history", "import"],
          environment: world.environment,
          input: .pipe,
          output: .file(world.folder + "/fed.out"),
          errors: .file(world.folder + "/fed.err")
        )
        defer { fed.end() }
        try fed.write(line.replacing("ID", with: isKilled ? "1001" : "1002") + "\n")
        try wait(until: "it to be taken") {
          try world.harkJSON("history", "--limit", "1").first?["id"] == (isKilled ? 1001 : 1002)
        }
        let old = try #require(world.daemon)
        if isKilled { try old.stop(SIGKILL) } else { try world.launchDaemon(["--replace"]) }
        #expect(try fed.ended() == .exited(1))
        #expect(
          text(of: world.folder + "/fed.err")
            == "hark: harkd ended or was replaced meanwhile: import it again, what is there already "
            + "is left out\n"
        )
        #expect(text(of: world.folder + "/fed.out").isEmpty)
        unlink(world.folder + "/fed.err")
        if isKilled { try restart(world) } else { try old.ended() }
      }
    }
  }

  @Test("hark history says why there is none")
  func withoutStore() async throws {
    try await inWorld(daemon: nil) { world in
      try world.startDaemon(with: ["XDG_STATE_HOME": "/proc/none"])
      let client = try world.connect()
      let id = try client.notify(Notify("gone", timeout: 0))
      _ = try client.center("Dismiss", "au", "([\(id)],)")
      for words in [["history"], ["history", "redo", "1"], ["history", "export"]] {
        let outcome = try run([Programs.control] + words, environment: world.environment)
        #expect(outcome.status == .exited(1), "\(words)")
        #expect(outcome.errors.contains("the past cannot be read: /proc/none"), "\(outcome.errors)")
      }
    }
  }

  @Test("history_count and history_days bound what is past, of all apps and of one")
  func retention() async throws {
    try await inWorld(daemon: nil) { world in
      try world.startDaemon()
      let (client, stranger) = (try world.connect(), try world.connectStranger())
      for number in 1...4 {
        for one in [client, stranger] {
          let id = try one.notify(Notify("number \(number)", timeout: 0))
          _ = try one.center("Dismiss", "au", "([\(id)],)")
        }
      }
      let app = try client.principal()
      func counts() throws -> [Int] {
        [
          try world.harkJSON("history").count,
          try world.harkJSON("history", "--app", app).count,
        ]
      }
      #expect(try counts() == [8, 4])
      try world.configure("[app.\"\(app)\"]\nhistory_count = 1\n")
      try wait(until: "the app's bound", limit: .seconds(20)) { try counts() == [5, 1] }
      try world.configure("history_count = 2\n")
      try wait(until: "the bound", limit: .seconds(20)) { try counts()[0] == 2 }
    }
  }

  @Test("hark read: what nobody has seen is unread until it is marked, over a restart, too")
  func read() async throws {
    try await inWorld { world, client in
      let ids = try (1...3).map { try client.notify(Notify("\($0)", timeout: 0)) }
      #expect(try client.properties()["UnreadCount"] == 3)
      #expect(try world.hark("read", "\(ids[0])").succeeded)
      #expect(try client.live()[ids[0]]?["unread"] == false)
      try restart(world)
      #expect(try client.properties()["UnreadCount"] == 2)
      #expect(try client.live()[ids[0]]?["unread"] == false)
      let unknown = try world.hark("read", "\(ids[1])", "999")
      #expect(unknown.status == .exited(1) && unknown.errors.contains("999"))
      #expect(try client.properties()["UnreadCount"] == 1)
      #expect(try world.hark("read", "--all").succeeded)
      #expect(try client.properties()["UnreadCount"] == 0)
      #expect(try world.hark("read").status == .exited(2))
    }
  }

  private func restart(_ world: World) throws {
    try world.daemon?.stop(SIGKILL)
    let client = try world.helperClient()
    try wait(until: "the bus to know") { try client.owner(of: busName) == nil }
    try world.startDaemon()
    try wait(until: "its other name") { try client.owner(of: "org.hark.Daemon") != nil }
  }
}
