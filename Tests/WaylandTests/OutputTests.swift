import Display
import Foundation
import TestSupport
import Testing
@testable import Wayland

extension WithSway {
  @Suite struct Outputs {
    private let bar = "bar {\n position top\n height 30\n }"

    @Test(
      "outputs are known by name, size and scale before the first popup",
      .timeLimit(.minutes(1))
    )
    func known() throws {
      let sway = try Sway("output HEADLESS-1 scale 2\n" + bar)
      let screen = try Screen(sway.socket)
      #expect(screen.display?.outputs.map(\.name) == ["HEADLESS-1"])
      #expect(screen.display?.output?.scale == Scale(of120: 240))
      #expect(screen.display?.output?.usable.width == 400)
      // The bar may come after us.
      try screen.wait("the bar") { screen.display?.output?.usable.height == 270 }
    }

    @Test("the usable area follows panels, with and without popups", .timeLimit(.minutes(1)))
    func panels() throws {
      let sway = try Sway(bar)
      let screen = try Screen(sway.socket)
      func expect(_ height: Int, _ mode: String) throws {
        try sway.message("bar", "mode", mode)
        try screen.wait("\(height) usable") { screen.display?.output?.usable.height == height }
      }
      try screen.wait("the bar") { screen.display?.output?.usable.height == 570 }
      try expect(600, "invisible")
      try screen.show(200, 100)
      try expect(570, "dock")
      try screen.settle()
      let picture = try sway.picture()
      #expect(picture[590, 40] == Colour(0xff0000))
      #expect(picture[789, 40] == Colour(0x00ff00))
      try expect(600, "invisible")
    }

    @Test("F43 the only output goes and comes, without popups", .timeLimit(.minutes(1)))
    func bare() throws {
      let (outer, sway) = try nested()
      let screen = try Screen(sway.socket)
      try outer.message("kill")
      try screen.wait("no outputs") { screen.display?.outputs == [] }
      #expect(screen.display?.output == nil)
      screen.place(200, 100)
      screen.rest(seconds: 0.3)
      #expect(screen.frames.isEmpty)
      try sway.message("create_output")
      try screen.wait("a picture") { !screen.frames.isEmpty }
      try screen.settle()
      #expect(try shown(sway, "WL-2"))
    }

    @Test("F43 the only output goes and comes, with popups up", .timeLimit(.minutes(1)))
    func withPopups() throws {
      let (outer, sway) = try nested()
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      for number in 2...4 {
        try outer.message("kill")
        try screen.wait("no outputs") { screen.display?.outputs == [] }
        screen.display?.requestFrame()
        #expect(screen.rests(seconds: 0.2))
        let frames = screen.frames.count
        try sway.message("create_output")
        try screen.wait("a picture") { screen.frames.count > frames }
        try screen.settle()
        #expect(try shown(sway, "WL-\(number)"))
      }
      #expect(screen.losses == [])
    }

    @Test("F43 the popups move when their output goes", .timeLimit(.minutes(1)))
    func moved() throws {
      let (outer, sway) = try nested()
      let screen = try Screen(sway.socket)
      try sway.message("create_output")
      try screen.wait("two outputs") { screen.display?.outputs.count == 2 }
      try sway.message("output", "WL-2", "scale", "2")
      try sway.message("focus", "output", "WL-2")
      try screen.show(200, 100)
      try screen.wait("the focused output") { screen.display?.output?.name == "WL-2" }
      try screen.wait("its scale") { screen.frames.last?.scale.of120 == 240 }

      let frames = screen.frames.count
      try outer.message("[title=WL-2]", "kill")
      try screen.wait("one output") { screen.display?.outputs.count == 1 }
      try screen.wait("a picture on the other") { screen.frames.count > frames }
      try screen.settle()
      #expect(screen.display?.output?.name == "WL-1")
      #expect(try shown(sway, "WL-1"))

      // A new stack goes to the focused output again.
      screen.display?.place(nil)
      try sway.message("create_output")
      try screen.wait("two outputs") { screen.display?.outputs.count == 2 }
      try sway.message("focus", "output", "WL-3")
      try screen.show(200, 100)
      try screen.wait("the focused output") { screen.display?.output?.name == "WL-3" }
    }

    @Test("nothing is drawn for an output that nobody sees", .timeLimit(.minutes(1)))
    func off() throws {
      let (outer, sway) = try nested()
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      screen.isMoving = true
      screen.display?.requestFrame()
      try outer.message("workspace", "2")
      #expect(screen.rests(seconds: 0.5))
      let frames = screen.frames.count
      try outer.message("workspace", "1")
      try screen.wait("frames again") { screen.frames.count > frames + 2 }
    }

    /// A Sway whose outputs can be unplugged, by closing their windows in the other.
    private func nested() throws -> (outer: Sway, Sway) {
      let outer = try Sway()
      return (outer, try Sway(inside: outer))
    }

    /// Whether the pattern of 200×100 is where it belongs.
    private func shown(_ sway: Sway, _ output: String) throws -> Bool {
      let picture = try sway.picture(ofOutput: output)
      return picture.drawn == [picture.width - 210, 10, 200, 100]
    }
  }
}

@Test("F44 a surface that is taken away at once comes ever more rarely")
func backOff() {
  let second: Int64 = 1_000_000_000
  var recreation = Recreation()
  var now: Int64 = 0
  var made = 0
  while now < 60 * second {
    now = recreation.notBefore
    recreation.created = now
    made += 1
    now += second / 100
    recreation.put(off: now)
  }
  #expect(made == 12)
  // One that had lived comes back soon.
  recreation.created = now
  now += 31 * second
  recreation.put(off: now)
  #expect(recreation.notBefore - now == second / 20)
}
