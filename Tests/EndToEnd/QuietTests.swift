import Foundation
import TestSupport
import Testing

/// Quiet, its causes, and what is seen of it (requirements, quiet).
@Suite struct QuietTests {
  private static func inhibited(_ world: World) throws -> Bool {
    try world.run(gdbusCall("org.freedesktop.DBus.Properties.Get", [busName, "Inhibited"]))
      .output.contains("<true>")
  }

  private static func inhibit(
    _ client: Client,
    _ entry: String = "org.x.App",
    _ hints: String = "{}"
  )
    throws -> Arrival
  {
    try client.call(Client.Call("Inhibit", "ssa{sv}", "('\(entry)', 'Presenting', \(hints))"))
  }

  @Test(
    "FD-225 WEB-306 WEB-307 quiet takes popups away, critical ones pass, and one line sums it up",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func quiet(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      let before = try client.notify(Notify("before", timeout: 0))
      try world.popups(1)
      #expect(try world.hark("quiet", "on").succeeded)
      try world.popups(0)
      let held = try client.notify(Notify("secret", timeout: 0))
      let brief = try client.notify(
        Notify("t", hints: "{'transient': <true>}", timeout: 300)
      )
      #expect(try client.closed(brief) == 1)
      let critical = try client.notify(Notify("fire", hints: "{'urgency': <byte 2>}", timeout: 0))
      try world.popups(1)
      let live = try client.live()
      #expect(live[before]?["reason"] == "quiet" && live[held]?["reason"] == "quiet")
      #expect(live[critical]?["state"] == "shown")

      #expect(try world.hark("quiet", "off").succeeded)
      try world.popups(2)
      let summary = try #require(try client.all().values.first { $0["app_name"] == "hark" })
      #expect(summary["title"] == "2 notifications from 1 app came while it was quiet")
      #expect(summary["body"] == "" && summary["transient"] == true)
      // What came meanwhile stays in the list.
      #expect(try client.live()[held]?["state"] == "held")
      _ = try client.notify(Notify("after", timeout: 0))
      try world.popups(3)
    }
  }

  @Test("WEB-304 quiet until a time ends by itself", .needsHark)
  func until() async throws {
    try await inWorld { world, client throws in
      #expect(try world.hark("quiet", "--until", "2s").succeeded)
      let state = try #require(try world.harkJSON("quiet", "status").first)
      #expect(state["quiet"] == true && state["reasons"] == ["until"])
      #expect(state["quiet_until"].integer ?? 0 > 0)
      try wait(until: "the end") { try client.properties()["Quiet"] == false }
      #expect(try world.hark("quiet", "--until", "23:59").succeeded)
      #expect(try world.hark("quiet").output.contains("T23:59:00Z"))
      #expect(try world.hark("quiet", "off").succeeded)
      #expect(try world.hark("quiet").output == "not quiet\n")
    }
  }

  @Test("WEB-303 hours of the week", .needsHark)
  func hours() async throws {
    try await inWorld { world, client throws in
      func set(_ hours: String) throws -> Arrival {
        try client.center("SetQuietHours", "a(asss)", "([\(hours)],)")
      }
      #expect(try set("([], '00:00', '24:00')").kind == "reply")
      #expect(try client.properties()["QuietReasons"] == ["hours"])
      for wrong in ["([], '1', '2')", "(['noday'], '1:00', '2:00')", "([], '24:00', '2:00')"] {
        #expect(try set(wrong).error.hasSuffix("InvalidArgs"), "\(wrong)")
      }
      #expect(try client.properties()["Quiet"] == true)
      #expect(try set("").kind == "reply")
      #expect(try client.properties()["Quiet"] == false)
    }
  }

  @Test("modes: words, and a number that is a level", .needsHark)
  func modes() async throws {
    try await inWorld { world, client throws in
      #expect(try world.hark("mode", "set", "work", "50").succeeded)
      #expect(try world.hark("mode", "add", "late", "work").succeeded)
      #expect(try world.hark("mode", "list").lines == ["work", "50", "late"])
      #expect(try world.hark("quiet").output == "quiet: level, modes: work; 50; late\n")
      #expect(try world.hark("mode", "remove", "50").succeeded)
      #expect(try world.harkJSON("mode", "list") == [["mode": "work"], ["mode": "late"]])
      #expect(try client.properties()["Quiet"] == false)
      #expect(try world.hark("mode", "set", "101").status == .exited(1))
      #expect(try world.hark("mode", "set").succeeded)
      #expect(try client.properties()["Modes"] == [])
    }
  }

  @Test("KDE-001 KDE-010..014 KDE-016 KDE-019 cookies", .needsHark)
  func cookies() async throws {
    try await inWorld { world, client in
      let capabilities = try client.call(Client.Call("GetCapabilities")).values[0].list
      #expect(capabilities.contains("inhibitions"))
      let other = try world.connect()
      let first = try #require(try Self.inhibit(client, "org.x.App", "{'x-new': <1>}").id)
      let second = try #require(try Self.inhibit(client, "").id)
      let third = try #require(try Self.inhibit(other).id)
      #expect(Set([first, second, third, 0]).count == 4)
      #expect(try Self.inhibited(world))
      // KDE-015: who it is, not who it says it is.
      let reasons = try client.properties()["QuietReasons"].list.compactMap(\.string)
      #expect(reasons == ["inhibit: client.py: Presenting"])

      func release(_ client: Client, _ cookie: UInt32) throws -> String {
        try client.call(Client.Call("UnInhibit", "u", "(\(cookie),)")).error
      }
      #expect(try release(other, first).hasSuffix(".InvalidArgs"))
      #expect(try release(client, 4242).hasSuffix(".InvalidArgs"))
      #expect(try release(client, first) == "")
      #expect(try release(client, first).hasSuffix(".InvalidArgs"))
      #expect(try release(client, second) == "")
      #expect(try Self.inhibited(world))
      #expect(try world.hark("inhibit", "list").output.contains("client.py"))
      #expect(try world.harkJSON("inhibit", "list").first?["reason"] == "Presenting")
      #expect(try world.hark("inhibit", "clear").succeeded)
      #expect(try !Self.inhibited(world))
      #expect(try release(other, third) == "")

      for _ in 0..<32 { #expect(try Self.inhibit(client).id != nil) }
      #expect(
        try Self.inhibit(client).error == "org.freedesktop.DBus.Error.LimitsExceeded"
      )
    }
  }

  @Test("KDE-012 KDE-017 a caller that leaves ends its own; one signal for each change", .needsHark)
  func leaving() async throws {
    try await inWorld { world, client in
      let stranger = try world.connectStranger()
      try client.listen("type='signal',member='PropertiesChanged'")
      _ = try Self.inhibit(stranger)
      _ = try Self.inhibit(stranger)
      _ = try Self.inhibit(client)
      try client.set("QuietMode", "<true>")
      try client.set("QuietMode", "<false>")
      _ = try client.call(Client.Call("UnInhibit", "u", "(3,)"))
      #expect(try Self.inhibited(world))
      let start = monotonicNanoseconds()
      try stranger.disconnect()
      func told() throws -> [Arrival] {
        try client.arrivals().filter {
          $0.member == "PropertiesChanged" && $0.values.first?.string == busName
        }
      }
      try wait(until: "the end") { try told().count == 2 }
      #expect(milliseconds(from: start, to: try told()[1].time) < 1000)
      #expect(try told().map { $0.values[1] } == [["Inhibited": true], ["Inhibited": false]])
      #expect(try told().allSatisfy { $0.destination == "" && $0.values[2] == [] })
      try client.settle()
      #expect(try told().count == 2)
    }
  }

  @Test("WEB-305 hark quiet --while: as long as the command runs, with its exit status", .needsHark)
  func whileCommand() async throws {
    try await inWorld { world, client in
      let running = try world.start([Programs.control, "quiet", "--while", "sleep", "60"])
      try wait(until: "quiet") {
        try client.properties()["QuietReasons"] == ["command: sleep 60"]
      }
      // The daemon's successor is asked again.
      try world.daemon?.stop()
      try world.startDaemon()
      try wait(until: "quiet again") { try client.properties()["Quiet"] == true }
      running.signal(SIGTERM)
      #expect(try running.ended() == .exited(128 + SIGTERM))
      try wait(until: "the end") { try client.properties()["Quiet"] == false }
      #expect(
        try world.hark("quiet", "--while", "sh", "-c", "exit 7").status == .exited(7)
      )
      let missing = try world.hark("quiet", "--while", "no-such-program")
      #expect(missing.status == .exited(127) && missing.errors.contains("no-such-program"))
      // Its end is the end of quiet, however it comes.
      let killed = try world.start([Programs.control, "quiet", "--while", "sleep", "5"])
      try wait(until: "quiet") { try client.properties()["Quiet"] == true }
      killed.signal(SIGKILL)
      try wait(until: "the end") { try client.properties()["Quiet"] == false }
    }
  }

  @Test("hark quiet --while runs its command without a daemon and without a bus", .needsHark)
  func whileAlone() async throws {
    try await inWorld(daemon: nil) { world in
      for address in [[:], ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(world.folder)/none"]] {
        let outcome = try world.run(
          Programs.control,
          "quiet",
          "--while",
          "--locked",
          "sh",
          "-c",
          "echo ran; exit 3",
          with: address
        )
        #expect(outcome.status == .exited(3) && outcome.output == "ran\n")
        #expect(outcome.errors.contains("not quiet"))
      }
    }
  }

  @Test(
    "WEB-321 FD-225 a locker hides popups and brings them back; nobody hears of what is closed",
    .needsHark
  )
  func locker() async throws {
    try await inWorld(.x11) { world, client in
      let first = try client.notify(Notify("one", timeout: 0))
      let second = try client.notify(Notify("two", timeout: 0))
      try world.popups(2)
      let locker = try world.start([
        Programs.control, "quiet", "--while", "--locked", "sleep", "60",
      ])
      try world.popups(0)
      #expect(try client.properties()["QuietReasons"] == ["locked"])
      #expect(try world.hark("inhibit", "clear").succeeded)
      #expect(try client.properties()["Quiet"] == true, "the screen is still locked")
      _ = try client.center("Dismiss", "au", "([\(first)],)")
      try client.settle()
      #expect(try client.story().isEmpty)
      locker.signal(SIGTERM)
      try locker.ended()
      #expect(try client.closed(first) == 2)
      try wait(until: "the other to be shown") { try client.state(of: second) == "shown" }
      try world.popups(1)
    }
  }
}

/// The wall clock (requirements, section 10).
@Suite struct WallClockTests {
  @Test(
    "FD-222 a timer of the kernel waits for the clock to be set, and for nothing else",
    .needsHark
  )
  func timer() async throws {
    try await inWorld { world in
      let daemon = try #require(world.daemon)
      let folder = "/proc/\(daemon.pid)/fdinfo"
      let timers = try FileManager.default.contentsOfDirectory(atPath: folder)
        .map { text(of: folder + "/" + $0) }.filter { $0.contains("clockid:") }
      #expect(timers.count == 1)
      // Of CLOCK_REALTIME, for an absolute time, cancelled when the clock is set.
      #expect(timers.first?.contains("clockid: 0\n") == true)
      #expect(timers.first?.contains("settime flags: 03\n") == true)
      #expect(timers.first?.contains("ticks: 0\n") == true)
    }
  }
}
