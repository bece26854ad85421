import TestSupport
import Testing

/// Urgency and time (requirements, section 10).
///
/// The clock of a busy machine is given slack.
@Suite struct TimeoutTests {
  /// How late a close may come here: ten times what is asked for on a quiet machine.
  static let slack: Int64 = 2500

  private struct Row {
    let name: String
    let timeout: Int32
    let urgency: Int
    /// Milliseconds; nil for never.
    let after: Int64?
  }

  /// Sends all, then looks when each was closed.
  ///
  /// A popup is displayed within the reply's time.
  private static func check(_ rows: [Row], in world: World, watching: Duration) throws {
    let client = try world.connect()
    var sent: [(Row, UInt32, Int64)] = []
    for row in rows {
      let id = try client.notify(
        Notify(row.name, hints: "{'urgency': <byte \(row.urgency)>}", timeout: row.timeout)
      )
      sent.append((row, id, try client.arrivals().last?.time ?? 0))
    }
    pause(watching)
    for (row, id, time) in sent {
      let closed = try client.signals(of: id)
      guard let after = row.after else {
        #expect(closed.isEmpty, "\(row.name)")
        continue
      }
      #expect(try client.story(of: id) == ["NotificationClosed(\(id),1)"], "\(row.name)")
      guard let end = closed.first else { continue }
      let took = milliseconds(from: time, to: end.time)
      #expect(took >= after - 20 && took <= after + slack, "\(row.name): \(took) ms")
    }
  }

  @Test("FD-210, FD-213 the defaults of each urgency; other negative numbers are -1")
  func defaults() async throws {
    try await inWorld(.x11) { world in
      try TimeoutTests.check(
        [
          Row(name: "low", timeout: -1, urgency: 0, after: 5000),
          Row(name: "normal", timeout: -1, urgency: 1, after: 8000),
          Row(name: "-2", timeout: -2, urgency: 0, after: 5000),
          Row(name: "INT32_MIN", timeout: .min, urgency: 1, after: 8000),
          Row(name: "FD-214 critical, -1", timeout: -1, urgency: 2, after: nil),
        ],
        in: world,
        watching: .seconds(11)
      )
    }
  }

  @Test("FD-211, FD-212, FD-214, F35 explicit times", arguments: [Screen.x11, .none])
  func explicit(screen: Screen) async throws {
    try await inWorld(screen) { world in
      try TimeoutTests.check(
        [
          Row(name: "200", timeout: 200, urgency: 1, after: 200),
          Row(name: "1", timeout: 1, urgency: 1, after: 1),
          Row(name: "1200", timeout: 1200, urgency: 0, after: 1200),
          Row(name: "FD-214 critical, 600", timeout: 600, urgency: 2, after: 600),
          Row(name: "0", timeout: 0, urgency: 0, after: nil),
          Row(name: "15 minutes", timeout: 900_000, urgency: 1, after: nil),
          Row(name: "INT32_MAX", timeout: .max, urgency: 1, after: nil),
        ],
        in: world,
        watching: .seconds(4)
      )
    }
  }

  @Test("FD-216 a transient one closes with 1", .needsHark)
  func transient() async throws {
    try await inWorld(.x11) { world, client in
      let id = try client.notify(Notify("t", hints: "{'transient': <true>}", timeout: 100))
      #expect(try client.closed(id) == 1)
      #expect(try client.live().isEmpty)
    }
  }

  @Test("FD-219, FD-223 time runs from display; the queue goes by urgency, then age", .needsHark)
  func queue() async throws {
    try await inWorld(.x11) { world, client in
      let shown = try (0..<shownAtOnce).map {
        try client.notify(Notify("sticky \($0)", hints: "{'urgency': <byte 2>}", timeout: 0))
      }
      func queued(_ name: String, _ urgency: Int) throws -> UInt32 {
        try client.notify(Notify(name, hints: "{'urgency': <byte \(urgency)>}", timeout: 1500))
      }
      let (low, normal, critical, normal2) = (
        try queued("low", 0), try queued("normal", 1), try queued("critical", 2),
        try queued("normal two", 1)
      )
      pause(.milliseconds(1800))
      #expect(try client.story().isEmpty)
      let live = try client.live()
      for id in shown { #expect(live[id]?["state"] == "shown") }
      for id in [low, normal, critical, normal2] { #expect(live[id]?["state"] == "pending") }
      // One place becomes free; each takes it for its time, in the order of the queue.
      _ = try client.closeNotification(shown[0])
      for id in [critical, normal, normal2, low] {
        #expect(try client.closed(id, within: .seconds(6)) == 1)
      }
      let ends = try client.signals().filter { $0.values.last == 1 }
      #expect(ends.map(\.id) == [critical, normal, normal2, low])
      for (a, b) in zip(ends, ends.dropFirst()) {
        #expect(milliseconds(from: a.time, to: b.time) >= 1450)
      }
    }
  }

  @Test("FD-220 the pointer over a popup stops its time", .needsHark)
  func hoverOnX11() async throws {
    try await inWorld(.x11) { try hover($0) }
  }

  @Test("FD-220 the pointer over a popup stops its time, under Sway", .needsHark, .needsPointer)
  func hoverOnWayland() async throws {
    try await inWorld(.sway) { try hover($0) }
  }

  @Test(
    "FD-220 a pointer that was there before stops nothing",
    .needsHark,
    .needsPointer,
    arguments: [Screen.x11, .sway]
  )
  func resting(screen: Screen) async throws {
    try await inWorld(screen) { try rest($0) }
  }

  @Test("FD-221, F36 a replacement sets the time anew: 0 stops it, -1 and others start it")
  func replaced() async throws {
    try await inWorld(.x11) { world, client in
      let stopped = try client.notify(Notify("stopped", timeout: 2500))
      try client.notify(Notify("stopped", timeout: 0, replaces: stopped))
      let started = try client.notify(Notify("started", timeout: 0))
      try client.notify(Notify("started", timeout: 400, replaces: started))
      let low = try client.notify(Notify("low", timeout: 0))
      let begun = monotonicNanoseconds()
      try client.notify(
        Notify("low", hints: "{'urgency': <byte 0>}", timeout: -1, replaces: low)
      )
      #expect(try client.closed(started) == 1)
      #expect(try client.closed(low, within: .seconds(9)) == 1)
      #expect(milliseconds(from: begun, to: monotonicNanoseconds()) >= 4980)
      #expect(try client.story(of: stopped).isEmpty)
    }
  }

  @Test("F36 replaced by tag just before its end, it still ends", .needsHark)
  func tagJustBefore() async throws {
    try await inWorld(.x11) { world, client in
      var ids: [UInt32] = []
      for _ in 0..<12 {
        ids.append(
          try client.notify(Notify("tag", hints: "{'synchronous': <'t'>}", timeout: 120))
        )
        pause(.milliseconds(115))
      }
      for id in ids { #expect([1, 4].contains(try client.closed(id))) }
      try world.popups(0)
      #expect(try client.signals().count == ids.count)
    }
  }
}

/// A pointer that lay there before the popup came does not keep it.
private func rest(_ world: World) throws {
  let client = try world.connect()
  let pointer = try world.pointer()
  let first = try client.notify(Notify("first", body: "words", timeout: 0))
  let area = try #require(try world.popups(1).areas.first)
  #expect(try world.hark("close", "\(first)").succeeded)
  try world.popups(0)
  try pointer.move(to: area.middle)
  let id = try client.notify(Notify("under the pointer", body: "words", timeout: 1500))
  #expect(try client.closed(id, within: .seconds(8)) == 1)
}

private func hover(_ world: World) throws {
  let client = try world.connect()
  let pointer = try world.pointer()
  try pointer.move(to: (40, 700))
  let id = try client.notify(Notify("hovered", body: "words", timeout: 3000))
  let area = try #require(try world.popups(1).areas.first)
  try pointer.move(to: area.middle)
  try pointer.move(to: (area.middle.x + 4, area.middle.y))
  #expect(try holds(for: .seconds(4)) { try client.story(of: id).isEmpty })
  try pointer.move(to: (40, 700))
  let left = monotonicNanoseconds()
  #expect(try client.closed(id, within: .seconds(8)) == 1)
  #expect(milliseconds(from: left, to: monotonicNanoseconds()) >= 950)
}
