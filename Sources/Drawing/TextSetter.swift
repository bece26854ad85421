import CPango
import Display
import Notifications
import Presentation

/// Sets texts with one font map and one context, so that fonts and glyphs are loaded once.
final class TextSetter {
  private let context: OpaquePointer
  private let fonts: Fonts

  init() {
    guard let map = pango_cairo_font_map_new(), let context = pango_font_map_create_context(map)
    else { preconditionFailure("out of memory in Pango") }
    // The context keeps the map.
    g_object_unref(UnsafeMutableRawPointer(map))
    // Grey, for the surface is transparent; advances in whole pixels, for cairo places glyphs so.
    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
    self.context = context
    fonts = Fonts()
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(context))
  }

  func set(_ text: StyledText, _ style: TextStyle, width: Int, lines: Int) -> SetText {
    let text =
      style.cut == .start ? text : text.visible(lines: lines, width: width, size: style.size)
    let font = fonts.font(for: style, in: context)
    let layout = makeLayout(font, width: width)
    fill(layout, text.text, text.runs[...], style)
    if lines <= 1 { cut(layout, style.cut == .start ? PANGO_ELLIPSIZE_START : PANGO_ELLIPSIZE_END) }

    let count = Int(pango_layout_get_line_count(layout))
    let isCut = count > max(lines, 1)
    let shown = min(count, max(lines, 1))
    var builder = Builder(text: text, lineHeight: style.lineHeight, ascent: font.ascent(in: style))
    for index in 0..<(isCut ? shown - 1 : shown) {
      builder.add(layout, Int32(index), isTail: false, shift: 0)
    }
    var tail: OpaquePointer?
    if isCut, let line = pango_layout_get_line_readonly(layout, Int32(shown - 1)) {
      let last = makeLayout(font, width: width)
      let shift = fillTail(last, from: line, of: text, style)
      builder.add(last, 0, isTail: true, shift: shift)
      tail = last
    }
    return SetText(
      adopting: layout,
      tail: tail,
      lines: builder.lines,
      lineHeight: style.lineHeight,
      size: builder.size,
      links: builder.links
    )
  }

  private func makeLayout(_ font: LoadedFont, width: Int) -> OpaquePointer {
    guard let layout = pango_layout_new(context) else {
      preconditionFailure("out of memory in Pango")
    }
    font.apply(to: layout)
    pango_layout_set_width(layout, Int32(clamping: max(width, 1) * Int(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    return layout
  }

  private func cut(_ layout: OpaquePointer, _ mode: PangoEllipsizeMode) {
    pango_layout_set_single_paragraph_mode(layout, 1)
    pango_layout_set_ellipsize(layout, mode)
  }

  private func fill(
    _ layout: OpaquePointer,
    _ text: String,
    _ runs: ArraySlice<StyledText.Run>,
    _ style: TextStyle
  ) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        pango_layout_set_text(layout, $0.baseAddress, Int32(clamping: $0.count))
      }
    }
    let hasLongWords = text.utf8.hasWord(longerThan: 16)
    guard !runs.isEmpty || hasLongWords, let list = pango_attr_list_new() else { return }
    // An address must not gain a hyphen where it is broken. The attribute spans the whole text.
    if hasLongWords { pango_attr_list_insert(list, pango_attr_insert_hyphens_new(0)) }
    for run in runs {
      func add(_ attribute: UnsafeMutablePointer<PangoAttribute>?) {
        guard let attribute else { return }
        attribute.pointee.start_index = UInt32(clamping: run.range.lowerBound)
        attribute.pointee.end_index = UInt32(clamping: run.range.upperBound)
        pango_attr_list_insert(list, attribute)
      }
      if run.style.contains(.bold) { add(pango_attr_weight_new(PANGO_WEIGHT_BOLD)) }
      if run.style.contains(.italic) { add(pango_attr_style_new(PANGO_STYLE_ITALIC)) }
      if run.style.contains(.underline) { add(pango_attr_underline_new(PANGO_UNDERLINE_SINGLE)) }
      if run.link != nil {
        let color = style.link.rgb
        add(
          pango_attr_foreground_new(
            UInt16(color >> 16 & 0xff) * 257,
            UInt16(color >> 8 & 0xff) * 257,
            UInt16(color & 0xff) * 257
          )
        )
      }
    }
    pango_layout_set_attributes(layout, list)
    pango_attr_list_unref(list)
  }

  /// Sets the rest of a line's paragraph as one line that ends in …; returns what to add to an
  /// offset in the whole text to get one in this.
  private func fillTail(
    _ layout: OpaquePointer,
    from line: UnsafeMutablePointer<PangoLayoutLine>,
    of text: StyledText,
    _ style: TextStyle
  ) -> Int {
    let start = Int(pango_layout_line_get_start_index(line))
    let rest = text.text.utf8.dropFirst(start)
    let paragraph = String(Substring(rest.prefix { $0 != UInt8(ascii: "\n") }))
    // The line keeps its paragraph's direction even where it has no strong letter itself.
    let mark = line.isRightToLeft ? "\u{200f}" : "\u{200e}"
    let shift = mark.utf8.count - start
    let runs = text.runs.compactMap { run -> StyledText.Run? in
      guard run.range.upperBound > start else { return nil }
      var run = run
      run.range = max(run.range.lowerBound, start) + shift..<run.range.upperBound + shift
      return run
    }
    cut(layout, PANGO_ELLIPSIZE_END)
    fill(
      layout,
      mark + paragraph + (paragraph.utf8.elementsEqual("…".utf8) ? "" : "…"),
      runs[...],
      style
    )
    return shift
  }
}

/// Collects the lines that are shown.
private struct Builder {
  let text: StyledText
  let lineHeight: Int
  /// From the top of a line to its baseline.
  let ascent: Int
  var lines: [SetText.Line] = []
  var size = Size(width: 0, height: 0)
  var links: [LinkArea] = []

  init(text: StyledText, lineHeight: Int, ascent: Int) {
    self.text = text
    self.lineHeight = lineHeight
    self.ascent = ascent
  }

  mutating func add(_ layout: OpaquePointer, _ index: Int32, isTail: Bool, shift: Int) {
    guard let line = pango_layout_get_line_readonly(layout, index) else { return }
    // A blank line between paragraphs is a pause, not a line.
    if pango_layout_line_get_length(line) == 0, !lines.isEmpty {
      size.height += lineHeight / 2
      return
    }
    var logical = PangoRectangle()
    pango_layout_line_get_extents(line, nil, &logical)
    let width = pixels(logical.width)
    addLinks(on: line, shift: shift)
    lines.append(
      SetText.Line(
        isTail: isTail,
        index: index,
        top: size.height,
        baseline: size.height + ascent,
        width: width,
        isRightToLeft: line.isRightToLeft
      )
    )
    size.width = max(size.width, width)
    size.height += lineHeight
  }

  private mutating func addLinks(on line: UnsafeMutablePointer<PangoLayoutLine>, shift: Int) {
    let start = Int(pango_layout_line_get_start_index(line))
    let end = start + Int(pango_layout_line_get_length(line))
    for run in text.runs {
      guard let link = run.link else { continue }
      let from = max(run.range.lowerBound + shift, start)
      let to = min(run.range.upperBound + shift, end)
      guard from < to else { continue }
      var ranges: UnsafeMutablePointer<Int32>?
      var count: Int32 = 0
      pango_layout_line_get_x_ranges(line, Int32(from), Int32(to), &ranges, &count)
      defer { g_free(ranges) }
      guard let ranges else { continue }
      // Runs of different styles touch; together they are one region.
      var spans: [Range<Int>] = []
      for i in 0..<Int(count) {
        let from = pixels(ranges[2 * i])
        let to = max(pixels(ranges[2 * i + 1]), from)
        if let last = spans.last, abs(from - last.upperBound) <= 1 {
          spans[spans.count - 1] = last.lowerBound..<max(to, last.upperBound)
        } else {
          spans.append(from..<to)
        }
      }
      let below = max(lineHeight / 16, 1)
      for span in spans where !span.isEmpty {
        links.append(
          LinkArea(
            rect: Rect(x: span.lowerBound, y: size.height, width: span.count, height: lineHeight),
            underline: Rect(
              x: span.lowerBound,
              y: size.height + ascent + below,
              width: span.count,
              height: below
            ),
            link: link
          )
        )
      }
    }
  }

  private func pixels(_ units: Int32) -> Int {
    (Int(units) + Int(PANGO_SCALE) / 2) >> 10
  }
}

extension UnsafeMutablePointer<PangoLayoutLine> {
  fileprivate var isRightToLeft: Bool {
    pango_layout_line_get_resolved_direction(self) == PANGO_DIRECTION_RTL
  }
}

extension String.UTF8View {
  /// Shorter ones are never broken in their middle.
  fileprivate func hasWord(longerThan limit: Int) -> Bool {
    var length = 0
    for unit in self {
      length = unit == UInt8(ascii: " ") ? 0 : length + 1
      if length > limit { return true }
    }
    return false
  }
}
