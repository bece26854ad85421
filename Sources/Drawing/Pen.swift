import CPango
import Display
import Notifications
import Presentation

/// A cairo context on pixels that someone else owns.
///
/// Must not outlive them.
struct Pen: ~Copyable {
  private let context: OpaquePointer

  private init(adopting context: OpaquePointer) {
    self.context = context
  }

  deinit {
    cairo_destroy(context)
  }

  /// Nil where cairo does not take the size.
  static func open(pixels: UnsafeMutableRawPointer, size: Size, stride: Int) -> Pen? {
    guard let width = Int32(exactly: size.width), let height = Int32(exactly: size.height),
      let stride = Int32(exactly: stride),
      let surface = cairo_image_surface_create_for_data(
        pixels.assumingMemoryBound(to: UInt8.self),
        CAIRO_FORMAT_ARGB32,
        width,
        height,
        stride
      )
    else { return nil }
    defer { cairo_surface_destroy(surface) }
    guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let context = cairo_create(surface)
    else { return nil }
    return Pen(adopting: context)
  }

  /// Nothing is drawn outside from now on.
  func clip(to rect: Rect) {
    cairo_reset_clip(context)
    addRectangle(rect)
    cairo_clip(context)
  }

  func fillRounded(_ rect: Rect, radius: Int, _ color: Color) {
    setColor(color)
    addRounded(rect, radius: radius)
    cairo_fill(context)
  }

  borrowing func withContext(_ body: (OpaquePointer) -> Void) {
    body(context)
  }

  /// Scales the picture into the frame.
  func draw(_ picture: Picture, in frame: Rect, radius: Int) {
    guard !frame.isEmpty else { return }
    picture.pixels.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let width = Int32(exactly: picture.width),
        let height = Int32(exactly: picture.height),
        let surface = cairo_image_surface_create_for_data(
          // Only read from; cairo has no other type for it.
          UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self)),
          CAIRO_FORMAT_ARGB32,
          width,
          height,
          width * 4
        )
      else { return }
      defer { cairo_surface_destroy(surface) }
      cairo_save(context)
      defer { cairo_restore(context) }
      addRounded(frame, radius: min(radius, min(frame.width, frame.height) / 4))
      cairo_translate(context, Double(frame.x), Double(frame.y))
      cairo_scale(
        context,
        Double(frame.width) / Double(width),
        Double(frame.height) / Double(height)
      )
      cairo_set_source_surface(context, surface, 0, 0)
      // What lies beyond the edge must not shine through it.
      cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD)
      // Down to the half, four neighbours are all there is to mix, at a fifth of the cost.
      if frame.width * 2 >= picture.width {
        cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_BILINEAR)
      }
      cairo_fill(context)
      cairo_surface_finish(surface)
    }
  }

  func drawCross(in frame: Rect, line: Double, _ color: Color) {
    setColor(color)
    cairo_set_line_width(context, line)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    let left = Double(frame.x) + line / 2
    let right = Double(frame.maxX) - line / 2
    let top = Double(frame.y) + line / 2
    let bottom = Double(frame.maxY) - line / 2
    cairo_move_to(context, left, top)
    cairo_line_to(context, right, bottom)
    cairo_move_to(context, right, top)
    cairo_line_to(context, left, bottom)
    cairo_stroke(context)
  }

  /// A triangle with an exclamation mark cut out of it.
  func drawWarning(in frame: Rect, _ color: Color, on ground: Color) {
    let (x, y) = (Double(frame.x), Double(frame.y))
    let edge = Double(min(frame.width, frame.height))
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, x, y)
    cairo_scale(context, edge, edge)
    setColor(color)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_width(context, 0.14)
    cairo_move_to(context, 0.5, 0.13)
    cairo_line_to(context, 0.93, 0.88)
    cairo_line_to(context, 0.07, 0.88)
    cairo_close_path(context)
    cairo_fill_preserve(context)
    cairo_stroke(context)
    setColor(ground)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    cairo_set_line_width(context, 0.12)
    cairo_move_to(context, 0.5, 0.38)
    cairo_line_to(context, 0.5, 0.6)
    cairo_stroke(context)
    cairo_arc(context, 0.5, 0.78, 0.075, 0, 2 * Double.pi)
    cairo_fill(context)
  }

  /// A shield with a tick.
  func drawShield(in frame: Rect, _ color: Color, on ground: Color) {
    let edge = Double(min(frame.width, frame.height))
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, Double(frame.x), Double(frame.y))
    cairo_scale(context, edge, edge)
    setColor(color)
    cairo_move_to(context, 0.5, 0)
    cairo_line_to(context, 0.94, 0.16)
    cairo_line_to(context, 0.94, 0.5)
    cairo_curve_to(context, 0.94, 0.76, 0.74, 0.92, 0.5, 1)
    cairo_curve_to(context, 0.26, 0.92, 0.06, 0.76, 0.06, 0.5)
    cairo_line_to(context, 0.06, 0.16)
    cairo_close_path(context)
    cairo_fill(context)
    setColor(ground)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_width(context, 0.13)
    cairo_move_to(context, 0.3, 0.5)
    cairo_line_to(context, 0.45, 0.66)
    cairo_line_to(context, 0.71, 0.36)
    cairo_stroke(context)
  }

  func setColor(_ color: Color) {
    cairo_set_source_rgb(
      context,
      Double(color.rgb >> 16 & 0xff) / 255,
      Double(color.rgb >> 8 & 0xff) / 255,
      Double(color.rgb & 0xff) / 255
    )
  }

  private func addRectangle(_ rect: Rect) {
    cairo_rectangle(
      context,
      Double(rect.x),
      Double(rect.y),
      Double(rect.width),
      Double(rect.height)
    )
  }

  private func addRounded(_ rect: Rect, radius: Int) {
    guard radius > 0 else { return addRectangle(rect) }
    let r = Double(radius)
    let quarter = Double.pi / 2
    cairo_new_sub_path(context)
    cairo_arc(context, Double(rect.maxX) - r, Double(rect.y) + r, r, -quarter, 0)
    cairo_arc(context, Double(rect.maxX) - r, Double(rect.maxY) - r, r, 0, quarter)
    cairo_arc(context, Double(rect.x) + r, Double(rect.maxY) - r, r, quarter, 2 * quarter)
    cairo_arc(context, Double(rect.x) + r, Double(rect.y) + r, r, 2 * quarter, 3 * quarter)
    cairo_close_path(context)
  }
}
