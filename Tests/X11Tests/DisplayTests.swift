import CXcb
import Display
import EventLoop
import Foundation
import TestSupport
import Testing
import X11

@Suite("The window, on a server of its own", .serialized, .timeLimit(.minutes(2)))
struct DisplayTests {
  // A server without Composite has no visual with transparency.
  @Test(
    "a window in the corner, with the right name and kind, that takes no focus",
    arguments: [
      [], ["-extension", "Composite"], ["-extension", "RANDR"], ["-extension", "XFIXES"],
    ]
  )
  func shows(_ arguments: [String]) throws {
    let stage = try Stage(XServer(arguments))
    let focus = stage.witness.focus()
    #expect(
      stage.display.output
        == Output(name: "screen", usable: Size(width: 800, height: 600), scale: .one)
    )
    stage.display.place(stage.placement(200, 100))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    #expect(stage.witness.pixel(589, 20) == 0)
    #expect(stage.witness.pixel(600, 111) == 0)
    let popups = try #require(stage.witness.popups())
    #expect(popups.isVisible)
    #expect(popups.frame == Rect(x: 590, y: 10, width: 200, height: 100))
    let witness = stage.witness
    #expect(witness.text(popups.id, witness.atom("_NET_WM_NAME")) == "hark")
    #expect(witness.words(popups.id, witness.atom("_NET_WM_PID")) == [UInt32(getpid())])
    #expect(
      witness.words(popups.id, witness.atom("_NET_WM_WINDOW_TYPE"))
        == [witness.atom("_NET_WM_WINDOW_TYPE_NOTIFICATION")]
    )
    #expect(witness.text(popups.id, XCB_ATOM_WM_CLIENT_MACHINE.rawValue)?.isEmpty == false)
    #expect(witness.focus() == focus)
    #expect(stage.frames.count == 1)

    stage.display.place(nil)
    stage.expectPixel(600, 20, 0, "nothing")
    #expect(stage.witness.popups()?.isVisible == false)
    #expect(stage.errors == [])
  }

  @Test("without a compositing manager the window has the shape of the cards")
  func shaped() throws {
    let stage = try Stage(XServer())
    stage.witness.paintRoot(0x0000ff)
    let cards = Placement(
      size: Size(width: 200, height: 210),
      margin: 10,
      input: [
        Rect(x: 0, y: 0, width: 200, height: 100), Rect(x: 0, y: 110, width: 200, height: 100),
      ],
      cornerRadius: 12
    )
    stage.display.place(cards)
    stage.expectPixel(690, 60, 0xff0000, "the first card")
    for (x, y, colour) in [
      (590, 10, 0x0000ff), (593, 13, 0x0000ff), (789, 10, 0x0000ff), (590, 109, 0x0000ff),
      (690, 115, 0x0000ff), (590, 120, 0x0000ff), (690, 125, 0xff0000), (602, 10, 0xff0000),
      (590, 22, 0xff0000),
    ] {
      #expect(stage.witness.pixel(x, y) == UInt32(colour), "\(x),\(y)")
    }
    // One comes: transparency does it, and the window is whole.
    let manager = stage.witness.window()
    stage.witness.claimCompositing(manager)
    let id = try #require(stage.witness.popups()).id
    let whole = [Rect(x: 0, y: 0, width: 200, height: 210)]
    stage.test.until("whole") { stage.witness.shape(id, XCB_SHAPE_SK_BOUNDING) == whole }
    #expect(stage.witness.shape(id, XCB_SHAPE_SK_INPUT).count > 2)
    // It dies.
    xcb_destroy_window(stage.witness.raw, manager)
    xcb_flush(stage.witness.raw)
    stage.test.until("shaped again") { stage.witness.shape(id, XCB_SHAPE_SK_BOUNDING) != whole }
    stage.expectPixel(690, 115, 0x0000ff, "the gap")
    #expect(stage.errors == [])
  }

  private static let compositor = "/usr/bin/picom"

  @Test(
    "under a compositing manager the window is transparent, whichever of them came first",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: compositor),
      "picom is not installed"
    ),
    arguments: [false, true]
  )
  func composited(managerFirst: Bool) throws {
    let stage = try Stage(XServer())
    let below = stage.witness.window(Rect(x: 0, y: 0, width: 800, height: 600), colour: 0x0000ff)
    var manager: Child?
    func start() throws {
      manager = try Child(
        [Self.compositor, "--backend", "xrender", "--config", "/dev/null"],
        environment: stage.environment
      )
      stage.test.until("it is there") { stage.witness.isComposited }
    }
    defer { manager?.end() }
    if managerFirst { try start() }
    stage.colour = 0x8080_0000
    stage.display.place(stage.placement(200, 100, radius: 12))
    if !managerFirst {
      stage.expectPixel(690, 60, 0x800000, "without it")
      try start()
    }
    var pixel: UInt32 = 0
    stage.test.until("half of each") {
      pixel = stage.witness.pixel(690, 60) ?? 0
      return pixel & 0xff00ff >= 0x7e007d && pixel & 0xff00ff <= 0x820082 && pixel & 0xff00 == 0
    }
    #expect(
      pixel & 0xff00 == 0 && manager?.isRunning == true,
      "\(String(pixel, radix: 16)), \(stage.frames.count) pictures"
    )
    stage.test.until("the corner to belong to the window") {
      stage.witness.pixel(590, 10) != 0x0000ff
    }
    #expect(stage.witness.pixel(580, 10) == 0x0000ff)
    #expect(stage.frames.count == 1)
    #expect(stage.errors == [])
    _ = below
  }

  @Test(
    "what another window hid is put back from the buffer, not drawn anew",
    arguments: [
      [], ["-extension", "Composite"], ["-extension", "Composite", "-extension", "MIT-SHM"],
    ]
  )
  func exposed(_ arguments: [String]) throws {
    let stage = try Stage(XServer(arguments))
    stage.display.place(stage.placement(200, 100))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    let cover = stage.witness.window(
      Rect(x: 550, y: 0, width: 200, height: 60),
      colour: 0x00ff00
    )
    stage.expectPixel(600, 20, 0x00ff00, "covered")
    xcb_unmap_window(stage.witness.raw, cover)
    xcb_flush(stage.witness.raw)
    stage.expectPixel(600, 20, 0xff0000, "back")
    #expect(stage.frames.count == 1)
  }

  @Test("only what was changed is put, in the same buffer until the size changes")
  func damage() throws {
    let stage = try Stage(XServer())
    stage.display.place(stage.placement(200, 100))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    stage.colour = 0xff00_ff00
    stage.part = Rect(x: 20, y: 20, width: 10, height: 10)
    stage.display.requestFrame()
    stage.expectPixel(615, 35, 0x00ff00, "the part")
    #expect(stage.witness.pixel(609, 35) == 0xff0000)
    #expect(stage.witness.pixel(620, 35) == 0xff0000)
    stage.part = nil
    stage.display.place(stage.placement(200, 50))
    stage.expectPixel(600, 59, 0x00ff00, "the smaller one")
    stage.expectPixel(600, 61, 0, "below")
    #expect(stage.frames.map { $0.size.height } == [100, 100, 50])
    #expect(stage.frames[0].buffer == stage.frames[1].buffer)
    #expect(stage.frames[1].buffer != stage.frames[2].buffer)
  }

  @Test("frames come at most every 16 ms")
  func pace() throws {
    let stage = try Stage(XServer())
    stage.display.place(stage.placement(300, 200))
    stage.test.until("a frame") { stage.frames.count == 1 }
    let display = stage.display
    let spam = stage.test.loop.timer { display.requestFrame() }
    stage.test.until("ten frames") {
      display.requestFrame()
      spam.deadline = stage.test.loop.now
      return stage.frames.count >= 10
    }
    for (one, next) in zip(stage.frames, stage.frames.dropFirst()) {
      #expect(next.at - one.at >= 15_500_000)
    }
  }

  @Test("at rest nothing wakes the loop, with the window up or not")
  func rest() throws {
    let stage = try Stage(XServer())
    stage.display.place(stage.placement(300, 200))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    #expect(stage.test.rests(seconds: 0.3))
    stage.display.place(nil)
    #expect(stage.test.rests(seconds: 0.3))
  }

  @Test("F28 a size of nothing is no window; one beyond all bounds is no error")
  func sizes() throws {
    let stage = try Stage(XServer())
    for size in [(0, 10), (10, 0), (-5, -5)] {
      stage.display.place(stage.placement(size.0, size.1))
      stage.display.requestFrame()
      stage.test.turn(seconds: 0.05)
      #expect(stage.frames.isEmpty)
    }
    stage.part = Rect(x: 0, y: 0, width: 1, height: 1)
    for size in [(1, 1), (100_000, 10), (10, 100_000), (Int.max, 1), (1, 1)] {
      let before = stage.frames.count
      stage.display.place(stage.placement(size.0, size.1, radius: .max, margin: .max))
      stage.test.until("\(size)") { stage.frames.count > before }
    }
    stage.test.turn(seconds: 0.05)
    #expect(stage.errors == [])
    #expect(stage.lost == [])
  }

  @Test(
    "the picture arrives whichever way it takes",
    arguments: [["-extension", "MIT-SHM"], ["-listen", "tcp"], ["relay"], []]
  )
  func ways(_ arguments: [String]) throws {
    let server = try XServer(arguments == ["relay"] ? [] : arguments)
    var name = server.name
    var relay: Relay?
    if arguments == ["-listen", "tcp"] { name = "127.0.0.1" + name }
    if arguments == ["relay"] {
      relay = try Relay(to: "/tmp/.X11-unix/X\(server.name.dropFirst())")
      name = relay?.path ?? ""
    }
    let stage = try Stage(server, name: name)
    for height in [550, 300, 580] {
      stage.colour = stage.colour == 0xffff_0000 ? 0xff00_ff00 : 0xffff_0000
      stage.display.place(stage.placement(700, height))
      stage.expectPixel(95, 10, stage.colour & 0xffffff, "top")
      stage.expectPixel(785, height + 9, stage.colour & 0xffffff, "bottom")
    }
    stage.part = Rect(x: 600, y: 3, width: 50, height: 500)
    stage.colour = 0xff00_00ff
    stage.display.requestFrame()
    stage.expectPixel(700, 500, 0x0000ff, "a part")
    #expect(stage.errors.isEmpty == (arguments != ["relay"]), "\(stage.errors)")
    withExtendedLifetime(relay) {}
  }

  @Test("memory goes with the window, descriptors with the connection")
  func memory() throws {
    func mapped() -> Int {
      // Foundation takes a short read for the end of the file.
      let handle = FileHandle(
        fileDescriptor: open("/proc/self/maps", O_RDONLY | O_CLOEXEC),
        closeOnDealloc: true
      )
      var maps = Data()
      while case let chunk = handle.availableData, !chunk.isEmpty { maps += chunk }
      return String(decoding: maps, as: UTF8.self).split(separator: "\n")
        .count { $0.contains("hark-popups") }
    }
    let server = try XServer()
    let keeper = try Witness(server)
    // Other tests open descriptors meanwhile; a leak would be fifty or more.
    let before = openDescriptors()
    for _ in 0..<50 {
      let stage = try Stage(server)
      stage.display.place(stage.placement(300, 200))
      stage.expectPixel(600, 20, 0xff0000, "the picture")
      #expect(mapped() > 0)
      stage.display.place(nil)
      stage.display.place(stage.placement(300, 200))
      stage.expectPixel(600, 20, 0xff0000, "the picture")
      stage.display.close()
      stage.test.until("no window") { keeper.popups() == nil }
      stage.display.place(stage.placement(300, 200))
      stage.display.requestFrame()
      stage.display.setCursor(.hand)
      #expect(stage.display.output == nil && stage.display.handlers == nil)
    }
    #expect(openDescriptors() < before + 40)
    #expect(mapped() < 20)
  }
}
