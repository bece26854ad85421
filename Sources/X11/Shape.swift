import Display

/// Plain rectangles that make up one with round corners, by the pixels that lie (nearly) all inside.
func rounded(_ rect: Rect, radius: Int) -> [Rect] {
  guard !rect.isEmpty else { return [] }
  let radius = min(radius, rect.width / 2, rect.height / 2)
  guard radius > 0 else { return [rect] }
  var parts = [
    Rect(x: rect.x, y: rect.y + radius, width: rect.width, height: rect.height - 2 * radius)
  ]
  var row = 0
  while row < radius {
    let indent = indent(row, radius)
    var end = row + 1
    while end < radius, X11.indent(end, radius) == indent { end += 1 }
    let width = rect.width - 2 * indent
    parts.append(Rect(x: rect.x + indent, y: rect.y + row, width: width, height: end - row))
    parts.append(Rect(x: rect.x + indent, y: rect.maxY - end, width: width, height: end - row))
    row = end
  }
  return parts.filter { !$0.isEmpty }
}

/// How many pixels the corner takes from a row, counted from the rectangle's edge.
private func indent(_ row: Int, _ radius: Int) -> Int {
  let limit = (2 * radius - 1) * (2 * radius - 1) + 1
  let dy = 2 * (radius - row) - 1
  var indent = 0
  while indent < radius {
    let dx = 2 * (radius - indent) - 1
    if dx * dx + dy * dy <= limit { break }
    indent += 1
  }
  return indent
}

extension Scale {
  /// Device pixels; neighbours in logical pixels stay neighbours.
  func device(_ rect: Rect) -> Rect {
    let x = device(rect.x)
    let y = device(rect.y)
    return Rect(x: x, y: y, width: device(rect.maxX) - x, height: device(rect.maxY) - y)
  }

  /// Sizes that an X server takes: nothing is 0, nothing beyond 16 bits.
  func device(_ size: Size) -> Size {
    Size(width: length(size.width), height: length(size.height))
  }

  private func length(_ logical: Int) -> Int {
    min(max(device(min(max(logical, 1), longest)), 1), longest)
  }

  /// The logical pixel in which a device pixel lies.
  func logical(_ device: Int) -> Int {
    let (whole, rest) = (device * 120).quotientAndRemainder(dividingBy: of120)
    return rest < 0 ? whole - 1 : whole
  }
}

/// Of a side, in logical or in device pixels.
let longest = 16_383
