/// The bidi embeddings, overrides and isolates that are open at some point of a paragraph.
///
/// Every text has a layout of its own, which isolates it on screen; what is left to do is that it
/// carries nothing unbalanced into the places where texts are joined (FD-059).
struct BidiControls {
  /// One bit for each open control, the innermost lowest; set for an isolate.
  private var isolates: UInt32 = 0
  private var depth = 0

  private static let maximalDepth = 32
  private static let endOfEmbedding: Unicode.Scalar = "\u{202C}"
  private static let endOfIsolate: Unicode.Scalar = "\u{2069}"

  /// Whether a scalar of this class may stay: not if it closes nothing, nor beyond a sane depth.
  mutating func admit(_ scalarClass: ScalarClass) -> Bool {
    switch scalarClass {
    case .embedding, .isolate:
      guard depth < Self.maximalDepth else { return false }
      isolates = isolates << 1 | (scalarClass == .isolate ? 1 : 0)
      depth += 1
    case .endOfEmbedding:
      guard depth > 0, isolates & 1 == 0 else { return false }
      pop()
    case .endOfIsolate:
      // It closes the embeddings inside the isolate too.
      guard isolates != 0 else { return false }
      while isolates & 1 == 0 { pop() }
      pop()
    default:
      break
    }
    return true
  }

  /// Closes the innermost open control, if there is one.
  mutating func close() -> Unicode.Scalar? {
    guard depth > 0 else { return nil }
    defer { pop() }
    return isolates & 1 == 0 ? Self.endOfEmbedding : Self.endOfIsolate
  }

  private mutating func pop() {
    isolates >>= 1
    depth -= 1
  }
}
