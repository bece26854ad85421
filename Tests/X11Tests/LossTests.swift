import CXcb
import Display
import EventLoop
import Foundation
import Testing
import X11

@Suite("A server in trouble", .serialized, .timeLimit(.minutes(2)))
struct LossTests {
  @Test("a killed server is told of once; after that every call does nothing")
  func killed() throws {
    let server = try XServer()
    let stage = try Stage(server)
    stage.display.place(stage.placement(300, 200))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    server.signal(SIGKILL)
    stage.test.until("lost") { !stage.lost.isEmpty }
    var turns = 0
    stage.test.loop.afterHandler = { turns += 1 }
    stage.display.place(nil)
    stage.display.place(stage.placement(300, 200))
    stage.display.requestFrame()
    stage.display.draw { _ in [] }
    stage.display.setCursor(.hand)
    stage.test.turn(seconds: 0.1)
    #expect(turns == 1)
    #expect(stage.lost == ["the X server closed the connection"])
    #expect(stage.display.outputs.isEmpty && stage.display.output == nil)
  }

  @Test("loss while a request is being written is no signal")
  func killedInHandler() throws {
    let server = try XServer()
    let stage = try Stage(server)
    stage.display.place(stage.placement(300, 200))
    stage.test.until("a frame") { !stage.frames.isEmpty }
    server.end()
    for height in 1..<200 { stage.display.place(stage.placement(300, height)) }
    stage.display.place(nil)
    #expect(stage.lost.isEmpty, "only the loop tells")
    stage.test.until("lost") { !stage.lost.isEmpty }
    stage.test.turn(seconds: 0.05)
    #expect(stage.lost.count == 1)
  }

  @Test("a server that hangs holds nobody, and shows the newest when it is back")
  func hung() throws {
    let server = try XServer()
    let stage = try Stage(server)
    stage.display.place(stage.placement(300, 200))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    server.signal(SIGSTOP)
    stage.colour = 0xff00_ff00
    let start = stage.test.loop.now
    for turn in 0..<3000 {
      stage.display.place(stage.placement(100 + turn % 50, 50 + turn % 70, margin: turn % 90))
      stage.display.requestFrame()
      stage.display.setCursor(turn % 2 == 0 ? .hand : .arrow)
      if turn % 7 == 0 { stage.display.place(nil) }
      if turn % 100 == 0 { stage.test.turn(seconds: 0.001) }
    }
    stage.display.place(stage.placement(200, 100))
    // Waiting for the server would have no end.
    #expect(Double(stage.test.loop.now - start) / 1e9 < 10)
    server.signal(SIGCONT)
    stage.expectPixel(600, 20, 0x00ff00, "the newest")
    #expect(stage.witness.popups()?.frame == Rect(x: 590, y: 10, width: 200, height: 100))
    #expect(stage.lost == [] && stage.errors == [])
  }

  @Test("a destroyed window is a loss too")
  func destroyed() throws {
    let stage = try Stage(XServer())
    stage.display.place(stage.placement(300, 200))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    let id = try #require(stage.witness.popups()).id
    xcb_destroy_window(stage.witness.raw, id)
    xcb_flush(stage.witness.raw)
    stage.test.until("lost") { !stage.lost.isEmpty }
    #expect(stage.lost == ["another program destroyed the window of the popups"])
  }

  @Test("the lost handler may close, and drop, the display")
  func closes() throws {
    let server = try XServer()
    let stage = try Stage(server)
    var told = 0
    stage.display.handlers?.lost = { _ in
      told += 1
      stage.display.close()
    }
    server.signal(SIGKILL)
    stage.test.until("lost") { told > 0 }
    #expect(told == 1)
  }
}
