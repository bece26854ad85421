import TestSupport
import Testing

extension World {
  /// Runs the load generator and returns its report.
  func load(_ words: String..., limit: Duration = .seconds(150)) throws -> JSON {
    let outcome = try TestSupport.run(
      [Programs.python, Programs.clients + "/load.py"] + words,
      environment: environment,
      limit: limit
    )
    guard outcome.succeeded, let line = outcome.lines.last else {
      throw Trouble("load \(words): \(outcome.status) \(outcome.errors)")
    }
    return try JSON(parsing: line)
  }
}

/// Limits, floods and sheer number (requirements, section 15; demand 2, F30..F34).
@Suite struct LoadTests {
  @Test("FD-045, FD-290, FD-291, F32 ten thousand calls of one client", .needsHark)
  func tenThousand() async throws {
    try await inWorld(.x11, places: 2) { world in
      let daemon = try #require(world.daemon)
      let result = try world.load("burst", "10000")
      #expect(result["finished"].isTrue, "\(result.line)")
      #expect(result["answers"] == 10000 && result["different"] == 10000)
      #expect(result["zero"] == 0 && result["errors"] == 0)
      // FD-290: the oldest went, each with a signal.
      // The last reply goes before the last signal.
      #expect(result["closed"] == 9000 || result["closed"] == 8999, "\(result.line)")
      let client = try world.connect()
      #expect(try client.live().count == 1000)
      #expect(daemon.facts.residentMemory < 100_000)
      let picture = try world.screenshot()
      #expect(picture.regions().count <= shownAtOnce + 1)
      // Another one's word still comes through.
      let critical = try client.notify(
        Notify("important", hints: "{'urgency': <byte 2>}", timeout: 0, appName: "other")
      )
      try wait(until: "the critical one to be shown") {
        try client.state(of: critical) == "shown"
      }
      #expect(try world.hark("close", "--all", limit: .seconds(20)).succeeded)
      try world.popups(0)
      #expect(try client.live().isEmpty)
    }
  }

  @Test("FD-294 a hundred clients with a hundred calls each")
  func hundredClients() async throws {
    try await inWorld(places: 2) { world in
      let result = try world.load("clients", "100", "100")
      #expect(result["finished"].isTrue, "\(result.line)")
      #expect(result["answers"] == 10000 && result["different"] == 10000)
      #expect(result["zero"] == 0 && result["errors"] == 0)
    }
  }

  @Test("FD-297 what large messages took is given back", .needsHark)
  func largeMessages() async throws {
    try await inWorld { world, client in
      let daemon = try #require(world.daemon)
      var last = try client.notify(Notify("begins"))
      let memory = daemon.facts.residentMemory
      // The first ones would teach the allocator to keep the later, smaller ones.
      for size in [20, 20, 12, 12] {
        let body = String(repeating: "x", count: size << 20)
        last = try client.notify(Notify("large", body: body, replaces: last))
      }
      #expect(daemon.facts.residentMemory - memory < 4 * 1024)
    }
  }

  @Test("FD-297 a hundred thousand times notify and close", .needsHark)
  func cycles() async throws {
    try await inWorld(places: 2) { world in
      let daemon = try #require(world.daemon)
      _ = try world.load("cycles", "2000")
      let (memory, descriptors) = (daemon.facts.residentMemory, daemon.facts.descriptors)
      let result = try world.load("cycles", "100000")
      #expect(result["finished"].isTrue, "\(result.line)")
      #expect(result["closed"] == 100_000 && result["errors"] == 0)
      #expect(daemon.facts.residentMemory - memory < 20 * 1024)
      // It may be looking for a display just now.
      try wait(until: "no descriptor more") { daemon.facts.descriptors <= descriptors }
      #expect(try world.connect().live().isEmpty)
    }
  }

  @Test("FD-016, FD-291 a flood keeps no neighbour waiting", .needsHark)
  func neighbour() async throws {
    try await inWorld(.x11, places: 4) { world in
      let result = try world.load("neighbour", "5000")
      #expect(result["finished"].isTrue && result["asked"] != 0, "\(result.line)")
      guard case .number(let worst) = result["worst_wait"] else {
        Issue.record("\(result.line)")
        return
      }
      // Ten times the 50 ms of a quiet machine.
      #expect(worst < 0.5, "\(worst) s")
    }
  }

  @Test("FD-290 the oldest that is not critical goes, with reason 4", .needsHark)
  func eviction() async throws {
    try await inWorld { world, client in
      let critical = try client.notify(
        Notify("critical", hints: "{'urgency': <byte 2>}", timeout: 0)
      )
      let oldest = try client.notify(Notify("oldest", timeout: 0))
      for _ in 0..<10 {
        try client.send(Array(repeating: Client.Call(Notify("more", timeout: 0)), count: 100))
        try client.settle()
      }
      #expect(try client.closed(oldest) == 4)
      let live = try client.live()
      #expect(live.count == 1000 && live[critical] != nil)
      let closed = try client.signals()
      #expect(closed.count == 2 && closed.allSatisfy { $0.values.last == 4 })
    }
  }

  @Test(
    "FD-291, F30, F33 a burst is answered, shown up to five, and summed up in one row",
    .needsHark
  )
  func burst() async throws {
    try await inWorld(.x11) { world, client in
      let ids = try (0..<30).map { try client.notify(Notify("burst \($0)", timeout: 0)) }
      #expect(Set(ids).count == 30)
      let picture = try world.picture(of: "five popups and a row") {
        $0.regions().count == shownAtOnce + 1
      }
      for area in picture.regions() {
        #expect(area.maxY <= DisplayServer.size.height && area.maxX <= DisplayServer.size.width)
      }
      #expect(try client.live().count == 30)
    }
  }

  @Test("FD-016, demand 4 a client that never reads is nobody's trouble", .needsHark)
  func neverReads() async throws {
    try await inWorld(places: 2) { world in
      let (deaf, other) = (try world.connect(), try world.connect())
      let daemon = try #require(world.daemon)
      try deaf.stopReading()
      let call = Client.Call(Notify("deaf", timeout: 1))
      for _ in 0..<20 {
        try deaf.send(Array(repeating: call, count: 500))
        let begun = monotonicNanoseconds()
        _ = try other.call(Client.Call("GetCapabilities"))
        #expect(milliseconds(from: begun, to: monotonicNanoseconds()) < 2000)
      }
      #expect(daemon.facts.residentMemory < 100_000)
      try deaf.resumeReading()
      try wait(until: "its answers", limit: .seconds(30), every: .milliseconds(100)) {
        try deaf.countOfIds() == 10_000
      }
    }
  }
}
