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
  private let lineHeight: Int

  struct Line {
    let isTail: Bool
    let index: Int32
    /// From the text's top.
    let top: Int
    /// From the text's top.
    let baseline: Int
    let width: Int
    let isRightToLeft: Bool
  }

  /// Takes over one reference to each layout.
  init(
    adopting layout: OpaquePointer,
    tail: OpaquePointer?,
    lines: [Line],
    lineHeight: Int,
    size: Size,
    links: [LinkArea]
  ) {
    self.layout = layout
    self.tail = tail
    self.lines = lines
    self.lineHeight = lineHeight
    self.size = size
    self.links = links
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(layout))
    if let tail { g_object_unref(UnsafeMutableRawPointer(tail)) }
  }

  /// Shows the lines in the frame; nothing of them outside `clip`, to which the pen is set already.
  ///
  /// Any number of marks may be piled on a letter. A line gets a quarter more than its height on
  /// either side: enough for tall scripts, too little to reach the letters of its neighbours.
  func show(
    _ color: Color,
    in frame: Rect,
    clip: Rect,
    on canvas: borrowing Canvas,
    with pen: borrowing Pen,
    _ glyphs: Glyphs
  ) {
    for line in lines {
      let source = line.isTail ? tail ?? layout : layout
      guard let pango = pango_layout_get_line_readonly(source, line.index) else { continue }
      let y = frame.y + line.baseline
      let room = Rect(
        x: clip.x,
        y: frame.y + line.top - lineHeight / 4,
        width: clip.width,
        height: lineHeight + lineHeight / 4 * 2
      ).intersection(clip)
      // In Pango's units until the last moment, as its own renderer has it.
      var x = (line.isRightToLeft ? frame.maxX - line.width : frame.x) * Int(PANGO_SCALE)
      var next = pango.pointee.runs
      while let node = next {
        next = node.pointee.next
        guard let run = node.pointee.data?.assumingMemoryBound(to: PangoGlyphItem.self).pointee,
          let item = run.item, let string = run.glyphs, let font = item.pointee.analysis.font
        else { continue }
        let looks = Looks(of: item, color)
        let baseline = y - pixels(Int(run.y_offset))
        let end: Int
        if string.isPlain {
          end = canvas.show(string, glyphs.face(of: font), x: x, y: baseline, looks.color, room)
        } else {
          end = x + Int(pango_glyph_string_get_width(string))
          pen.clip(to: room)
          pen.setColor(looks.color)
          pen.withContext { context in
            cairo_move_to(context, Double(pixels(x)), Double(baseline))
            pango_cairo_show_glyph_string(context, font, string)
          }
          pen.clip(to: clip)
        }
        if looks.isUnderlined {
          let thickness = max(lineHeight / 16, 1)
          canvas.fill(
            Rect(
              x: pixels(x),
              y: baseline + thickness,
              width: pixels(end) - pixels(x),
              height: thickness
            ).intersection(room),
            looks.color.argb
          )
        }
        x = end
      }
    }
  }
}

/// What attributes ask of one run.
private struct Looks {
  var color: Color
  var isUnderlined = false

  init(of item: UnsafeMutablePointer<PangoItem>, _ color: Color) {
    self.color = color
    var next = item.pointee.analysis.extra_attrs
    while let node = next {
      next = node.pointee.next
      guard let raw = node.pointee.data,
        let kind = raw.assumingMemoryBound(to: PangoAttribute.self).pointee.klass?.pointee.type
      else { continue }
      if kind == PANGO_ATTR_FOREGROUND {
        let wide = raw.assumingMemoryBound(to: PangoAttrColor.self).pointee.color
        self.color = Color(
          UInt32(wide.red >> 8) << 16 | UInt32(wide.green >> 8) << 8 | UInt32(wide.blue >> 8)
        )
      } else if kind == PANGO_ATTR_UNDERLINE {
        isUnderlined = true
      }
    }
  }
}

extension UnsafeMutablePointer<PangoGlyphString> {
  /// Has outlines only: no colours, and no boxes with numbers for what no font has.
  fileprivate var isPlain: Bool {
    let unknown: UInt32 = 0x1000_0000
    for i in 0..<Int(pointee.num_glyphs) {
      let info = pointee.glyphs[i]
      if info.attr.is_color != 0 { return false }
      if info.glyph & unknown != 0, info.glyph != emptyGlyph { return false }
    }
    return true
  }
}

extension Canvas {
  /// Shows glyphs one after the other; returns where the next one goes, in Pango's units.
  fileprivate borrowing func show(
    _ string: UnsafeMutablePointer<PangoGlyphString>,
    _ face: Face,
    x: Int,
    y: Int,
    _ color: Color,
    _ clip: Rect
  ) -> Int {
    var x = x
    for i in 0..<Int(string.pointee.num_glyphs) {
      let info = string.pointee.glyphs[i]
      if info.glyph != emptyGlyph {
        let mask = face.mask(of: info.glyph)
        blend(
          face.coverage,
          mask,
          x: pixels(x + Int(info.geometry.x_offset)) + mask.x,
          y: y + pixels(Int(info.geometry.y_offset)) + mask.y,
          color.argb,
          clip
        )
      }
      x += Int(info.geometry.width)
    }
    return x
  }
}

/// `PANGO_GLYPH_EMPTY`, which is a cast.
private let emptyGlyph: UInt32 = 0x0fff_ffff

private func pixels(_ units: Int) -> Int {
  (units + Int(PANGO_SCALE) / 2) >> 10
}
