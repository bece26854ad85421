extension StyledText {
  /// This text with another below it.
  package func appending(line other: StyledText) -> StyledText {
    guard !text.isEmpty else { return other }
    var joined = self
    joined.text += "\n"
    let offset = joined.text.utf8.count
    joined.text += other.text
    for run in other.runs {
      joined.runs.append(
        Run(
          range: run.range.lowerBound + offset..<run.range.upperBound + offset,
          style: run.style,
          link: run.link.map { $0 + links.count }
        )
      )
    }
    joined.links += other.links
    return joined
  }

  /// The last `count` lines.
  package func suffix(lines count: Int) -> StyledText {
    var breaks = 0
    var start = 0
    for (offset, byte) in zip((0..<text.utf8.count).reversed(), text.utf8.reversed())
    where byte == UInt8(ascii: "\n") {
      breaks += 1
      if breaks == count {
        start = offset + 1
        break
      }
    }
    guard start > 0 else { return self }
    var cut = StyledText(String(text[text.utf8.index(text.startIndex, offsetBy: start)...]))
    for run in runs where run.range.upperBound > start {
      cut.runs.append(
        Run(
          range: max(run.range.lowerBound - start, 0)..<run.range.upperBound - start,
          style: run.style,
          link: run.link
        )
      )
    }
    cut.links = links
    return cut
  }
}
