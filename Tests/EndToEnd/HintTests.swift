import TestSupport
import Testing

/// Hints (requirements, sections 9 and 12; CAN-001..006, DUN-001, DUN-003).
@Suite struct HintTests {
  @Test(
    "WEB-327 WEB-328 WEB-329 no hint makes a field, takes the keyboard or covers the screen",
    .needsHark,
    .needsPointer
  )
  func harmless() async throws {
    try await inWorld(.x11) { world, client in
      func focus() throws -> String { try world.run("xdotool", "getwindowfocus").output }
      let before = try focus()
      let hints = [
        "'x-kde-reply-placeholder-text': <'Password'>", "'x-kde-reply-submit-button-text': <'OK'>",
        "'x-hark-template': <'html'>", "'type': <'password'>", "'fullscreen': <true>",
        "'x-hark-fullscreen': <true>", "'modal': <true>", "'x-canonical-snap-decisions': <'true'>",
        "'x-canonical-private-synchronous': <'v'>", "'urgency': <byte 2>",
        "'x-hark-require-interaction': <true>",
      ]
      let id = try client.notify(
        Notify(
          "Sign in",
          body: "<input type='password' autofocus><form>Password</form>",
          actions: ["inline-reply", "Reply"],
          hints: "{" + hints.joined(separator: ", ") + "}",
          timeout: 0
        )
      )
      try wait(until: "it to be shown") { try client.state(of: id) == "shown" }
      let picture = try world.picture(of: "the popup") {
        !$0.regions(of: Look.critical, tolerance: 3, smallest: 3000).isEmpty
      }
      let card = try #require(
        picture.regions(of: Look.critical, tolerance: 3, smallest: 3000).first
      )
      #expect(card.width <= 300 && card.height < 200)
      #expect(try focus() == before)
      #expect(try world.run("xdotool", "type", "secret").succeeded)
      #expect(try client.state(of: id) == "shown")
      #expect(try world.screenshot() == picture, "nothing shows what is typed")
    }
  }

  @Test("FD-190..201 types, conversions and repairs", .needsHark)
  func types() async throws {
    let nothing: JSON = .null
    let rows: [(name: String, hints: String, key: String, value: JSON)] = [
      ("FD-190 unknown", "{'x-none': <'v'>}", "urgency", 1),
      ("urgency", "{'urgency': <byte 2>}", "urgency", 2),
      ("FD-192 n", "{'urgency': <int16 2>}", "urgency", 2),
      ("FD-192 q", "{'urgency': <uint16 0>}", "urgency", 0),
      ("FD-192 i, KNotifications, F10", "{'urgency': <int32 2>}", "urgency", 2),
      ("FD-192 u, Chromium", "{'urgency': <uint32 0>}", "urgency", 0),
      ("FD-192 x", "{'urgency': <int64 2>}", "urgency", 2),
      ("FD-192 t", "{'urgency': <uint64 2>}", "urgency", 2),
      ("FD-191 s, F10", "{'urgency': <'2'>}", "urgency", 1),
      ("FD-191 d", "{'urgency': <2.0>}", "urgency", 1),
      ("FD-191 as", "{'urgency': <['2']>}", "urgency", 1),
      ("FD-193 3", "{'urgency': <byte 3>}", "urgency", 1),
      ("FD-193 255", "{'urgency': <byte 255>}", "urgency", 1),
      ("FD-193 -1", "{'urgency': <int32 -1>}", "urgency", 1),
      ("FD-193 large", "{'urgency': <uint64 18446744073709551615>}", "urgency", 1),
      ("FD-193 258", "{'urgency': <uint32 258>}", "urgency", 1),
      ("FD-194 nested", "{'urgency': <<<byte 2>>>}", "urgency", 2),
      ("FD-194 eight", "{'urgency': <<<<<<<<<byte 2>>>>>>>>>}", "urgency", 2),
      ("FD-195 the first", "{'urgency': <byte 2>, 'urgency': <byte 0>}", "urgency", 2),
      ("FD-201 case", "{'Urgency': <byte 2>}", "urgency", 1),
      ("FD-192 transient, notify-send", "{'transient': <int32 1>}", "transient", true),
      ("FD-192 transient byte", "{'transient': <byte 5>}", "transient", true),
      ("FD-192 transient 0", "{'transient': <int32 0>}", "transient", nothing),
      ("FD-192 transient s", "{'transient': <'true'>}", "transient", nothing),
      ("resident", "{'resident': <true>}", "resident", true),
      ("FD-192 resident", "{'resident': <uint32 7>}", "resident", true),
      ("FD-198 value", "{'value': <int32 42>}", "progress", 42),
      ("FD-198, DUN-003 u", "{'value': <uint32 42>}", "progress", 42),
      ("FD-198 y", "{'value': <byte 42>}", "progress", 42),
      ("FD-198 d", "{'value': <42.7>}", "progress", 42),
      ("FD-198 d is not a share", "{'value': <0.5>}", "progress", 0),
      ("FD-198 above", "{'value': <int32 101>}", "progress", 100),
      ("FD-198 far above", "{'value': <uint64 18446744073709551615>}", "progress", 100),
      ("FD-198 a huge one", "{'value': <1e300>}", "progress", 100),
      ("FD-198 negative", "{'value': <int32 -1>}", "progress", nothing),
      ("FD-198 s", "{'value': <'42'>}", "progress", nothing),
      ("FD-250", "{'category': <'im.received'>}", "category", "im.received"),
      ("FD-251 vendor", "{'category': <'x-vendor.class.name'>}", "category", "x-vendor.class.name"),
      ("FD-252", "{'category': <'a,b'>}", "category", "a"),
      ("FD-254", "{'category': <'alarm.ringing'>}", "category", "alarm.ringing"),
      ("FD-253", "{'category': <'network.error'>}", "urgency", 1),
      ("FD-196 x alone", "{'x': <10>}", "urgency", 1),
      ("FD-199 sender-pid", "{'sender-pid': <int64 1>}", "app_name", "test"),
      ("DUN-005", "{'SWAYNC_BYPASS_DND': <true>}", "urgency", 1),
      ("F12 complex", "{'x-complex': <[{'a': <(1, 'b', [<2>])>}]>}", "urgency", 1),
      ("an empty name", "{'': <1>}", "urgency", 1),
    ]
    try await inWorld { world, client in
      for row in rows {
        let id = try client.notify(Notify("hints", hints: row.hints, timeout: 0))
        let entry = try client.inspect(id)
        let got = entry[row.key]
        let isFalse = row.value.isNull && (got == false || got == 0 && row.key != "progress")
        #expect(got == row.value || isFalse || (row.value == true && got.isTrue), "\(row.name)")
        #expect(entry["title"] == "hints", "\(row.name)")
      }
    }
  }

  @Test("FD-190, FD-200 a thousand hints, and hints nested as deep as D-Bus allows", .needsHark)
  func manyAndDeep() async throws {
    try await inWorld { world, client in
      let many = try client.notify(
        Notify("many", hints: "{'urgency': <byte 2>}", timeout: 0).with { $0.many = 1000 }
      )
      let entry = try client.inspect(many)
      #expect(entry["urgency"] == 2)
      #expect(entry["hints"]["x-many-999"] == 999)
      // The dictionary's own variant is one of the 64.
      for depth in [9, 32, 60] {
        let deep = try client.notify(
          Notify("deep", timeout: 0).with {
            $0.deep = depth
            $0.deepKey = "urgency"
          }
        )
        #expect(try client.inspect(deep)["urgency"] == 1, "\(depth)")
      }
      for kind in ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaai", "((((((((((((((((i))))))))))))))))"] {
        let value = kind.hasPrefix("a") ? "[]" : "((((((((((((((((1,),),),),),),),),),),),),),),),)"
        let id = try client.notify(
          Notify("nested", hints: "{'x-nested': <@\(kind) \(value)>}", timeout: 0)
        )
        #expect(try client.inspect(id)["title"] == "nested")
      }
    }
  }

  @Test("CAN-001..003, DUN-001 a tag replaces the live one of the same sender", .needsHark)
  func tags() async throws {
    try await inWorld { world, client in
      for name in [
        "x-dunst-stack-tag", "x-canonical-private-synchronous", "private-synchronous",
        "synchronous", "x-hark-tag",
      ] {
        let old = try client.notify(Notify("10 %", hints: "{'\(name)': <'t \(name)'>}", timeout: 0))
        let new = try client.notify(Notify("20 %", hints: "{'\(name)': <'t \(name)'>}", timeout: 0))
        #expect(new != old, "\(name)")
        #expect(try client.closed(old) == 4, "\(name)")
        let arrivals = try client.arrivals()
        let closed = try #require(arrivals.first { $0.kind == "signal" && $0.id == old })
        let reply = try #require(
          arrivals.first { $0.kind == "reply" && $0.values == [.integer(Int64(new))] }
        )
        #expect(closed.place < reply.place, "\(name)")
        let live = try client.live()
        #expect(live[old] == nil && live[new]?["title"] == "20 %", "\(name)")
        #expect(live[new]?["tag"].string == "t \(name)")
      }
      // Another app's tag is another tag; an empty one is none; replaces_id beats it.
      let a = try client.notify(Notify("a", hints: "{'x-dunst-stack-tag': <'t'>}", timeout: 0))
      let b = try client.notify(
        Notify("b", hints: "{'x-dunst-stack-tag': <'t'>}", timeout: 0, appName: "other")
      )
      let empty = try (0..<2).map { _ in
        try client.notify(Notify("e", hints: "{'x-dunst-stack-tag': <''>}", timeout: 0))
      }
      let live = try client.live()
      #expect(([a, b] + empty).allSatisfy { live[$0] != nil })
      #expect(
        try client.notify(
          Notify("a2", hints: "{'x-dunst-stack-tag': <'t'>}", timeout: 0, replaces: a)
        ) == a
      )
      #expect(try client.inspect(a)["title"] == "a2")
    }
  }

  @Test("CAN-005, CAN-006 appended bodies", .needsHark)
  func append() async throws {
    try await inWorld { world, client in
      var last: UInt32 = 0
      for i in 1...12 {
        let hint = ["{'x-canonical-append': <''>}", "{'append': <true>}"][i % 2]
        let id = try client.notify(Notify("chat", body: "line \(i)", hints: hint, timeout: 0))
        if last != 0 { #expect(try client.closed(last) == 4) }
        last = id
      }
      let expected = (3...12).map { "line \($0)" }.joined(separator: "\n")
      #expect(try client.inspect(last)["body"].string == expected)
      let other = try client.notify(
        Notify("another title", body: "alone", hints: "{'x-canonical-append': <''>}", timeout: 0)
      )
      #expect(try client.inspect(other)["body"] == "alone")
      #expect(try client.live().count == 2)
    }
  }

  @Test("FD-198 the bar is as long as the value", .needsHark)
  func bar() async throws {
    try await inWorld(.x11) { world, client in
      var widths: [Int] = []
      var id: UInt32 = 0
      for value in [25, 50, 100] {
        let seen = try world.screenshot()
        id = try client.notify(
          Notify("bar", hints: "{'value': <int32 \(value)>}", timeout: 0, replaces: id)
        )
        let picture = try world.picture(of: "the bar") { $0 != seen && $0.regions().count == 1 }
        let bar = picture.regions(of: Look.accent, tolerance: 24, in: picture.regions()[0])
        widths.append(bar.map(\.width).max() ?? 0)
      }
      #expect(widths[0] > 20)
      #expect(
        abs(widths[1] - 2 * widths[0]) <= 6 && abs(widths[2] - 4 * widths[0]) <= 12,
        "\(widths)"
      )
    }
  }
}
