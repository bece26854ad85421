import CTestClients
import Foundation
import Presentation
import TestSupport
import Testing

/// The question whether an app may notify, answered on the screen.
@Suite struct QuestionTests {
  private static let colours = QuestionPalette.standard

  /// An app that a desktop file names, and the configuration that has it asked about.
  private func prepare(_ world: World) throws -> String {
    let app = world.folder + "/mailer"
    try makeProgram(app, copying: "/usr/bin/notify-send")
    try world.install("org.example.Mailer", "Name=Mailer\nExec=\(app) %U")
    try world.configure("default_policy = \"prompt\"\n")
    return app
  }

  @Test("WEB-106 who is asked about on the command line has its name in the question", .needsHark)
  func named() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      _ = try prepare(world)
      let file = world.folder + "/home/.local/share/applications/org.example.Mailer.desktop"
      var inks: Set<Int> = []
      for name in ["Mailer", "Mailer of Another Name"] {
        try text(of: file).replacing("Name=Mailer", with: "Name=" + name)
          .write(toFile: file, atomically: true, encoding: .utf8)
        let daemon = try world.startDaemon()
        try world.start([
          Programs.control, "permission", "request", "--gesture", "org.example.Mailer",
        ])
        let picture = try world.picture(of: "the question") { buttons(in: $0).count == 2 }
        inks.insert(picture.count(of: Colour(Self.colours.name.rgb), tolerance: 3))
        _ = try daemon.stop()
      }
      #expect(inks.count == 2, "the id would be the same")
    }
  }

  @Test(
    "WEB-111 WEB-156 who asks while its window has the focus is asked about aloud, else quietly",
    .needsHark,
    arguments: [Screen.x11, .sway]
  )
  func focus(screen: Screen) async throws {
    try await inWorld(screen) { world in
      let id = "org.example.Mailer"
      try world.install(id, "Name=Mailer")
      let app = try world.connectStranger()
      try own(app, id)
      let known = try app.notify(Notify("who am I", timeout: 0))
      let identity = try app.inspect(known)
      #expect(identity["principal"].string == "app:" + id)
      try world.takeAway([known], app)

      var windows: [OpaquePointer] = []
      defer { for window in windows { test_window_destroy(window) } }
      var numbers: [String: String] = [:]
      if screen == .sway {
        let socket = try #require(world.environment["WAYLAND_DISPLAY"])
        for name in [id, "org.example.Other"] {
          windows.append(try #require(test_window_create(socket, name)))
        }
      } else {
        for (name, processID) in [(id, identity["pid"].integer ?? 0), ("org.example.Other", 1)] {
          let printed = world.folder + "/" + name
          try world.start(["xev", "-name", name], output: .file(printed))
          let number = try wait(for: "its window") {
            let found = try world.run("xdotool", "search", "--name", "^\(name)$")
            return found.succeeded ? found.lines.first : nil
          }
          numbers[name] = number
          let property = ["-f", "_NET_WM_PID", "32c", "-set", "_NET_WM_PID", "\(processID)"]
          #expect(try world.run(["xprop", "-id", number] + property).succeeded)
        }
      }

      func focus(_ name: String) throws {
        if let number = numbers[name] {
          // As a window manager would.
          let active = "_NET_ACTIVE_WINDOW"
          let set = ["-f", active, "32x", "-set", active, number]
          #expect(try world.run(["xprop", "-root"] + set).succeeded)
        } else {
          try world.swaymsg("[app_id=\"\(name)\"] focus")
        }
        // For the daemon to hear of it.
        pause(.milliseconds(100))
      }
      func ask() throws {
        try app.send(Client.own("Permissions1", "Request", "sa{sv}", "('', {})"))
        try app.settle()
      }
      try focus("org.example.Other")
      try ask()
      pause(.milliseconds(100))
      #expect(buttons(in: try world.screenshot()).isEmpty)
      #expect(try app.arrivals().allSatisfy { $0.values != ["default"] }, "it is asked")
      try focus(id)
      try ask()
      _ = try world.picture(of: "the question") { buttons(in: $0).count == 2 }
    }
  }

  private func buttons(in picture: Picture) -> [Area] {
    picture.regions(of: Colour(Self.colours.button.rgb), tolerance: 3, smallest: 500)
      .filter { $0.height >= 16 && $0.width >= 60 }.sorted { $0.x < $1.x }
  }

  private func hasBand(_ picture: Picture) -> Bool {
    picture.count(of: Colour(Self.colours.band.rgb), tolerance: 3) > 3000
  }

  @Test(
    "WEB-106 WEB-134 a real pointer answers: what waited is shown, or ends with reason 4",
    .needsHark,
    .needsPointer,
    arguments: [Screen.x11, .sway],
    [true, false]
  )
  func answers(screen: Screen, isBlocked: Bool) async throws {
    try await inWorld(screen, daemon: nil) { world in
      let app = try prepare(world)
      try world.startDaemon()
      let client = try world.connect()
      // Its sender is gone by then.
      try client.listen("type='signal',interface='\(busName)'")
      let pointer = try world.pointer()
      func send() throws -> UInt32 {
        // What it calls itself is shown nowhere in the question.
        let sent = try world.run(app, "-p", "-t", "0", "-a", "Firefox", "You have mail")
        return try #require(UInt32(sent.lines.first ?? ""), "\(sent.errors)")
      }
      func place(in picture: Picture) -> (Int, Int) {
        let area = buttons(in: picture)[isBlocked ? 1 : 0]
        return (area.x + area.width / 2, area.y + 8)
      }
      let id = try send()
      let picture = try world.picture(of: "the question") { buttons(in: $0).count == 2 }
      #expect(hasBand(picture))
      #expect(try client.state(of: id) == "pending")
      // Sooner it is no answer.
      pause(.milliseconds(600))
      try pointer.click(at: place(in: picture))
      if isBlocked {
        #expect(try client.closed(id) != nil)
        #expect(try client.story(of: id) == ["NotificationClosed(\(id),4)"])
        // It is not asked again.
        let other = try send()
        #expect(try client.state(of: other) == nil)
        _ = try world.picture(of: "an empty screen") { !hasBand($0) }
      } else {
        try wait(until: "it to be shown") { try client.state(of: id) == "shown" }
        let after = try world.picture(of: "the popup") { Look.card(in: $0) != nil }
        #expect(!hasBand(after))
      }
    }
  }
}
