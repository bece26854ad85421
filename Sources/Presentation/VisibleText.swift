package import Notifications

extension StyledText {
  /// As much of the text as can be visible in so many lines.
  ///
  /// So it costs the same to set, however long it is. What is cut ends in … at a grapheme boundary (FD-060).
  package func visible(lines: Int, width: Int, size: Double) -> StyledText {
    // No letter is narrower than a fifth of the font's size, but marks have no width at all.
    let perLine = Double(max(width, 1)) / max(size * 0.2, 1)
    let limit = max(lines, 1) * (Int(min(perLine, 10_000)) + 16)
    guard let end = cut(characters: limit, paragraphs: max(lines, 1)) else { return self }
    var head = String(text[..<end])
    // The last character may go on behind the cut. One that fills the whole head is cut itself.
    if let last = head.indices.last, last != head.startIndex { head.removeSubrange(last...) }
    while head.unicodeScalars.last?.properties.isWhitespace == true {
      head.unicodeScalars.removeLast()
    }
    let count = head.utf8.count
    var short = StyledText(head + "…")
    short.links = links
    for run in runs where run.range.lowerBound < count {
      var run = run
      run.range = run.range.clamped(to: 0..<count)
      short.runs.append(run)
    }
    return short
  }

  /// Where the text goes on after so many scalars or paragraphs; nil where it ends before.
  private func cut(characters: Int, paragraphs: Int) -> String.Index? {
    var scalars = 0
    var breaks = 0
    var index = text.unicodeScalars.startIndex
    let end = text.unicodeScalars.endIndex
    while index < end {
      if scalars == characters { return index }
      if text.unicodeScalars[index] == "\n" {
        breaks += 1
        if breaks > paragraphs { return index }
      }
      scalars += 1
      index = text.unicodeScalars.index(after: index)
    }
    return nil
  }
}
