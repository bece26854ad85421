import Display
import Presentation

/// A rounded rectangle with a line round it.
struct Plate: Equatable {
  var radius: Int
  var line: Int
  var fill: Color
  var border: Color
  /// What shows behind the corners; nil: nothing.
  var ground: Color?
}

/// The corners of a plate, and one row and one column of what is between them.
struct Patch {
  let radius: Int
  let pixels: [UInt32]

  var edge: Int { 2 * radius + 1 }

  /// Where in the patch the i-th of `count` rows or columns comes from.
  func index(_ i: Int, of count: Int) -> Int {
    if i < radius { return i }
    let fromEnd = count - 1 - i
    return fromEnd < radius ? edge - 1 - fromEnd : radius
  }

  func pixel(_ x: Int, _ y: Int) -> UInt32 { pixels[y * edge + x] }
}

/// Paints plates from patches that are drawn once.
///
/// Storing rows is many times cheaper than filling a path, and a popup is mostly its plate.
final class Plates {
  private var patches: [(plate: Plate, patch: Patch)] = []
  private static let kept = 32

  func paint(_ plate: Plate, in rect: Rect, on canvas: borrowing Canvas) {
    guard !rect.isEmpty else { return }
    var plate = plate
    plate.radius = max(min(plate.radius, min(rect.width, rect.height) / 2), 0)
    canvas.stretch(patch(for: plate), over: rect)
  }

  private func patch(for plate: Plate) -> Patch {
    if let known = patches.first(where: { $0.plate == plate }) { return known.patch }
    if patches.count >= Self.kept { patches.removeAll() }
    let edge = 2 * plate.radius + 1
    let pixels = drawPixels(width: edge, height: edge, ground: plate.ground?.argb ?? 0) { pen in
      let all = Rect(x: 0, y: 0, width: edge, height: edge)
      if plate.line > 0 {
        pen.fillRounded(all, radius: plate.radius, plate.border)
        pen.fillRounded(
          all.inset(by: plate.line),
          radius: max(plate.radius - plate.line, 0),
          plate.fill
        )
      } else {
        pen.fillRounded(all, radius: plate.radius, plate.fill)
      }
    }
    let patch = Patch(radius: plate.radius, pixels: pixels)
    patches.append((plate, patch))
    return patch
  }
}

/// A small picture of its own.
private func drawPixels(
  width: Int,
  height: Int,
  ground: UInt32,
  _ body: (borrowing Pen) -> Void
) -> [UInt32] {
  var pixels = [UInt32](repeating: ground, count: width * height)
  pixels.withUnsafeMutableBytes { bytes in
    guard let base = bytes.baseAddress,
      let pen = Pen.open(
        pixels: base,
        size: Size(width: width, height: height),
        stride: width * 4
      )
    else { return }
    body(pen)
  }
  return pixels
}
