import CPango
import Presentation

/// The fonts in use, by style.
final class Fonts {
  private var known: [(style: TextStyle, font: LoadedFont)] = []
  private static let kept = 16

  func font(for style: TextStyle, in context: OpaquePointer) -> LoadedFont {
    if let entry = known.first(where: { $0.style.sharesFont(with: style) }) { return entry.font }
    if known.count >= Self.kept { known.removeAll() }
    let font = LoadedFont(style, in: context)
    known.append((style, font))
    return font
  }
}

final class LoadedFont {
  private let description: OpaquePointer
  private let ascent: Double
  private let descent: Double

  init(_ style: TextStyle, in context: OpaquePointer) {
    guard let description = pango_font_description_new() else {
      preconditionFailure("out of memory in Pango")
    }
    pango_font_description_set_family(description, style.family)
    pango_font_description_set_weight(
      description,
      style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL
    )
    pango_font_description_set_absolute_size(description, style.size * Double(PANGO_SCALE))
    self.description = description

    // Pango's own metrics would set a sample text first.
    var extents = cairo_font_extents_t()
    if let font = pango_context_load_font(context, description) {
      if let scaled = pango_cairo_font_get_scaled_font(OpaquePointer(font)) {
        cairo_scaled_font_extents(scaled, &extents)
      }
      g_object_unref(UnsafeMutableRawPointer(font))
    }
    ascent = extents.ascent
    descent = extents.descent
  }

  deinit {
    pango_font_description_free(description)
  }

  func apply(to layout: OpaquePointer) {
    pango_layout_set_font_description(layout, description)
  }

  /// From the top of a line to its baseline, with the font in the middle of the line.
  func ascent(in style: TextStyle) -> Int {
    Int((Double(style.lineHeight) + ascent - descent) / 2 + 0.5)
  }
}

extension TextStyle {
  fileprivate func sharesFont(with other: TextStyle) -> Bool {
    isBold == other.isBold && size == other.size && family == other.family
  }
}
