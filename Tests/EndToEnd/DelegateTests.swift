import Foundation
import TestSupport
import Testing

/// Those who speak for others, and the systemd units that apps are known by.
@Suite(.needsHark) struct DelegateTests {
  private func say(_ client: Client, _ app: String, display: String = "") throws -> UInt32 {
    let name = display.isEmpty ? "" : ", 'x-kde-display-appname': <'\(display)'>"
    return try client.notify(
      Notify(
        actions: ["go", "Go"],
        hints: "{'desktop-entry': <'\(app)'>\(name)}",
        timeout: 0,
        appName: ""
      )
    )
  }

  @Test(
    "ID-060 ID-061 who owns a backend's name speaks for apps, one by one, and for as long as that"
  )
  func backend() async throws {
    try await inWorld(daemon: nil) { world, client in
      try world.install("org.example.Mail", "Name=Mail")
      try world.install("org.example.Chat", "Name=Chat")
      try world.configure(
        "[[rule]]\nmatch.app = \"org.example.Chat\"\nset.urgency = \"critical\"\n"
      )
      try world.startDaemon()
      let delegate = try world.connectStranger()
      let script = "script:\(world.folder)/client.py"
      func check(_ id: UInt32, _ principal: String, _ level: String, _ name: String) throws {
        let entry = try client.inspect(id)
        #expect(entry["principal"].string == principal)
        #expect(entry["level"].string == level && entry["verified"] == .boolean(level == "name"))
        #expect(entry["app_name"].string == name)
        let evidence = entry["evidence"].list.compactMap(\.string)
        #expect(evidence.contains { $0.hasPrefix("delegate ") } == (level == "name"))
        #expect(entry["exe"].string?.contains("python") == true, "who really sent it")
      }
      let before = try say(delegate, "org.example.Mail")
      try check(before, script, "program", "Mail · via client.py")
      try own(delegate, "org.freedesktop.impl.portal.desktop.test")
      let mail = try say(delegate, "org.example.Mail")
      try check(mail, "app:org.example.Mail", "name", "Mail")
      let chat = try say(delegate, "org.example.Chat")
      try check(chat, "app:org.example.Chat", "name", "Chat")
      let other = try delegate.notify(
        Notify(hints: "{'desktop-entry': <'org.example.Chat'>}", timeout: 0, replaces: mail)
      )
      #expect(other == mail, "its own, whoever it is about")
      try check(mail, "app:org.example.Chat", "name", "Chat")
      let back = try delegate.notify(
        Notify(
          actions: ["go", "Go"],
          hints: "{'desktop-entry': <'org.example.Mail'>}",
          timeout: 0,
          replaces: mail
        )
      )
      try check(back, "app:org.example.Mail", "name", "Mail")
      // Rules see the app that is named.
      #expect(try client.inspect(chat)["urgency"] == 2 && client.inspect(mail)["urgency"] == 1)
      try check(try say(delegate, "not.there"), script, "program", "client.py")

      // Settings are the app's.
      #expect(try client.center("SetAppMuted", "sb", "('org.example.Mail', true)").kind == "reply")
      let muted = try client.inspect(say(delegate, "org.example.Mail"))
      #expect(muted["state"] == "held" && muted["reason"] == "muted")
      let heard = try client.inspect(say(delegate, "org.example.Chat"))
      #expect(heard["reason"] != "muted")
      #expect(try client.permit("org.example.Chat", "denied").kind == "reply")
      #expect(try client.live()[chat] == nil)
      let listed = try world.harkJSON("list").compactMap { $0["principal"].string }
      #expect(listed.contains("app:org.example.Mail") && !listed.contains("app:org.example.Chat"))

      // Signals are the delegate's, and so is the notification.
      #expect(try client.invoke(mail, "go").kind == "reply")
      _ = try delegate.signal("ActionInvoked", of: mail)
      #expect(try client.signals(of: mail).isEmpty)
      try own(delegate, "org.freedesktop.impl.portal.desktop.test", "ReleaseName")
      try check(try say(delegate, "org.example.Mail"), script, "program", "Mail · via client.py")
    }
  }

  @Test(
    "ID-060 KDE-040 a bus name of the configuration; its word for a name counts, others' does not"
  )
  func bridge() async throws {
    try await inWorld(daemon: nil) { world, client in
      try world.install("org.example.Mail", "Name=Mail")
      let delegate = try world.connectStranger()
      try own(delegate, "org.example.bridge")
      try world.startDaemon()
      func name(_ display: String) throws -> String? {
        try client.inspect(say(delegate, "", display: display))["app_name"].string
      }
      #expect(try name("WhatsApp") == "WhatsApp · via client.py")
      try world.configure("delegates = [\"org.example.bridge\"]\n")
      try wait(until: "the configuration") { try name("WhatsApp") == "WhatsApp" }
      let id = try say(delegate, "org.example.Mail", display: "Mail on the phone")
      let entry = try client.inspect(id)
      #expect(entry["principal"] == "app:org.example.Mail")
      #expect(entry["app_name"] == "Mail on the phone")
      let capabilities = try client.call(Client.Call("GetCapabilities")).values[0].list
      #expect(capabilities.contains("x-kde-display-appname"))
    }
  }

  private static let canPortal =
    ["/usr/libexec/xdg-desktop-portal", "/usr/libexec/xdg-desktop-portal-gtk"]
    .allSatisfy(Programs.exists)

  @Test(
    "ID-060 ID-061 what an app sends through the real portal and its GTK backend is the app's",
    .enabled(if: canPortal, "xdg-desktop-portal and xdg-desktop-portal-gtk are not installed"),
    .enabled(if: SenderTests.canSandbox, "no sandbox can be made here")
  )
  func realPortal() async throws {
    try await inWorld(.x11, places: 2) { world, client in
      try world.install("org.example.Boxed", "Name=Boxed\nX-Flatpak=org.example.Boxed")
      let portals = world.folder + "/portals"
      try FileManager.default.createDirectory(atPath: portals, withIntermediateDirectories: true)
      try """
      [portal]
      DBusName=org.freedesktop.impl.portal.desktop.gtk
      Interfaces=org.freedesktop.impl.portal.Notification;
      UseIn=harktest

      """.write(toFile: portals + "/gtk.portal", atomically: true, encoding: .utf8)
      try world.start(["/usr/libexec/xdg-desktop-portal-gtk"], log: "backend.log")
      try wait(until: "the backend", limit: .seconds(20)) {
        try client.owner(of: "org.freedesktop.impl.portal.desktop.gtk") != nil
      }
      try world.start(
        ["/usr/libexec/xdg-desktop-portal"],
        with: ["XDG_DESKTOP_PORTAL_DIR": portals, "XDG_CURRENT_DESKTOP": "harktest"],
        log: "portal.log"
      )
      try wait(until: "the portal", limit: .seconds(20)) {
        try client.owner(of: "org.freedesktop.portal.Desktop") != nil
      }
      let info = world.folder + "/info"
      try "[Application]\nname=org.example.Boxed\n".write(
        toFile: info,
        atomically: true,
        encoding: .utf8
      )
      let sent = try TestSupport.run(
        SenderTests.sandbox(world, info) + [
          "gdbus", "call", "--session", "--dest", "org.freedesktop.portal.Desktop",
          "--object-path", "/org/freedesktop/portal/desktop", "--method",
          "org.freedesktop.portal.Notification.AddNotification", "one",
          "{'title': <'Through the portal'>, 'body': <'a body'>}",
        ],
        environment: world.environment
      )
      #expect(sent.succeeded, "\(sent.errors)")
      let (id, _) = try wait(for: "the notification") {
        try client.live().first { $1["title"] == "Through the portal" }
      }
      let entry = try client.inspect(id)
      #expect(entry["principal"] == "flatpak:org.example.Boxed")
      #expect(entry["level"] == "name" && entry["app_name"] == "Boxed")
      #expect(entry["exe"] == "/usr/libexec/xdg-desktop-portal-gtk")
      let listed = try world.harkJSON("list").first { $0["title"] == "Through the portal" }
      #expect(listed?["principal"] == "flatpak:org.example.Boxed")
    }
  }

  @Test(
    "ID-020 ID-022 ID-023 what runs in a scope of a real user manager is the app that it is called after",
    .enabled(if: UserManager.canBe, "a user manager of the test's own takes root")
  )
  func unit() async throws {
    try await inWorld { world, client in
      try world.install("org.example.Mail", "Name=Mail")
      let manager = try UserManager(in: world)
      for (unit, level, principal) in [
        ("app-org.example.Mail-123.scope", "unit", "app:org.example.Mail"),
        ("app-gnome-org.example.Mail-124.scope", "unit", "app:org.example.Mail"),
        ("app-org.example.Gone-125.scope", "program", nil),
      ] {
        let sent = try world.run(
          "systemd-run",
          "--user",
          "--scope",
          "--quiet",
          "--unit=\(unit)",
          "notify-send",
          "-p",
          "-t",
          "0",
          unit,
          with: ["XDG_RUNTIME_DIR": manager.runtime]
        )
        #expect(sent.succeeded, "\(sent.errors)")
        let entry = try client.inspect(try #require(UInt32(sent.lines.first ?? "")))
        #expect(entry["level"].string == level, "\(entry.line)")
        if let principal { #expect(entry["principal"].string == principal) }
        let evidence = entry["evidence"].list.compactMap(\.string)
        #expect(evidence.contains("unit \(unit)") == (level == "unit"), "\(evidence)")
      }
    }
  }
}
