import Display

/// Breaks buttons into rows that fill the width.
enum ButtonRows {
  static let mostInARow = 4

  /// The rects of buttons that want to be at least so wide.
  ///
  /// Rows that would pass `height` are left
  /// out, and with them the buttons at the end.
  static func rects(natural: [Int], width: Int, rowHeight: Int, gap: Int, height: Int) -> [Rect] {
    var rects: [Rect] = []
    var y = 0
    for row in rows(natural: natural, width: width, gap: gap) {
      guard y + rowHeight <= height else { break }
      var x = 0
      for share in shares(Array(natural[row]), of: width - gap * (row.count - 1)) {
        rects.append(Rect(x: x, y: y, width: share, height: rowHeight))
        x += share + gap
      }
      y += rowHeight + gap
    }
    return rects
  }

  static func rows(natural: [Int], width: Int, gap: Int) -> [Range<Int>] {
    func fits(_ row: Range<Int>) -> Bool {
      row.count <= mostInARow && natural[row].reduce(0, +) + gap * (row.count - 1) <= width
    }
    var rows: [Range<Int>] = []
    var start = 0
    while start < natural.count {
      var end = start + 1
      while end < natural.count, fits(start..<end + 1) { end += 1 }
      rows.append(start..<end)
      start = end
    }
    // Three and two look better than four and one.
    guard rows.count > 1 else { return rows }
    let each = (natural.count + rows.count - 1) / rows.count
    let even = stride(from: 0, to: natural.count, by: each).map {
      $0..<min($0 + each, natural.count)
    }
    return even.allSatisfy(fits) ? even : rows
  }

  /// Equal widths where all fit in them, else what each wants and an equal part of the rest.
  private static func shares(_ natural: [Int], of width: Int) -> [Int] {
    let count = natural.count
    let wanted = natural.reduce(0, +)
    let isEqual = natural.allSatisfy { $0 <= width / count }
    var rest = isEqual ? width : max(width - wanted, 0)
    return natural.indices.map { index in
      let part = rest / (count - index)
      rest -= part
      let share = isEqual ? part : natural[index] + part
      return min(share, max(width, 0))
    }
  }
}
