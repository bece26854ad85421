import CLibc

/// A pattern for a whole text: `*` is any run of characters, `?` is one, `[a-z]` and `[!a-z]` one of
/// those or of all others, and a backslash takes the next one as it is. Characters are Unicode scalars,
/// as they are written: `é` is not `e` with an accent after it.
package struct Glob: Equatable, Sendable {
  package let source: String
  /// What is between the runs: the first is the beginning of a text, the last its end.
  private var pieces: [Piece]
  /// The text, where it is nothing but that.
  package private(set) var literal: String?
  /// The text that all begin with that match.
  private(set) var beginning = ""

  package init(_ pattern: String) {
    source = pattern
    pieces = []
    var piece = Piece()
    var rest = pattern.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*":
        // A run after a run is the same run.
        if pieces.isEmpty || !piece.parts.isEmpty { pieces.append(piece) }
        piece = Piece()
      case "?": piece.append(.any)
      case "[": piece.append(Self.set(&rest))
      case "\\": piece.append(.one(rest.popFirst() ?? "\\"))
      default: piece.append(.one(scalar))
      }
    }
    pieces.append(piece)
    for part in pieces[0].parts {
      guard case .one(let scalar) = part else { break }
      beginning.unicodeScalars.append(scalar)
    }
    if pieces.count == 1, piece.isPlain { literal = beginning }
  }

  /// What follows a `[`; one that nothing closes is itself.
  private static func set(_ rest: inout Substring.UnicodeScalarView) -> Part {
    var inside = rest
    var isNegated = false
    if inside.first == "!" || inside.first == "^" {
      isNegated = true
      inside.removeFirst()
    }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while var scalar = inside.popFirst() {
      if scalar == "]", !ranges.isEmpty {
        rest = inside
        return .of(ranges, isNegated: isNegated)
      }
      if scalar == "\\", let next = inside.popFirst() { scalar = next }
      var last = scalar
      if inside.first == "-", let end = inside.dropFirst().first, end != "]" {
        last = end
        inside = inside.dropFirst(2)
      }
      ranges.append(min(scalar, last)...max(scalar, last))
    }
    return .one("[")
  }

  package func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches($0) }
  }

  private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = pieces.first, let last = pieces.last,
      var position = first.end(in: text, at: 0)
    else { return false }
    guard pieces.count > 1 else { return position == text.count }
    // The first place is as good as any: a run takes whatever is between.
    for piece in pieces[1..<(pieces.count - 1)] {
      guard let end = piece.firstEnd(in: text, from: position) else { return false }
      position = end
    }
    guard let start = last.lastStart(in: text, from: position) else { return false }
    return last.end(in: text, at: start) != nil
  }

  /// What is in each text that it matches.
  var pairs: Pairs {
    var pairs = Pairs()
    for piece in pieces {
      var run: [UInt8] = []
      for part in piece.parts {
        if case .one(let scalar) = part {
          run.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        } else {
          pairs.require(run, isExact: true)
          run = []
        }
      }
      pairs.require(run, isExact: true)
    }
    return pairs
  }
}

/// One character of a pattern.
private enum Part: Equatable, Sendable {
  case any
  case one(Unicode.Scalar)
  case of([ClosedRange<Unicode.Scalar>], isNegated: Bool)

  func matches(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .any: true
    case .one(let own): own == scalar
    case .of(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }
}

/// What matches so many characters, no more and no less.
private struct Piece: Equatable, Sendable {
  private(set) var parts: [Part] = []
  /// The text, where it is nothing but that.
  private var bytes: [UInt8] = []
  private(set) var isPlain = true

  mutating func append(_ part: Part) {
    parts.append(part)
    guard case .one(let scalar) = part else {
      isPlain = false
      return
    }
    bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Where it ends that begins here.
  func end(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
    if isPlain {
      guard text.count - start >= bytes.count else { return nil }
      let isHere =
        bytes.isEmpty || text.baseAddress.map { memcmp($0 + start, bytes, bytes.count) } == 0
      return isHere ? start + bytes.count : nil
    }
    var position = start
    for part in parts {
      guard position < text.count else { return nil }
      guard part.matches(text.scalar(at: position)) else { return nil }
      position += text.length(at: position)
    }
    return position
  }

  /// Where the first one ends that begins here or later.
  func firstEnd(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    if isPlain {
      guard let base = text.baseAddress else { return bytes.isEmpty ? start : nil }
      let found = c_find(base + start, text.count - start, bytes, bytes.count)
      return found.map { $0 - UnsafeRawPointer(base) + bytes.count }
    }
    var position = start
    while position < text.count {
      if let end = end(in: text, at: position) { return end }
      position += text.length(at: position)
    }
    return nil
  }

  /// Where one would begin that ends with the text.
  func lastStart(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    if isPlain { return text.count - start >= bytes.count ? text.count - bytes.count : nil }
    var position = text.count
    for _ in parts {
      repeat { position -= 1 } while position > start && text[position] & 0xC0 == 0x80
      guard position >= start else { return nil }
    }
    return position
  }
}

/// The text is valid: it was a string.
extension UnsafeBufferPointer<UInt8> {
  fileprivate func length(at position: Int) -> Int {
    switch self[position] {
    case ..<0x80: 1
    case ..<0xE0: 2
    case ..<0xF0: 3
    default: 4
    }
  }

  fileprivate func scalar(at position: Int) -> Unicode.Scalar {
    let length = length(at: position)
    guard length > 1, count - position >= length else { return Unicode.Scalar(self[position]) }
    var value = UInt32(self[position]) & (0x7F >> UInt32(length))
    for byte in self[(position + 1)..<(position + length)] {
      value = value << 6 | UInt32(byte) & 0x3F
    }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }
}
