/// Finds what is neither text nor tag (FD-127).
///
/// Comments, CDATA sections, processing instructions, DOCTYPE and its like: none is interpreted, and
/// one that does not end is ordinary text. The end once found, or missed, serves all that start
/// before it, so that every byte is looked at once for each kind of end.
struct DeclarationReader {
  private var commentEnd = Terminator("-->")
  private var sectionEnd = Terminator("]]>")
  private var instructionEnd = Terminator("?>")
  private var subsetEnd = Terminator("]>")

  struct Declaration {
    /// The literal text inside a CDATA section.
    var text: Range<Int>?
    var end: Int
  }

  mutating func read(_ source: borrowing Span<UInt8>, at start: Int) -> Declaration? {
    if source.starts("<!--", at: start) {
      return commentEnd.find(source, from: start + 4).map { Declaration(end: $0.upperBound) }
    }
    if source.starts("<![CDATA[", at: start) {
      return sectionEnd.find(source, from: start + 9).map {
        Declaration(text: start + 9..<$0.lowerBound, end: $0.upperBound)
      }
    }
    guard start + 2 < source.count, source[start + 2].isLetter else { return nil }
    if source[start + 1] == UInt8(ascii: "?") {
      return instructionEnd.find(source, from: start + 3).map { Declaration(end: $0.upperBound) }
    }
    guard source[start + 1] == UInt8(ascii: "!") else { return nil }
    var index = start + 3
    while index < source.count {
      switch source[index] {
      case UInt8(ascii: ">"): return Declaration(end: index + 1)
      case UInt8(ascii: "<"): return nil
      case UInt8(ascii: "["):
        return subsetEnd.find(source, from: index + 1).map { Declaration(end: $0.upperBound) }
      default: index += 1
      }
    }
    return nil
  }
}

/// Finds a string from positions that only grow.
private struct Terminator {
  private let string: String
  /// Where the next one starts, as far as known; the end of the source for none.
  private var next = -1

  init(_ string: String) {
    self.string = string
  }

  mutating func find(_ source: borrowing Span<UInt8>, from start: Int) -> Range<Int>? {
    if next < start {
      next = start
      while next < source.count, !source.starts(string, at: next) { next += 1 }
    }
    return next < source.count ? next..<next + string.utf8.count : nil
  }
}

extension Span<UInt8> {
  fileprivate func starts(_ string: String, at start: Int) -> Bool {
    guard string.utf8.count <= count - start else { return false }
    var index = start
    for byte in string.utf8 {
      guard self[index] == byte else { return false }
      index += 1
    }
    return true
  }
}
