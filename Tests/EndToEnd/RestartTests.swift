import Foundation
import TestSupport
import Testing

/// What outlives the daemon, however it ends.
@Suite struct RestartTests {
  @Test(
    "FD-227 FD-034 WEB-021 after a kill what was answered is live, with its id, actions and owner",
    .needsHark
  )
  func kill() async throws {
    try await inWorld { world, client in
      let plain = try client.notify(
        Notify("plain", body: "a <b>b</b>", actions: ["go", "Go"], timeout: 0, appName: "mail")
      )
      let closed = try client.notify(Notify("closed", timeout: 0))
      _ = try client.closeNotification(closed)
      let late = try client.notify(Notify("late", hints: "{'urgency': <byte 0>}", timeout: 600))
      let before = try client.inspect(plain)
      try killed(world)

      let after = try client.inspect(plain)
      for key in ["title", "body", "body_raw", "principal", "level", "sender", "created", "hints"] {
        #expect(after[key] == before[key], "\(key)")
      }
      #expect(try client.live()[closed] == nil)
      // Whoever was there before and still is hears of it (FD-274).
      #expect(try client.closed(late) == 1)
      #expect(try client.invoke(plain, "go").kind == "reply")
      try client.signal("ActionInvoked", of: plain)
      #expect(try client.closed(plain) == 2)
      #expect(try client.notify(Notify("next", timeout: 0)) > late)
    }
  }

  @Test("WEB-304 WEB-301 WEB-110 KDE-012 what the user set holds after a restart", .needsHark)
  func settings() async throws {
    try await inWorld { world, client in
      let app = try client.principal()
      _ = try client.permit(app, "granted")
      #expect(try world.hark("mute", app).succeeded)
      #expect(try world.hark("mode", "set", "work").succeeded)
      let cookie = try client.call(
        .init("Inhibit", "ssa{sv}", "('firefox', 'a film', {})")
      )
      #expect(cookie.kind == "reply")
      try killed(world)

      #expect(try client.query().state == "granted")
      let held = try client.notify(Notify("muted", timeout: 0))
      #expect(try client.live()[held]?["reason"] == "muted")
      #expect(try world.hark("mode", "list").output.contains("work"))
      // Its holder is still there.
      #expect(try world.hark("quiet").output.contains("inhibit"))
      try client.disconnect()
      try wait(until: "the end of quiet") { try !world.hark("quiet").output.contains("inhibit") }
    }
  }

  @Test("FD-299 what is private is nowhere on the disk, and ends with the daemon", .needsHark)
  func privacy() async throws {
    try await inWorld { world, client in
      let secret = "correct horse battery staple"
      let id = try client.notify(
        Notify(secret, body: secret, hints: "{'x-hark-private': <true>}", timeout: 0)
      )
      let open = try client.notify(Notify("open words", timeout: 0))
      let folder = world.folder + "/home/.local/state/hark"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let bytes = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
        #expect(bytes.range(of: Data("battery".utf8)) == nil, "\(name)")
      }
      try killed(world)
      #expect(try client.closed(id) == 4)
      #expect(try client.live().keys.sorted() == [open])
    }
  }

  private func killed(_ world: World) throws {
    try world.daemon?.stop(SIGKILL)
    let client = try world.helperClient()
    try wait(until: "the bus to know") { try client.owner(of: busName) == nil }
    try world.startDaemon()
    try wait(until: "its other name") { try client.owner(of: "org.hark.Daemon") != nil }
  }
}
