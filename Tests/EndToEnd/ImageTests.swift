import TestSupport
import Testing

extension Client {
  /// Sends one with a picture, or with none.
  fileprivate func notify(
    picture: RawPicture?,
    _ title: String = "picture",
    replaces: UInt32 = 0
  ) throws -> UInt32 {
    try notify(
      Notify(title, body: "a body", timeout: 0, replaces: replaces).with {
        $0.pictures["image-data"] = picture
      }
    )
  }

  fileprivate func hasImage(_ id: UInt32) throws -> Bool { try inspect(id)["image"].isTrue }
}

/// Raw pictures (requirements, section 8; F1..F3, F9, F11).
@Suite struct ImageTests {
  @Test("FD-155..157, F1, F3 which pictures are taken, and which leave text alone", .needsHark)
  func boundaries() async throws {
    let whole = RawPicture(width: 8, height: 8)
    let huge = Int(Int32.max)
    let rows: [(name: String, picture: RawPicture, taken: Bool)] = [
      ("8×8", whole, true),
      ("RGB", whole.with { $0.hasAlpha = false }, true),
      ("1×1", RawPicture(width: 1, height: 1), true),
      ("4096×1", RawPicture(width: 4096, height: 1), true),
      ("1×4096", RawPicture(width: 1, height: 4096), true),
      ("4097×1", RawPicture(width: 4097, height: 1), false),
      ("1×4097", RawPicture(width: 1, height: 4097), false),
      ("0×0", RawPicture(width: 0, height: 0), false),
      (
        "0 wide",
        whole.with {
          $0.width = 0; $0.rowstride = 32
        }, false
      ),
      (
        "0 high",
        whole.with {
          $0.height = 0; $0.length = 256
        }, false
      ),
      (
        "negative",
        whole.with {
          $0.width = -8; $0.rowstride = 32; $0.length = 256
        }, false
      ),
      (
        "negative height",
        whole.with {
          $0.height = -8; $0.length = 256
        }, false
      ),
      ("16 bits", whole.with { $0.bits = 16 }, false),
      ("0 bits", whole.with { $0.bits = 0 }, false),
      ("alpha with 3 channels", whole.with { $0.channels = 3 }, false),
      (
        "no alpha with 4",
        whole.with {
          $0.hasAlpha = false; $0.channels = 4
        }, false
      ),
      (
        "0 channels",
        whole.with {
          $0.channels = 0; $0.rowstride = 32
        }, false
      ),
      (
        "negative channels",
        whole.with {
          $0.channels = -1; $0.rowstride = 32
        }, false
      ),
      (
        "rowstride too small",
        whole.with {
          $0.rowstride = 31; $0.length = 256
        }, false
      ),
      (
        "rowstride 0",
        whole.with {
          $0.rowstride = 0; $0.length = 256
        }, false
      ),
      (
        "negative rowstride",
        whole.with {
          $0.rowstride = -32; $0.length = 256
        }, false
      ),
      ("padded", whole.with { $0.rowstride = 48 }, true),
      (
        "FD-156 last row bare",
        whole.with {
          $0.rowstride = 48; $0.length = 48 * 7 + 32
        }, true
      ),
      (
        "FD-156 one short",
        whole.with {
          $0.rowstride = 48; $0.length = 48 * 7 + 31
        }, false
      ),
      ("FD-156 more", whole.with { $0.length = 1000 }, true),
      ("no bytes", whole.with { $0.length = 0 }, false),
      (
        "FD-157 46341²",
        RawPicture(width: 46341, height: 46341).with {
          $0.rowstride = huge; $0.length = 64
        }, false
      ),
      (
        "FD-157 rowstride",
        whole.with {
          $0.rowstride = huge; $0.length = 256
        }, false
      ),
      ("65535²", RawPicture(width: 65535, height: 65535).with { $0.length = 64 }, false),
      (
        "INT32_MAX²",
        RawPicture(width: huge, height: huge).with {
          $0.rowstride = huge; $0.length = 64
        }, false
      ),
      (
        "one row, long stride",
        RawPicture(width: 8, height: 1).with {
          $0.rowstride = huge; $0.length = 32
        }, true
      ),
    ]
    try await inWorld(.x11) { world, client in
      for row in rows {
        let id = try client.notify(picture: row.picture)
        #expect(try client.hasImage(id) == row.taken, "\(row.name)")
        _ = try client.closeNotification(id)
      }
      // FD-154: any other signature.
      for value in [
        "(8, 8, 32, true)", "[byte 1, 2]", "'file:///x.png'", "(8, 8, 32, 1, 8, 4, [byte 1])",
        "@ay []",
      ] {
        let id = try client.notify(
          Notify("wrong type", hints: "{'image-data': <\(value)>}", timeout: 0)
        )
        #expect(!(try client.hasImage(id)), "\(value)")
        _ = try client.closeNotification(id)
      }
      try client.notify(Notify("plain", timeout: 0))
      try world.popups(1)
    }
  }

  @Test(
    "FD-152, FD-153, F2, F9 every name of the hint, the order of names, and a picture added later",
    .needsHark
  )
  func names() async throws {
    try await inWorld { world, client in
      let good = RawPicture(width: 8, height: 8)
      let bad = good.with { $0.bits = 7 }
      let rows: [([String: RawPicture], Bool)] = [
        (["image-data": good], true), (["image_data": good], true), (["icon_data": good], true),
        (["image-data": bad, "image_data": good], true),
        (["image-data": bad, "icon_data": good], true),
        (["image-data": bad], false), (["IMAGE-DATA": good], false),
      ]
      for (pictures, taken) in rows {
        let id = try client.notify(Notify("names", timeout: 0).with { $0.pictures = pictures })
        #expect(try client.hasImage(id) == taken, "\(pictures.keys.sorted())")
      }
      var id: UInt32 = 0
      for picture in [nil, good, nil] {
        id = try client.notify(picture: picture, replaces: id)
        #expect(try client.hasImage(id) == (picture != nil))
      }
    }
  }

  @Test("FD-158, FD-166 the pixels on the screen", .needsHark, arguments: [Screen.x11, .sway])
  func pixels(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      func shown(_ picture: RawPicture) throws -> (Picture, Area) {
        let id = try client.notify(picture: picture)
        let (areas, seen) = try world.popups(1)
        try world.takeAway([id], client)
        return (seen, areas[0])
      }
      // Colours that no theme has; red first, so that swapped channels show.
      for colour: [UInt8] in [[250, 10, 200, 255], [10, 250, 200, 255]] {
        let large = RawPicture(width: 300, height: 150).with { $0.colour = colour }
        let (seen, area) = try shown(large)
        let spot = seen.bounds(
          of: Colour(colour[0], colour[1], colour[2]),
          tolerance: 6,
          in: area
        )
        let box = try #require(spot)
        // Scaled down, its shape kept.
        #expect(box.width < 300 && abs(box.width - 2 * box.height) <= 4, "\(box)")
      }
      // Small ones grow no more than twofold.
      let (seen, area) = try shown(
        RawPicture(width: 4, height: 4).with { $0.colour = [250, 10, 200, 255] }
      )
      let box = try #require(seen.bounds(of: Colour(250, 10, 200), tolerance: 40, in: area))
      #expect(box.width <= 10 && box.height <= 10, "\(box)")
      // Without alpha, and not multiplied with it: half of red on the card.
      let (half, place) = try shown(
        RawPicture(width: 64, height: 64).with { $0.colour = [255, 0, 0, 128] }
      )
      let ground = half[place.maxX - 12, place.y + place.height / 2]
      let mixed = Colour(
        UInt8((255 * 128 + Int(ground.red) * 127) / 255),
        UInt8(Int(ground.green) * 127 / 255),
        UInt8(Int(ground.blue) * 127 / 255)
      )
      #expect(half.count(of: mixed, tolerance: 8, in: place) > 200, "\(mixed)")
    }
  }

  @Test("FD-295 60 MiB of picture are taken and not kept", .needsHark)
  func large() async throws {
    try await inWorld(places: 2) { world, client in
      let daemon = try #require(world.daemon)
      let picture = RawPicture(width: 4096, height: 3840)
      for i in 0..<3 {
        let id = try client.notify(picture: picture, "large \(i)")
        #expect(try client.hasImage(id))
      }
      // What passes through libdbus may stay in its buffers for a while.
      try client.settle()
      try wait(until: "the memory to be given back", limit: .seconds(5)) {
        daemon.facts.residentMemory < 120_000
      }
    }
  }

  @Test("F11, demand 8 ten thousand pictures of one id leave the memory as it was", .needsHark)
  func churn() async throws {
    try await inWorld(.x11, places: 2) { world in
      let daemon = try #require(world.daemon)
      func load(_ n: Int) throws -> JSON { try world.load("churn", "\(n)") }
      _ = try load(100)
      let before = daemon.facts.residentMemory
      let result = try load(2000)
      #expect(result["finished"].isTrue && result["different"] == 1)
      #expect(daemon.facts.residentMemory < before + max(before / 20, 2048))
    }
  }
}
