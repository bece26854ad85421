import Display
import Presentation

/// The memory of one frame, while it is painted.
///
/// Everything is cut to the frame's bounds.
struct Canvas: ~Copyable {
  private let pixels: UnsafeMutableRawPointer
  private let stride: Int
  private let size: Size

  init(_ frame: borrowing Frame) {
    pixels = frame.pixels
    stride = frame.stride
    size = frame.size
  }

  var bounds: Rect { Rect(x: 0, y: 0, width: size.width, height: size.height) }

  /// Stores one colour, alpha included.
  func fill(_ rect: Rect, _ argb: UInt32) {
    let rect = rect.intersection(bounds)
    guard !rect.isEmpty else { return }
    let first = pixels + rect.y * stride + rect.x * 4
    first.bindMemory(to: UInt32.self, capacity: rect.width).update(
      repeating: argb,
      count: rect.width
    )
    repeatRow(first, width: rect.width, count: rect.height - 1)
  }

  /// Stretches a picture of odd edge by repeating its middle row and column.
  func stretch(_ patch: borrowing Patch, over rect: Rect) {
    let visible = rect.intersection(bounds)
    guard !visible.isEmpty else { return }
    var y = visible.y
    while y < visible.maxY {
      let row = patch.index(y - rect.y, of: rect.height)
      let start = pixels + y * stride + visible.x * 4
      storeRow(row, of: patch, at: start, visible.x - rect.x, visible.width, of: rect.width)
      var same = 1
      while y + same < visible.maxY, patch.index(y + same - rect.y, of: rect.height) == row {
        same += 1
      }
      repeatRow(start, width: visible.width, count: same - 1)
      y += same
    }
  }

  /// Lays a colour over what a mask covers.
  func blend(_ coverage: [UInt8], _ mask: Mask, x: Int, y: Int, _ argb: UInt32, _ clip: Rect) {
    let visible = Rect(x: x, y: y, width: mask.width, height: mask.height)
      .intersection(clip).intersection(bounds)
    guard !visible.isEmpty else { return }
    let redBlue = argb & 0x00ff_00ff
    let alphaGreen = argb >> 8 & 0x00ff_00ff
    coverage.withUnsafeBufferPointer { coverage in
      guard var source = coverage.baseAddress else { return }
      source += mask.start + (visible.y - y) * mask.width + visible.x - x
      var line = pixels + visible.y * stride + visible.x * 4
      for _ in 0..<visible.height {
        let target = line.assumingMemoryBound(to: UInt32.self)
        for column in 0..<visible.width {
          let cover = UInt32(source[column])
          if cover == 0 { continue }
          if cover == 255 {
            target[column] = argb
            continue
          }
          // Two channels at a time, each rounded as by a division by 255.
          let under = target[column]
          let rest = 255 &- cover
          var odd = (under & 0x00ff_00ff) &* rest &+ redBlue &* cover &+ 0x0080_0080
          odd = (odd &+ (odd >> 8 & 0x00ff_00ff)) >> 8 & 0x00ff_00ff
          var even = (under >> 8 & 0x00ff_00ff) &* rest &+ alphaGreen &* cover &+ 0x0080_0080
          even = (even &+ (even >> 8 & 0x00ff_00ff)) & 0xff00_ff00
          target[column] = odd | even
        }
        source += mask.width
        line += stride
      }
    }
  }

  /// Hands over a pen for what is more than plain areas.
  func draw(_ body: (borrowing Pen) -> Void) {
    guard let pen = Pen.open(pixels: pixels, size: size, stride: stride) else { return }
    body(pen)
  }

  /// Stores the part of a stretched row that begins at `from`.
  private func storeRow(
    _ row: Int,
    of patch: borrowing Patch,
    at start: UnsafeMutableRawPointer,
    _ from: Int,
    _ count: Int,
    of width: Int
  ) {
    let pixels = start.bindMemory(to: UInt32.self, capacity: count)
    let left = min(max(patch.radius - from, 0), count)
    let right = max(min(width - patch.radius - from, count), left)
    for i in 0..<left { pixels[i] = patch.pixel(from + i, row) }
    (pixels + left).update(repeating: patch.pixel(patch.radius, row), count: right - left)
    for i in right..<count { pixels[i] = patch.pixel(patch.index(from + i, of: width), row) }
  }

  private func repeatRow(_ row: UnsafeMutableRawPointer, width: Int, count: Int) {
    var next = row
    for _ in 0..<max(count, 0) {
      next += stride
      next.copyMemory(from: row, byteCount: width * 4)
    }
  }
}
