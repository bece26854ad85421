import Foundation
import TestSupport
import Testing

/// Programs that people use (requirements, section 17).
@Suite struct RealClientTests {
  @Test("notify-send: every option, and ids across processes (FD-042)", .needsHark)
  func notifySend() async throws {
    try await inWorld(.x11) { world, client in
      let sent = try world.run(
        "notify-send",
        "-u",
        "critical",
        "-t",
        "60000",
        "-a",
        "an app",
        "-i",
        "dialog-information",
        "-c",
        "im.received",
        "-h",
        "int:value:42",
        "-h",
        "string:x-dunst-stack-tag:vol",
        "-h",
        "byte:x-byte:7",
        "-h",
        "double:x-double:0.5",
        "-h",
        "boolean:x-boolean:true",
        "-e",
        "-p",
        "a summary",
        "a <b>body</b>"
      )
      #expect(sent.succeeded, "\(sent.errors)")
      let id = try #require(UInt32(sent.lines.first ?? ""))
      let entry = try client.inspect(id)
      let expected: [String: JSON] = [
        "title": "a summary", "body": "a body", "app_name": "an app", "urgency": 2, "progress": 42,
        "category": "im.received", "tag": "vol",
      ]
      for (key, value) in expected { #expect(entry[key] == value, "\(key)") }
      #expect(entry["transient"].isTrue)
      #expect(entry["hints"]["x-byte"] == 7 && entry["hints"]["x-boolean"] == true)
      try world.popups(1)

      let replaced = try world.run(
        "notify-send",
        "-a",
        "an app",
        "-r",
        "\(id)",
        "-p",
        "-t",
        "0",
        "another summary"
      )
      #expect(replaced.lines == ["\(id)"])
      #expect(try client.inspect(id)["title"] == "another summary")
      for i in 1...3 {
        let fixed = try world.run("notify-send", "-r", "9999", "-p", "fixed \(i)")
        #expect(fixed.lines == ["9999"])
      }
      #expect(try client.live().count == 2)
    }
  }

  @Test("notify-send --wait ends with the notification, --action prints the key", .needsHark)
  func notifySendWaits() async throws {
    try await inWorld(.x11) { world, client in
      func waiting(_ words: String..., then act: (UInt32) throws -> Void) throws -> Outcome {
        let output = world.folder + "/notify-send-\(words.hashValue)"
        let child = try world.start(
          // Into a file it would print at its end.
          ["stdbuf", "-oL", "notify-send", "-p"] + words,
          output: .file(output)
        )
        let id = try wait(for: "its id") {
          text(of: output).split(separator: "\n").first.flatMap { UInt32($0) }
        }
        try act(id)
        let status = try child.ended()
        return Outcome(status: status, output: text(of: output), errors: "")
      }
      var outcome = try waiting("-w", "-t", "300", "expires") { _ in }
      #expect(outcome.succeeded)
      outcome = try waiting("-w", "-t", "0", "is closed") { _ = try client.closeNotification($0) }
      #expect(outcome.succeeded)
      outcome = try waiting("-t", "0", "-A", "yes=Yes", "-A", "no=No", "asks") {
        _ = try client.invoke($0, "no")
      }
      #expect(outcome.succeeded && outcome.lines.dropFirst() == ["no"], "\(outcome.output)")
      // Without names they are numbered.
      outcome = try waiting("-t", "0", "-A", "Yes", "-A", "No", "asks") { id in
        let pointer = try world.pointer()
        let (areas, picture) = try world.popups(1)
        let buttons = Look.buttons(of: areas[0], in: picture)
        #expect(buttons.count == 2)
        try pointer.click(at: buttons[1].middle)
      }
      #expect(outcome.lines.dropFirst() == ["1"], "\(outcome.output)")
    }
  }

  @Test("libnotify through introspection: image, update, actions, the reason of the end (FD-021)")
  func libnotify() async throws {
    try await inWorld(.x11) { world, client in
      func start(_ words: String...) throws -> (Child, () -> [String]) {
        let output = world.folder + "/libnotify-" + words.joined()
        let child = try world.start(
          [Programs.python, Programs.clients + "/libnotify_client.py"] + words,
          output: .file(output)
        )
        return (child, { text(of: output).split(separator: "\n").map(String.init) })
      }
      func id(_ lines: () -> [String]) throws -> UInt32 {
        try wait(for: "the id") {
          lines().first { $0.hasPrefix("id ") }.flatMap { UInt32($0.dropFirst(3)) }
        }
      }
      var (child, lines) = try start("update", "close")
      try child.ended(within: .seconds(20))
      #expect(lines().contains("updated True") && lines().last == "closed 3", "\(lines())")
      guard Programs.isHark else { return }
      #expect(lines().contains { $0.hasPrefix("server|hark|hark|") && $0.hasSuffix("|1.3") })

      (child, lines) = try start()
      let acted = try id(lines)
      #expect(try client.inspect(acted)["image"].isTrue)
      #expect(try client.inspect(acted)["urgency"] == 2)
      let (areas, picture) = try world.popups(1)
      #expect(picture.count(of: Colour(0x00ff00), tolerance: 6, in: areas[0]) > 100)
      #expect(try client.invoke(acted, "reply").kind == "reply")
      try child.ended(within: .seconds(20))
      #expect(lines().suffix(2) == ["action reply none", "closed 2"], "\(lines())")

      (child, lines) = try start("resident")
      let resident = try id(lines)
      _ = try client.invoke(resident, "default")
      _ = try client.invoke(resident, "reply")
      _ = try client.center("Dismiss", "au", "([\(resident)],)")
      try child.ended(within: .seconds(20))
      #expect(
        lines().suffix(3) == ["action default none", "action reply none", "closed 2"],
        "\(lines())"
      )
    }
  }

  @Test("a GApplication's GNotification over the freedesktop backend", .needsHark)
  func gnotification() async throws {
    try await inWorld { world, client in
      func start(_ words: String...) throws -> (Child, () -> [String]) {
        let output = world.folder + "/gnotification-" + words.joined()
        let child = try world.start(
          [Programs.python, Programs.clients + "/gnotification.py"] + words,
          output: .file(output)
        )
        return (child, { text(of: output).split(separator: "\n").map(String.init) })
      }
      func live() throws -> (UInt32, JSON) {
        try wait(for: "its notification") { try client.live().first { $1["title"] == "New mail" } }
      }
      var (child, lines) = try start()
      var (id, entry) = try live()
      // GLib does not escape: the text must arrive all the same.
      #expect(entry["body"] == "From a & b <c@example.org>")
      #expect(entry["urgency"] == 1)
      let details = try client.inspect(id)
      #expect(details["hints"]["desktop-entry"] == "org.example.Mailer")
      let keys = entry["actions"].list.map { $0["action"].string ?? "" }
      #expect(keys.count == 3 && keys.first == "default", "\(keys)")
      let archive = try #require(keys.first { $0.contains("archive") })
      #expect(try client.invoke(id, archive).kind == "reply")
      try child.ended()
      #expect(lines().last == "activated archive 42")

      (child, lines) = try start("again")
      (id, entry) = try live()
      try wait(until: "the replacement") { try client.live()[id]?["body"] == "Now two" }
      #expect(try client.live().count == 1)
      #expect(try client.invoke(id, "default").kind == "reply")
      try child.ended()
      #expect(
        lines().last == "activated open 'it\\'s'" || lines().last == "activated open \"it's\""
      )

      (child, lines) = try start("withdraw")
      _ = try live()
      try wait(until: "the withdrawal") { try client.live().isEmpty }
    }
  }

  @Test(
    "gdbus call and monitor: a script that has left hears what became of it (FD-274)",
    .needsHark
  )
  func gdbus() async throws {
    try await inWorld { world in
      let output = world.folder + "/monitor"
      try world.start(
        [
          "gdbus", "monitor", "--session", "--dest", busName, "--object-path",
          "/org/freedesktop/Notifications",
        ],
        output: .file(output)
      )
      try wait(until: "the monitor") { text(of: output).contains("is owned by") }
      let sent = try world.run(
        gdbusCall(
          busName + ".Notify",
          ["script", "0", "", "summary", "body", "['ok', 'OK']", "{'urgency': <byte 1>}", "0"]
        )
      )
      #expect(sent.lines == ["(uint32 1,)"], "\(sent.errors)")
      let client = try world.connect()
      #expect(try client.invoke(1, "ok").kind == "reply")
      try wait(until: "the signals") {
        text(of: output).contains("NotificationClosed (uint32 1, uint32 2)")
      }
      #expect(text(of: output).contains("ActionInvoked (uint32 1, 'ok')"))
      // It heard nothing that was not for it.
      let own = try client.notify(Notify("own", timeout: 0))
      _ = try client.closeNotification(own)
      try client.settle()
      #expect(!text(of: output).contains("uint32 \(own),"))
      let introspected = try world.run(
        "gdbus",
        "introspect",
        "--session",
        "--dest",
        busName,
        "--object-path",
        "/org/freedesktop/Notifications"
      )
      #expect(introspected.output.contains("interface \(busName)"))
    }
  }

  @Test("busctl and dbus-send")
  func otherTools() async throws {
    try await inWorld { world in
      let path = "/org/freedesktop/Notifications"
      if Programs.exists("busctl") {
        let sent = try world.run(
          "busctl",
          "--user",
          "call",
          busName,
          path,
          busName,
          "Notify",
          "susssasa{sv}i",
          "busctl",
          "0",
          "",
          "s",
          "b",
          "2",
          "k",
          "l",
          "1",
          "urgency",
          "y",
          "2",
          "5000"
        )
        #expect(sent.lines.first?.wholeMatch(of: /u [0-9]+/) != nil, "\(sent.errors)")
        let tree = try world.run("busctl", "--user", "introspect", busName, path)
        #expect(tree.output.contains("susssasa{sv}i"), "\(tree.errors)")
        // It asks the kernel for control groups, which a container may not have.
        if try !FileManager.default.contentsOfDirectory(atPath: "/sys/fs/cgroup").isEmpty {
          let monitored = try world.run("busctl", "--user", "status", busName)
          #expect(monitored.succeeded)
        }
      }
      let information = try world.run(
        "dbus-send",
        "--session",
        "--print-reply",
        "--dest=" + busName,
        path,
        busName + ".GetServerInformation"
      )
      #expect(information.succeeded && information.lines.count == 5, "\(information.errors)")
      let unknown = try world.run(
        "dbus-send",
        "--session",
        "--print-reply",
        "--dest=" + busName,
        path,
        busName + ".CloseNotification",
        "uint32:4242"
      )
      #expect(unknown.errors.contains("InvalidId") || !Programs.isHark, "\(unknown.errors)")
      let oneWay = try world.run(
        "dbus-send",
        "--session",
        "--dest=" + busName,
        path,
        busName + ".CloseNotification",
        "uint32:1"
      )
      #expect(oneWay.succeeded)
    }
  }

  @Test(
    "desktop-notifier reads the introspection data, sends, and hears a click",
    .needsDesktopNotifier,
    .needsHark
  )
  func desktopNotifier() async throws {
    try await inWorld { world in
      let output = world.folder + "/desktop-notifier"
      let child = try world.start(
        [Programs.toolsPython, Programs.clients + "/desktop_notifier_client.py"],
        output: .file(output)
      )
      let client = try world.connect()
      let (id, entry) = try wait(for: "its notification", limit: .seconds(20)) {
        try client.live().first
      }
      #expect(entry["title"] == "from desktop-notifier" && entry["body"] == "its body")
      #expect(entry["urgency"] == 2)
      let key = entry["actions"].list.first { $0["title"] == "Yes" }?["action"].string
      #expect(try client.invoke(id, try #require(key)).kind == "reply")
      try child.ended(within: .seconds(20))
      let lines = text(of: output).split(separator: "\n")
      #expect(lines.contains("pressed"), "\(lines)")
    }
  }
}
