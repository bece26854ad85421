/// Pairs of neighbouring bytes, each as one of 256 bits, of which every one stands for many. A text
/// without a bit that a pattern needs is no match; few others have them all. Case does not count.
struct Pairs: Equatable {
  private var bits = SIMD4<UInt64>()

  /// None.
  init() {}

  /// Those of a text.
  init(of text: String) {
    var text = text
    text.withUTF8 { text in
      guard var last = text.first else { return }
      withUnsafeMutableBytes(of: &bits) { bits in
        for byte in text.dropFirst() {
          let place = Self.place(last, byte)
          bits[place >> 3] |= 1 << UInt8(place & 7)
          last = byte
        }
      }
    }
  }

  /// Adds those of a text that is in each match; where it is not there byte by byte, the letters
  /// count that nothing but themselves stands for.
  mutating func require(_ text: some Sequence<UInt8>, isExact: Bool) {
    var last: UInt8?
    for byte in text {
      let counts = isExact || Self.isUnique(byte)
      if counts, let last {
        let place = Self.place(last, byte)
        withUnsafeMutableBytes(of: &bits) { $0[place >> 3] |= 1 << UInt8(place & 7) }
      }
      last = counts ? byte : nil
    }
  }

  /// What is in each text that one of the patterns matches.
  init(inAll patterns: [Pattern]) {
    guard let first = patterns.first else { return }
    self = patterns.dropFirst().reduce(into: first.pairs) { $0.bits &= $1.pairs.bits }
  }

  func contains(_ other: Pairs) -> Bool {
    other.bits & ~bits == SIMD4()
  }

  private static func place(_ first: UInt8, _ second: UInt8) -> Int {
    Int((first | 0x20) &* 37 &+ (second | 0x20))
  }

  /// Not so the letters k and s, which are also those of the Kelvin sign and of the long s, and what
  /// else Unicode has twice.
  private static func isUnique(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "k"), UInt8(ascii: "s"), UInt8(ascii: ";"), UInt8(ascii: "`"): false
    default: byte < 0x80
    }
  }
}
