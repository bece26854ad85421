import TestSupport
import Testing

/// CloseNotification and signals (requirements, sections 13 and 14).
@Suite struct CloseTests {
  static let invalidId = "org.freedesktop.Notifications.Error.InvalidId"

  @Test("FD-260, FD-264, F58 the signal, then the empty reply; the popup goes")
  func close() async throws {
    try await inWorld(.x11) { world, client in
      for hints in ["", "{'resident': <true>}", "{'urgency': <byte 2>}", "{'transient': <true>}"] {
        let id = try client.notify(Notify("close", hints: hints, timeout: 0))
        try world.popups(1)
        let answer = try client.closeNotification(id)
        #expect(answer.kind == "reply" && answer.signature == "")
        let closed = try client.signal("NotificationClosed", of: id)
        #expect(closed.values == [.integer(Int64(id)), 3] && closed.signature == "uu")
        #expect(closed.place < answer.place)
        try world.popups(0)
      }
    }
  }

  @Test("FD-261, FD-265, FD-270, F60 unknown and closed ids: an empty error, no signal", .needsHark)
  func unknown() async throws {
    try await inWorld { world, client in
      let id = try client.notify(Notify("once", timeout: 0))
      #expect(try client.closeNotification(id).kind == "reply")
      for unknown in [id, 0, 4242, .max] {
        let answer = try client.closeNotification(unknown)
        #expect(answer.error == CloseTests.invalidId && answer.values.isEmpty, "\(unknown)")
      }
      #expect(try client.story() == ["NotificationClosed(\(id),3)"])
    }
  }

  @Test("FD-263 one that waits in the queue is never shown", .needsHark)
  func queued() async throws {
    try await inWorld(.x11) { world, client in
      let shown = try (0..<shownAtOnce).map { try client.notify(Notify("\($0)", timeout: 0)) }
      let queued = try client.notify(Notify("queued", timeout: 0))
      #expect(try client.closeNotification(queued).kind == "reply")
      #expect(try client.closed(queued) == 3)
      _ = try client.closeNotification(shown[0])
      try world.popups(shownAtOnce - 1)
      #expect(try client.live().count == shownAtOnce - 1)
    }
  }

  @Test("FD-262 a program of the same user may close any id")
  func foreign() async throws {
    try await inWorld { world in
      let (owner, other) = (try world.connect(), try world.connect())
      let id = try owner.notify(Notify("mine", timeout: 0, appName: "owner"))
      #expect(try other.closeNotification(id).kind == "reply")
      #expect(try owner.closed(id) == 3)
      #expect(try other.story().isEmpty || !Programs.isHark)
    }
  }

  @Test("FD-271 one close in one life, and a new life may end again", .needsHark)
  func lives() async throws {
    try await inWorld { world, client in
      for _ in 0..<3 {
        #expect(try client.notify(Notify("life", timeout: 0, replaces: 77)) == 77)
        _ = try client.closeNotification(77)
      }
      // Two ends at once: the timer, the sender, the user.
      let id = try client.notify(Notify("raced", timeout: 30))
      pause(.milliseconds(28))
      _ = try client.closeNotification(id)
      _ = try client.center("Dismiss", "au", "([\(id)],)")
      pause(.milliseconds(100))
      #expect(try client.story(of: 77) == Array(repeating: "NotificationClosed(77,3)", count: 3))
      #expect(try client.story(of: id).count == 1)
    }
  }

  @Test("FD-272, FD-277 the user's dismissal is 2, one for each", .needsHark)
  func dismissal() async throws {
    try await inWorld { world, client in
      let ids = try (0..<4).map { try client.notify(Notify("\($0)", timeout: 0)) }
      #expect(try world.hark("close", "\(ids[0])").succeeded)
      #expect(try client.closed(ids[0]) == 2)
      #expect(try client.center("Dismiss", "au", "([\(ids[1])],)").kind == "reply")
      #expect(try client.closed(ids[1]) == 2)
      #expect(try world.hark("close", "--all").succeeded)
      for id in ids { #expect(try client.closed(id) == 2) }
      #expect(try client.signals().count == 4)
    }
  }

  @Test(
    "FD-273, FD-280, FD-282 signals go to the owner's connection alone, from the name's owner",
    .needsHark
  )
  func unicast() async throws {
    try await inWorld { world in
      let (owner, sibling, spy) = (try world.connect(), try world.connect(), try world.connect())
      for client in [sibling, spy] {
        try client.listen("type='signal',interface='\(busName)'")
      }
      let id = try owner.notify(
        Notify("unicast", actions: ["a", "A"], hints: "{'resident': <true>}", timeout: 0)
      )
      _ = try owner.invoke(id, "a")
      _ = try owner.closeNotification(id)
      try owner.closed(id)
      for client in [sibling, spy] {
        try client.settle()
        #expect(try client.story().isEmpty)
      }
      let name = try owner.owner(of: busName)
      for signal in try owner.signals() {
        #expect(signal.sender == name)
        #expect(signal.json["path"] == "/org/freedesktop/Notifications")
        #expect(signal.destination == owner.name)
      }
      #expect(try owner.signals().count == 2)
    }
  }

  @Test("FD-274, FD-292 when the sender has left, its notification stays and is told to all")
  func ownerLeft() async throws {
    try await inWorld { world in
      let (owner, listener) = (try world.connect(), try world.connect())
      try listener.listen("type='signal',interface='\(busName)'")
      let id = try owner.notify(
        Notify("left behind", actions: ["a", "A"], hints: "{'resident': <true>}", timeout: 0)
      )
      try owner.disconnect()
      pause(.milliseconds(100))
      #expect(try listener.story().isEmpty)
      if Programs.isHark {
        #expect(try listener.live()[id] != nil)
        _ = try listener.invoke(id, "a")
      }
      _ = try listener.closeNotification(id)
      try listener.closed(id)
      let story = try listener.story().filter { $0.hasPrefix("Act") || $0.hasPrefix("Not") }
      #expect(
        story == (Programs.isHark ? ["ActionInvoked(\(id),a)"] : []) + [
          "NotificationClosed(\(id),3)"
        ]
      )
    }
  }

  @Test("FD-278 nothing is invoked that nobody asked for")
  func nothingInvoked() async throws {
    try await inWorld(.x11) { world, client in
      var ids: [UInt32] = []
      for timeout: Int32 in [1, 50, 0, 0] {
        ids.append(
          try client.notify(Notify("n", actions: ["default", "", "a", "A"], timeout: timeout))
        )
      }
      _ = try client.closeNotification(ids[2])
      try client.closed(ids[0])
      try client.closed(ids[1])
      try client.settle()
      #expect(try client.signals().allSatisfy { $0.member == "NotificationClosed" })
    }
  }
}
