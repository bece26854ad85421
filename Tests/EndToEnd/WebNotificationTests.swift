import Foundation
import TestSupport
import Testing

/// `org.hark.Notifications1`, and hark's own hints on `Notify`.
@Suite(.needsHark) struct WebNotificationTests {
  private func granted(
    _ screen: Screen = .none,
    _ body: @escaping @Sendable (World, Client) throws -> Void
  ) async throws {
    try await inWorld(screen) { world, client in
      _ = try client.permit(try client.principal(), "granted")
      try body(world, client)
    }
  }

  @Test("WEB-001 WEB-002 WEB-040 WEB-004 on the screen: Displayed, Clicked, Closed")
  func life() async throws {
    try await granted(.x11) { world, client in
      let id = try client.show("hello", "{'expire': <0>}")
      try client.expect(["Displayed(\(id),)"])
      let log = try client.arrivals()
      let reply = try #require(log.firstIndex { $0.kind == "reply" && $0.id == id })
      let displayed = try #require(log.firstIndex { $0.member == "Displayed" })
      #expect(reply < displayed)
      let area = try world.popups(1).areas[0]
      try world.pointer().click(at: (area.x + 100, area.y + 14))
      try wait(until: "Closed") { try client.story(on: "Notifications1").count == 3 }
      let story = try client.arrivals().filter { ["Clicked", "Closed"].contains($0.member) }
      #expect(story[0].values[2] == "" && story[0].values[3] == -1)
      #expect(story[0].values[4].string?.contains("_TIME") == true, "WEB-047")
      #expect(story[1].values == [.integer(Int64(id)), "", 2, true], "WEB-219")
    }
  }

  @Test("WEB-135 WEB-150 without a grant")
  func refused() async throws {
    try await inWorld { _, client in
      let id = try client.show()
      try client.expect([
        "Failed(\(id),,org.hark.Error.PermissionDenied,"
          + "the user has not granted this app notifications)"
      ])
      let kept = try client.web("Show", "sa{sv}", "('t', {'persistent': <true>})")
      #expect(kept.error == "org.hark.Error.PermissionDenied")
      let created = try client.web("Create", "sa{sv}", "('a', \(Self.basic))")
      #expect(created.error == "org.hark.Error.PermissionDenied")
      #expect(try client.live().isEmpty)
    }
  }

  private static let basic =
    "{'type': <'basic'>, 'icon': <''>, 'title': <'t'>, 'message': <'m'>}"

  @Test("WEB-005 WEB-203 WEB-204 WEB-211 InvalidOptions names the option; nothing is shown")
  func invalid() async throws {
    try await granted { _, client in
      let long = String(repeating: "n", count: 501)
      let cases = [
        ("Show", "'t', {'silent': <true>, 'vibrate': <@au []>}", "vibrate"),
        ("Show", "'t', {'timestamp': <1>}", "timestamp"),
        ("Create", "'a', {'type': <'web'>}", "type"),
        ("Create", "'a', {'type': <'basic'>}", "icon"), ("Create", "'\(long)', {}", "nid"),
        ("Update", "'a', {'priority': <3>}", "priority"),
      ]
      for (member, arguments, name) in cases {
        let answer = try client.web(member, "sa{sv}", "(\(arguments))")
        #expect(answer.error == "org.hark.Error.InvalidOptions", "\(member) \(arguments)")
        #expect(answer.values.first?.string?.hasPrefix(name) == true)
      }
      #expect(try client.live().isEmpty)
    }
  }

  @Test("WEB-010 WEB-011 WEB-012 WEB-013 WEB-014 WEB-132 Get: all fields, one's own, in order")
  func get() async throws {
    try await granted { world, client in
      let before = Int64(Date().timeIntervalSince1970 * 1000)
      let one = try client.show(
        "one",
        "{'persistent': <true>, 'tag': <'x'>, 'data': <b'\\1\\377'>}"
      )
      let two = try client.show("two", "{'persistent': <true>, 'timestamp': <int64 0>}")
      let stranger = try world.connectStranger()
      _ = try stranger.notify(Notify("foreign", timeout: 0))
      let all = try client.web("Get", "a{sv}", "({},)").values[0].list
      #expect(all.map { $0["id"] } == [.integer(Int64(one)), .integer(Int64(two))])
      #expect(all[0]["data"].list.prefix(2) == [1, 255])
      #expect(all[0]["tag"] == "x" && all[0]["title"] == "one" && all[0]["state"] == "shown")
      #expect(all[0]["timestamp"].integer ?? 0 >= before && all[1]["timestamp"] == 0)
      #expect(all[0]["dir"] == "auto" && all[0]["renotify"] == false)
      #expect(all[0]["reason"].isNull && all[0]["output"].isNull)
      let tagged = try client.web("Get", "a{sv}", "({'tag': <'x'>},)").values[0].list
      #expect(tagged.map { $0["title"] } == ["one"])
      #expect(try client.web("Get", "a{sv}", "({'tag': <''>},)").values[0].list.count == 2)
      #expect(try stranger.web("Get", "a{sv}", "({},)").values[0].list.count == 1)
    }
  }

  @Test("WEB-019 WEB-030 WEB-036 WEB-153 Close and tags, over two connections of one app")
  func tags() async throws {
    try await granted { world, client in
      let twin = try world.connect()
      let old = try client.show("old", "{'tag': <'x'>, 'persistent': <true>}")
      let new = try twin.show("new", "{'tag': <'x'>, 'persistent': <true>}")
      #expect(try client.live().keys.sorted() == [new])
      #expect(try client.story(on: "Notifications1") == ["Displayed(\(old),)"], "WEB-032")
      for _ in 0..<2 { #expect(try client.web("Close", "u", "(\(new),)").kind == "reply") }
      #expect(try client.web("Close", "u", "(4000,)").kind == "reply")
      try twin.expect(["Displayed(\(new),)", "Closed(\(new),,3,false)"])
      let stranger = try world.connectStranger()
      let mine = try client.show("mine", "{'persistent': <true>}")
      #expect(try stranger.web("Close", "u", "(\(mine),)").kind == "reply")
      #expect(try client.live().keys.sorted() == [mine])
    }
  }

  @Test("WEB-200 WEB-201 WEB-205 WEB-206 WEB-209 WEB-210 Create, Update, Clear, GetAll")
  func create() async throws {
    try await granted { _, client in
      func create(_ nid: String) throws -> String {
        try client.web("Create", "sa{sv}", "('\(nid)', \(Self.basic))").values[0].string ?? ""
      }
      let (one, two) = (try create(""), try create(""))
      #expect(one.count == 36 && one != two)
      #expect(try create("a") == "a")
      #expect(try client.web("GetAll").values[0].list.map(\.string) == [one, two, "a"])
      let changes = "{'message': <'new'>, 'priority': <-1>}"
      #expect(try client.web("Update", "sa{sv}", "('a', \(changes))").values == [true])
      #expect(try client.web("Update", "sa{sv}", "('b', {})").values == [false])
      let live = try client.live().values.first { $0["nid"] == "a" }
      #expect(live?["body"] == "new" && live?["title"] == "t")
      #expect(try client.web("Clear", "s", "('a',)").values == [true])
      #expect(try client.web("Clear", "s", "('a',)").values == [false])
      try client.settle()
      let log = try client.arrivals()
      let reply = try #require(log.firstIndex { $0.values == [true] && $0.kind == "reply" })
      #expect(log[reply...].contains { $0.member == "Closed" })
      #expect(try client.web("GetAll").values[0].list.map(\.string) == [one, two])
    }
  }

  @Test("WEB-154 without a display for ten seconds a notification of the moment has failed")
  func noDisplay() async throws {
    try await granted { _, client in
      let id = try client.show()
      let failed = "Failed(\(id),,org.hark.Error.NotSupported,there is no display)"
      try wait(until: failed, limit: .seconds(15)) {
        try client.story(on: "Notifications1") == [failed]
      }
    }
  }

  @Test("WEB-155 the owner gone, nobody else hears of its notification")
  func unicast() async throws {
    try await granted { world, client in
      let spy = try world.connect()
      try spy.listen("type='signal',interface='org.hark.Notifications1'")
      let id = try client.show("t", "{'persistent': <true>}")
      try client.expect(["Displayed(\(id),)"])
      try client.disconnect()
      try wait(until: "the loss to be noticed") {
        try spy.inspect(id)["connected"] == false
      }
      let invoked = try world.hark("invoke", "\(id)")
      #expect(invoked.status == .exited(1) && invoked.errors.contains("its sender has left"))
      #expect(try spy.center("Dismiss", "au", "([\(id)],)").kind == "reply")
      try spy.settle()
      #expect(try spy.story(on: "Notifications1").isEmpty)
    }
  }

  @Test("WEB-041 WEB-042 WEB-220 WEB-411 actions by name and index")
  func actions() async throws {
    try await granted { _, client in
      let list = "[{'action': <'a'>, 'title': <'A'>}, {'action': <'default'>, 'title': <'B'>}]"
      let id = try client.show("t", "{'persistent': <true>, 'actions': <\(list)>}")
      #expect(try client.invoke(id, "a").kind == "reply")
      #expect(try client.invoke(id, "default").kind == "reply")
      #expect(try client.invoke(id, "b").error == "org.hark.Error.NotFound")
      try client.expect([
        "Displayed(\(id),)", "Clicked(\(id),,a,0,)", "Clicked(\(id),,,-1,)",
      ])
      #expect(try client.inspect(id)["actions"].list.map { $0["action"] } == ["a", "default"])
    }
  }

  @Test(
    "WEB-044 ID-073 ID-031 the sender gone: its app is started with the click",
    .needs("/usr/bin/dbus-monitor")
  )
  func wake() async throws {
    try await inWorld { world, client in
      let copy = world.folder + "/mailer"
      try makeProgram(copy, copying: "/usr/bin/gdbus")
      try world.install(
        "org.example.Mail-er",
        "Name=Mailer\nExec=\(copy)\nDBusActivatable=true\nX-Hark-Click=true"
      )
      _ = try client.permit("org.example.Mail-er", "granted")
      let heard = world.folder + "/heard"
      try world.start(
        ["/usr/bin/dbus-monitor", "interface='org.freedesktop.Application'"],
        output: .file(heard)
      )
      let sent = try world.run(
        gdbusCall(
          "org.hark.Notifications1.Show",
          ["mail", "{'persistent': <true>, 'tag': <'inbox'>}"],
          of: "org.hark.Daemon",
          by: copy
        )
      )
      #expect(sent.succeeded, "\(sent.errors)")
      let (id, entry) = try #require(client.live().first)
      #expect(entry["principal"] == "app:org.example.Mail-er")
      try wait(until: "the loss to be noticed") { try client.inspect(id)["connected"] == false }
      try wait(until: "the click to be heard") {
        _ = try client.invoke(id, "default")
        return text(of: heard).contains("member=ActivateAction")
      }
      let words = text(of: heard)
      #expect(words.contains("path=/org/example/Mail_er"))
      #expect(words.contains("hark.notification-click") && words.contains("uint32 \(id)"))
      #expect(try client.live().keys.contains(id), "its handler closes it")
    }
  }

  @Test("WEB-202 WEB-042 WEB-217 FD-026 hark's hints on Notify, and hark send")
  func hints() async throws {
    try await inWorld { world, client in
      let capabilities = try client.call(.init("GetCapabilities")).values[0].list
      #expect(capabilities.contains("x-hark-1") && capabilities.contains("x-kde-origin-name"))
      let old = try client.notify(Notify("old", hints: "{'x-hark-id': <'a'>}", timeout: 0))
      let new = try client.notify(Notify("new", hints: "{'x-hark-id': <'a'>}", timeout: 0))
      #expect(try client.closed(old) == 4)
      #expect(try client.inspect(new)["nid"] == "a")
      let sent = try world.harkJSON("send", "--id", "b", "--persistent", "--priority", "-1", "low")
      let id = UInt32(try #require(sent.first?["id"].integer))
      let entry = try client.inspect(id)
      #expect(entry["nid"] == "b" && entry["persistent"].isTrue && entry["reason"] == "priority")
    }
  }

  @Test("WEB-031 KDE-041 BR-004 a browser of the configuration speaks for its sites, nobody else")
  func browser() async throws {
    try await inWorld(daemon: nil) { world, client in
      let copy = world.folder + "/surfer"
      try makeProgram(copy, copying: "/usr/bin/gdbus")
      try world.install("org.example.Surfer", "Name=Surfer\nExec=\(copy)")
      try world.configure("browsers = [\"org.example.Surfer\"]\n")
      try world.startDaemon()
      func tagged(_ site: String) throws {
        let hints = "{'x-kde-origin-name': <'\(site)'>, 'x-hark-tag': <'t'>}"
        let sent = try world.run(
          gdbusCall(
            "\(busName).Notify",
            ["surfer", "0", "", "title", "", "[]", hints, "0"],
            by: copy
          )
        )
        #expect(sent.succeeded, "\(sent.errors)")
      }
      for site in ["one.example", "two.example", "two.example"] { try tagged(site) }
      let live = try client.live().values.sorted {
        ($0["id"].integer ?? 0) < ($1["id"].integer ?? 0)
      }
      #expect(
        live.map { $0["principal"].string } == [
          "app:org.example.Surfer#one.example", "app:org.example.Surfer#two.example",
        ]
      )
      #expect(live.map { $0["origin"].string } == ["one.example", "two.example"])
      let other = try client.notify(
        Notify(hints: "{'x-kde-origin-name': <'one.example'>, 'x-hark-tag': <'t'>}", timeout: 0)
      )
      #expect(try client.inspect(other)["origin"].isNull && client.live().count == 3)
    }
  }

  @Test("FD-018 WEB-016 a descriptor as a picture counts as none, and is closed")
  func descriptors() async throws {
    try await granted { world, client in
      _ = try client.show("warm", "{'persistent': <true>}")
      let before = try #require(world.daemon).facts.descriptors
      for _ in 0..<50 {
        let call = Client.own(
          "Notifications1",
          "Show",
          "sa{sv}",
          "('t', {'persistent': <true>, 'image': <handle 0>})"
        ).with { $0.descriptors = 1 }
        #expect(try client.call(call).kind == "reply")
      }
      #expect(try #require(world.daemon).facts.descriptors == before)
    }
  }
}
