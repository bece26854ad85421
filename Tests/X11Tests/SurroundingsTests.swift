import CXcb
import Display
import EventLoop
import Foundation
import Testing
import X11

@Suite("What goes on round the popups", .serialized, .timeLimit(.minutes(2)))
struct SurroundingsTests {
  private static let screen = Rect(x: 0, y: 0, width: 800, height: 600)
  private static let fullScreen = "_NET_WM_STATE_FULLSCREEN"
  private static let film = Surroundings(isFullScreen: true)

  @Test("WEB-305 demand 18 the active window is followed into full screen and out of it")
  func fullScreen() throws {
    let stage = try Stage(XServer())
    let witness = stage.witness
    let film = witness.window(Self.screen, colour: 0)
    let other = witness.window(Rect(x: 10, y: 10, width: 100, height: 100), colour: 0)
    #expect(stage.display.surroundings == Surroundings())
    witness.setState(film, "_NET_WM_STATE_ABOVE", Self.fullScreen)
    witness.activate(other)
    stage.test.turn(seconds: 0.05)
    #expect(stage.surroundings == [], "it is not the active one")
    witness.activate(film)
    stage.test.until("full screen") { stage.display.surroundings == Self.film }
    witness.setState(film, "_NET_WM_STATE_ABOVE")
    stage.test.until("not any more") { stage.display.surroundings == Surroundings() }
    witness.setState(film, Self.fullScreen)
    stage.test.until("again") { stage.display.surroundings == Self.film }
    witness.activate(other)
    stage.test.until("another window") { stage.display.surroundings == Surroundings() }
    witness.activate(film)
    stage.test.until("back") { stage.display.surroundings == Self.film }
    xcb_destroy_window(witness.raw, film)
    xcb_flush(witness.raw)
    stage.test.until("gone") { stage.display.surroundings == Surroundings() }
    #expect(stage.surroundings.count == 6, "told once each")
    witness.activate(0)
    witness.activate(film)
    // The root, and a window of this client's own, whose events are selected otherwise.
    witness.activate(witness.root)
    stage.display.place(stage.placement(100, 50))
    stage.expectPixel(700, 20, 0xff0000, "the picture")
    witness.activate(try #require(witness.popups()).id)
    stage.test.turn(seconds: 0.05)
    try stage.xdotool("mousemove", "700", "20")
    stage.test.until("the pointer is still followed") { !stage.events.isEmpty }
    stage.display.place(nil)
    stage.test.until("and has left") { if case .left = stage.events.last { true } else { false } }
    #expect(stage.lost == [] && stage.errors == [])
  }

  @Test("WEB-111 the active window tells whose it is")
  func owner() throws {
    let stage = try Stage(XServer())
    let witness = stage.witness
    #expect(stage.display.focused == nil)
    let (app, bare) = (witness.window(Self.screen, colour: 0), witness.window())
    witness.setOwner(app, processID: 42, class: "org.example.App")
    witness.activate(app)
    let owner = FocusedWindow(processID: 42, appID: "org.example.App")
    stage.test.until("the app's") { stage.display.focused == owner }
    witness.activate(bare)
    stage.test.until("nobody's") { stage.display.focused == FocusedWindow(appID: "") }
    witness.setOwner(app, processID: .max, class: String(repeating: "x", count: 1000))
    witness.activate(app)
    stage.test.until("a strange one") { (stage.display.focused?.appID.count ?? 0) > 200 }
    #expect(stage.display.focused?.belongs(to: -1, [""]) == false)
    witness.activate(0)
    stage.test.until("none") { stage.display.focused == nil }
    witness.activate(app)
    stage.test.until("again") { stage.display.focused != nil }
    stage.server.signal(SIGKILL)
    stage.test.until("lost") { !stage.lost.isEmpty }
    #expect(stage.display.focused == nil && stage.surroundings == [] && stage.errors == [])
  }

  @Test("WEB-305 a film that runs already is known with the display")
  func already() throws {
    let stage = try Stage(XServer()) {
      let film = $0.window(Self.screen, colour: 0)
      $0.setState(film, Self.fullScreen)
      $0.activate(film)
    }
    #expect(stage.display.surroundings == Self.film)
    stage.server.signal(SIGKILL)
    stage.test.until("lost") { !stage.lost.isEmpty }
    #expect(stage.display.surroundings == Surroundings())
  }

  @Test("WEB-305 full screen on another monitor than the popups' is none")
  func monitors() throws {
    let left = Rect(x: 0, y: 0, width: 400, height: 600)
    let right = Rect(x: 400, y: 0, width: 400, height: 600)
    let stage = try Stage(XServer()) {
      $0.setMonitor("LEFT", primary: true, output: true, left)
      $0.setMonitor("RIGHT", right)
    }
    let film = stage.witness.window(right, colour: 0)
    stage.witness.setState(film, Self.fullScreen)
    try stage.xdotool("mousemove", "600", "400")
    stage.witness.activate(film)
    stage.test.until("where the popups would come") { stage.display.surroundings == Self.film }
    try stage.xdotool("mousemove", "100", "400")
    stage.display.place(stage.placement(100, 50))
    stage.test.until("they came to the other") { stage.display.surroundings == Surroundings() }
    stage.witness.place(film, left)
    stage.test.until("it follows") { stage.display.surroundings == Self.film }
    stage.witness.place(film, Rect(x: 0, y: 0, width: 800, height: 600))
    stage.test.turn(seconds: 0.05)
    #expect(stage.display.surroundings == Self.film, "on both")
    stage.witness.place(film, right)
    stage.test.until("and goes") { stage.display.surroundings == Surroundings() }
    #expect(stage.errors == [])
  }

  @Test("demand 14 idle after a time without input, until the next")
  func idle() throws {
    let stage = try Stage(XServer())
    try stage.xdotool("mousemove", "100", "100")
    stage.display.idleAfter = 1
    let start = stage.test.loop.now
    stage.test.until("idle") { stage.display.surroundings.isIdle }
    #expect(stage.test.loop.now - start > 700_000_000)
    try stage.xdotool("mousemove", "110", "110")
    stage.test.until("active") { !stage.display.surroundings.isIdle }
    stage.test.until("idle again") { stage.display.surroundings.isIdle }

    // Already idle when asked.
    stage.display.idleAfter = 0
    #expect(!stage.display.surroundings.isIdle)
    stage.display.idleAfter = 1
    stage.test.until("idle from the start") { stage.display.surroundings.isIdle }
    try stage.xdotool("key", "a")
    stage.test.until("active by a key") { !stage.display.surroundings.isIdle }
    stage.display.idleAfter = 3
    stage.test.turn(seconds: 1.5)
    #expect(!stage.display.surroundings.isIdle, "not before the new time")
    #expect(stage.surroundings.count == 6 && stage.errors == [])
  }

  @Test("a rest costs no wake-up, whatever is followed")
  func rest() throws {
    let stage = try Stage(XServer())
    let film = stage.witness.window(Self.screen, colour: 0)
    stage.witness.setState(film, Self.fullScreen)
    stage.witness.activate(film)
    stage.display.idleAfter = 100
    stage.test.until("full screen") { stage.display.surroundings == Self.film }
    #expect(stage.test.rests(seconds: 1))
  }
}
