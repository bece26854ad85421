import TestSupport
import Testing

/// Actions (requirements, section 6).
@Suite struct ActionTests {
  @Test("FD-070..077 which actions are kept, in which order", .needsHark)
  func kept() async throws {
    let rows: [(name: String, sent: [String], kept: [[String]])] = [
      ("FD-070 order", ["b", "B", "a", "A"], [["b", "B"], ["a", "A"]]),
      ("FD-071 odd", ["a", "A", "b"], [["a", "A"]]),
      ("FD-071 one", ["a"], []),
      ("FD-073 case", ["Default", "D"], [["Default", "D"]]),
      ("FD-074 double", ["a", "A", "a", "B", "c", "C"], [["a", "A"], ["c", "C"]]),
      ("FD-075 empty key", ["", "A", "b", "B"], [["b", "B"]]),
      ("FD-075 empty label", ["a", ""], [["a", "a"]]),
      (
        "FD-084", ["settings", "S", "inline-reply", "R"],
        [["settings", "S"], ["inline-reply", "R"]]
      ),
      (
        "FD-076 seventeen", (1...17).flatMap { ["k\($0)", "l\($0)"] },
        (1...16).map { ["k\($0)", "l\($0)"] }
      ),
      (
        "FD-077 opaque", ["app.reply::42", "x", "app.x(<'y \"z\"'>)", "é 漢", "-moz key ", "w"],
        [["app.reply::42", "x"], ["app.x(<'y \"z\"'>)", "é 漢"], ["-moz key ", "w"]]
      ),
    ]
    try await inWorld { world, client in
      for row in rows {
        let id = try client.notify(Notify("actions", actions: row.sent, timeout: 0))
        let actions = try client.inspect(id)["actions"].list.map {
          [$0["action"].string ?? "?", $0["title"].string ?? "?"]
        }
        #expect(actions == row.kept, "\(row.name)")
        // FD-077: each comes back byte for byte.
        for key in row.kept.map({ $0[0] }).prefix(1) {
          #expect(try client.invoke(id, key).kind == "reply", "\(row.name)")
          try client.closed(id)
          let story = try client.signals(of: id).filter { $0.member == "ActionInvoked" }
          #expect(story.map { $0.values[1] } == [.text(key)], "\(row.name)")
        }
      }
    }
  }

  @Test("FD-072 default is invoked without a button", .needsHark)
  func defaultAction() async throws {
    try await inWorld { world, client in
      let id = try client.notify(Notify("default", actions: ["default", ""], timeout: 0))
      #expect(try world.hark("invoke", "\(id)").succeeded)
      try client.closed(id)
      #expect(
        try client.story(of: id) == ["ActionInvoked(\(id),default)", "NotificationClosed(\(id),2)"]
      )
    }
  }

  @Test(
    "FD-080..082 closing after an action, resident ones, and keys that are no longer there",
    .needsHark
  )
  func lives() async throws {
    try await inWorld { world, client in
      let plain = try client.notify(Notify("plain", actions: ["a", "A"], timeout: 0))
      #expect(try client.invoke(plain, "a").kind == "reply")
      try client.closed(plain)
      #expect(
        try client.story(of: plain) == [
          "ActionInvoked(\(plain),a)", "NotificationClosed(\(plain),2)",
        ]
      )
      #expect(try client.invoke(plain, "a").kind == "error")

      let resident = try client.notify(
        Notify("resident", actions: ["a", "A"], hints: "{'resident': <true>}", timeout: 0)
      )
      #expect(try client.invoke(resident, "a").kind == "reply")
      #expect(try client.invoke(resident, "a").kind == "reply")
      try client.settle()
      #expect(
        try client.story(of: resident) == [
          "ActionInvoked(\(resident),a)", "ActionInvoked(\(resident),a)",
        ]
      )
      try client.notify(
        Notify(
          "replaced",
          actions: ["b", "B"],
          hints: "{'resident': <true>}",
          timeout: 0,
          replaces: resident
        )
      )
      #expect(try client.invoke(resident, "a").kind == "error")
      #expect(try client.invoke(resident, "b").kind == "reply")
      try client.settle()
      #expect(try client.story(of: resident).last == "ActionInvoked(\(resident),b)")
    }
  }

  @Test(
    "FD-072, FD-078, FD-079, F57 clicks on X11: body, buttons, the middle button, two at once",
    .needsHark
  )
  func clicksOnX11() async throws {
    try await inWorld(.x11) { try clicks($0) }
  }

  @Test(
    "FD-072, FD-078, FD-079, F57 clicks under Sway: body, buttons, the middle button, two at once",
    .needsHark,
    .needsPointer
  )
  func clicksOnWayland() async throws {
    try await inWorld(.sway) { try clicks($0) }
  }
}

/// One popup at a time, clicked at where the picture shows it.
private func clicks(_ world: World) throws {
  let client = try world.connect()
  let pointer = try world.pointer()

  func popup(_ notify: Notify) throws -> (id: UInt32, area: Area, picture: Picture) {
    // A pointer that rests where the popup appears would change its look.
    try pointer.move(to: (40, 700))
    let id = try client.notify(notify)
    let (areas, picture) = try world.popups(1)
    return (id, areas[0], picture)
  }
  /// On the text, beside everything that has a meaning of its own.
  func body(_ area: Area) -> (x: Int, y: Int) { (area.x + area.width / 3, area.y + 14) }

  // FD-072: the body is the default action.
  var (id, area, picture) = try popup(
    Notify("default", body: "words", actions: ["default", "Open"], timeout: 0)
  )
  try pointer.click(at: body(area))
  #expect(try client.closed(id) == 2)
  var story = try client.story(of: id).filter { !$0.hasPrefix("ActivationToken") }
  #expect(story == ["ActionInvoked(\(id),default)", "NotificationClosed(\(id),2)"])
  try world.popups(0)

  // FD-079: without one nothing is invoked, and the notification goes.
  (id, area, picture) = try popup(Notify("no default", body: "words", timeout: 0))
  try pointer.click(at: body(area))
  #expect(try client.closed(id) == 2)
  #expect(try client.story(of: id) == ["NotificationClosed(\(id),2)"])
  try world.popups(0)

  // Middle dismisses, whatever the default would do.
  (id, area, picture) = try popup(Notify("middle", actions: ["default", "Open"], timeout: 0))
  try pointer.click(.middle, at: body(area))
  #expect(try client.closed(id) == 2)
  #expect(try client.story(of: id) == ["NotificationClosed(\(id),2)"])
  try world.popups(0)

  // Right opens nothing yet.
  (id, area, picture) = try popup(Notify("right", actions: ["default", "Open"], timeout: 0))
  try pointer.click(.right, at: body(area))
  try client.settle()
  #expect(try client.story(of: id).isEmpty)
  try world.takeAway([id], client)

  // FD-070, FD-078: each button is its action; a double click is one.
  for (i, key) in ["first", "second"].enumerated() {
    (id, area, picture) = try popup(
      Notify(
        "buttons",
        body: "words",
        actions: ["first", "One", "second", "Two"],
        hints: "{'resident': <true>}",
        timeout: 0
      )
    )
    let buttons = Look.buttons(of: area, in: picture)
    #expect(buttons.count == 2, "\(buttons) in \(area)")
    guard buttons.count == 2 else { return }
    try pointer.click(times: 2, at: buttons[i].middle)
    try client.signal("ActionInvoked", of: id)
    pause(.milliseconds(100))
    story = try client.story(of: id).filter { !$0.hasPrefix("ActivationToken") }
    #expect(story == ["ActionInvoked(\(id),\(key))"])
    try world.takeAway([id], client)
  }

  // The close button appears under the pointer; it dismisses and invokes nothing (F57).
  (id, area, picture) = try popup(Notify("close", actions: ["default", "Open"], timeout: 0))
  try pointer.move(to: body(area))
  // The pointer's own picture may be there first.
  let hovered = try world.picture(of: "the close button") {
    Look.closeButton(of: area, before: picture, after: $0) != nil
  }
  let button = try #require(Look.closeButton(of: area, before: picture, after: hovered))
  try pointer.click(at: button.middle)
  #expect(try client.closed(id) == 2)
  #expect(try client.story(of: id) == ["NotificationClosed(\(id),2)"])
}
