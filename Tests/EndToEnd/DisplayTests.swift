import Foundation
import TestSupport
import Testing

/// A display comes and goes (demand 1, 4, 5, 7; F43, F44, F46, F51..F53).
@Suite struct DisplayTests {
  @Test(
    "F51, F52 without a display it answers and keeps; what is due is shown when one comes",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func comesLater(screen: Screen) async throws {
    try await inWorld { world, client in
      let begun = monotonicNanoseconds()
      let id = try client.notify(Notify("before any display", timeout: 0))
      let other = try client.notify(Notify("normal"))
      #expect(milliseconds(from: begun, to: monotonicNanoseconds()) < 1000)
      #expect(try client.state(of: id) == "pending")
      #expect(try client.story().isEmpty)
      try world.startDisplay(screen)
      // The daemon does not know yet: `hark attach` brings it the caller's environment.
      #expect(try world.hark("attach").succeeded)
      try world.popups(2)
      #expect(try client.state(of: id) == "shown")
      #expect(try client.closed(other, within: .seconds(12)) == 1)
      try world.popups(1)
    }
  }

  @Test("a compositor's new socket is found without being told", .needsHark)
  func newSocket() async throws {
    try await inWorld { world, client in
      try client.notify(Notify("waits", timeout: 0))
      let daemonless = world.environment
      try world.startDisplay(.sway)
      let socket = try #require(world.environment["WAYLAND_DISPLAY"])
      #expect(daemonless["WAYLAND_DISPLAY"] == nil)
      // Sway's folder is another user's here; in the daemon's own a name for its socket appears.
      let link = try world.run("ln", "-s", socket, "\(world.folder)/run/wayland-7")
      #expect(link.succeeded)
      try world.popups(1)
    }
  }

  @Test("the user manager's environment names one", .needsHark)
  func userManager() async throws {
    try await inWorld(daemon: nil) { world in
      let server = try world.startXvfb()
      world.display = server
      let output = world.folder + "/manager"
      try world.start(
        [
          Programs.python, Programs.clients + "/fake_systemd.py",
          "DISPLAY=\(server.environment["DISPLAY"] ?? "")",
        ],
        output: .file(output)
      )
      try wait(until: "the manager") { text(of: output).contains("ready") }
      try world.startDaemon()
      let client = try world.connect()
      try client.notify(Notify("by the manager", timeout: 0))
      try world.popups(1)
    }
  }

  @Test(
    "F44, F53 the display dies with a popup up and starts again: the popup is back",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func diesAndReturns(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      let display = try #require(world.display)
      let id = try client.notify(Notify("through it all", timeout: 0))
      try world.popups(1)
      for round in 0..<2 {
        try display.kill()
        // While there is none, everything is answered.
        let between = try client.notify(Notify("between \(round)", timeout: 300))
        #expect(try client.closed(between) == 1)
        try wait(until: "it to be known") { try client.state(of: id) == "pending" }
        try display.startAgain()
        _ = try world.hark("attach")
        try world.popups(1, within: .seconds(10))
      }
      #expect(try client.state(of: id) == "shown")
      #expect(try client.signals(of: id).isEmpty)
    }
  }

  @Test("demand 1, F43 the output goes and comes, with a popup up and without", .needsHark)
  func outputs() async throws {
    try await inWorld(.nestedSway) { world, client in
      let up = try client.notify(Notify("up", timeout: 0))
      try world.popups(1)
      try world.unplug("WL-1")
      try wait(until: "it to be gone") { try client.state(of: up) != "shown" }
      let meanwhile = try client.notify(Notify("meanwhile", timeout: 0))
      try world.swaymsg("create_output")
      try world.popups(2)
      #expect(try client.state(of: meanwhile) == "shown")
      #expect(try client.inspect(up)["output"] == "WL-2")
      try world.takeAway([up, meanwhile], client)
      for round in 3..<5 {
        try world.unplug("WL-\(round - 1)")
        try world.swaymsg("create_output")
        let id = try client.notify(Notify("round \(round)", timeout: 0))
        try world.popups(1)
        #expect(try client.inspect(id)["output"].string == "WL-\(round)")
        try world.takeAway([id], client)
      }
      // Two, and the one with the popup goes.
      try world.swaymsg("create_output")
      let id = try client.notify(Notify("two outputs", timeout: 0))
      try wait(until: "it to be shown") { try client.state(of: id) == "shown" }
      let first = try #require(try client.inspect(id)["output"].string)
      try world.unplug(first)
      try wait(until: "it to move") {
        let entry = try client.inspect(id)
        return entry["state"] == "shown" && entry["output"].string != first
      }
      #expect(try client.story(of: id).isEmpty)
    }
  }

  @Test(
    "F46 SIGTERM and SIGINT with popups up: they go, no signals, exit 0",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func terminated(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      for signal in [SIGTERM, SIGINT] {
        for i in 0..<3 { try client.notify(Notify("up \(i)", actions: ["k", "K"], timeout: 0)) }
        try world.popups(3)
        let daemon = try #require(world.daemon)
        #expect(try daemon.stop(signal) == .exited(0))
        #expect(!daemon.log.contains("rror"), "\(daemon.log)")
        try world.popups(0)
        #expect(try client.story().isEmpty)
        try world.startDaemon()
      }
    }
  }

  @Test("the bus goes: a clean end", .needsHark, arguments: [Screen.none, .x11, .sway])
  func busGoes(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      try client.notify(Notify("up", timeout: 0))
      if screen != .none { try world.popups(1) }
      let daemon = try #require(world.daemon)
      world.bus?.signal(SIGKILL)
      #expect(try daemon.ended() == .exited(0))
      #expect(daemon.log.split(separator: "\n").count <= 2, "\(daemon.log)")
      if screen != .none { try world.popups(0) }
    }
  }

  @Test(
    "demand 7, F55, F56 at rest nothing wakes it, with popups up and without",
    .needsHark,
    arguments: [Screen.x11, .sway, .none]
  )
  func rest(screen: Screen) async throws {
    // Without a display it listens for sockets of displays: those of other tests would wake it.
    try await inWorld(screen, places: screen == .none ? 4 : 2) { world, client in
      let facts = try #require(world.daemon).facts
      func atRest(
        _ what: String,
        // The first pictures, the start of the fonts and the search for a display are over.
        after quiet: Duration = .milliseconds(screen == .none ? 5500 : 3000)
      ) throws {
        try wait(until: "rest", limit: .seconds(30)) {
          let before = facts.wakeUps
          pause(quiet)
          return facts.wakeUps == before
        }
        let (wakeUps, time) = (facts.wakeUps, facts.processorTime)
        pause(.seconds(3))
        #expect(facts.wakeUps - wakeUps == 0, "\(what)")
        #expect(facts.processorTime - time == 0, "\(what)")
      }
      try atRest("nothing live")
      for i in 0..<shownAtOnce + 2 {
        try client.notify(Notify("static \(i)", hints: "{'value': <int32 50>}", timeout: 0))
      }
      if screen != .none { try world.popups(shownAtOnce + 1) }
      try atRest("popups up")
      _ = try client.center("DismissAll")
      if screen != .none { try world.popups(0) }
      // So is the store's upkeep, ten seconds after the last change.
      try atRest("all gone", after: .seconds(11))
    }
  }

  @Test("F47 one popup goes while the pointer enters another", .needsHark)
  func pointerMeetsEnd() async throws {
    try await inWorld(.x11) { world, client in
      let pointer = try world.pointer()
      for round in 0..<5 {
        let ids = try (0..<3).map {
          try client.notify(Notify("popup \($0)", timeout: Int32(250 + 100 * $0)))
        }
        for y in stride(from: 20, to: 300, by: 40) { try pointer.move(to: (1100, y)) }
        try pointer.move(to: (40, 700))
        for id in ids { #expect(try client.closed(id, within: .seconds(8)) == 1, "\(round)") }
      }
      try world.popups(0)
    }
  }

  @Test(
    "the number of popups, their place, and the row for the rest",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func stack(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      for i in 0..<shownAtOnce { try client.notify(Notify("popup \(i)", timeout: 0)) }
      var areas = try world.popups(shownAtOnce).areas
      for area in areas {
        #expect(area.width == 300 && area.maxX <= DisplayServer.size.width)
        #expect(area.maxX > DisplayServer.size.width - 40)
      }
      try client.notify(Notify("one more", timeout: 0))
      areas = try world.popups(shownAtOnce + 1).areas
      #expect(areas.last.map { $0.height < areas[0].height } == true)
      // The title is there in its colour, and a critical one looks like one.
      try client.notify(Notify("critical", hints: "{'urgency': <byte 2>}", timeout: 0))
      let picture = try world.picture(of: "the critical one on top") {
        picture in
        picture.regions().first.map {
          picture.count(of: Look.critical, tolerance: 6, in: $0) > $0.width * $0.height / 3
        } == true
      }
      let second = picture.regions()[1]
      #expect(picture.count(of: Look.title, tolerance: 10, in: second) > 20)
      #expect(picture.count(of: Look.card, tolerance: 3, in: second) > 5000)
    }
  }

  @Test("X11's scale is Xft.dpi, followed live", .needsHark)
  func x11Scale() async throws {
    try await inWorld(.x11) { world, client in
      try client.notify(Notify("scaled", body: "words", timeout: 0))
      #expect(try world.popups(1).areas[0].width == 300)
      for (dpi, width) in [(144, 450), (192, 600), (96, 300)] {
        let set = try world.run(
          "xprop",
          "-root",
          "-f",
          "RESOURCE_MANAGER",
          "8s",
          "-set",
          "RESOURCE_MANAGER",
          "Xft.dpi:\t\(dpi)\n"
        )
        #expect(set.succeeded, "\(set.errors)")
        _ = try world.picture(of: "a popup of \(width) pixels") {
          $0.regions().map(\.width) == [width]
        }
      }
    }
  }

  @Test("Wayland's whole scale, followed live", .needsHark)
  func waylandScale() async throws {
    try await inWorld(.sway) { world, client in
      try client.notify(Notify("scaled", body: "words", timeout: 0))
      let small = try world.popups(1).areas[0]
      try world.swaymsg("output", "HEADLESS-1", "scale", "2")
      let picture = try world.picture(of: "a popup twice as wide") {
        $0.regions().map(\.width) == [600]
      }
      let large = picture.regions()[0]
      #expect(abs(large.height - 2 * small.height) <= 4)
      #expect(large.maxX <= picture.width)
    }
  }

  @Test(
    "fractional scale: a buffer of one and a half under KWin",
    .needsHark,
    .needs("kwin_wayland")
  )
  func fractionalScale() async throws {
    try await inWorld(.kwin(scale: 1.5), daemon: nil) { world in
      let daemon = try world.startDaemon([], with: ["WAYLAND_DEBUG": "client"])
      let client = try world.connect()
      let id = try client.notify(Notify("at one and a half", body: "words", timeout: 0))
      try wait(until: "it to be shown") { try client.state(of: id) == "shown" }
      try wait(until: "a buffer") { daemon.log.contains("attach(wl_buffer") }
      let scales = daemon.log.matches(of: /preferred_scale\((\d+)\)/).map { $0.1 }
      #expect(scales.last == "180", "\(scales)")
      // The surface is 300 logical pixels wide with its shown part; the buffer half as much again.
      let buffers = daemon.log.matches(
        of: /create_buffer\(new id wl_buffer@\d+, \d+, (\d+), (\d+),/
      )
      let views = daemon.log.matches(of: /set_destination\((\d+), (\d+)\)/)
      let buffer = try #require(buffers.last), view = try #require(views.last)
      let (bufferWidth, bufferHeight) = (Int(buffer.1) ?? 0, Int(buffer.2) ?? 0)
      let (width, height) = (Int(view.1) ?? 0, Int(view.2) ?? 0)
      #expect(width >= 300)
      #expect(abs(bufferWidth * 2 - width * 3) <= 2, "\(bufferWidth) for \(width)")
      #expect(abs(bufferHeight * 2 - height * 3) <= 2, "\(bufferHeight) for \(height)")
      #expect(!daemon.log.contains("error"))
    }
  }

  @Test(
    "X11 with a compositing manager: round corners let the ground through",
    .needsHark,
    .needs("picom")
  )
  func compositing() async throws {
    try await inWorld(.x11) { world, client in
      try client.notify(Notify("before", timeout: 0))
      try world.popups(1)
      let manager = try world.start(["picom", "--backend", "xrender", "--config", "/dev/null"])
      try client.notify(Notify("with", timeout: 0))
      _ = try world.picture(of: "round corners") { picture in
        let areas = picture.regions()
        return areas.count == 2
          && picture[areas[1].x, areas[1].y].distance(to: picture.background) < 12
      }
      manager.end()
      try client.notify(Notify("after", timeout: 0))
      try world.popups(3)
    }
  }
}
