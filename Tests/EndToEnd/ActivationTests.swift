import Foundation
import TestSupport
import Testing

/// Activation tokens and links (FD-131, FD-132, FD-275, FD-276, FD-279; F63).
@Suite struct ActivationTests {
  @Test(
    "FD-275, FD-276 a click on X11 gives a startup id, before its action, to the owner alone",
    .needsHark
  )
  func startupId() async throws {
    try await inWorld(.x11) { world in
      let (client, spy) = (try world.connect(), try world.connect())
      try spy.listen("type='signal',interface='\(busName)'")
      let id = try client.notify(Notify("token", actions: ["default", "Open"], timeout: 0))
      let area = try world.popups(1).areas[0]
      try world.pointer().click(at: (area.x + 100, area.y + 14))
      try client.closed(id)
      let story = try client.signals(of: id)
      #expect(story.map(\.member) == ["ActivationToken", "ActionInvoked", "NotificationClosed"])
      let token = story.first?.values.last?.string ?? ""
      #expect(token.contains("_TIME"), "\(token)")
      #expect(try spy.story().isEmpty)
      // FD-275: without an act on the screen there is none.
      let other = try client.notify(Notify("no token", actions: ["default", "Open"], timeout: 0))
      #expect(try client.invoke(other, "default").kind == "reply")
      try client.closed(other)
      #expect(
        try client.story(of: other) == [
          "ActionInvoked(\(other),default)", "NotificationClosed(\(other),2)",
        ]
      )
    }
  }

  @Test(
    "FD-275 a click under Sway gives a token that brings a window forward",
    .needsHark,
    .needsPointer
  )
  func raisesWindow() async throws {
    try await inWorld(.sway) { world, client in
      let windows = try Helper(
        [Programs.toolsPython, Programs.clients + "/window.py"],
        environment: world.environment.merging(["PYTHONPATH": Programs.tools]) { $1 },
        log: world.folder + "/window.log"
      )
      defer { windows.end() }
      for title in ["first", "second"] {
        _ = try windows.ask(["do": "open", "title": .text(title)])
      }
      func focused() throws -> String? {
        func find(_ node: JSON) -> String? {
          if node["focused"].isTrue { return node["name"].string }
          for child in node["nodes"].list + node["floating_nodes"].list {
            if let name = find(child) { return name }
          }
          return nil
        }
        return find(try JSON(parsing: try world.swaymsg("-t", "get_tree")))
      }
      try wait(until: "the second to have the focus") { try focused() == "second" }
      // The daemon hears of it before it is needed.
      let pointer = try world.pointer()
      let id = try client.notify(Notify("raise", actions: ["default", "Open"], timeout: 0))
      let area = try #require(
        try world.picture(of: "the popup") { Look.card(in: $0) != nil }
      )
      let card = try #require(Look.card(in: area))
      try pointer.click(at: (card.x + 100, card.y + 14))
      try client.closed(id)
      let story = try client.signals(of: id)
      #expect(story.map(\.member) == ["ActivationToken", "ActionInvoked", "NotificationClosed"])
      let token = try #require(story.first?.values.last?.string)
      #expect(!token.isEmpty)
      _ = try windows.ask(["do": "activate", "title": "first", "token": .text(token)])
      try wait(until: "the first to come forward") { try focused() == "first" }
    }
  }

  @Test(
    "FD-131, FD-279, F63 a click on a link opens it by argument vector, and that is all",
    .needsHark
  )
  func link() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      let opened = try fakeOpener(world)
      try world.startDaemon()
      let client = try world.connect()
      let target = "https://e.org/?a=$(touch%20x);b='c'&d=`id`"
      let escaped = target.replacing("&", with: "&amp;")
      let id = try client.notify(
        Notify(
          "link",
          body: "<a href=\"\(escaped)\">LINK</a>",
          actions: ["default", "Open"],
          timeout: 0
        )
      )
      let (areas, picture) = try world.popups(1)
      let spot = try #require(picture.bounds(of: Look.accent, tolerance: 30, in: areas[0]))
      try world.pointer().click(at: spot.middle)
      try wait(until: "the opener") { text(of: opened).hasSuffix("end\n") }
      #expect(text(of: opened) == "1\n\(target)\nend\n")
      try client.settle()
      #expect(try client.story(of: id).isEmpty)
      try world.popups(1)
      // FD-132: what may not be opened is no link.
      for scheme in ["javascript:alert(1)", "data:text/html,x", "file:etc/passwd", "x-y:z"] {
        _ = try client.closeNotification(id)
        let plain = try client.notify(
          Notify("link", body: "<a href=\"\(scheme)\">LINK</a>", timeout: 0, replaces: id)
        )
        let (areas, picture) = try world.popups(1)
        #expect(picture.count(of: Look.accent, tolerance: 30, in: areas[0]) == 0, "\(scheme)")
        #expect(try client.inspect(plain)["body"] == "LINK")
      }
    }
  }

  @Test(
    "FD-133 a link tells its host before a click, also when it comes under the pointer",
    .needsHark
  )
  func host() async throws {
    try await inWorld(.x11) { world, client in
      func link(_ target: String, replaces: UInt32 = 0) throws -> UInt32 {
        let body = "<a href=\"\(target)\">LINK</a>"
        return try client.notify(Notify("link", body: body, timeout: 0, replaces: replaces))
      }
      let id = try link("https://bank.example@evil.example/")
      let (areas, picture) = try world.popups(1)
      let card = areas[0]
      let heading = Area(x: card.x, y: card.y, width: card.width, height: 28)
      let spot = try #require(picture.bounds(of: Look.accent, tolerance: 30, in: card))
      #expect(spot.y > heading.maxY)
      func told(_ picture: Picture) -> Area? {
        picture.bounds(of: Look.accent, tolerance: 30, in: heading)
      }
      try world.pointer().move(to: spot.middle)
      let before = try #require(told(try world.picture(of: "the host") { told($0) != nil }))
      _ = try link("https://another.host.evil.example/", replaces: id)
      _ = try world.picture(of: "the other host") {
        told($0).map { $0.width > before.width + 20 } ?? false
      }
      try world.pointer().move(to: (card.x + 100, card.y + 14))
      _ = try world.picture(of: "the app's name again") { told($0) == nil }
    }
  }

  @Test(
    "WEB-043 WEB-042 FD-132 a link of the sender's own scheme goes to its app, others to the desktop",
    .needsHark
  )
  func ownScheme() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      let opened = try fakeOpener(world)
      let copy = world.folder + "/mailer"
      try makeProgram(copy, copying: "/usr/bin/gdbus")
      let heard = try install(world, "org.example.Mail-er", ["mail-er", "https"], "Exec=\(copy)")
      _ = try install(world, "org.example.Other", ["other"])
      try world.startDaemon()
      let client = try world.connect()
      func send(_ link: String, by program: String) throws -> UInt32 {
        let hints = "{'x-hark-navigate': <'\(link)'>}"
        let arguments = ["", "0", "", "title", "", "[]", hints, "0"]
        let sent = try world.run(gdbusCall("\(busName).Notify", arguments, by: program))
        return try #require(UInt32(sent.output.filter(\.isNumber).dropFirst(2)), "\(sent)")
      }
      let own = try send("Mail-er:inbox/7?a=$(x)", by: copy)
      let area = try world.popups(1).areas[0]
      try world.pointer().click(at: (area.x + 100, area.y + 14))
      try wait(until: "the app to open it") { text(of: heard).hasSuffix("\n") }
      let call = try JSON(parsing: text(of: heard))
      #expect(call["links"] == ["Mail-er:inbox/7?a=$(x)"])
      #expect(call["token"].string?.contains("_TIME") == true, "\(call.line)")
      #expect(try client.state(of: own) == nil, "the click closes it")

      // Another's scheme, and another's word for its own: no links.
      for (link, program) in [("other:x", copy), ("mail-er:x", "gdbus"), ("mail-er:", copy)] {
        let id = try send(link, by: program)
        #expect(try client.invoke(id, "default").error == "org.hark.Error.NotFound", "\(link)")
      }
      // What every browser is called for.
      #expect(try client.invoke(send("https://e.org/", by: copy), "default").kind == "reply")
      try wait(until: "the opener") { text(of: opened).hasSuffix("end\n") }
      #expect(text(of: opened) == "1\nhttps://e.org/\nend\n")
      #expect(text(of: heard).filter { $0 == "\n" }.count == 1)
    }
  }

  @Test(
    "WEB-043 ID-010 a sandboxed app has links of its own scheme, and none of the host's app it is called like",
    .needsHark,
    .enabled(if: SenderTests.canSandbox, "no sandbox can be made here")
  )
  func sandboxScheme() async throws {
    for exported in ["X-Flatpak=org.example.Boxed", "Exec=boxed"] {
      try await inWorld(daemon: nil) { world in
        let heard = try install(world, "org.example.Boxed", ["boxed"], exported)
        try world.startDaemon()
        let client = try world.connect()
        let info = world.folder + "/info"
        try "[Application]\nname=org.example.Boxed\n".write(
          toFile: info,
          atomically: true,
          encoding: .utf8
        )
        let hints = "{'x-hark-navigate': <'boxed:x'>}"
        let arguments = ["", "0", "", "title", "", "[]", hints, "0"]
        let sent = try world.run(
          SenderTests.sandbox(world, info) + gdbusCall("\(busName).Notify", arguments)
        )
        let id = try #require(try client.live().keys.first, "\(sent)")
        let answer = try client.invoke(id, "default")
        if exported.hasPrefix("X-Flatpak") {
          #expect(answer.kind == "reply")
          try wait(until: "the app to open it") { text(of: heard).hasSuffix("\n") }
          #expect(try JSON(parsing: text(of: heard))["links"] == ["boxed:x"])
        } else {
          #expect(answer.error == "org.hark.Error.NotFound")
        }
      }
    }
  }

  @Test("what a click starts without a user manager outlives the daemon", .needsHark)
  func outlives() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      let opened = try fakeOpener(world, waiting: true)
      let daemon = try world.startDaemon()
      let client = try world.connect()
      try client.notify(Notify("link", body: "<a href=\"https://e.org\">LINK</a>", timeout: 0))
      let (areas, picture) = try world.popups(1)
      let spot = try #require(picture.bounds(of: Look.accent, tolerance: 30, in: areas[0]))
      try world.pointer().click(at: spot.middle)
      try wait(until: "the opener") { text(of: opened).hasPrefix("1\n") }
      try wait(until: "no child of the daemon's") { daemon.facts.children.isEmpty }
      #expect(try daemon.stop() == .exited(0))
      #expect(!text(of: opened).hasSuffix("end\n"))
      try "".write(toFile: opened + ".go", atomically: true, encoding: .utf8)
      try wait(until: "it to end") { text(of: opened).hasSuffix("end\n") }
    }
  }

  @Test("with a user manager it is asked to start a transient service", .needsHark)
  func transientUnit() async throws {
    try await inWorld(.x11, daemon: nil) { world in
      let opened = try fakeOpener(world)
      let output = world.folder + "/manager"
      try world.start(
        [Programs.python, Programs.clients + "/fake_systemd.py"],
        output: .file(output)
      )
      try wait(until: "the manager") { text(of: output).contains("ready") }
      try world.startDaemon()
      let client = try world.connect()
      try client.notify(Notify("link", body: "<a href=\"https://e.org/x\">LINK</a>", timeout: 0))
      let (areas, picture) = try world.popups(1)
      let spot = try #require(picture.bounds(of: Look.accent, tolerance: 30, in: areas[0]))
      try world.pointer().click(at: spot.middle)
      try wait(until: "the request") { text(of: output).contains("ExecStart") }
      let request = try JSON(parsing: String(text(of: output).split(separator: "\n").last ?? ""))
      #expect(request["unit"].string?.wholeMatch(of: /app-hark-.+@.+\.service/) != nil)
      let start = request["properties"]["ExecStart"][0]
      #expect(start[1].list.last == "https://e.org/x")
      #expect(start[0].string?.hasSuffix("/xdg-open") == true)
      let environment = request["properties"]["Environment"].list.compactMap(\.string)
      #expect(environment.contains("DISPLAY=\(world.environment["DISPLAY"] ?? "?")"))
      pause(.milliseconds(200))
      #expect(text(of: opened).isEmpty)
    }
  }
}

/// Installs an app that the bus starts to open links of its schemes; it writes each call down.
private func install(_ world: World, _ id: String, _ schemes: [String], _ more: String = "") throws
  -> String
{
  let types = schemes.map { "x-scheme-handler/\($0);" }.joined()
  try world.install(id, "Name=\(id)\nDBusActivatable=true\nMimeType=text/plain;\(types)\n\(more)")
  let heard = world.folder + "/" + id
  let program = Programs.clients + "/link_app.py"
  try world.addService(name: id, command: [Programs.python, program, id, heard])
  return heard
}

/// An `xdg-open` that writes down what it was given.
private func fakeOpener(_ world: World, waiting: Bool = false) throws -> String {
  let programs = world.folder + "/bin"
  let opened = world.folder + "/opened"
  #expect(try world.run("mkdir", programs).succeeded)
  let pause = waiting ? "while ! [ -e '\(opened).go' ]; do sleep 0.05; done" : ""
  try makeProgram(
    programs + "/xdg-open",
    """
    #!/bin/sh
    printf '%s\\n' "$#" "$@" >'\(opened)'
    \(pause)
    echo end >>'\(opened)'

    """
  )
  world.environment["PATH"] = programs + ":" + (world.environment["PATH"] ?? "")
  return opened
}
