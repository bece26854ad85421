import Foundation
import TestSupport
import Testing

@Suite("The harness itself")
struct HarnessTests {
  @Test("regions of a picture: parts that touch are one")
  func regions() throws {
    var pixels = [UInt8](repeating: 0, count: 40 * 30 * 3)
    func paint(_ area: Area, _ colour: Colour) {
      for y in area.y..<area.maxY {
        for x in area.x..<area.maxX {
          let at = (y * 40 + x) * 3
          (pixels[at], pixels[at + 1], pixels[at + 2]) = (colour.red, colour.green, colour.blue)
        }
      }
    }
    paint(Area(x: 20, y: 2, width: 10, height: 5), Colour(0xff0000))
    paint(Area(x: 20, y: 10, width: 10, height: 5), Colour(0x00ff00))
    // A U: two arms that meet in the last row.
    paint(Area(x: 2, y: 16, width: 2, height: 6), Colour(0x0000ff))
    paint(Area(x: 8, y: 16, width: 2, height: 6), Colour(0x0000ff))
    paint(Area(x: 2, y: 21, width: 8, height: 1), Colour(0x0000ff))
    let picture = Picture(width: 40, height: 30, pixels: pixels)
    #expect(
      picture.regions(smallest: 20) == [
        Area(x: 20, y: 2, width: 10, height: 5), Area(x: 20, y: 10, width: 10, height: 5),
        Area(x: 2, y: 16, width: 8, height: 6),
      ]
    )
    #expect(picture.count(of: Colour(0x00ff00)) == 50)
    #expect(picture.bounds(of: Colour(0x0000ff)) == Area(x: 2, y: 16, width: 8, height: 6))
    #expect(picture.regions(of: Colour(0xfe0101)).count == 1)
    #expect(picture.background == Colour(0))
  }

  @Test("a program that does not end is ended, and the error says what it was")
  func hangingProgram() async throws {
    try await inWorld(daemon: nil) { world in
      let error = #expect(throws: Trouble.self) {
        try world.run("sleep", "60", limit: .milliseconds(200))
      }
      #expect(error?.description.contains("sleep 60") == true)
    }
  }

  @Test("a program has its standard streams, and nothing else that is open here")
  func descriptors() throws {
    let inheritable = dup(0)
    defer { close(inheritable) }
    let outcome = try run(["ls", "/proc/self/fd"], environment: [:])
    // The last is that of the folder.
    #expect(outcome.lines == ["0", "1", "2", "3"])
  }

  @Test("nothing of the user's session is in a world")
  func environment() async throws {
    try await inWorld(daemon: nil) { world in
      let lines = try world.run("env").lines
      for line in lines {
        let name = line.prefix { $0 != "=" }
        #expect(world.environment[String(name)] != nil, "\(line)")
      }
      #expect(!lines.contains { $0.hasPrefix("DISPLAY") || $0.hasPrefix("WAYLAND_DISPLAY") })
    }
  }

  @Test("children end with the world, also those that do not listen")
  func children() async throws {
    nonisolated(unsafe) var pids: [Int32] = []
    try await inWorld(daemon: nil) { world in
      let deaf = try world.start(["sh", "-c", "trap '' TERM; sleep 50 & wait; sleep 50"])
      try wait(until: "its child") { ProcessFacts(pid: deaf.pid).children.count == 1 }
      pids = [deaf.pid] + ProcessFacts(pid: deaf.pid).children
      pids.append(try world.start(["sleep", "50"]).pid)
    }
    #expect(pids.count == 3)
    for pid in pids { try wait(until: "the end of \(pid)") { !ProcessFacts(pid: pid).exists } }
  }

  @Test(
    "a display's picture, a pointer on it, and its end and new start",
    arguments: [Screen.x11, .sway]
  )
  func displays(screen: Screen) async throws {
    try await inWorld(screen, daemon: nil) { world in
      let picture = try world.screenshot()
      #expect((picture.width, picture.height) == (1280, 800))
      #expect(picture.regions().isEmpty)
      if screen == .x11 || Programs.missing("pointer") == nil {
        try world.pointer().move(to: (100, 100))
      }
      try world.display?.kill()
      #expect(world.display?.child.isRunning == false)
      try world.display?.startAgain()
      #expect(try world.screenshot().width == 1280)
    }
  }
}
