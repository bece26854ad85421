import Display
import Foundation
import TestSupport
import Testing
import Wayland

/// Everything that has a compositor runs one after the other: the machine is small.
@Suite(.serialized) struct WithSway {}

extension WithSway {
  @Suite struct Surface {
    @Test(
      "the surface is in the top right corner, sharp at every scale",
      .timeLimit(.minutes(1)),
      arguments: [1, 2]
    )
    func corner(scale: Int) throws {
      let sway = try Sway("output HEADLESS-1 scale \(scale)")
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      let picture = try sway.picture(scale: scale)
      #expect(picture.drawn == [800 - 210 * scale, 10 * scale, 200 * scale, 100 * scale])
      let (right, bottom) = (800 - 10 * scale - 1, 110 * scale - 1)
      let (left, top) = (800 - 210 * scale, 10 * scale)
      #expect(picture[left, top] == Colour(0xff0000))
      #expect(picture[right, top] == Colour(0x00ff00))
      #expect(picture[left, bottom] == Colour(0x0000ff))
      #expect(picture[right, bottom] == Colour(0xffffff))
      #expect(screen.frames.last?.scale == Scale(of120: 120 * scale))
    }

    @Test("a new scale is told, then drawn", .timeLimit(.minutes(1)))
    func rescaled() throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      let drawn = screen.frames.count
      try sway.message("output", "HEADLESS-1", "scale", "2")
      try screen.wait("a picture at scale 2") { screen.frames.last?.scale.of120 == 240 }
      #expect(screen.changes > 0)
      #expect(screen.display?.output?.usable == Size(width: 400, height: 300))
      #expect(screen.frames.count <= drawn + 2)
      try screen.settle()
      #expect(try sway.picture(scale: 2).drawn == [380, 20, 400, 200])
    }

    @Test("a new size takes the place of the old, and its memory", .timeLimit(.minutes(1)))
    func resized() throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      for height in [100, 300, 50, 200] { try screen.show(200, height, margin: 4) }
      #expect(try sway.picture().drawn == [596, 4, 200, 200])
      #expect(try Screen.buffers() <= 2)
      screen.display?.place(nil)
      #expect(try Screen.buffers() == 0)
      screen.rest(seconds: 0.2)
      #expect(try sway.picture().drawn == nil)
      // Numbers never come again for other memory.
      try screen.show(200, 100)
      let sizes = Dictionary(grouping: screen.frames) { $0.buffer }
      #expect(sizes.values.allSatisfy { group in group.allSatisfy { $0.size == group[0].size } })
      screen.display?.close()
      #expect(try Screen.buffers() == 0)
    }

    @Test("one frame at most for each of the output's, and none unasked", .timeLimit(.minutes(1)))
    func pace() throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      #expect(screen.rests(seconds: 0.5))

      screen.isMoving = true
      screen.display?.requestFrame()
      let start = screen.frames.count
      screen.rest(seconds: 0.5)
      // Some 30 at 60 Hz; hundreds without a pace.
      #expect((2...100).contains(screen.frames.count - start))
      #expect(try Screen.buffers() <= 3)
    }

    @Test("a frame handler that draws nothing does not keep the loop busy", .timeLimit(.minutes(1)))
    func undrawn() throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      var calls = 0
      screen.display?.handlers?.frame = { [unowned screen] in
        calls += 1
        screen.display?.requestFrame()
      }
      screen.display?.requestFrame()
      screen.rest(seconds: 0.5)
      #expect((2...100).contains(calls))
    }

    @Test("a compositor that hangs is not sent more than it can take", .timeLimit(.minutes(1)))
    func hung() throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      sway.signal(SIGSTOP)
      for i in 0..<20_000 {
        screen.place(200 + i % 50, 100 + i % 70)
        screen.display?.requestFrame()
        if i % 1000 == 0 { screen.rest(seconds: 0.001) }
      }
      screen.place(300, 150)
      #expect(screen.rests(seconds: 0.3))
      sway.signal(SIGCONT)
      try screen.wait("the last size") {
        screen.frames.last?.size == Size(width: 300, height: 150)
      }
      try screen.settle()
      #expect(try sway.picture().drawn == [490, 10, 300, 150])
      #expect(screen.losses == [])
    }
  }
}
