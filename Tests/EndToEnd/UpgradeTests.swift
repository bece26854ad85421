import Foundation
import TestSupport
import Testing

/// `hark restart`: the daemon that is installed now goes on where the one that runs is (FD-005).
@Suite struct UpgradeTests {
  @Test("FD-005 FD-227 hark restart runs the upgraded binary, with what is live", .needsHark)
  func upgrade() async throws {
    try await inInstalledWorld(.x11) { world, client, program in
      let id = try client.notify(Notify("stays", body: "text", actions: ["go", "Go"], timeout: 0))
      let timed = try client.notify(Notify("timed", timeout: 2500))
      let before = try world.popups(2)
      let begun = monotonicNanoseconds()
      let old = try #require(world.daemon)
      try FileManager.default.moveItem(atPath: program, toPath: program + ".old")
      try makeProgram(program, copying: Programs.daemon[0])
      unlink(program + ".old")

      let outcome = try world.hark("restart")
      #expect(outcome.succeeded, "\(outcome)")
      #expect(outcome.output.hasSuffix(" has taken over\n") && outcome.lines.count == 1)
      #expect(try old.ended() == .exited(0))
      let doctor = try #require(try world.harkJSON("doctor").first)
      #expect(doctor["owner"]["exe"].string == program)
      #expect(doctor["owner"]["pid"].integer != Int64(old.pid))
      // In place, at once.
      #expect(try world.popups(2, within: .milliseconds(500)).areas == before.areas)
      #expect(try client.state(of: id) == "shown")
      #expect(try client.closed(timed) == 1)
      #expect(milliseconds(from: begun, to: monotonicNanoseconds()) < 4000)
      #expect(try client.invoke(id, "go").kind == "reply")
      try client.signal("ActionInvoked", of: id)
      #expect(try client.closed(id) == 2)
    }
  }

  @Test("FD-005 a binary that cannot: why is told, and the daemon goes on", .needsHark)
  func failures() async throws {
    try await inInstalledWorld { world, client, program in
      let id = try client.notify(Notify("stays", timeout: 0))
      func attempt(_ words: String) throws {
        let outcome = try world.hark("restart", limit: .seconds(20))
        #expect(outcome.status == .exited(1))
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(try client.live()[id] != nil)
      }
      unlink(program)
      try attempt("\(program) cannot be started: No such file")
      try makeProgram(program, "#!/bin/sh\nexit 7\n")
      try attempt("ended with status 7")
      try makeProgram(program, "#!/bin/sh\necho no fonts >/proc/self/fd/$HARK_REPORT\nexit 1\n")
      try attempt("did not take over: no fonts")
      try makeProgram(program, "#!/nowhere\n")
      try attempt("\(program): No such file")
      try makeProgram(program, "#!/bin/sh\nkill -9 $$\n")
      try attempt("signal 9")
      chmod(program, 0o644)
      try attempt("Permission denied")
      let children = ProcessFacts(pid: try #require(world.daemon).pid).children
      #expect(children == [])
    }
  }

  @Test(
    "FD-005 FD-298 one that has taken the names, and hangs with the file in its hands, is ended",
    .needsHark
  )
  func hangs() async throws {
    try await inInstalledWorld { world, client, program in
      let id = try client.notify(Notify("stays", timeout: 0))
      unlink(program)
      let script = "\(Programs.python) \(Programs.clients)/succession.py successor hang"
      try makeProgram(program, "#!/bin/sh\nexec \(script)\n")
      let outcome = try world.hark("restart", limit: .seconds(20))
      #expect(
        outcome.status == .exited(1) && outcome.errors.contains("does not answer"),
        "\(outcome)"
      )
      let old = try #require(world.daemon)
      try wait(until: "the old one, from the disk") {
        (try? client.live())?[id] != nil && old.child.isRunning
      }
      let doctor = try #require(try world.harkJSON("doctor").first)
      #expect(doctor["owner"]["pid"].integer == Int64(old.pid))
      #expect(doctor["status"]["store"] == "durable", "\(doctor.line)")
      #expect(old.facts.children == [])
    }
  }

  @Test("FD-005 one that hangs with the file, and without a name, leaves no word of it", .needsHark)
  func locks() async throws {
    try await inInstalledWorld { world, client, program in
      let id = try client.notify(Notify("stays", timeout: 0))
      unlink(program)
      let script = "\(Programs.python) \(Programs.clients)/succession.py successor lock"
      try makeProgram(program, "#!/bin/sh\nexec \(script)\n")
      let outcome = try world.hark("restart", limit: .seconds(20))
      #expect(
        outcome.status == .exited(1) && outcome.errors.contains("in time"),
        "\(outcome)"
      )
      // Nothing was said of a store that is locked.
      #expect(try client.live().keys.sorted() == [id])
      let doctor = try #require(try world.harkJSON("doctor").first)
      #expect(doctor["status"]["store"] == "durable", "\(doctor.line)")
    }
  }

  @Test("FD-005 what is in memory alone is not handed over, to be lost", .needsHark)
  func unkept() async throws {
    try await inWorld(daemon: nil) { world in
      try world.startDaemon(with: ["XDG_STATE_HOME": "/proc/none"])
      let client = try world.connect()
      let id = try client.notify(Notify("stays", timeout: 0))
      let outcome = try world.hark("restart")
      #expect(
        outcome.status == .exited(1) && outcome.errors.contains("would be lost"),
        "\(outcome)"
      )
      #expect(try client.live().keys.contains(id))
      _ = try client.center("Dismiss", "au", "([\(id)],)")
      #expect(try world.hark("restart").succeeded)
      try world.daemon?.ended()
    }
  }

  @Test("FD-005 twenty restarts in a row", .needsHark)
  func twenty() async throws {
    try await inInstalledWorld { world, client, _ in
      // Whoever may control it is no matter to its own successor.
      try world.configure("control_allow = [\"\(Programs.control)\"]\n")
      #expect(try world.hark("config", "reload").succeeded)
      var ids: [Int64] = []
      for round in 0..<20 {
        ids.append(Int64(try client.notify(Notify("round \(round)", timeout: 0))))
        let outcome = try world.hark("restart")
        try #require(outcome.succeeded, "round \(round): \(outcome)")
        #expect(try world.harkJSON("list").compactMap { $0["id"].integer }.sorted() == ids)
      }
      #expect(world.daemon?.log.contains("does not hand over") == false)
      try world.daemon?.ended()
    }
  }

  @Test(
    "FD-005 a real user manager takes the new one for the unit's main process",
    .needsHark,
    .enabled(if: UserManager.canBe, "a user manager of the test's own takes root")
  )
  func unit() async throws {
    try await inWorld(daemon: nil) { world in
      let units = world.folder + "/home/.config/systemd/user"
      try FileManager.default.createDirectory(atPath: units, withIntermediateDirectories: true)
      func write(_ name: String, _ text: String) throws {
        try text.write(toFile: units + "/" + name, atomically: true, encoding: .utf8)
      }
      // The world's bus listens already; the manager wants to see that it has one.
      let program = world.folder + "/harkd"
      try makeProgram(program, copying: Programs.daemon[0])
      try write("dbus.socket", "[Socket]\nListenStream=%t/bus\n")
      try write(
        "dbus.service",
        """
        [Unit]
        Requires=dbus.socket
        [Service]
        ExecStart=/usr/bin/dbus-daemon --config-file=\(world.folder)/bus.conf --address=systemd: \
        --nofork --nopidfile --systemd-activation

        """
      )
      try write(
        "harkd.service",
        text(of: Programs.root + "/systemd-units/harkd.service.in")
          .replacingOccurrences(of: "@bindir@", with: world.folder)
          .replacingOccurrences(of: "@docdir@", with: "/usr/share/doc")
      )
      let manager = try UserManager(in: world)
      world.environment["XDG_RUNTIME_DIR"] = manager.runtime
      world.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=\(manager.runtime)/bus"
      func main() throws -> Int32 {
        let shown = try world.run(
          "systemctl",
          "--user",
          "show",
          "harkd",
          "-p",
          "MainPID",
          "-p",
          "SubState"
        )
        let line = shown.lines.first { $0.hasPrefix("MainPID=") } ?? ""
        return Int32(line.dropFirst("MainPID=".count)) ?? 0
      }
      for unit in ["dbus", "harkd"] {
        let started = try world.run("systemctl", "--user", "start", unit + ".service")
        try #require(
          started.succeeded,
          "\(started.errors) \(manager.log)"
        )
      }
      let client = try world.connect()
      let id = try client.notify(Notify("stays", timeout: 0))
      var last = try main()
      for _ in 0..<3 {
        let outcome = try world.hark("restart")
        try #require(outcome.succeeded, "\(outcome)")
        let owner = try world.harkJSON("doctor").first?["owner"]["pid"].integer
        try wait(until: "the manager to know") { try Int64(main()) == owner }
        #expect(try main() != last)
        last = try main()
        #expect(try client.live()[id] != nil)
      }
      // It is the unit's in every way: its end by a signal starts it anew.
      kill(last, SIGKILL)
      try wait(until: "the next one") {
        let next = try main()
        return next != 0 && next != last && (try? client.live())?[id] != nil
      }
      _ = try world.run("systemctl", "--user", "stop", "harkd.service")
    }
  }

  /// The daemon runs from a folder where it can be exchanged.
  private func inInstalledWorld(
    _ screen: Screen = .none,
    _ body: @escaping @Sendable (World, Client, _ program: String) throws -> Void
  ) async throws {
    try await inWorld(screen, daemon: nil) { world in
      let program = world.folder + "/harkd"
      try makeProgram(program, copying: Programs.daemon[0])
      try world.startDaemon(command: [program])
      try body(world, try world.connect(), program)
    }
  }
}
