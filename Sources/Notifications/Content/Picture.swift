/// A decoded image, scaled to what is shown (FD-295): premultiplied ARGB32 in native byte order,
/// rows without padding.
package struct Picture: Equatable {
  package let width: Int
  package let height: Int
  package let pixels: [UInt32]

  package init?(width: Int, height: Int, pixels: [UInt32]) {
    guard width > 0, height > 0, pixels.count == width * height else { return nil }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The longest edge kept, in pixels: the image box of a popup at scale 2.
  package static let longestEdge = 96
}
