import Foundation
import TestSupport
import Testing

/// Who sent it, and what that allows (requirements, peer identity).
@Suite struct SenderTests {
  /// Not where bubblewrap is missing, nor in a container that allows no mounts.
  static let canSandbox =
    (try? TestSupport.run(
      ["/usr/bin/bwrap", "--ro-bind", "/", "/", "/usr/bin/true"],
      environment: [:]
    ))?.succeeded ?? false

  /// The command before one that shall run as Flatpak would run it.
  static func sandbox(_ world: World, _ info: String) -> [String] {
    [
      "/usr/bin/bwrap", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink",
      "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--ro-bind", "/etc", "/etc", "--proc",
      "/proc", "--bind", world.folder, world.folder, "--ro-bind", info, "/.flatpak-info",
    ]
  }

  private func script(_ world: World, _ name: String, _ text: String) throws -> String {
    let path = world.folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func id(printed outcome: Outcome) throws -> UInt32 {
    #expect(outcome.succeeded, "\(outcome.errors)")
    return try #require(UInt32(outcome.lines.first ?? ""))
  }

  @Test(
    "ID-043 FD-050 what a script sends is the script's, whatever tool it sends with",
    .needsHark
  )
  func script() async throws {
    try await inWorld { world, client in
      let path = try script(world, "backup.sh", "notify-send -p -t 0 done\n")
      let entry = try client.inspect(try id(printed: world.run("sh", path)))
      #expect(entry["principal"].string == "script:\(path)")
      #expect(entry["level"] == "program" && entry["verified"] == false)
      #expect(entry["app_name"] == "backup.sh" && entry["claimed"] == "notify-send")
      #expect(entry["exe"].string?.hasSuffix("/notify-send") == true)
      #expect(!entry["evidence"].list.isEmpty)
      // FD-052: what is no claim to be an app is shown as said.
      let named = try script(world, "named.sh", "notify-send -p -t 0 -a Backup done\n")
      let other = try client.inspect(try id(printed: world.run("sh", named)))
      #expect(other["app_name"] == "Backup")
      #expect(other["principal"].string == "script:\(named)")
    }
  }

  @Test(
    "WEB-326 ID-040 WEB-308 a script that claims to be an app is shown as what it is",
    .needsHark
  )
  func impersonation() async throws {
    try await inWorld { world, client in
      try world.install("firefox", "Name=Firefox\nExec=/opt/firefox/firefox %u\nIcon=firefox")
      let path = try script(
        world,
        "fake.sh",
        "notify-send -p -t 0 -h string:desktop-entry:firefox 'Your account'\n"
      )
      let entry = try client.inspect(try id(printed: world.run("sh", path)))
      #expect(entry["app_name"] == "Firefox · via fake.sh")
      #expect(entry["principal"].string == "script:\(path)")
      #expect(
        entry["evidence"].list.contains { $0.string == "not believed: desktop-entry firefox" }
      )
    }
  }

  @Test("ID-043 ID-050 WEB-130 two programs of one name have permissions of their own")
  func twins() async throws {
    try await inWorld { world, client in
      let twin = try world.connectStranger()
      func say(_ sender: Client) throws -> JSON? {
        let id = try sender.notify(Notify(timeout: 0, appName: "Twin"))
        return try client.live()[id]
      }
      let (first, second) = (try say(client), try say(twin))
      #expect(first?["app_name"] == "Twin" && second?["app_name"] == "Twin")
      let principal = try #require(first?["principal"].string)
      #expect(second?["principal"].string == "script:\(world.folder)/client.py")
      #expect(try twin.permit(principal, "denied").kind == "reply")
      #expect(try say(client) == nil && say(twin) != nil)
    }
  }

  @Test(
    "ID-071 a /proc and desktop files of a test's own count in the test mode alone",
    arguments: [true, false]
  )
  func testMode(isTest: Bool) async throws {
    try await inWorld(daemon: nil) { world, client in
      let answer = try client.call(
        Client.Call("GetConnectionUnixProcessID", "s", "('\(client.name)',)").with {
          $0.destination = "org.freedesktop.DBus"
          $0.path = "/org/freedesktop/DBus"
          $0.interface = "org.freedesktop.DBus"
        }
      )
      let process = "\(world.folder)/proc/\(try #require(answer.id))"
      for folder in [process + "/root", world.folder + "/share/applications"] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      for (file, text) in [
        (
          process + "/stat", "1 (a) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 4711 1000 100 1 1 1 0\n"
        ),
        (process + "/cgroup", "0::/user.slice/app-org.example.Staged-1.scope\n"),
        (process + "/cmdline", "staged\0"),
        (
          world.folder + "/share/applications/org.example.Staged.desktop",
          "[Desktop Entry]\nType=Application\nName=Staged\n"
        ),
      ] { try text.write(toFile: file, atomically: true, encoding: .utf8) }
      try FileManager.default.createSymbolicLink(
        atPath: process + "/exe",
        withDestinationPath: "/opt/staged"
      )
      try world.startDaemon(
        isTest ? ["--test-mode"] : [],
        with: [
          "HARK_TEST_PROC_ROOT": world.folder + "/proc",
          "HARK_TEST_DESKTOP_DIRS": world.folder + "/share",
        ]
      )
      let entry = try client.inspect(try client.notify(Notify(timeout: 0)))
      #expect(entry["level"].string == (isTest ? "unit" : "program"))
      if isTest {
        #expect(entry["principal"] == "app:org.example.Staged" && entry["exe"] == "/opt/staged")
        #expect(entry["app_name"] == "Staged")
      } else {
        #expect(entry["principal"].string == "script:\(Programs.clients)/client.py")
      }
    }
  }

  @Test("ID-031 FD-052 a program that a desktop file starts is that app", .needsHark)
  func executable() async throws {
    try await inWorld { world, client in
      let copy = world.folder + "/mailer"
      try makeProgram(copy, copying: "/usr/bin/notify-send")
      try world.install("org.example.Mailer", "Name=Mailer\nExec=\(copy) %U")
      let entry = try client.inspect(
        try id(printed: world.run(copy, "-p", "-t", "0", "-a", "x", "hi"))
      )
      #expect(entry["principal"] == "app:org.example.Mailer")
      #expect(entry["level"] == "exe" && entry["verified"] == true)
      #expect(entry["app_name"] == "Mailer")
    }
  }

  @Test(
    "ID-010 FD-262 FD-041 FD-274 WEB-300 a sandboxed app reaches its own, and no control",
    .needsHark,
    .enabled(if: canSandbox, "no sandbox can be made here")
  )
  func sandbox() async throws {
    try await inWorld { world, client in
      let info = try script(world, "info", "[Application]\nname=org.example.Boxed\n")
      func boxed(_ words: String...) throws -> Outcome { try boxed(words) }
      func boxed(_ words: [String]) throws -> Outcome {
        try TestSupport.run(Self.sandbox(world, info) + words, environment: world.environment)
      }
      let own = try id(printed: boxed("notify-send", "-p", "-t", "0", "inside"))
      let entry = try client.inspect(own)
      #expect(entry["principal"] == "flatpak:org.example.Boxed" && entry["level"] == "sandbox")
      // Its name, not the one it gives itself.
      #expect(entry["app_name"] == "org.example.Boxed")

      let foreign = try client.notify(Notify("outside", timeout: 0))
      let closing = try boxed(gdbusCall("\(busName).CloseNotification", ["\(foreign)"]))
      #expect(closing.errors.contains("InvalidId"), "as if it did not exist")
      #expect(try client.inspect(foreign)["title"] == "outside")
      let replaced = try id(
        printed: boxed("notify-send", "-p", "-t", "0", "-r", "\(foreign)", "mine now")
      )
      #expect(replaced != foreign)

      for method in ["List {}", "DismissAll", "Status", "HandOver", "Restart"] {
        let words = method.split(separator: " ").map { String($0) }
        let refused = try boxed(
          gdbusCall(
            "org.hark.Center1.\(words[0])",
            [words.dropFirst().first ?? ""],
            of: "org.hark.Daemon"
          )
        )
        #expect(refused.errors.contains("org.hark.Error.AccessDenied"), "\(method)")
      }
      for (path, call) in [
        ("/org/hark/Daemon", "org.hark.Center1.SetAppMuted cli true"),
        ("/org/hark/Daemon", "org.hark.Center1.SetModes []"),
        ("/org/hark/Daemon", "org.hark.Center1.ClearInhibitions"),
        ("/org/hark/Daemon", "org.hark.Center1.Replay :1.1 Notify <1>"),
        ("/org/hark/Daemon", "org.hark.Center1.Explain \(foreign)"),
        ("/org/hark/Daemon", "org.freedesktop.DBus.Properties.GetAll org.hark.Center1"),
        (
          "/org/hark/Daemon",
          "org.freedesktop.DBus.Properties.Set org.hark.Center1 QuietMode <true>"
        ),
        (
          "/org/freedesktop/Notifications",
          "\(busName).Inhibit boxed playing {'x-hark-kind':<'locker'>}"
        ),
      ] {
        let words = call.split(separator: " ").map { String($0) }
        let refused = try boxed(
          gdbusCall(words[0], Array(words.dropFirst()), of: "org.hark.Daemon", at: path)
        )
        #expect(refused.errors.contains("org.hark.Error.AccessDenied"), "\(call) \(refused)")
      }
      #expect(try client.properties()["Quiet"] == false)

      // Its leaving tells nobody of what becomes of its notification.
      try client.listen("type='signal',member='NotificationClosed'")
      _ = try client.center("Dismiss", "au", "([\(own)],)")
      try client.settle()
      #expect(try client.signals(of: own).isEmpty)
      #expect(try client.closeNotification(foreign).error.isEmpty)
    }
  }

  @Test(
    "FD-083 a sandboxed app leaves: its buttons are dim, say why, and do nothing",
    .needsHark,
    .enabled(if: canSandbox, "no sandbox can be made here")
  )
  func disabledActions() async throws {
    try await inWorld(.x11) { world, client in
      let info = try script(world, "info", "[Application]\nname=org.example.Boxed\n")
      let sender = try world.start(
        Self.sandbox(world, info) + [
          "--die-with-parent", "notify-send", "-t", "0", "-A", "one=One", "-A", "two=Two",
          "Call from Ada", "She rings again in five minutes.",
        ]
      )
      let (areas, picture) = try world.popups(1)
      let buttons = Look.buttons(of: areas[0], in: picture)
      #expect(buttons.count == 2)
      let id = try #require(try client.live().keys.first)
      #expect(try client.inspect(id)["actions"].list.allSatisfy { $0["disabled"].isNull })

      sender.end()
      let left = try world.picture(of: "buttons that are none") {
        $0.regions().count == 1 && $0.regions()[0].height > areas[0].height
          && Look.buttons(of: $0.regions()[0], in: $0).isEmpty
      }
      let area = left.regions()[0]
      if let folder = Programs.variable("HARK_TEST_PICTURES") {
        try world.saveScreenshot(to: folder + "/disabled.png")
      }
      let actions = try client.inspect(id)["actions"].list
      #expect(actions.count == 2 && actions.allSatisfy { $0["disabled"] == true })

      let pointer = try world.pointer()
      let shift = area.maxY - areas[0].maxY
      for button in buttons {
        try pointer.click(at: (button.middle.x, button.middle.y + shift))
      }
      try client.settle()
      pause(.milliseconds(200))
      #expect(try client.live()[id] != nil)
      // Its body leads nowhere, and is put away.
      try pointer.click(at: (area.x + area.width / 3, area.y + 14))
      try world.popups(0)
    }
  }
}
