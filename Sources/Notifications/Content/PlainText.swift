/// Texts without markup: the summary, the app name, the labels of actions.
package enum PlainText {
  /// A text as one line that may be shown beside others.
  ///
  /// Never parsed as markup (FD-055). Newlines and tabs become spaces, the ends are trimmed
  /// (FD-056), control characters go (FD-058), bidi controls are balanced (FD-059), and what is
  /// longer than the limit, in bytes, ends with `…` (FD-060).
  package static func line(_ text: String, limit: Int) -> String {
    let source = text.utf8.span
    guard !isCleanLine(source, limit: limit) else { return text }
    var output = CleanText(.line, limit: limit, capacity: source.count)
    output.append(source, 0..<source.count)
    return output.finish().text
  }

  /// May answer no for a clean text, never yes for another.
  private static func isCleanLine(_ source: borrowing Span<UInt8>, limit: Int) -> Bool {
    guard source.count <= limit else { return false }
    guard !source.isEmpty else { return true }
    let space = UInt8(ascii: " ")
    guard source[0] != space, source[source.count - 1] != space else { return false }
    for index in source.indices where source.needsCare(at: index) {
      guard source[index] == space else { return false }
    }
    return true
  }
}
