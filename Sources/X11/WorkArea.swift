import Display

/// The part of a monitor that panels leave free.
///
/// `_NET_WORKAREA` is one rectangle for the whole root: it says how much panels take from the
/// root's edges. An edge that would take half of a monitor or more belongs to another monitor.
func usableArea(of monitor: Rect, workArea: Rect?) -> Rect {
  guard let workArea, !workArea.isEmpty else { return monitor }
  let left = strut(workArea.x - monitor.x, of: monitor.width)
  let top = strut(workArea.y - monitor.y, of: monitor.height)
  let right = strut(monitor.maxX - workArea.maxX, of: monitor.width)
  let bottom = strut(monitor.maxY - workArea.maxY, of: monitor.height)
  return Rect(
    x: monitor.x + left,
    y: monitor.y + top,
    width: monitor.width - left - right,
    height: monitor.height - top - bottom
  )
}

private func strut(_ overlap: Int, of length: Int) -> Int {
  overlap > 0 && overlap * 2 < length ? overlap : 0
}

/// The scale that a resource database asks for by `Xft.dpi`: 96 is 1; from a half to four.
func scale(inResources text: String) -> Scale {
  for line in text.split(separator: "\n") {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0].filter({ !isBlank($0) }) == "Xft.dpi" else { continue }
    guard let thousandths = decimal(parts[1].filter { !isBlank($0) }) else { return .one }
    return Scale(of120: min(max((thousandths * 120 + 48_000) / 96_000, 60), 480))
  }
  return .one
}

private func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

/// A number with or without a fraction, in thousandths.
private func decimal(_ text: String) -> Int? {
  let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  guard let first = parts.first, let whole = Int(first), (1...100_000).contains(whole) else {
    return nil
  }
  guard parts.count == 2 else { return whole * 1000 }
  let digits = (parts[1] + "000").prefix(3)
  guard digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let fraction = Int(digits) else {
    return nil
  }
  return whole * 1000 + fraction
}
