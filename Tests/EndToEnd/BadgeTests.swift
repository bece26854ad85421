import Foundation
import TestSupport
import Testing

/// `org.hark.Badges1`, `hark badge`, and launcher entries.
@Suite(.needsHark) struct BadgeTests {
  private static let mail = "org.example.Mail"
  private static let uri = "application://org.example.Mail.desktop"

  /// An app is installed, and the daemon runs with a configuration.
  private func inScene(
    _ configuration: String = "",
    _ body: @escaping @Sendable (World, Client) throws -> Void
  ) async throws {
    try await inWorld(daemon: nil) { world, client in
      let (home, id) = (world.folder + "/home", Self.mail)
      try write(
        "[Desktop Entry]\nType=Application\nName=Mail\nExec=/opt/mail\n",
        home + "/.local/share/applications/\(id).desktop"
      )
      try write(configuration, home + "/.config/hark/config.toml")
      try world.startDaemon()
      try body(world, client)
    }
  }

  private func write(_ text: String, _ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]),
      withIntermediateDirectories: true
    )
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// A connection that owns the app's name, and so is the app (ID-030).
  private func app(_ world: World) throws -> Client {
    let client = try world.connect()
    _ = try client.call(
      Client.Call("RequestName", "su", "('\(Self.mail)', 0)").with {
        $0.destination = "org.freedesktop.DBus"
        $0.path = "/org/freedesktop/DBus"
        $0.interface = "org.freedesktop.DBus"
      }
    )
    return client
  }

  private func badges(_ world: World) throws -> [String] {
    try world.hark("badge", "list").lines
  }

  private func expect(_ badges: [String], _ world: World) throws {
    var last: [String] = []
    do {
      try wait(until: "\(badges)") {
        last = try self.badges(world)
        return last == badges
      }
    } catch {
      throw Trouble("expected \(badges), not \(last)")
    }
  }

  /// Has another program say something, and waits until it has.
  private func tell(_ app: Child, _ line: String) throws {
    try app.write(line + "\n")
    #expect(try app.line() == "done")
  }

  private func launcher(_ world: World, _ words: String..., with more: [String: String] = [:])
    throws -> Child
  {
    try world.start(
      [Programs.python, Programs.clients + "/launcher.py"] + words,
      input: .pipe,
      output: .pipe,
      with: more
    )
  }

  @Test("WEB-400 WEB-401 WEB-402 WEB-403 WEB-404 an app's badge, and who hears of it")
  func set() async throws {
    try await inScene { world, watcher in
      _ = try watcher.center("Watch", "a{sv}", "({},)")
      let (app, other) = (try app(world), try world.connect())
      for (member, signature, arguments) in [
        ("Set", "st", "('', uint64 42)"), ("SetFlag", "s", "('',)"),
        ("Set", "st", "('org.example.Mail', uint64 0)"), ("Clear", "s", "('',)"),
        ("Set", "st", "('', 5000000000)"),
      ] {
        let answer = try app.badges(member, signature, arguments)
        #expect(answer.kind == "reply" && answer.values.isEmpty, "\(answer.json.line)")
      }
      let told = ["number,42", "flag,0", "nothing,0", "number,5000000000"]
      try watcher.expect(told.map { "Changed(\(Self.mail),\($0))" }, on: "Badges1")
      for peer in [app, other] { #expect(try peer.story(on: "Badges1").isEmpty) }
      #expect(try badges(world) == ["\(Self.mail)  99+"])
      let most = "18446744073709551615"
      #expect(try world.hark("badge", "set", Self.mail, most).succeeded)
      let line = "{\"app\":\"\(Self.mail)\",\"kind\":\"number\",\"number\":\(most)}"
      #expect(try world.hark("badge", "list", "--json").lines == [line])
      for (member, signature, arguments) in [
        ("Set", "su", "('', 42)"), ("Set", "s", "('',)"), ("SetFlag", "st", "('', 1)"),
      ] {
        let answer = try app.badges(member, signature, arguments)
        #expect(answer.error == "org.freedesktop.DBus.Error.InvalidArgs", "\(member) \(signature)")
      }
      try app.disconnect()
      #expect(try badges(world) == ["\(Self.mail)  99+"], "WEB-404")
    }
  }

  @Test("WEB-405 WEB-406 WEB-407 who may not: the unproved, other apps, the denied; nobody reads")
  func rights() async throws {
    try await inScene("control_allow = [\"\(Programs.control)\"]\n") { world, script in
      let app = try app(world)
      let refused = "org.hark.Error."
      #expect(try script.badges("SetFlag", "s", "('',)").error == refused + "PermissionDenied")
      for peer in [script, app] {
        let answer = try peer.badges("Set", "st", "('app:other', 1)")
        #expect(answer.error == refused + "AccessDenied")
        #expect(try peer.badges("List").error == refused + "AccessDenied")
      }
      #expect(try app.badges("Set", "st", "('', 7)").kind == "reply")
      #expect(try world.hark("permission", "set", Self.mail, "denied").succeeded)
      for member in ["SetFlag", "Clear"] {
        #expect(try app.badges(member, "s", "('',)").error == refused + "PermissionDenied")
      }
      #expect(try badges(world) == ["\(Self.mail)  7"])
    }
  }

  @Test("WEB-404 WEB-410 hark badge, hark watch, and an app whose badges are not shown")
  func commandLine() async throws {
    try await inScene { world, client in
      let output = world.folder + "/watched"
      #expect(try world.hark("badge", "set", Self.mail, "3").succeeded)
      try world.start([Programs.control, "watch", "--json"], output: .file(output))
      func wait(_ kind: String, _ number: Int) throws {
        let line =
          "{\"event\":\"badge\",\"app\":\"\(Self.mail)\",\"kind\":\"\(kind)\",\"number\":\(number)}"
        try TestSupport.wait(until: line) { text(of: output).contains(line + "\n") }
      }
      try wait("number", 3)
      #expect(try world.hark("badge", "set", Self.mail).succeeded)
      try wait("flag", 0)
      #expect(try badges(world) == ["\(Self.mail)  •"])
      #expect(try world.hark("mute", "app:" + Self.mail).succeeded)
      #expect(try badges(world) == ["\(Self.mail)  •"])
      try write(
        "[app.\"app:\(Self.mail)\"]\nbadges = false\n",
        world.folder + "/home/.config/hark/config.toml"
      )
      try wait("nothing", 0)
      #expect(try badges(world).isEmpty)
      for (words, status) in [
        (["set", Self.mail, "-1"], 2), (["set", Self.mail, "many"], 2), (["set"], 2),
        (["list", "x"], 2), ([], 2), (["set", "org.nobody.Knows", "1"], 1),
        (["clear", Self.mail], 0),
      ] {
        let outcome = try run([Programs.control, "badge"] + words, environment: world.environment)
        #expect(outcome.status == .exited(Int32(status)), "\(words): \(outcome.errors)")
      }
      try world.daemon?.stop()
      #expect(try world.hark("badge", "list").status == .exited(3))
    }
  }

  @Test("LE-001 LE-002 LE-003 LE-004 LE-005 LE-006 LE-008 LE-009 LE-013 what launcher entries say")
  func entries() async throws {
    try await inScene { world, client in
      let app = try launcher(world, "app")
      try tell(app, "\(Self.uri) {'count': <int64 5>, 'count-visible': <true>}")
      try expect(["\(Self.mail)  5"], world)
      for (uri, count) in [
        ("application:org.example.Mail.desktop", 6), ("org.example.Mail.desktop", 7),
        ("org.example.Mail", 8),
      ] {
        try tell(app, "\(uri) {'count': <\(count)>, 'quicklist': <'/menu'>}")
        try expect(["\(Self.mail)  \(count)"], world)
      }
      try tell(
        app,
        "application://org.nobody.Knows.desktop {'count': <1>, 'count-visible': <true>}"
      )
      try tell(
        app,
        "\(Self.uri) {'urgent': <true>, 'progress': <0.25>, 'progress-visible': <true>}"
      )
      try wait(until: "attention") {
        let known = try world.harkJSON("apps").first { $0["app"].string == "app:" + Self.mail }
        return known?["attention"] == true && known?["badge_unverified"] == true
          && known?["progress"].line == "0.25"
      }
      let second = try launcher(world, "app")
      try tell(second, "\(Self.uri) {'count': <1>, 'count-visible': <true>}")
      try expect(["\(Self.mail)  1"], world)
      second.end()
      try expect(["\(Self.mail)  8"], world)
      for count in 1...40 { try tell(app, "\(Self.uri) {'count': <\(count)>}") }
      try expect(["\(Self.mail)  40"], world)
      app.end()
      try expect([], world)
    }
  }

  @Test("WEB-409 LE-010 LE-011 LE-012 docks hear of badges, and again when a dock comes")
  func docks() async throws {
    try await inScene { world, client in
      try wait(until: "the name") { try client.owner(of: "com.canonical.Unity") != nil }
      #expect(
        try client.introspect("/Unity", of: "com.canonical.Unity")["interfaces"].line
          .contains("com.canonical.Unity")
      )
      let dock = try launcher(world, "dock")
      #expect(try dock.line() == "listening")
      func heard(_ count: String, _ visible: String, _ flag: String) -> String {
        "/org/hark/Daemon/launcher/1 \(Self.uri) count=\(count) count-visible=\(visible) "
          + "x-hark-flag=\(flag)"
      }
      for (words, expected) in [
        (["set", Self.mail, "42"], heard("42", "True", "False")),
        (["set", Self.mail], heard("1", "True", "True")),
        (["clear", Self.mail], heard("0", "False", "False")),
        (
          ["set", Self.mail, "18446744073709551615"],
          heard("9223372036854775807", "True", "False")
        ),
      ] {
        _ = try run([Programs.control, "badge"] + words, environment: world.environment)
        #expect(try dock.line() == expected)
      }
      // LE-012: hark heard all of that itself.
      #expect(try badges(world) == ["\(Self.mail)  99+"])
      let query = try client.call(
        Client.Call("Query").with {
          $0.destination = "org.hark.Daemon"
          $0.path = "/org/hark/Daemon/launcher/1"
          $0.interface = "com.canonical.Unity.LauncherEntry"
        }
      )
      #expect(query.values.first?.string == Self.uri)
      let second = try launcher(world, "dock", "com.canonical.Unity")
      #expect(try second.line() == "listening")
      #expect(try second.line() == heard("9223372036854775807", "True", "False"))
      second.end()
      try wait(until: "hark to have the name back") {
        try client.owner(of: "com.canonical.Unity") == client.owner(of: "org.hark.Daemon")
      }
    }
  }

  @Test("LE-010 the name is left alone where the user wants that")
  func name() async throws {
    try await inScene("unity_name = false\n") { world, client in
      _ = try client.center("List", "a{sv}", "({},)")
      #expect(try client.owner(of: "com.canonical.Unity") == nil)
    }
  }

  @Test("LE-001 LE-010 a program with libunity", .needsUnity)
  func unity() async throws {
    try await inScene { world, client in
      let folder = Programs.tools + "/unity/usr/lib/x86_64-linux-gnu"
      let app = try launcher(
        world,
        "unity",
        Self.mail + ".desktop",
        with: [
          "LD_LIBRARY_PATH": "\(folder):\(folder)/libunity",
          "GI_TYPELIB_PATH":
            "\(folder)/girepository-1.0:\(Programs.tools)/unity/usr/lib/girepository-1.0",
        ]
      )
      try tell(app, "count 12")
      try tell(app, "count-visible true")
      try expect(["\(Self.mail)  12"], world)
      try tell(app, "count 0")
      try expect([], world)
      try tell(app, "count 3")
      try expect(["\(Self.mail)  3"], world)
      app.end()
      try expect([], world)
    }
  }
}

extension Client {
  /// A call of `org.hark.Badges1`.
  fileprivate func badges(_ member: String, _ signature: String = "", _ arguments: String = "")
    throws
    -> Arrival
  {
    try call(Self.own("Badges1", member, signature, arguments))
  }
}

extension Trait where Self == ConditionTrait {
  fileprivate static var needsUnity: Self {
    let missing = Programs.missing("unity")
    return .enabled(if: missing == nil, Comment(rawValue: missing ?? ""))
  }
}
