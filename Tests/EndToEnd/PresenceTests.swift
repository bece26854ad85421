import Foundation
import TestSupport
import Testing

/// Bus presence, activation and introspection (requirements, section 1).
@Suite struct PresenceTests {
  @Test("FD-001 the name is owned within a second of the start")
  func ownsName() async throws {
    try await inWorld(places: .max, daemon: nil) { world, client in
      try world.launchDaemon()
      try wait(until: "the name", limit: .seconds(1)) { try client.owner(of: busName) != nil }
    }
  }

  @Test(
    "FD-002, F54 a second daemon says who owns the name, leaves with 3, and does not queue",
    .needsHark
  )
  func secondDaemon() async throws {
    try await inWorld(places: .max) { world, client in
      let owner = try #require(try client.owner(of: busName))
      let first = try #require(world.daemon)
      let begun = monotonicNanoseconds()
      let second = try run(Programs.daemon, environment: world.environment, limit: .seconds(5))
      #expect(second.status == .exited(3))
      #expect(milliseconds(from: begun, to: monotonicNanoseconds()) < 1000)
      for fact in [owner, "hark", "\(first.pid)"] {
        #expect(second.errors.contains(fact), "\(second.errors)")
      }
      let queue = try client.call(
        Client.Call("ListQueuedOwners", "s", "('\(busName)',)").with {
          $0.destination = "org.freedesktop.DBus"
          $0.path = "/org/freedesktop/DBus"
          $0.interface = "org.freedesktop.DBus"
        }
      )
      #expect(queue.values[0].list == [.text(owner)])
    }
  }

  @Test(
    "FD-003, FD-004 --replace takes the name without a gap; the old one ends with 0",
    .needsHark
  )
  func replace() async throws {
    try await inWorld(.x11) { world, client in
      try client.listen("type='signal',member='NameOwnerChanged',arg0='\(busName)'")
      let first = try #require(world.daemon)
      let id = try client.notify(Notify("up while the daemon changes", timeout: 0))
      try world.popups(1)
      let second = try world.launchDaemon(["--replace"])
      #expect(try first.ended() == .exited(0))
      try wait(until: "the new owner to answer") {
        try client.call(Client.Call("GetServerInformation")).kind == "reply"
      }
      #expect(second.child.isRunning)
      let changes = try client.arrivals().filter { $0.member == "NameOwnerChanged" }
      #expect(changes.count == 1)
      #expect(changes.allSatisfy { $0.values[1].string != "" && $0.values[2].string != "" })
      // The new owner has it, and the old one owns nothing to speak for.
      #expect(try client.story(of: id).isEmpty)
      try world.popups(1)
    }
  }

  @Test("FD-003 --replace of an owner that allows no replacement ends as FD-002", .needsHark)
  func replaceRefused() async throws {
    try await inWorld(daemon: nil) { world in
      let stranger = try world.connect()
      let answer = try stranger.call(
        Client.Call("RequestName", "su", "('\(busName)', 4)").with {
          $0.destination = "org.freedesktop.DBus"
          $0.path = "/org/freedesktop/DBus"
          $0.interface = "org.freedesktop.DBus"
        }
      )
      #expect(answer.values == [1])
      let outcome = try run(
        Programs.daemon + ["--replace"],
        environment: world.environment,
        limit: .seconds(15)
      )
      #expect(outcome.status == .exited(3))
      #expect(outcome.errors.contains(stranger.name), "\(outcome.errors)")
      #expect(try stranger.owner(of: busName) == stranger.name)
    }
  }

  @Test(
    "the daemon's own name taken, alone: a warning, doctor says by whom, it comes back",
    .needsHark
  )
  func ownNameTaken() async throws {
    try await inWorld { world in
      let daemon = try #require(world.daemon)
      let client = try world.connect()
      try client.notify(Notify("before", timeout: 0))
      let thief = try world.connect()
      let taken = try thief.call(
        Client.Call("RequestName", "su", "('org.hark.Daemon', 2)").with {
          $0.destination = "org.freedesktop.DBus"
          $0.path = "/org/freedesktop/DBus"
          $0.interface = "org.freedesktop.DBus"
        }
      )
      #expect(taken.values == [1])
      try wait(until: "the warning") { daemon.log.contains("another program owns org.hark.Daemon") }
      try client.notify(Notify("served all the same", timeout: 0))
      let doctor = try world.hark("doctor")
      #expect(doctor.succeeded && doctor.output.contains("owned by \(thief.name)"), "\(doctor)")
      let facts = try #require(try world.harkJSON("doctor").first)
      #expect(facts["intruder"]["name"].string == thief.name)
      #expect(facts["live"].list.count == 2)
      try thief.disconnect()
      try wait(until: "its return") { daemon.log.contains("org.hark.Daemon is back") }
      #expect(try client.live().count == 2)
      #expect(try world.harkJSON("doctor").first?["intruder"] == .null)
    }
  }

  @Test("FD-006, FD-007 the first Notify starts the daemon and is answered")
  func activation() async throws {
    try await inWorld(places: .max, daemon: nil) { world in
      try world.addService(
        name: busName,
        command: Programs.daemon
      )
      let client = try world.connect()
      let begun = monotonicNanoseconds()
      let id = try client.notify(Notify("wakes it up"))
      #expect(id > 0)
      #expect(milliseconds(from: begun, to: monotonicNanoseconds()) < 1000)
      let information = try client.call(Client.Call("GetServerInformation"))
      #expect(information.kind == "reply")
    }
  }

  @Test("FD-008..010 introspection", .needsHark)
  func introspection() async throws {
    try await inWorld { world, client in
      for (path, child) in [
        ("/", "org"), ("/org", "freedesktop"), ("/org/freedesktop", "Notifications"),
      ] {
        #expect(try client.introspect(path)["children"].list.contains(.text(child)), "\(path)")
      }
      let object = try client.introspect("/org/freedesktop/Notifications")["interfaces"]
      let interface = object[busName]
      func arguments(_ member: JSON) -> [String] {
        member.list.map { a in
          [a["direction"], a["type"], a["name"]].compactMap(\.string).filter { !$0.isEmpty }
            .joined(separator: " ")
        }
      }
      let methods: [(String, [String])] = [
        (
          "Notify",
          [
            "in s app_name", "in u replaces_id", "in s app_icon", "in s summary", "in s body",
            "in as actions", "in a{sv} hints", "in i expire_timeout", "out u id",
          ]
        ),
        ("CloseNotification", ["in u id"]),
        ("GetCapabilities", ["out as capabilities"]),
        (
          "GetServerInformation",
          ["out s name", "out s vendor", "out s version", "out s spec_version"]
        ),
      ]
      for (name, expected) in methods {
        #expect(arguments(interface["methods"][name]) == expected, "\(name)")
      }
      let signals: [(String, [String])] = [
        ("NotificationClosed", ["u id", "u reason"]),
        ("ActionInvoked", ["u id", "s action_key"]),
        ("ActivationToken", ["u id", "s activation_token"]),
      ]
      for (name, expected) in signals {
        let got = arguments(interface["signals"][name]).map {
          $0.hasPrefix("out ") ? String($0.dropFirst(4)) : $0
        }
        #expect(got == expected, "\(name)")
      }
      for standard in ["Peer", "Properties", "Introspectable"] {
        #expect(!object["org.freedesktop.DBus.\(standard)"].isNull, "\(standard)")
      }
    }
  }

  @Test("FD-011 Peer answers at any path", arguments: ["/", "/org", "/no/such/object"])
  func peer(path: String) async throws {
    try await inWorld { world, client in
      let call = Client.Call("Ping").with {
        $0.path = path
        $0.interface = "org.freedesktop.DBus.Peer"
      }
      let ping = try client.call(call)
      #expect(ping.kind == "reply")
      #expect(ping.values.isEmpty)
      let machine = try client.call(call.with { $0.member = "GetMachineId" })
      let id = machine.values.first?.string ?? ""
      #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil, "\(machine.json.line)")
    }
  }

  @Test("FD-012, FD-013 properties, and the standard errors", .needsHark)
  func errors() async throws {
    try await inWorld { world, client in
      let properties = "org.freedesktop.DBus.Properties"
      func call(
        _ member: String,
        _ signature: String = "",
        _ arguments: String = "",
        interface: String = busName,
        path: String = "/org/freedesktop/Notifications"
      ) throws -> Arrival {
        try client.call(
          Client.Call(member, signature, arguments).with {
            $0.interface = interface
            $0.path = path
          }
        )
      }
      for (name, expected) in [
        (busName, ["Inhibited": false] as JSON), ("org.freedesktop.DBus.Peer", .object([:])),
        (properties, .object([:])),
      ] {
        let all = try call("GetAll", "s", "('\(name)',)", interface: properties)
        #expect(all.signature == "a{sv}" && all.values == [expected], "\(name) \(all.json.line)")
      }
      let center = try client.call(
        Client.Call("GetAll", "s", "('org.hark.Center1',)").with {
          $0.destination = "org.hark.Daemon"
          $0.path = "/org/hark/Daemon"
          $0.interface = properties
        }
      )
      #expect(center.signature == "a{sv}")

      let wrong: [(Arrival, String)] = [
        (
          try call("GetAll", "s", "('org.example.None',)", interface: properties),
          "UnknownInterface"
        ),
        (try call("Get", "ss", "('\(busName)', 'None')", interface: properties), "UnknownProperty"),
        (try call("NoSuchMethod"), "UnknownMethod"),
        (try call("Notify", interface: "org.example.None"), "UnknownInterface"),
        (try call("GetCapabilities", path: "/org/freedesktop/Nowhere"), "UnknownObject"),
        (try call("CloseNotification", "i", "(1,)"), "InvalidArgs"),
        (try call("CloseNotification"), "InvalidArgs"),
        (try call("GetCapabilities", "s", "('x',)"), "InvalidArgs"),
        (try call("Notify", "susssasa{sv}", "('', 0, '', 's', 'b', [], {})"), "InvalidArgs"),
        (try call("Notify", "susssasa{ss}i", "('', 0, '', 's', 'b', [], {}, 0)"), "InvalidArgs"),
      ]
      for (answer, name) in wrong {
        // An unknown interface may also count as an unknown method: libraries differ.
        let names =
          ["org.freedesktop.DBus.Error." + name]
          + (name == "UnknownInterface" ? ["org.freedesktop.DBus.Error.UnknownMethod"] : [])
        #expect(
          answer.kind == "error" && names.contains(answer.error),
          "\(name): \(answer.json.line)"
        )
      }
      #expect(try call("GetServerInformation").kind == "reply")
    }
  }

  @Test("FD-014 a call without an interface is dispatched by its member")
  func noInterface() async throws {
    try await inWorld { world, client in
      let answer = try client.call(
        Client.Call(Notify("no interface")).with { $0.hasInterface = false }
      )
      #expect(answer.signature == "u", "\(answer.json.line)")
    }
  }

  @Test("FD-015 NO_REPLY_EXPECTED: no reply, no error, but the effect", .needsHark)
  func noReply() async throws {
    try await inWorld { world, client in
      let quiet = Client.Call(Notify("no reply", timeout: 0)).with { $0.wantsReply = false }
      try client.send(quiet)
      try client.send(
        Client.Call("CloseNotification", "u", "(4242,)").with { $0.wantsReply = false }
      )
      try client.send(Client.Call("NoSuchMethod").with { $0.wantsReply = false })
      try client.settle()
      let answers = try client.arrivals().filter { $0.kind != "signal" }
      // Hello, which the client does not log, and the ping.
      #expect(answers.count == 1, "\(answers.map(\.json.line))")
      #expect(try client.live().values.contains { $0["title"] == "no reply" })
    }
  }

  @Test("FD-017 one sender's calls take effect in their order")
  func order() async throws {
    try await inWorld { world, client in
      let next = try client.notify(Notify("first", timeout: 0)) + 1
      // A sender whose calls are all there before the daemon has heard of it.
      let daemon = try #require(world.daemon)
      let new = try world.connect()
      daemon.child.signal(SIGSTOP)
      try new.send([
        Client.Call(Notify("second", timeout: 0)),
        Client.Call("CloseNotification", "u", "(\(next),)"),
        Client.Call(Notify("third", timeout: 0)),
        Client.Call("NoSuchMethod"),
      ])
      daemon.child.signal(SIGCONT)
      #expect(try new.closed(next) == 3)
      try new.settle()
      #expect(try new.story() == ["NotificationClosed(\(next),3)"])
      let answers = try new.arrivals().filter { $0.kind == "reply" || $0.kind == "error" }
      // What the connection's own Hello was answered with is not logged; the ping is last.
      #expect(answers.map { $0.kind } == ["reply", "reply", "reply", "error", "reply"])
      #expect(answers[0].id == next && answers[2].id == next + 1)
    }
  }

  @Test("FD-018 attached descriptors are closed")
  func descriptors() async throws {
    try await inWorld { world, client in
      let id = try client.notify(Notify("descriptors", timeout: 0))
      let daemon = try #require(world.daemon)
      let before = daemon.facts.descriptors
      let call = Client.Call(Notify("more", timeout: 0, replaces: id)).with { $0.descriptors = 2 }
      for _ in 0..<20 {
        try client.send(Array(repeating: call, count: 500))
        try client.settle()
      }
      #expect(daemon.facts.descriptors <= before)
      #expect(
        try client.call(Client.Call("GetServerInformation").with { $0.descriptors = 5 }).kind
          == "reply"
      )
      #expect(
        try client.call(Client.Call("NoSuchMethod").with { $0.descriptors = 5 }).kind == "error"
      )
      try client.settle()
      #expect(daemon.facts.descriptors <= before)
    }
  }

  @Test("FD-018 a new sender's descriptors do not use up the daemon's, however long it is busy")
  func descriptorsOfNewSender() async throws {
    try await inWorld { world, client in
      let daemon = try #require(world.daemon)
      _ = try client.notify(Notify("warm", timeout: 0))
      let before = daemon.facts.descriptors
      // 64 calls with as many as the bus passes on, before the daemon has heard of the sender.
      func flood(_ replaces: UInt32) throws {
        let new = try world.connect()
        daemon.child.signal(SIGSTOP)
        let call = Client.Call(Notify("many", timeout: 0, replaces: replaces)).with {
          $0.descriptors = 16
        }
        try new.send(Array(repeating: call, count: 64))
        daemon.child.signal(SIGCONT)
        try wait(until: "all answers") { try new.countOfIds() == 64 }
      }
      try limitDescriptors(of: daemon, to: 1024)
      try flood(0)
      // Where not even one message's fit, it is served without.
      try limitDescriptors(of: daemon, to: before + 12)
      try flood(0)
      #expect(daemon.facts.exists)
      try wait(until: "no descriptor more") { daemon.facts.descriptors <= before }
    }
  }

  private func limitDescriptors(of daemon: Daemon, to count: Int) throws {
    let outcome = try TestSupport.run(
      ["/usr/bin/prlimit", "--pid", "\(daemon.pid)", "--nofile=\(count):"],
      environment: [:]
    )
    guard outcome.succeeded else { throw Trouble("prlimit: \(outcome.errors)") }
  }

  @Test("FD-019 a big-endian message reads like any other", .needsHark)
  func bigEndian() async throws {
    try await inWorld { world, client in
      var notify = Notify(
        "big-endian",
        body: "a body",
        actions: ["k", "label"],
        hints: "{'urgency': <byte 2>, 'value': <int32 42>, 'x-many': <[uint64 1, 2]>}",
        timeout: 0
      )
      notify.pictures["image-data"] = RawPicture(width: 4, height: 4)
      let answer = try client.call(Client.Call(notify).with { $0.isBigEndian = true })
      let id = try #require(answer.id)
      let entry = try client.inspect(id)
      #expect(entry["title"] == "big-endian")
      #expect(entry["body"] == "a body")
      #expect(entry["urgency"] == 2)
      #expect(entry["progress"] == 42)
      #expect(entry["image"].isTrue)
      #expect(entry["actions"][0]["action"] == "k")
      #expect(entry["hints"]["x-many"] == [1, 2])
      let close = Client.Call("CloseNotification", "u", "(\(id),)").with { $0.isBigEndian = true }
      #expect(try client.call(close).kind == "reply")
    }
  }
}
