package import Notifications

extension StyledText {
  /// With every paragraph in this direction, whatever its letters are (WEB-015); `auto` leaves each
  /// to its first strong letter.
  package func directed(_ direction: WebOptions.Direction) -> StyledText {
    guard direction != .auto, !text.isEmpty else { return self }
    let mark = direction == .rtl ? "\u{200f}" : "\u{200e}"
    var directed = StyledText()
    directed.links = links
    // Where paragraphs begin, in the UTF-8 form of this text; blank ones stay blank.
    var starts: [Int] = []
    var offset = 0
    for paragraph in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if offset > 0 { directed.text += "\n" }
      if !paragraph.isEmpty {
        starts.append(offset)
        directed.text += mark + String(Substring(paragraph))
      }
      offset += paragraph.count + 1
    }
    for var run in runs {
      let (from, to) = (run.range.lowerBound, run.range.upperBound)
      let before = starts.count { $0 <= from }
      run.range = from + before * mark.utf8.count..<to + starts.count { $0 < to } * mark.utf8.count
      directed.runs.append(run)
    }
    return directed
  }
}
