/// The numbers of an `image-data` hint, found to be sound (FD-155).
package struct RawImage {
  private let width: Int
  private let height: Int
  private let rowStride: Int
  private let hasAlpha: Bool

  private static let longestEdge: Int32 = 4096

  package init?(
    width: Int32,
    height: Int32,
    rowStride: Int32,
    hasAlpha: Bool,
    bitsPerSample: Int32,
    channels: Int32
  ) {
    guard (1...Self.longestEdge).contains(width), (1...Self.longestEdge).contains(height),
      bitsPerSample == 8, channels == (hasAlpha ? 4 : 3), rowStride >= width * channels
    else { return nil }
    self.width = Int(width)
    self.height = Int(height)
    self.rowStride = Int(rowStride)
    self.hasAlpha = hasAlpha
  }

  /// The last row needs no padding (FD-156).
  ///
  /// Stays below 2^44 (FD-157).
  package var requiredBytes: Int64 {
    Int64(height - 1) * Int64(rowStride) + Int64(width * (hasAlpha ? 4 : 3))
  }

  /// The pixels, made smaller if they are too many to keep (FD-295); nil if there are too few bytes.
  package func picture(of data: borrowing Span<UInt8>) -> Picture? {
    guard data.count >= requiredBytes else { return nil }
    let (targetWidth, targetHeight) = size(within: Picture.longestEdge)
    let pixels = unsafe data.withUnsafeBytes { bytes in
      let rows = unsafe PixelRows(
        bytes: bytes,
        width: width,
        height: height,
        stride: rowStride,
        hasAlpha: hasAlpha
      )
      return targetWidth == width && targetHeight == height
        ? rows.premultiplied()
        : rows.averaged(width: targetWidth, height: targetHeight)
    }
    return Picture(width: targetWidth, height: targetHeight, pixels: pixels)
  }

  private func size(within edge: Int) -> (width: Int, height: Int) {
    let longest = max(width, height)
    guard longest > edge else { return (width, height) }
    func scaled(_ length: Int) -> Int { max((length * edge + longest / 2) / longest, 1) }
    return (scaled(width), scaled(height))
  }
}
