import TestSupport
import Testing

/// Ids and replacement (requirements, section 4).
@Suite struct IdentifierTests {
  @Test("FD-030..032 ids begin at 1 and rise by one; never 0")
  func rising() async throws {
    try await inWorld { world in
      let (one, other) = (try world.connect(), try world.connect())
      var ids: [UInt32] = []
      for i in 0..<10 {
        ids.append(try (i % 2 == 0 ? one : other).notify(Notify("number \(i)")))
      }
      #expect(ids == Array(1...10))
    }
  }

  @Test("FD-035 the reply comes before any signal of its id")
  func replyFirst() async throws {
    try await inWorld { world, client in
      var calls: [Client.Call] = []
      for id in UInt32(1)...20 {
        calls.append(Client.Call(Notify("expires at once", timeout: 1)))
        calls.append(Client.Call("CloseNotification", "u", "(\(id),)"))
      }
      let serials = try client.send(calls)
      for id in UInt32(1)...20 { try client.closed(id) }
      let arrivals = try client.arrivals()
      for (i, serial) in serials.enumerated() where i % 2 == 0 {
        let id = UInt32(i / 2 + 1)
        let reply = try #require(arrivals.first { $0.json["reply_to"].integer == serial })
        let closed = try #require(arrivals.first { $0.kind == "signal" && $0.id == id })
        #expect(reply.id == id)
        #expect(reply.place < closed.place)
      }
    }
  }

  @Test(
    "FD-036, FD-037, F38 a replacement keeps the id and nothing else of the old content",
    .needsHark
  )
  func replacement() async throws {
    try await inWorld { world, client in
      let id = try client.notify(
        Notify(
          "old",
          body: "old body",
          actions: ["a", "A"],
          hints: """
            {'urgency': <byte 2>, 'category': <'im'>, 'value': <int32 5>, 'resident': <true>, \
            'transient': <true>, 'x-other': <1>}
            """,
          timeout: 0
        ).with { $0.pictures["image-data"] = RawPicture(width: 4, height: 4) }
      )
      let created = try client.inspect(id)["created"]
      #expect(try client.inspect(id)["image"].isTrue)
      pause(.milliseconds(50))
      #expect(try client.notify(Notify("new", timeout: 0, replaces: id)) == id)
      let entry = try client.inspect(id)
      #expect(entry["title"] == "new")
      #expect(entry["body"] == "")
      #expect(entry["urgency"] == 1)
      #expect(entry["actions"].list.isEmpty)
      #expect(entry["category"].isNull || entry["category"] == "")
      #expect(entry["progress"].isNull)
      #expect(!entry["image"].isTrue && !entry["resident"].isTrue && !entry["transient"].isTrue)
      #expect(entry["hints"]["x-other"].isNull)
      // FD-038: its age stays.
      #expect(entry["created"] == created)
      #expect(try client.story().isEmpty)
    }
  }

  @Test("FD-038 a replacement stays in its place and its time begins anew")
  func replacementKeepsPlace() async throws {
    try await inWorld(.x11) { world, client in
      let ids = try (0..<3).map { try client.notify(Notify("popup \($0)", timeout: 0)) }
      let before = try world.popups(3).areas
      try client.notify(Notify("another text", timeout: 0, replaces: ids[1]))
      let after = try world.picture(of: "the change") { $0.regions().count == 3 }
      #expect(after.regions() == before)

      let brief = try client.notify(Notify("brief", timeout: 2500))
      let begun = try client.arrivals().last?.time ?? 0
      pause(.milliseconds(500))
      #expect(try client.notify(Notify("brief again", timeout: 2500, replaces: brief)) == brief)
      let closed = try client.signal("NotificationClosed", of: brief)
      #expect(milliseconds(from: begun, to: closed.time) >= 2950)
    }
  }

  @Test("FD-040, F37 an id that was never given, or was ours, is taken as asked")
  func fixedId() async throws {
    try await inWorld { world, client in
      for _ in 0..<3 {
        #expect(try client.notify(Notify("fixed", timeout: 0, replaces: 9999)) == 9999)
      }
      _ = try client.closeNotification(9999)
      #expect(try client.notify(Notify("again", timeout: 0, replaces: 9999)) == 9999)
      let own = try client.notify(Notify("own", timeout: 0))
      _ = try client.closeNotification(own)
      #expect(try client.notify(Notify("own again", timeout: 0, replaces: own)) == own)
    }
  }

  @Test("FD-040 the counter skips ids that were taken as asked")
  func counterSkips() async throws {
    try await inWorld { world, client in
      #expect(try client.notify(Notify("ahead", timeout: 0, replaces: 3)) == 3)
      let ids = try (0..<4).map { _ in try client.notify(Notify("counted", timeout: 0)) }
      #expect(ids == [1, 2, 4, 5])
    }
  }

  @Test("FD-040, FD-041 another owner's id, live or gone, is not touched", .needsHark)
  func foreign() async throws {
    try await inWorld { world in
      let (owner, stranger) = (try world.connect(), try world.connectStranger())
      let id = try owner.notify(Notify("mine", timeout: 0, appName: "owner"))
      let other = try stranger.notify(
        Notify("not mine", timeout: 0, replaces: id, appName: "stranger")
      )
      #expect(other != id)
      #expect(try owner.inspect(id)["title"] == "mine")
      _ = try owner.closeNotification(id)
      let fresh = try stranger.notify(
        Notify("still not mine", timeout: 0, replaces: id, appName: "stranger")
      )
      #expect(fresh != id && fresh != other)
    }
  }

  @Test("FD-042, FD-044 two processes of one program share ids; signals go to the last sender")
  func sharedByName() async throws {
    try await inWorld { world in
      let (first, second) = (try world.connect(), try world.connect())
      let id = try first.notify(Notify("volume 10", timeout: 0, appName: "volume"))
      #expect(
        try second.notify(Notify("volume 20", timeout: 0, replaces: id, appName: "volume")) == id
      )
      _ = try first.closeNotification(id)
      try second.closed(id)
      try first.settle()
      #expect(try first.story().isEmpty)
    }
  }

  @Test("F39, F40 equal texts are two notifications", .needsHark)
  func equalTexts() async throws {
    try await inWorld { world, client in
      let a = try client.notify(Notify("same", body: "text", timeout: 0))
      let b = try client.notify(
        Notify("same", body: "text", hints: "{'urgency': <byte 2>}", timeout: 0)
      )
      let c = try client.notify(Notify("other", timeout: 0))
      #expect(try client.notify(Notify("same", body: "text", timeout: 0, replaces: c)) == c)
      #expect(Set([a, b, c]).count == 3)
      let live = try client.live()
      #expect(live[a]?["urgency"] == 1)
      #expect(live[b]?["urgency"] == 2)
      #expect(live.count == 3)
      #expect(try client.story().isEmpty)
    }
  }
}
