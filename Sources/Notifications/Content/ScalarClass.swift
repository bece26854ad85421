/// What cleaning does with one Unicode scalar.
enum ScalarClass {
  case text
  /// Control characters, noncharacters and byte order marks (FD-058).
  case removed
  case newline
  case tab
  case space
  /// Opens a bidi embedding or override (U+202A, 202B, 202D, 202E).
  case embedding
  case endOfEmbedding
  /// Opens a bidi isolate (U+2066 to 2068).
  case isolate
  case endOfIsolate

  init(_ scalar: Unicode.Scalar) {
    self =
      switch scalar.value {
      case 0x0A, 0x2028, 0x2029: .newline
      case 0x09: .tab
      case 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: .space
      case ..<0x20, 0x7F..<0xA0, 0xFEFF, 0xFFFE, 0xFFFF: .removed
      case 0x202A, 0x202B, 0x202D, 0x202E: .embedding
      case 0x202C: .endOfEmbedding
      case 0x2066...0x2068: .isolate
      case 0x2069: .endOfIsolate
      default: .text
      }
  }
}

/// The bytes of a `String`: always valid UTF-8.
extension Span<UInt8> {
  /// Whether the scalar at a position could be of a class other than `text`.
  ///
  /// Judged by two bytes at most; a few harmless neighbours are reported too.
  func needsCare(at index: Int) -> Bool {
    let byte = self[index]
    guard byte >= 0x80 else { return byte <= 0x20 || byte == 0x7F }
    switch byte {
    case 0xC2: return follows(index) <= 0xA0
    case 0xE1: return follows(index) == 0x9A
    case 0xE2: return follows(index) <= 0x81
    case 0xE3: return follows(index) == 0x80
    case 0xEF: return follows(index) == 0xBB || follows(index) == 0xBF
    default: return false
    }
  }

  private func follows(_ index: Int) -> UInt8 {
    index + 1 < count ? self[index + 1] : 0
  }

  /// The scalar that starts at a position, and the position after it.
  func scalar(at index: Int) -> (Unicode.Scalar, next: Int) {
    let lead = self[index]
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    let end = Swift.min(index + length, count)
    guard length > 1 else { return (Unicode.Scalar(lead), end) }
    var value = UInt32(lead & (0x7F >> UInt8(length)))
    for next in index + 1..<end {
      value = value << 6 | UInt32(self[next] & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", end)
  }
}
