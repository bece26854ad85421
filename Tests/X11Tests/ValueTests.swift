import Display
import Testing

@testable import X11

@Suite("Values that need no server")
struct ValueTests {
  @Test(
    "DISPLAY in all its forms",
    arguments: [
      (":0", .local, 0, 0), (":12.3", .local, 12, 3), ("unix:1", .local, 1, 0),
      ("unix/:1", .local, 1, 0), ("localhost:10.0", .network("localhost"), 10, 0),
      ("127.0.0.1:2", .network("127.0.0.1"), 2, 0), ("tcp/[::1]:3", .network("::1"), 3, 0),
      ("::1:4", .network("::1"), 4, 0), ("/tmp/x.sock", .path("/tmp/x.sock"), 0, 0),
      ("unix:/tmp/x", .path("/tmp/x"), 0, 0),
    ] as [(String, DisplayName.Host, Int, Int)]
  )
  func displayName(_ text: String, _ host: DisplayName.Host, _ number: Int, _ screen: Int) throws {
    let name = try #require(DisplayName(text))
    #expect(name.host == host)
    #expect(name.number == number)
    #expect(name.screen == screen)
  }

  @Test(
    "what is no display name",
    arguments: [
      "", "0", ":", ":x", ":-1", ":1.", ":1.2.3", ":99999999999999999999", ":60000", "decnet/:0",
      "wayland-0",
    ]
  )
  func notADisplayName(_ text: String) {
    #expect(DisplayName(text) == nil)
  }

  @Test("a host's name is not looked up, its address is taken")
  func hosts() throws {
    #expect(throws: X11Error.hostName("example.org")) {
      try SocketAddress.candidates(#require(DisplayName("example.org:0")))
    }
    let four = try SocketAddress.candidates(#require(DisplayName("10.0.0.7:1")))
    #expect(four.map(\.family) == [Authority.internet])
    #expect(four.first?.address == [10, 0, 0, 7])
    #expect(four.first.map { Array($0.bytes[2..<4]) } == [0x17, 0x71])
    let local = try SocketAddress.candidates(#require(DisplayName(":5")))
    #expect(local.allSatisfy { $0.isUnix })
    #expect(local.count == 2)
  }

  private static func record(
    _ family: UInt16,
    _ address: String,
    _ number: String,
    _ name: String,
    _ data: String
  ) -> [UInt8] {
    var bytes = word(family)
    for text in [address, number, name, data] {
      bytes += word(UInt16(text.utf8.count)) + Array(text.utf8)
    }
    return bytes
  }

  private static func word(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(number & 255)]
  }

  @Test("the cookie of the right server")
  func cookie() {
    let file =
      Self.record(256, "box", "1", "MIT-MAGIC-COOKIE-1", "one")
      + Self.record(256, "other", "0", "MIT-MAGIC-COOKIE-1", "elsewhere")
      + Self.record(256, "box", "0", "XDM-AUTHORIZATION-1", "method")
      + Self.record(256, "box", "0", "MIT-MAGIC-COOKIE-1", "zero")
      + Self.record(65535, "", "", "MIT-MAGIC-COOKIE-1", "any")
    let records = Authority.records(file + [1, 2, 3])
    #expect(records.count == 5)
    func find(_ address: String, _ number: Int) -> String? {
      Authority.cookie(
        in: records,
        for: .init(family: 256, address: Array(address.utf8), number: number)
      ).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(find("box", 0) == "zero")
    #expect(find("box", 1) == "one")
    #expect(find("nobody", 7) == "any")
    for length in 0..<file.count { _ = Authority.records(Array(file.prefix(length))) }
    #expect(Authority.load("/nonexistent").isEmpty)
  }

  @Test("the set-up request is padded to words")
  func setupRequest() {
    #expect(Handshake.request(cookie: nil).count == 12)
    let request = Handshake.request(cookie: [1, 2, 3, 4, 5])
    #expect(request.count == 12 + 20 + 8)
    #expect(Array(request[12..<30]) == Authority.cookieMethod)
    #expect(Array(request[32...]) == [1, 2, 3, 4, 5, 0, 0, 0])
  }

  @Test(
    "panels take from the monitors at the root's edges, and never half a monitor",
    arguments: [
      // One monitor, a panel above and one at the left.
      (
        Rect(x: 0, y: 0, width: 800, height: 600), Rect(x: 40, y: 30, width: 760, height: 570),
        Rect(x: 40, y: 30, width: 760, height: 570)
      ),
      // Two side by side; the panel at the right edge is none of the left one's business.
      (
        Rect(x: 0, y: 0, width: 800, height: 600), Rect(x: 0, y: 0, width: 1500, height: 600),
        Rect(x: 0, y: 0, width: 800, height: 600)
      ),
      (
        Rect(x: 800, y: 0, width: 800, height: 600), Rect(x: 0, y: 0, width: 1500, height: 600),
        Rect(x: 800, y: 0, width: 700, height: 600)
      ),
      // A panel on the inner edge, counted from the root's left.
      (
        Rect(x: 0, y: 0, width: 800, height: 600), Rect(x: 840, y: 0, width: 760, height: 600),
        Rect(x: 0, y: 0, width: 800, height: 600)
      ),
      (
        Rect(x: 800, y: 0, width: 800, height: 600), Rect(x: 840, y: 0, width: 760, height: 600),
        Rect(x: 840, y: 0, width: 760, height: 600)
      ),
      // A taller neighbour's panel does not reach the shorter one.
      (
        Rect(x: 0, y: 0, width: 800, height: 600), Rect(x: 0, y: 0, width: 1600, height: 860),
        Rect(x: 0, y: 0, width: 800, height: 600)
      ),
      // Nonsense.
      (
        Rect(x: 0, y: 0, width: 800, height: 600), Rect(x: 0, y: 0, width: 0, height: 0),
        Rect(x: 0, y: 0, width: 800, height: 600)
      ),
      (
        Rect(x: 0, y: 0, width: 800, height: 600),
        Rect(x: -2_000_000_000, y: 2_000_000_000, width: 2_000_000_000, height: 1),
        Rect(x: 0, y: 0, width: 800, height: 600)
      ),
    ]
  )
  func workArea(_ monitor: Rect, _ workArea: Rect, _ expected: Rect) {
    #expect(usableArea(of: monitor, workArea: workArea) == expected)
  }

  @Test(
    "Xft.dpi is the scale",
    arguments: [
      ("", 120), ("Xft.dpi:\t96\n", 120), ("*foo: 1\nXft.dpi: 144\nXft.hinting: 1\n", 180),
      ("Xft.dpi : 120.5", 151), ("Xft.dpi: 1", 60), ("Xft.dpi: 9999", 480),
      ("Xft.dpi: 99999999999999999999", 120), ("Xft.dpi: -96", 120), ("Xft.dpi: abc", 120),
      ("Xft.dpi: 96.", 120), ("Xft.dpi: 96.x", 120), ("notXft.dpi: 192", 120), ("Xft.dpi:", 120),
    ]
  )
  func scales(_ text: String, _ of120: Int) {
    #expect(scale(inResources: text).of120 == of120)
  }

  @Test("round corners: parts do not overlap, are symmetric, and leave the corner out")
  func roundCorners() {
    for radius in [0, 1, 2, 5, 8, 40, 1000] {
      let rect = Rect(x: 3, y: 7, width: 40, height: 30)
      var covered = Set<[Int]>()
      for part in rounded(rect, radius: radius) {
        for y in part.y..<part.maxY {
          for x in part.x..<part.maxX { #expect(covered.insert([x, y]).inserted) }
        }
      }
      func holds(_ x: Int, _ y: Int) -> Bool { covered.contains([x, y]) }
      #expect(holds(3, 7) == (radius <= 1))
      #expect(holds(23, 7) && holds(3, 22) && holds(42, 22) && holds(23, 36))
      for y in 0..<30 {
        for x in 0..<40 {
          #expect(holds(3 + x, 7 + y) == holds(42 - x, 7 + y))
          #expect(holds(3 + x, 7 + y) == holds(3 + x, 36 - y))
        }
      }
      if radius == 0 { #expect(covered.count == 1200) }
    }
    #expect(rounded(Rect(x: 0, y: 0, width: 0, height: 5), radius: 3).isEmpty)
  }

  @Test("F28 no size is 0 or beyond the protocol", arguments: [60, 120, 180, 480])
  func sizes(_ of120: Int) {
    let scale = Scale(of120: of120)
    for length in [Int.min, -1, 0, 1, 2, 100, 40_000, Int.max] {
      let size = scale.device(Size(width: length, height: length))
      #expect((1...16_383).contains(size.width))
    }
  }
}
