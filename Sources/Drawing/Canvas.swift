import Display
import Presentation

/// The memory of one frame, while it is painted. Everything is cut to the frame's bounds.
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
      repeating: argb, count: rect.width)
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

  /// Hands over a pen for what is more than plain areas.
  func draw(_ body: (borrowing Pen) -> Void) {
    guard let pen = Pen.open(pixels: pixels, size: size, stride: stride) else { return }
    body(pen)
  }

  /// Stores the part of a stretched row that begins at `from`.
  private func storeRow(
    _ row: Int, of patch: borrowing Patch, at start: UnsafeMutableRawPointer, _ from: Int,
    _ count: Int, of width: Int
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
