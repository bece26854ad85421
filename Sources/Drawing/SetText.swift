import CPango
import Display
import Presentation

/// A text set by Pango, in lines of one height.
///
/// Where not all of it fits, the last line is a text of its own that ends in …: Pango's own limit
/// of lines counts each paragraph for itself.
final class SetText: ShapedText {
  let size: Size
  let links: [LinkArea]
  private let layout: OpaquePointer
  private let tail: OpaquePointer?
  private let lines: [Line]

  struct Line {
    let isTail: Bool
    let index: Int32
    /// From the text's top.
    let baseline: Int
    let width: Int
    let isRightToLeft: Bool
  }

  /// Takes over one reference to each layout.
  init(
    adopting layout: OpaquePointer, tail: OpaquePointer?, lines: [Line], size: Size,
    links: [LinkArea]
  ) {
    self.layout = layout
    self.tail = tail
    self.lines = lines
    self.size = size
    self.links = links
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(layout))
    if let tail { g_object_unref(UnsafeMutableRawPointer(tail)) }
  }

  /// Draws the lines in the pen's colour.
  func show(with pen: borrowing Pen, in frame: Rect) {
    pen.withContext { context in
      for line in lines {
        let source = line.isTail ? tail ?? layout : layout
        guard let pango = pango_layout_get_line_readonly(source, line.index) else { continue }
        let x = line.isRightToLeft ? frame.maxX - line.width : frame.x
        cairo_move_to(context, Double(x), Double(frame.y + line.baseline))
        pango_cairo_show_layout_line(context, pango)
      }
    }
  }
}
