import CXcb
import Display
import Foundation
import Testing
import X11

@Suite("The display, on a server of its own", .serialized, .timeLimit(.minutes(2)))
struct DisplayTests {
  @Test("a window in the corner, with the right name and kind, that takes no focus")
  func shows() throws {
    let stage = try Stage(XServer())
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
    #expect(witness.focus() == focus)
    #expect(stage.frames.count == 1)

    stage.display.place(nil)
    stage.expectPixel(600, 20, 0, "nothing")
    #expect(stage.witness.popups()?.isVisible == false)
    #expect(stage.errors == [])
  }
}
