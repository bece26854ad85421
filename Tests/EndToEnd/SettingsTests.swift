import Foundation
import TestSupport
import Testing

/// What `config.toml` says holds, at once and as a whole.
@Suite struct SettingsTests {
  private func titles(_ client: Client) throws -> [String] {
    try client.center("List", "a{sv}", "({},)").values.first?.list.compactMap { $0["title"].string }
      ?? []
  }

  @Test("the file is read at the start, and again when it changes: popups, width", .needsHark)
  func applies() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      try world.configure("popups = 2\nwidth = 400\n")
      try world.startDaemon()
      let client = try world.connect()
      for i in 0..<4 { _ = try client.notify(Notify("n \(i)", timeout: 0)) }
      try wait(until: "two popups") {
        let live = try client.center("List", "a{sv}", "({},)").values.first?.list ?? []
        return live.count { $0["state"] == "shown" } == 2
      }
      // And the row of what waits.
      let (areas, _) = try world.popups(3)
      #expect(areas.allSatisfy { $0.width == 400 })

      try world.configure("popups = 3\n")
      try wait(until: "three popups") {
        let live = try client.center("List", "a{sv}", "({},)").values.first?.list ?? []
        return live.count { $0["state"] == "shown" } == 3
      }
      #expect(try world.popups(4).0.allSatisfy { $0.width == 300 })
    }
  }

  @Test("FD-210 timeouts that a sender leaves to the daemon are the user's", .needsHark)
  func timeouts() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      try world.configure("[timeout]\nlow = 400\nnormal = 1500\n")
      try world.startDaemon()
      let client = try world.connect()
      let normal = try client.notify(Notify("normal", timeout: -1))
      let low = try client.notify(Notify("low", hints: "{'urgency': <byte 0>}", timeout: -1))
      let sent = try #require(try client.arrivals().last?.time)
      let ends = try [low, normal].map {
        milliseconds(from: sent, to: try client.signal("NotificationClosed", of: $0).time)
      }
      // As late as a busy machine may be, still before the defaults, which are 5 and 8 seconds.
      #expect(ends[0] >= 380 && ends[0] < 3000, "\(ends)")
      #expect(ends[1] >= 1450 && ends[1] < 4000, "\(ends)")
      #expect(ends[0] < ends[1], "\(ends)")
      #expect(try client.story(of: low) == ["NotificationClosed(\(low),1)"])
    }
  }

  @Test("a wrong file changes nothing and is told of once; SIGHUP and reload read it", .needsHark)
  func wrong() async throws {
    try await inWorld(daemon: nil) { world in
      try world.configure("popups = 2\n")
      let daemon = try world.startDaemon()
      let client = try world.connect()
      try world.configure("popups = 4\nwidht = 400\n")
      try wait(until: "the notice") { try titles(client).count == 1 }
      #expect(try titles(client) == ["The configuration is wrong; the last good one holds"])
      #expect(daemon.log.contains("config.toml:2:1"))
      let reload = try world.hark("config", "reload")
      #expect(reload.status == .exited(1) && reload.errors.contains("did you mean `width`"))
      kill(daemon.child.pid, SIGHUP)
      try client.settle()
      #expect(try titles(client).count == 1)

      try world.configure("popups = 4\n")
      try wait(until: "no notice") { try titles(client).isEmpty }
      #expect(try world.hark("config", "reload").succeeded)
    }
  }

  @Test("WEB-300 control_allow names who may control", .needsHark)
  func control() async throws {
    try await inWorld(daemon: nil) { world in
      try world.configure("control_allow = [\"\(Programs.control)\"]\n")
      try world.startDaemon()
      let client = try world.connect()
      #expect(try client.center("Status").error == "org.hark.Error.AccessDenied")
      #expect(try world.hark("list").succeeded)
    }
  }

  @Test("WEB-326 identity = strict: a false claim is not used at all", .needsHark)
  func strict() async throws {
    try await inWorld(daemon: nil) { world in
      try world.install("firefox", "Name=Firefox\nExec=/opt/firefox\nIcon=firefox")
      try world.configure("identity = \"strict\"\n")
      try world.startDaemon()
      let client = try world.connect()
      let script = world.folder + "/fake.sh"
      try "notify-send -p -t 0 -h string:desktop-entry:firefox x\n"
        .write(toFile: script, atomically: true, encoding: .utf8)
      let sent = try world.run("sh", script)
      let id = try #require(UInt32(sent.lines.first ?? ""))
      #expect(try client.inspect(id)["app_name"] == "fake.sh")
    }
  }
}
