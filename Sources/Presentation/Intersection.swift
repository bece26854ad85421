package import Display

extension Rect {
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
}
