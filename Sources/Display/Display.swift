/// One connection to a display system, with the one surface that holds hark's popups.
///
/// X11 and Wayland each have one. Lengths are logical pixels unless said otherwise. Nothing here
/// blocks. Once `handlers.lost` was called, or after `close()`, every call is a no-op.
package protocol Display: AnyObject {
  /// How the display is named to a user: `wayland-1`, `:0`.
  var name: String { get }
  /// What is connected now; empty while every output is off.
  var outputs: [Output] { get }
  /// Where the popup surface is, or would be put if it were shown now; nil without outputs.
  var output: Output? { get }
  /// All false once the display is lost or closed.
  var surroundings: Surroundings { get }
  /// Nil where no window has the focus, or nobody tells.
  var focused: FocusedWindow? { get }
  /// Seconds without input after which the user is idle; 0 is never, and how a display begins.
  var idleAfter: Int { get set }
  /// Set once, before the loop turns again. Set to nil by `close()`.
  var handlers: DisplayHandlers? { get set }

  /// Shows the surface in the top right corner at this size, or changes its size; nil takes it away.
  ///
  /// A size that the display cannot take at once (Wayland's configure) is taken when it can; the
  /// frame handler says so.
  func place(_ placement: Placement?)

  /// Asks for one call of `handlers.frame`, when the display wants a picture: at most one per
  /// frame of the output, however often this is called.
  func requestFrame()

  /// Draws into the next free buffer, then shows it. Only from `handlers.frame`.
  ///
  /// `body` returns the parts it changed against the newest picture, in device pixels.
  func draw(_ body: (borrowing Frame) -> [Rect])

  /// The pointer's shape over the surface.
  func setCursor(_ cursor: Cursor)

  /// Asks for a token that lets another program's window come forward (FD-275). `then` is called
  /// once, perhaps at once, with nil where there is none. The core limits how long it waits.
  func requestActivationToken(for press: InputSerial, then: @escaping (String?) -> Void)

  /// Takes the surface away and closes the connection.
  func close()
}

/// From one picture to the next, in nanoseconds, where no display sets the pace.
package let frameInterval: Int64 = 16_000_000

package struct Output: Equatable {
  package var name: String
  /// Free of panels, in logical pixels.
  package var usable: Size
  package var scale: Scale

  package init(name: String, usable: Size, scale: Scale) {
    self.name = name
    self.usable = usable
    self.scale = scale
  }
}

/// What goes on round the popups.
package struct Surroundings: Equatable, Sendable {
  /// The active window is a full-screen one, on the output where the popups are, or would come.
  package var isFullScreen: Bool
  /// The user has not touched anything for `idleAfter` seconds.
  package var isIdle: Bool

  package init(isFullScreen: Bool = false, isIdle: Bool = false) {
    self.isFullScreen = isFullScreen
    self.isIdle = isIdle
  }
}

/// The window that the user works with, by what it says of itself.
package struct FocusedWindow: Equatable, Sendable {
  /// 0 where it is not told.
  package var processID: Int32
  /// Wayland's app id, X11's class; "" where it is not told.
  package var appID: String

  package init(processID: Int32 = 0, appID: String) {
    self.processID = processID
    self.appID = appID
  }

  /// Whether it is this process', or goes by one of these ids.
  package func belongs(to process: Int32, _ ids: [String]) -> Bool {
    if process > 0, process == processID { return true }
    let appID = appID.lowercased()
    return !appID.isEmpty && ids.contains { $0.lowercased() == appID }
  }
}

package struct Placement: Equatable {
  package var size: Size
  /// Distance from the top and the right edge of the usable area.
  package var margin: Int
  /// Where the surface takes input; clicks elsewhere go to what lies below.
  package var input: [Rect]
  /// How round the corners of the `input` rectangles are. Where the surface cannot be transparent
  /// (X11 without a compositing manager), it has their shape.
  package var cornerRadius: Int
  /// On Wayland: in front of full-screen windows too.
  package var coversFullScreen: Bool

  package init(
    size: Size,
    margin: Int,
    input: [Rect],
    cornerRadius: Int = 0,
    coversFullScreen: Bool = false
  ) {
    self.size = size
    self.margin = margin
    self.input = input
    self.cornerRadius = cornerRadius
    self.coversFullScreen = coversFullScreen
  }
}

/// Pixels to draw on: premultiplied ARGB32 in native byte order.
@safe package struct Frame: ~Copyable {
  package let pixels: UnsafeMutableRawPointer
  /// In device pixels.
  package let size: Size
  /// Bytes from one row to the next.
  package let stride: Int
  package let scale: Scale
  /// Names the memory: a frame with the number of an earlier one still holds what was drawn then.
  /// A new number means that the content is undefined.
  package let buffer: Int

  package init(
    pixels: UnsafeMutableRawPointer,
    size: Size,
    stride: Int,
    scale: Scale,
    buffer: Int
  ) {
    unsafe self.pixels = pixels
    self.size = size
    self.stride = stride
    self.scale = scale
    self.buffer = buffer
  }
}

package struct DisplayHandlers {
  /// A picture is due: the answer to `requestFrame`, or the surface changed size or scale.
  package var frame: () -> Void
  package var pointer: (PointerEvent) -> Void
  /// An output came, went, or changed its usable area or scale; or the surface moved to another.
  package var outputsChanged: () -> Void
  /// `surroundings` is not what it was; the loss of the display is not told here.
  package var surroundingsChanged: () -> Void
  /// The connection is gone for good; the words say why.
  package var lost: (String) -> Void

  package init(
    frame: @escaping () -> Void,
    pointer: @escaping (PointerEvent) -> Void,
    outputsChanged: @escaping () -> Void,
    surroundingsChanged: @escaping () -> Void = {},
    lost: @escaping (String) -> Void
  ) {
    self.frame = frame
    self.pointer = pointer
    self.outputsChanged = outputsChanged
    self.surroundingsChanged = surroundingsChanged
    self.lost = lost
  }
}

/// Positions are logical pixels from the surface's top left corner.
package enum PointerEvent {
  case moved(Point)
  case left
  case pressed(PointerButton, Point)
  /// `press` is the serial of the press that this releases.
  case released(PointerButton, Point, press: InputSerial)
}

package enum PointerButton: Sendable {
  case primary
  case middle
  case secondary
}

package enum Cursor: Sendable {
  case arrow
  case hand
}

/// What the display system calls one act of the user.
package struct InputSerial: Equatable, Sendable {
  /// Wayland's serial, or X11's server time in milliseconds.
  package var value: UInt32

  package init(value: UInt32) {
    self.value = value
  }
}
