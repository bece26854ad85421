package struct Size: Equatable, Sendable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

package struct Point: Equatable, Sendable {
  package var x: Int
  package var y: Int

  package init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

package struct Rect: Equatable, Sendable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package var maxX: Int { x + width }
  package var maxY: Int { y + height }
  package var isEmpty: Bool { width <= 0 || height <= 0 }

  package func contains(_ p: Point) -> Bool {
    p.x >= x && p.x < maxX && p.y >= y && p.y < maxY
  }

  /// What both cover; empty where they do not meet.
  package func intersection(_ other: Rect) -> Rect {
    let x = max(x, other.x)
    let y = max(y, other.y)
    return Rect(
      x: x,
      y: y,
      width: max(min(maxX, other.maxX) - x, 0),
      height: max(min(maxY, other.maxY) - y, 0)
    )
  }

  package func inset(by d: Int) -> Rect {
    Rect(x: x + d, y: y + d, width: width - 2 * d, height: height - 2 * d)
  }

  package func offset(x dx: Int = 0, y dy: Int = 0) -> Rect {
    Rect(x: x + dx, y: y + dy, width: width, height: height)
  }
}

/// Device pixels per logical pixel, in the 120ths that fractional-scale-v1 counts in.
package struct Scale: Equatable, Sendable {
  package var of120: Int

  package init(of120: Int) {
    self.of120 = of120
  }

  package static let one = Scale(of120: 120)

  /// Device pixels for a length in logical pixels, rounded to the nearest.
  package func device(_ logical: Int) -> Int {
    (logical * of120 + 60) / 120
  }

  /// The smallest number of logical pixels that covers a length in device pixels.
  package func logical(covering device: Int) -> Int {
    (device * 120 + of120 - 1) / of120
  }

  package var factor: Double { Double(of120) / 120 }
}
