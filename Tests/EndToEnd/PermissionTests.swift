import Foundation
import TestSupport
import Testing

/// `org.hark.Permissions1` and `hark permission`.
@Suite(.needsHark) struct PermissionTests {
  @Test("WEB-100 WEB-101 WEB-138 WEB-103 WEB-450 an app that nobody has heard of")
  func unknown() async throws {
    try await inWorld { world, client in
      let (state, details) = try client.query()
      #expect(state == "default")
      #expect(details["source"] == "default" && details["prompt-state"] == "prompt")
      #expect(details["can-prompt"].isTrue && details["os-enabled"].isTrue, "WEB-131")
      #expect(details["since"] == 0 && details["expires"] == 0)
      #expect(try client.query("", "{'vocabulary': <'permissions'>}").state == "prompt")
      for _ in 0..<100 { _ = try client.query() }
      #expect(try client.permissions("Check").values == [1])
      #expect(try client.permissions("List").values == [[]])
    }
  }

  @Test("WEB-120 WEB-122 WEB-451 WEB-110 WEB-138 watchers hear of each change before its reply")
  func changes() async throws {
    try await inWorld { world, client in
      let app = try client.principal()
      let bare = String(app.drop { $0 != "/" })
      let other = try world.connect()
      for watcher in [client, other] { _ = try watcher.query(app, "{'watch': <true>}") }
      #expect(try client.permit(app, "granted").kind == "reply")
      #expect(try client.permit(app, "granted").kind == "reply")
      #expect(try client.permissions("Check").values == [0])
      #expect(try client.permit(bare, "denied").kind == "reply", "ID-050")
      #expect(try client.permissions("Check").values == [2])
      #expect(try client.permissions("Reset", "s", "(\(quoted(app)),)").kind == "reply")
      for watcher in [client, other] {
        try watcher.settle()
        let told = try watcher.arrivals().filter { $0.member == "Changed" }
        #expect(told.map { $0.values[1] } == ["granted", "denied", "default"])
        #expect(told.allSatisfy { $0.values[0].string == bare })
        #expect(told.first?.values[2]["source"] == "user")
      }
      let order = try client.arrivals().filter { $0.member == "Changed" || $0.kind == "reply" }
      let place = try #require(order.firstIndex { $0.member == "Changed" })
      #expect(order[place + 1].kind == "reply" && order[place + 1].values.isEmpty, "WEB-120")
    }
  }

  @Test("WEB-105 WEB-106 WEB-113 WEB-157 WEB-452 Request: one answer for all who wait")
  func request() async throws {
    try await inWorld { world, client in
      let app = try client.principal()
      let twin = try world.connect()
      for peer in [client, twin] {
        try peer.send(Client.own("Permissions1", "Request", "sa{sv}", "('', {})"))
        try peer.settle()
      }
      #expect(try client.query().state == "default", "nobody has answered")
      #expect(try world.connect().permit(app, "granted").kind == "reply")
      for peer in [client, twin] {
        try wait(until: "the answer") {
          try peer.arrivals().contains { $0.kind == "reply" && $0.values == ["granted"] }
        }
      }
      #expect(try client.permit(app, "denied").kind == "reply")
      let refused = try client.permissions("Request", "sa{sv}", "('', {'user-gesture': <true>})")
      #expect(refused.values == ["denied"])
    }
  }

  @Test("WEB-101 WEB-112 options of a wrong type or word are refused by name")
  func options() async throws {
    try await inWorld { _, client in
      let cases = [
        ("Query", "{'watch': <'yes'>}", "watch"), ("Query", "{'vocabulary': <'x'>}", "vocabulary"),
        ("Request", "{'user-gesture': <1>}", "user-gesture"),
        ("Request", "{'activation-token': <1>}", "activation-token"),
      ]
      for (member, options, name) in cases {
        let answer = try client.permissions(member, "sa{sv}", "('', \(options))")
        #expect(answer.error == "org.hark.Error.InvalidOptions")
        #expect(answer.values.first?.string?.contains(name) == true)
      }
      #expect(try client.permit("app:x", "maybe").error == "org.hark.Error.InvalidOptions")
      #expect(try client.permit("org.nobody.Knows", "granted").error == "org.hark.Error.NotFound")
    }
  }

  @Test("WEB-104 WEB-300 who has no control asks about itself only, and decides nothing")
  func rights() async throws {
    try await inWorld(daemon: nil) { world, client in
      try world.configure("control_allow = [\"/usr/bin/true\"]\n")
      try world.startDaemon()
      #expect(try client.query().state == "default")
      let own = "script:" + URL(fileURLWithPath: Programs.clients + "/client.py").standardized.path
      #expect(try client.query(own).state == "default")
      let calls = [
        ("Query", "sa{sv}", "('app:other', {})"), ("Request", "sa{sv}", "('app:other', {})"),
        ("Query", "sa{sv}", "('nobody.Knows', {})"), ("Set", "ssa{sv}", "('', 'granted', {})"),
        ("Reset", "s", "('app:other',)"), ("List", "", ""),
      ]
      for (member, signature, arguments) in calls {
        let answer = try client.permissions(member, signature, arguments)
        #expect(answer.error == "org.hark.Error.AccessDenied", "\(member)")
      }
    }
  }

  @Test("WEB-309 WEB-136 WEB-137 WEB-453 WEB-133 hark permission")
  func commandLine() async throws {
    try await inWorld(daemon: nil) { world, client in
      let nobody = try world.hark("permission", "query", "app:a", "--json")
      #expect(nobody.lines == [#"{"state":"unsupported","source":"bus"}"#])
      #expect(nobody.status == .exited(3))
      try world.startDaemon()
      #expect(try world.hark("permission", "set", "app:a", "granted").succeeded)
      let line = try #require(world.harkJSON("permission", "query", "app:a").first)
      #expect(line["state"] == "granted" && line["source"] == "user")
      #expect(try world.harkJSON("permission", "list").map { $0["app"] } == ["a"])
      // Two watchers, and a change by the command line.
      let printed = world.folder + "/watched"
      try world.start(
        [Programs.control, "permission", "watch", "--json"],
        output: .file(printed)
      )
      _ = try client.query("app:a", "{'watch': <true>}")
      try wait(until: "a line for a change") {
        for state in ["denied", "granted"] { _ = try client.permit("app:a", state) }
        return text(of: printed).contains(#"{"app":"a","state":"denied","source":"user""#)
      }
      #expect(try client.story(on: "Permissions1").count >= 2)
      // An app that came later, and each change once.
      _ = try client.permit("app:later", "granted")
      try wait(until: "the other app") { text(of: printed).contains(#""app":"later""#) }
      #expect(text(of: printed).components(separatedBy: #""app":"later""#).count == 2)
      // An app by the number of its notification, live and of late.
      let id = try client.notify(Notify("whose"))
      let own = try client.principal()
      #expect(try world.hark("permission", "set", "\(id)", "denied").succeeded, "WEB-309")
      #expect(try client.state(of: id) == nil)
      let named = try world.harkJSON("permission", "query", "\(id)").first
      #expect(named?["app"].string == own && named?["state"] == "denied")
      #expect(try world.hark("mute", "\(id)").succeeded && world.hark("unmute", own).succeeded)
      #expect(try world.hark("permission", "reset", "\(id)").succeeded)
      #expect(try world.hark("mute", "4000000000").status == .exited(1))
      #expect(try world.hark("permission", "reset", "later").succeeded)
      #expect(try world.hark("permission", "reset", "a").succeeded)
      #expect(try world.harkJSON("permission", "list").isEmpty)
      let request = try world.hark("permission", "query", "unknown.App")
      #expect(!request.succeeded && request.errors.contains("unknown.App"))
      #expect(request.errors.contains("hark apps") && !request.errors.contains("hark list"))
      #expect(try world.hark("permission", "query", "").status == .exited(2))
      for key in ["script:", "exe:relative", "app:x#"] {
        let refused = [["permission", "set", key, "denied"], ["mute", key]]
        for words in refused {
          let outcome = try world.run([Programs.control] + words)
          #expect(outcome.status == .exited(1) && outcome.errors.contains("a whole key"))
        }
      }
      let close = try world.hark("close", "4000000001", "4000000002")
      #expect(close.errors.contains("4000000001, 4000000002"))
      #expect(!(try world.hark("permission", "set", "app:a", "perhaps")).succeeded)
    }
  }
}
