import Display
import EventLoop
import Foundation
import Testing
import X11

@Suite("The pointer", .serialized, .timeLimit(.minutes(2)))
struct PointerTests {
  @Test("enter, move, press, release, leave; the wheel is nobody's business")
  func clicks() throws {
    let stage = try Stage(XServer())
    try stage.xdotool("mousemove", "100", "400")
    stage.display.place(stage.placement(200, 100))
    stage.display.setCursor(.hand)
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    try stage.xdotool(
      "mousemove",
      "600",
      "30",
      "click",
      "1",
      "click",
      "2",
      "click",
      "3",
      "click",
      "4",
      "click",
      "5",
      "click",
      "8"
    )
    stage.display.setCursor(.arrow)
    try stage.xdotool("mousemove", "100", "400")
    stage.test.until("left") {
      stage.events.last.map { if case .left = $0 { true } else { false } } ?? false
    }
    var seen: [String] = []
    var serials: [InputSerial] = []
    for event in stage.events {
      switch event {
      case .moved(let at): seen.append("moved \(at.x),\(at.y)")
      case .left: seen.append("left")
      case .pressed(let button, let at): seen.append("pressed \(button) \(at.x),\(at.y)")
      case .released(let button, _, let press):
        seen.append("released \(button)")
        serials.append(press)
      }
    }
    #expect(
      seen.filter { !$0.hasPrefix("moved") } == [
        "pressed primary 10,20", "released primary", "pressed middle 10,20", "released middle",
        "pressed secondary 10,20", "released secondary", "left",
      ]
    )
    #expect(seen.first == "moved 10,20")
    #expect(serials.allSatisfy { $0.value != 0 })
    #expect(stage.errors == [])
    #expect(stage.witness.focus() <= 1, "nobody was given the focus")
  }

  @Test("the cursor is the one that was asked for")
  func cursors() throws {
    let stage = try Stage(XServer())
    try stage.xdotool("mousemove", "600", "30")
    let outside = stage.witness.cursor()
    stage.display.setCursor(.hand)
    stage.display.place(stage.placement(200, 100))
    stage.test.until("a hand") { stage.witness.cursor() != outside }
    let hand = stage.witness.cursor()
    stage.display.setCursor(.arrow)
    stage.test.until("an arrow") { ![outside, hand].contains(stage.witness.cursor()) }
    stage.display.setCursor(.hand)
    stage.test.until("the hand again") { stage.witness.cursor() == hand }
    #expect(hand.count > 50)
    #expect(stage.errors == [])
  }

  @Test("clicks beside the cards go to what lies below")
  func clickThrough() throws {
    let stage = try Stage(XServer()) { $0.claimCompositing($0.window()) }
    stage.display.place(
      Placement(
        size: Size(width: 200, height: 100),
        margin: 10,
        input: [Rect(x: 0, y: 50, width: 200, height: 50)]
      )
    )
    stage.expectPixel(600, 20, 0xff0000, "the picture")
    try stage.xdotool("mousemove", "600", "30", "click", "1")
    stage.test.turn(seconds: 0.05)
    #expect(stage.events.isEmpty)
    // The cards move up: the pointer is over one without having moved.
    stage.display.place(stage.placement(200, 100))
    stage.test.until("entered") { !stage.events.isEmpty }
    stage.display.place(nil)
    stage.test.until("left with the window") {
      if case .left = stage.events.last { true } else { false }
    }
  }

  @Test("FD-275 the activation token is a start-up id with the time of the press")
  func token() throws {
    let stage = try Stage(XServer())
    var tokens: [String?] = []
    for _ in 0..<2 {
      stage.display.requestActivationToken(for: InputSerial(value: 4_000_000_000)) {
        tokens.append($0)
      }
    }
    #expect(tokens.count == 2 && tokens[0] != tokens[1])
    let token = try #require(tokens[0])
    #expect(token.hasPrefix("hark-\(getpid())-1-"))
    #expect(token.hasSuffix("_TIME4000000000"))
    stage.display.close()
    stage.display.requestActivationToken(for: InputSerial(value: 1)) { tokens.append($0) }
    #expect(tokens.count == 3 && tokens[2] == nil)
  }
}
