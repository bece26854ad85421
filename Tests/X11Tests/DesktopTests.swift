import Display
import EventLoop
import Foundation
import Testing
import X11

@Suite("What surrounds the window", .serialized, .timeLimit(.minutes(2)))
struct DesktopTests {
  @Test("panels are respected, on the present desktop, and when they change")
  func workArea() throws {
    let stage = try Stage(XServer()) {
      $0.setRoot("_NET_WORKAREA", [0, 30, 800, 570, 0, 0, 760, 600])
      $0.setRoot("_NET_CURRENT_DESKTOP", [0])
    }
    #expect(stage.display.output?.usable == Size(width: 800, height: 570))
    stage.display.place(stage.placement(200, 100))
    stage.test.until("below the panel") { stage.at == Point(x: 590, y: 40) }
    stage.witness.setRoot("_NET_CURRENT_DESKTOP", [1])
    stage.test.until("beside the panel") { stage.at == Point(x: 550, y: 10) }
    #expect(stage.outputChanges == 1)
    #expect(stage.display.output?.usable == Size(width: 760, height: 600))
    stage.witness.setRoot("_NET_WORKAREA", [0, 0, 700, 600])
    stage.test.until("of the one there is") { stage.at == Point(x: 490, y: 10) }
    #expect(stage.frames.count == 1, "moving draws nothing")
  }

  @Test("Xft.dpi scales the window, and is followed while it is up")
  func scale() throws {
    let stage = try Stage(XServer())
    stage.display.place(stage.placement(200, 100))
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    stage.witness.setResources("Xft.antialias:\t1\nXft.dpi:\t144\n")
    stage.test.until("drawn anew") { stage.frames.count == 2 }
    #expect(stage.frames[1].size == Size(width: 300, height: 150))
    #expect(stage.frames[1].scale == Scale(of120: 180))
    #expect(stage.display.output?.usable == Size(width: 533, height: 400))
    #expect(stage.outputChanges == 1)
    stage.test.until("bigger") {
      stage.witness.popups()?.frame == Rect(x: 485, y: 15, width: 300, height: 150)
    }
    try stage.xdotool("mousemove", "494", "31")
    stage.test.until("moved") { !stage.events.isEmpty }
    guard case .moved(Point(x: 6, y: 10)) = stage.events.last else {
      Issue.record("\(stage.events)")
      return
    }
  }

  private static let left = Rect(x: 0, y: 0, width: 400, height: 600)
  private static let right = Rect(x: 400, y: 0, width: 400, height: 600)

  @Test("the stack opens where the pointer is, stays there, and flees when the monitor goes")
  func monitors() throws {
    let stage = try Stage(XServer()) {
      $0.setMonitor("LEFT", primary: true, output: true, Self.left)
      $0.setMonitor("RIGHT", Self.right)
    }
    #expect(Set(stage.display.outputs.map(\.name)) == ["LEFT", "RIGHT"])
    try stage.xdotool("mousemove", "600", "400")
    stage.display.place(stage.placement(100, 50))
    stage.test.until("right") { stage.at == Point(x: 690, y: 10) }
    #expect(stage.display.output?.name == "RIGHT")
    #expect(stage.outputChanges == 1, "it is not the one that was expected")
    try stage.xdotool("mousemove", "100", "400")
    stage.display.place(stage.placement(100, 60))
    stage.test.until("bigger, and still right") {
      stage.witness.popups()?.frame == Rect(x: 690, y: 10, width: 100, height: 60)
    }
    stage.witness.deleteMonitor("RIGHT")
    stage.test.until("left") { stage.at == Point(x: 290, y: 10) }
    #expect(stage.display.output?.name == "LEFT")
    #expect(stage.outputChanges == 2)
    stage.display.place(nil)
    stage.display.place(stage.placement(100, 50))
    stage.test.until("again left") {
      stage.witness.popups()?.frame == Rect(x: 290, y: 10, width: 100, height: 50)
    }
    #expect(stage.errors == [])
  }
}
