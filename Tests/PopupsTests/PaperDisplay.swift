import Display

/// A display that shows nothing and notes what is asked of it; the test says when a frame is due.
final class PaperDisplay: Display {
  let name = "paper"
  var outputs: [Output]
  var output: Output? { outputs.first }
  var surroundings = Surroundings()
  var focused: FocusedWindow?
  var idleAfter = 0
  var handlers: DisplayHandlers?

  private(set) var placement: Placement?
  private(set) var cursor = Cursor.arrow
  private(set) var placings = 0
  private(set) var drawings = 0
  private(set) var isClosed = false
  private(set) var wantsFrame = false

  init(output: String = "OUT") {
    outputs = [Output(name: output, usable: Size(width: 1280, height: 720), scale: .one)]
  }

  func place(_ placement: Placement?) {
    self.placement = placement
    placings += 1
  }

  func requestFrame() {
    wantsFrame = true
  }

  /// What a display does when it wants a picture.
  func frame() {
    guard wantsFrame else { return }
    wantsFrame = false
    handlers?.frame()
  }

  func draw(_ body: (borrowing Frame) -> [Rect]) {
    guard let size = placement?.size else { return }
    drawings += 1
    let pixels = UnsafeMutableRawPointer.allocate(
      byteCount: size.width * size.height * 4,
      alignment: 16
    )
    defer { pixels.deallocate() }
    _ = body(
      Frame(
        pixels: pixels,
        size: size,
        stride: size.width * 4,
        scale: .one,
        // Never the same memory twice.
        buffer: drawings
      )
    )
  }

  func setCursor(_ cursor: Cursor) {
    self.cursor = cursor
  }

  func requestActivationToken(for press: InputSerial, then: @escaping (String?) -> Void) {
    then("token-\(press.value)")
  }

  func close() {
    isClosed = true
    handlers = nil
  }
}
