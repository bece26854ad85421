import CPango
import Display
import Presentation

/// How much of each pixel a glyph covers.
struct Mask {
  /// From the glyph's origin to the top left pixel.
  let x: Int
  let y: Int
  let width: Int
  let height: Int
  /// Where its rows begin in its face's coverage.
  let start: Int
}

/// Pictures of glyphs, each drawn once as a filled outline.
///
/// Cairo's own cache for image surfaces takes 256 KiB as soon as one glyph is shown.
final class Glyphs {
  private var faces: [Face] = []
  private static let keptFaces = 24

  /// The face of a font that Pango chose.
  func face(of font: UnsafeMutablePointer<PangoFont>) -> Face {
    if let face = faces.first(where: { $0.font == font }) { return face }
    if faces.count >= Self.keptFaces { faces.removeAll() }
    let face = Face(font)
    faces.append(face)
    return face
  }
}

/// The glyphs of one font at one size.
final class Face {
  fileprivate let font: UnsafeMutablePointer<PangoFont>
  private(set) var coverage: [UInt8] = []
  private var masks: [UInt32: Mask] = [:]
  private static let keptBytes = 512 << 10

  fileprivate init(_ font: UnsafeMutablePointer<PangoFont>) {
    self.font = font
    g_object_ref(UnsafeMutableRawPointer(font))
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(font))
  }

  func mask(of glyph: UInt32) -> Mask {
    if let mask = masks[glyph] { return mask }
    if coverage.count >= Self.keptBytes {
      masks = [:]
      coverage = []
    }
    let mask = draw(glyph)
    masks[glyph] = mask
    return mask
  }

  private func draw(_ index: UInt32) -> Mask {
    let nothing = Mask(x: 0, y: 0, width: 0, height: 0, start: coverage.count)
    guard let scaled = pango_cairo_font_get_scaled_font(OpaquePointer(font)) else { return nothing }
    var glyph = cairo_glyph_t(index: UInt(index), x: 0, y: 0)
    var extents = cairo_text_extents_t()
    cairo_scaled_font_glyph_extents(scaled, &glyph, 1, &extents)
    // A pixel more on each side: extents may be those of the outline before hinting.
    guard extents.width > 0, extents.height > 0, extents.width < 4096, extents.height < 4096,
      abs(extents.x_bearing) < 4096, abs(extents.y_bearing) < 4096
    else { return nothing }
    let x = floor(extents.x_bearing) - 1
    let y = floor(extents.y_bearing) - 1
    let width = floor(extents.x_bearing + extents.width) + 2 - x
    let height = floor(extents.y_bearing + extents.height) + 2 - y

    let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(width), Int32(height))
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    cairo_set_scaled_font(context, scaled)
    cairo_set_antialias(context, CAIRO_ANTIALIAS_BEST)
    cairo_translate(context, Double(-x), Double(-y))
    cairo_glyph_path(context, &glyph, 1)
    cairo_fill(context)
    cairo_destroy(context)
    cairo_surface_flush(surface)
    guard let pixels = cairo_image_surface_get_data(surface) else { return nothing }
    let stride = Int(cairo_image_surface_get_stride(surface))
    // Only what is covered: blending looks at every pixel of a mask.
    var used = (left: width, right: -1, top: height, bottom: -1)
    for row in 0..<height {
      for column in 0..<width where pixels[row * stride + column] != 0 {
        used.left = min(used.left, column)
        used.right = max(used.right, column)
        used.top = min(used.top, row)
        used.bottom = row
      }
    }
    guard used.bottom >= used.top else { return nothing }
    let start = coverage.count
    let count = used.right - used.left + 1
    for row in used.top...used.bottom {
      coverage.append(
        contentsOf: UnsafeBufferPointer(start: pixels + row * stride + used.left, count: count)
      )
    }
    return Mask(
      x: x + used.left,
      y: y + used.top,
      width: count,
      height: used.bottom - used.top + 1,
      start: start
    )
  }

  private func floor(_ value: Double) -> Int {
    let whole = Int(value)
    return Double(whole) > value ? whole - 1 : whole
  }
}
