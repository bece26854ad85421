import Display
import EventLoop
import Foundation
import Testing
import Wayland

/// A loop with a display on it, that draws a pattern and writes down what it is told.
final class Screen {
  let loop = MainLoop()
  private(set) var display: WaylandDisplay?
  private(set) var error: WaylandError?
  private(set) var isReady = false
  private(set) var frames: [(size: Size, scale: Scale, buffer: Int)] = []
  private(set) var pointer: [String] = []
  private(set) var press: InputSerial?
  private(set) var changes = 0
  private(set) var surroundings: [Surroundings] = []
  private(set) var losses: [String] = []
  /// Handlers of the loop that ran.
  private(set) var turns = 0
  /// Asks for the next frame in each, many times.
  var isMoving = false
  /// Of the pattern's upper left quarter.
  var colour: UInt32 = 0xffff_0000

  /// Connects and waits for the answer.
  init(_ name: String, in folder: String = "/nonexistent") throws {
    display = try WaylandDisplay.connect(loop, name: name, runtimeDirectory: folder) {
      [unowned self] in
      error = $0
      isReady = $0 == nil
    }
    display?.handlers = DisplayHandlers(
      frame: { [unowned self] in
        drawPattern()
        if isMoving { for _ in 0..<10 { display?.requestFrame() } }
      },
      pointer: { [unowned self] in note($0) },
      outputsChanged: { [unowned self] in changes += 1 },
      surroundingsChanged: { [unowned self] in
        if let now = display?.surroundings { surroundings.append(now) }
      },
      lost: { [unowned self] in losses.append($0) }
    )
    try wait("an answer") { isReady || error != nil }
  }

  deinit {
    display?.close()
  }

  struct TimedOut: Error {
    let what: String
  }

  /// Turns the loop until `isTrue`.
  func wait(
    _ what: String,
    seconds: Double = 15,
    until isTrue: () -> Bool
  ) throws {
    if isTrue() { return }
    var isLate = false
    let timer = loop.timer { [loop] in
      isLate = true
      loop.quit()
    }
    timer.deadline = loop.now + Int64(seconds * 1e9)
    withoutActuallyEscaping(isTrue) { isTrue in
      loop.afterHandler = { [loop] in
        self.turns += 1
        if isTrue() { loop.quit() }
      }
      loop.run()
      loop.afterHandler = nil
    }
    if isLate && !isTrue() { throw TimedOut(what: what) }
  }

  /// Turns the loop for a while.
  func rest(seconds: Double) {
    _ = try? wait("nothing", seconds: seconds) { false }
  }

  /// Whether nothing wakes the loop for so long, once what was on its way has come.
  func rests(seconds: Double) -> Bool {
    for _ in 0..<10 {
      let before = turns
      rest(seconds: seconds)
      // The timer that ends the rest.
      if turns == before + 1 { return true }
    }
    return false
  }

  func place(_ width: Int, _ height: Int, margin: Int = 10, input: [Rect]? = nil) {
    display?.place(
      Placement(
        size: Size(width: width, height: height),
        margin: margin,
        input: input ?? [Rect(x: 0, y: 0, width: width, height: height)]
      )
    )
  }

  /// Places and waits until the compositor has seen the picture.
  func show(_ width: Int, _ height: Int, margin: Int = 10, input: [Rect]? = nil) throws {
    place(width, height, margin: margin, input: input)
    try wait("a picture of \(width)×\(height)") {
      guard let last = frames.last else { return false }
      return last.size == Size(width: last.scale.device(width), height: last.scale.device(height))
    }
    try settle()
  }

  /// Waits for one more frame, so that what was sent is on the screen.
  func settle() throws {
    let count = frames.count
    display?.requestFrame()
    try wait("the next frame") { frames.count > count }
  }

  func forgetPointer() {
    pointer = []
  }

  /// How many buffers this process has in its address space.
  static func buffers() throws -> Int {
    try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
      .split(separator: "\n").filter { $0.contains("memfd:wayland-popups") }.count
  }

  /// Quarters: colour, green, blue, white.
  private func drawPattern() {
    display?.draw { frame in
      frames.append((frame.size, frame.scale, frame.buffer))
      for y in 0..<frame.size.height {
        let row = (frame.pixels + y * frame.stride).assumingMemoryBound(to: UInt32.self)
        for x in 0..<frame.size.width {
          row[x] =
            switch (x * 2 < frame.size.width, y * 2 < frame.size.height) {
            case (true, true): colour
            case (false, true): 0xff00_ff00
            case (true, false): 0xff00_00ff
            case (false, false): 0xffff_ffff
            }
        }
      }
      return [Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height)]
    }
  }

  private func note(_ event: PointerEvent) {
    switch event {
    case .moved(let p): pointer.append("moved \(p.x),\(p.y)")
    case .left: pointer.append("left")
    case .pressed(let button, let p): pointer.append("pressed \(button) \(p.x),\(p.y)")
    case .released(let button, let p, let press):
      pointer.append("released \(button) \(p.x),\(p.y)")
      self.press = press
    }
  }
}
