import Foundation
import TestSupport
import Testing

/// One harkd gives everything to the next (FD-005).
@Suite struct HandOverTests {
  @Test(
    "FD-005 FD-227 a client that sends without pause loses nothing over two hand-overs",
    .needsHark
  )
  func stream() async throws {
    try await inWorld { world, client in
      let first = try #require(try client.owner(of: busName))
      let stream = try Stream(world, first)
      for count in [200, 500] {
        try stream.wait(forSent: count)
        let old = try #require(world.daemon)
        try world.launchDaemon(["--replace"])
        #expect(try old.ended() == .exited(0), "\(old.log)")
      }
      let results = try stream.results()
      #expect(results.count > 500)
      try check(results, client)
      for result in results where result["title"].string?.hasPrefix("name") == true {
        #expect(result["answer"].integer != nil || result["answer"] == "none", "\(result.line)")
      }
      let owner = try client.owner(of: busName)
      #expect(owner != first)
      #expect(try client.owner(of: "org.hark.Daemon") == owner)
    }
  }

  @Test(
    "FD-005 FD-298 whenever the new one is killed, the old one or its next start has everything",
    .needsHark,
    arguments: [2, 6, 9, 12, 15, 20, 30, 60]
  )
  func killed(after milliseconds: Int) async throws {
    try await inWorld { world, client in
      let old = try #require(world.daemon)
      let stream = try Stream(world, try client.owner(of: busName) ?? "")
      try stream.wait(forSent: 200)
      let new = try world.launchDaemon(["--replace"])
      pause(.milliseconds(milliseconds))
      try new.stop(SIGKILL)
      let id = try stillServed(world, client, old)
      try check(stream.results(), client)
      #expect(try client.live()[id] != nil)
      // What the one that goes on answers is on the disk again.
      #expect(try world.hark("doctor").output.contains("durable"))
    }
  }

  @Test(
    "FD-005 whenever the new one stops, the old one takes over from it",
    .needsHark,
    arguments: [5, 10, 20, 60]
  )
  func stopped(after milliseconds: Int) async throws {
    try await inWorld { world, client in
      let old = try #require(world.daemon)
      let kept = try client.notify(Notify("kept", timeout: 0))
      let new = try world.launchDaemon(["--replace"])
      new.mayEnd = true
      pause(.milliseconds(milliseconds))
      new.child.signal(SIGSTOP)
      try wait(until: "somebody who answers", limit: .seconds(15)) {
        let probe = try? client.call(.init(Notify("probe", timeout: 0)), limit: .seconds(1))
        // It may have handed over everything just before.
        if !old.child.isRunning { new.child.signal(SIGCONT) }
        return probe?.kind == "reply"
      }
      old.mayEnd = true
      new.child.signal(SIGKILL)
      try wait(until: "what was kept") {
        if try client.owner(of: busName) == nil, !old.child.isRunning { try world.startDaemon() }
        return (try? client.live())?[kept] != nil
      }
    }
  }

  /// The id of a notification that is answered now.
  private func stillServed(_ world: World, _ client: Client, _ old: Daemon) throws -> UInt32 {
    try wait(until: "a daemon", limit: .seconds(15)) {
      // It may have handed over everything just before.
      if !old.child.isRunning { try world.startDaemon() }
      return try client.owner(of: "org.hark.Daemon") != nil && client.owner(of: busName) != nil
    }
    old.mayEnd = true
    // What comes to one that begins anew has the bus's error.
    return try wait(for: "an answer") {
      let answer = try client.call(.init(Notify("after", timeout: 0)))
      return answer.kind == "reply" ? answer.id : nil
    }
  }

  /// Every call has an answer, no id came twice, and all of them are live.
  private func check(_ results: [JSON], _ client: Client) throws {
    var titles: [UInt32: String] = [:]
    for result in results {
      #expect(result["answer"] != .null, "\(result.line)")
      guard let id = result["answer"].integer.flatMap({ UInt32(exactly: $0) }) else { continue }
      #expect(titles.updateValue(result["title"].string ?? "", forKey: id) == nil, "\(id) twice")
    }
    let live = try client.live()
    for (id, title) in titles { #expect(live[id]?["title"].string == title, "\(id)") }
  }

  // MARK: One that asks for it, and does something else

  @Test("FD-005 what was held is answered when the one that asked leaves", .needsHark)
  func leaves() async throws {
    try await inWorld { world, client in
      let kept = try client.notify(Notify("kept", timeout: 0))
      let successor = try world.connect()
      try handOver(to: successor)
      let count = try client.countOfIds()
      try client.send([.init(Notify("first", timeout: 0)), .init(Notify("second", timeout: 0))])
      pause(.milliseconds(200))
      #expect(try client.countOfIds() == count)
      #expect(try client.story(of: kept).isEmpty)
      try successor.disconnect()
      try wait(until: "the answers") { try client.countOfIds() == count + 2 }
      #expect(
        try client.live().values.compactMap { $0["title"].string }.sorted()
          == ["first", "kept", "second"]
      )
      try world.daemon?.stop(SIGKILL)
      try wait(until: "the bus to know") { try client.owner(of: busName) == nil }
      try world.startDaemon()
      #expect(try client.live().count == 3)
    }
  }

  @Test("FD-005 two seconds, and the old one goes on", .needsHark)
  func silent() async throws {
    try await inWorld { world, client in
      let successor = try world.connect()
      try handOver(to: successor)
      let begun = monotonicNanoseconds()
      try client.notify(Notify("held", timeout: 0))
      let took = milliseconds(from: begun, to: monotonicNanoseconds())
      #expect(took > 1500 && took < 3500, "\(took)")
      #expect(try client.owner(of: busName) == client.owner(of: "org.hark.Daemon"))
      // The names can be handed over as before.
      let old = try #require(world.daemon)
      try world.launchDaemon(["--replace"])
      #expect(try old.ended() == .exited(0))
    }
  }

  @Test(
    "FD-005 one that took the names and leaves, or does nothing: the old one begins from the disk",
    .needsHark,
    arguments: [true, false]
  )
  func orphaned(leaves: Bool) async throws {
    try await inWorld { world, client in
      let kept = try client.notify(Notify("kept", actions: ["go", "Go"], timeout: 0))
      let successor = try world.connect()
      for name in try handOver(to: successor) { try take(successor, name) }
      #expect(try client.owner(of: busName) == successor.name)
      if leaves { try successor.disconnect() }
      try wait(until: "the old one", limit: .seconds(15)) {
        try client.owner(of: busName) != successor.name && (try? client.live())?[kept] != nil
      }
      #expect(world.daemon?.child.isRunning == true)
      #expect(try client.invoke(kept, "go").kind == "reply")
      try client.signal("ActionInvoked", of: kept)
    }
  }

  @Test(
    "FD-005 a stranger with the name: it ends, says nothing and has kept everything",
    .needsHark
  )
  func stranger() async throws {
    try await inWorld { world, client in
      let kept = try client.notify(Notify("kept", timeout: 0))
      try handOver(to: try world.connect())
      try client.send(.init(Notify("held", timeout: 0)))
      let other = try world.connect()
      try take(other, busName)
      #expect(try world.daemon?.ended() == .exited(0))
      #expect(try client.story().isEmpty)
      try other.disconnect()
      try world.startDaemon()
      try wait(until: "what was kept") { try client.live()[kept] != nil }
    }
  }

  @Test("FD-005 WEB-300 nobody replays but the one that was asked, and not all may ask", .needsHark)
  func refused() async throws {
    try await inWorld(daemon: nil) { world in
      try world.configure("control_allow = [\"\(Programs.control)\"]\n")
      try world.startDaemon()
      let client = try world.connect()
      let refusal = "org.hark.Error.AccessDenied"
      #expect(try client.center("HandOver").error == refusal)
      #expect(try client.center("Restart").error == refusal)
      #expect(try client.center("Replay", "ssv", "(':1.1', 'Notify', <1>)").error == refusal)
      try world.configure("")
      #expect(try world.hark("config", "reload").succeeded)
      #expect(try client.center("Replay", "ssv", "(':1.1', 'Notify', <1>)").error == refusal)
      // Another daemon, or an older one: it is replaced as any.
      try world.configure("control_allow = [\"\(Programs.control)\"]\n")
      #expect(try world.hark("config", "reload").succeeded)
      let old = try #require(world.daemon)
      let new = try world.launchDaemon(["--replace"])
      #expect(try old.ended() == .exited(0))
      #expect(new.log.contains("does not hand over"), "\(new.log)")
    }
  }

  // MARK: What the user does meanwhile, and who waits for the user

  private func start(_ world: World, _ words: String...) throws -> Child {
    try world.start(
      [Programs.python, Programs.clients + "/succession.py"] + words,
      input: .pipe,
      output: .pipe,
      log: "succession.log"
    )
  }

  @Test("FD-005 clicks on popups go to the new one", .needsHark)
  func clicks() async throws {
    try await inWorld(.x11) { world, client in
      let below = try client.notify(Notify("below", timeout: 0))
      try world.popups(1)
      let id = try client.notify(Notify("above", actions: ["go", "Go"], timeout: 0))
      let (areas, picture) = try world.popups(2)
      let upper = try #require(areas.first { !Look.buttons(of: $0, in: picture).isEmpty })
      let button = Look.buttons(of: upper, in: picture)[0]
      let lower = try #require(areas.first { $0.y != upper.y })
      let successor = try start(world, "successor")
      let names = try #require(try successor.line())
      #expect(names.contains("org.hark.Daemon"), "\(names)")
      let pointer = try world.pointer()
      // The pointer has been there for a while: no click is a hasty one.
      try pointer.move(to: button.middle)
      pause(.milliseconds(600))
      try pointer.click(at: button.middle)
      try pointer.click(.middle, at: lower.middle)
      try successor.write("\n")
      var replays: [JSON] = []
      while replays.last?.list.first != "", let line = try successor.line() {
        replays.append(try JSON(parsing: line))
      }
      #expect(
        replays.last?.list[2].list == [
          .list(["invoke", .integer(Int64(id)), "go", ""]),
          .list(["dismiss", .integer(Int64(below)), "", ""]),
        ],
        "\(replays)"
      )
      #expect(try world.daemon?.ended() == .exited(0))
    }
  }

  @Test("FD-005 WEB-105 a question that is open: its call has an answer", .needsHark)
  func question() async throws {
    try await inWorld { world, client in
      try client.send(Client.own("Permissions1", "Request", "sa{sv}", "('', {})"))
      try client.settle()
      func answers() throws -> [String] {
        try client.arrivals().filter { $0.values == ["default"] || $0.kind == "error" }.map(\.kind)
      }
      try #require(try answers().isEmpty)
      let old = try #require(world.daemon)
      try world.launchDaemon(["--replace"])
      #expect(try old.ended() == .exited(0))
      #expect(try answers() == ["reply"])
      // It can be asked anew.
      try client.send(Client.own("Permissions1", "Request", "sa{sv}", "('', {})"))
      try client.settle()
      #expect(try answers() == ["reply"])
    }
  }

  // MARK: One that says that it hands over

  @Test(
    "FD-005 what the one before says of clicks and of others' calls counts until it has told all",
    .needsHark
  )
  func predecessor() async throws {
    try await inWorld { world, client in
      let (id, other) = try (
        client.notify(Notify("invoked", actions: ["go", "Go"], timeout: 0)),
        client.notify(Notify("dismissed", timeout: 0))
      )
      try world.daemon?.stop()
      let predecessor = try start(world, "predecessor")
      try #require(try predecessor.line() == "\"ready\"")
      try world.launchDaemon(["--replace"])
      func say(_ line: String) throws -> String? {
        try predecessor.write(line + "\n")
        return try predecessor.line()
      }
      try wait(until: "the new one") { try client.owner(of: "org.hark.Daemon") != nil }
      let owner = try client.owner(of: busName)
      let clicks =
        "('', '', <[('invoke', uint32 \(id), 'go', ''), "
        + "('dismiss', \(other), '', ''), ('dismiss', 77777, '', ''), ('nonsense', 1, '', '')]>)"
      #expect(try say(clicks) == "\"taken\"")
      #expect(try client.owner(of: busName) == owner)
      try client.signal("ActionInvoked", of: id)
      #expect(try client.closed(id) == 2 && client.closed(other) == 2)
      // What was on its way to it may come yet; then its word is any peer's.
      #expect(try say("('', '', <true>)") == "\"taken\"")
      try wait(until: "the end of that", limit: .seconds(10)) {
        try say("('', '', <true>)") == "\"org.hark.Error.AccessDenied\""
      }
    }
  }

  @Test("FD-005 FD-298 one that comes to it too late takes no name, and says so", .needsHark)
  func late() async throws {
    try await inWorld(daemon: nil) { world in
      let predecessor = try start(world, "predecessor", "early")
      try #require(try predecessor.line() == "\"ready\"")
      let client = try world.connect()
      let owner = try client.owner(of: busName)
      let new = try world.launchDaemon(["--replace"])
      try #require(try predecessor.line() == "\"goes on\"")
      #expect(try new.ended() == .exited(1))
      #expect(new.log.contains("this took too long"), "\(new.log)")
      #expect(try client.owner(of: busName) == owner)
    }
  }

  @Test(
    "FD-005 one in a sandbox hands nothing over",
    .needsHark,
    .enabled(if: SenderTests.canSandbox, "no sandbox can be made here")
  )
  func boxed() async throws {
    try await inWorld(daemon: nil) { world, client in
      let info = world.folder + "/info"
      try "[Application]\nname=org.example.Boxed\n".write(
        toFile: info,
        atomically: true,
        encoding: .utf8
      )
      for script in ["succession.py", "bus.py"] {
        try FileManager.default.copyItem(
          atPath: Programs.clients + "/" + script,
          toPath: world.folder + "/" + script
        )
      }
      let boxed = try world.start(
        SenderTests.sandbox(world, info) + [
          "--die-with-parent", Programs.python, world.folder + "/succession.py", "predecessor",
        ],
        input: .pipe,
        output: .pipe,
        log: "boxed.log"
      )
      try #require(try boxed.line() == "\"ready\"")
      let owner = try client.owner(of: busName)
      let new = try world.launchDaemon(["--replace"])
      try wait(until: "the new one") { try client.owner(of: busName) != owner }
      #expect(new.log.contains("does not hand over: it is in a sandbox"), "\(new.log)")
    }
  }

  @discardableResult
  private func handOver(to successor: Client) throws -> [String] {
    let answer = try successor.center("HandOver")
    guard answer.kind == "reply" else { throw Trouble("HandOver: \(answer.json.line)") }
    let names = answer.values[0].list.compactMap { $0.string }
    #expect(names == ["com.canonical.Unity", "org.hark.Daemon", busName])
    return names
  }

  private func take(_ client: Client, _ name: String) throws {
    let answer = try client.call(
      .init("RequestName", "su", "('\(name)', 3)").with {
        $0.destination = "org.freedesktop.DBus"
        $0.path = "/org/freedesktop/DBus"
        $0.interface = "org.freedesktop.DBus"
      }
    )
    #expect(answer.values.first?.integer == 1)
  }
}

/// A client that sends all the time.
private struct Stream {
  private let child: Child

  init(_ world: World, _ unique: String) throws {
    child = try world.start(
      [Programs.python, Programs.clients + "/stream.py", unique],
      input: .pipe,
      output: .pipe,
      log: "stream.log"
    )
  }

  func wait(forSent count: Int) throws {
    while let line = try child.line() {
      if let sent = Int(line), sent >= count { return }
    }
    throw Trouble("the stream has ended")
  }

  func results() throws -> [JSON] {
    try child.write("enough\n")
    while let line = try child.line(within: .seconds(20)) {
      if line.hasPrefix("[") { return try JSON(parsing: line).list }
    }
    throw Trouble("the stream has ended")
  }
}
