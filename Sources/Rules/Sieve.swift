/// What can be told at a glance: a rule whose sieve has nothing in common with a subject's does not
/// hold for it. Most rules are about some other app, and end here without a text being looked at.
struct Sieve: Equatable {
  /// Of each trait one bit in a subject, and in a rule all that it lets through.
  private var traits = UInt16.max
  var app: UInt64 = .max
  var appName: UInt64 = .max
  var category: UInt64 = .max
  /// What these texts have, or must have.
  var summary = Pairs()
  var body = Pairs()

  /// Lets everything through.
  init() {}

  /// Without what its title and text have.
  init(_ subject: Subject) {
    traits =
      Self.bit(subject.urgency) | Self.bit(subject.level) | Self.bit(isVerified: subject.isVerified)
      | Self.bit(isQuiet: subject.isQuiet)
    app = subject.principalBits
    appName = subject.appNameBits
    category = Self.bits(of: subject.category)
  }

  /// Whether a rule with this sieve may hold for a subject with the other.
  func lets(_ subject: Sieve) -> Bool {
    subject.traits & ~traits == 0
      && app & subject.app != 0 && appName & subject.appName != 0
      && category & subject.category != 0
      && subject.summary.contains(summary) && subject.body.contains(body)
  }

  // MARK: Traits

  /// Of all bits of a kind these alone are let through.
  private mutating func keep(_ bits: UInt16, of all: UInt16) {
    traits &= bits | ~all
  }

  mutating func keep(_ urgencies: [Urgency]) {
    keep(urgencies.reduce(0) { $0 | Self.bit($1) }, of: 0x7)
  }

  mutating func keep(_ levels: [TrustLevel]) {
    keep(levels.reduce(0) { $0 | Self.bit($1) }, of: 0x1f8)
  }

  mutating func keep(isVerified: Bool) {
    keep(Self.bit(isVerified: isVerified), of: 0x600)
  }

  mutating func keep(isQuiet: Bool) {
    keep(Self.bit(isQuiet: isQuiet), of: 0x1800)
  }

  private static func bit(_ urgency: Urgency) -> UInt16 {
    switch urgency {
    case .low: 0x1
    case .normal: 0x2
    case .critical: 0x4
    }
  }

  private static func bit(_ level: TrustLevel) -> UInt16 {
    switch level {
    case .sandbox: 0x8
    case .unit: 0x10
    case .name: 0x20
    case .exe: 0x40
    case .program: 0x80
    case .none: 0x100
    }
  }

  private static func bit(isVerified: Bool) -> UInt16 { isVerified ? 0x200 : 0x400 }
  private static func bit(isQuiet: Bool) -> UInt16 { isQuiet ? 0x800 : 0x1000 }

  // MARK: Texts

  /// Lengths of beginnings that have a bit of their own.
  private static func isMarked(_ length: Int) -> Bool {
    length <= 16 && length.nonzeroBitCount == 1
  }

  /// One bit for the whole text, below 32, and some for its beginnings, above.
  static func bits(of text: String) -> UInt64 {
    var bits: UInt64 = 0
    var hash = Hash()
    var length = 0
    for byte in text.utf8 {
      hash.add(byte)
      length += 1
      if isMarked(length) { bits |= hash.bit << 32 }
    }
    return bits | hash.bit
  }

  /// The bits of which a text that one of the patterns matches has at least one.
  static func bits(of patterns: [Pattern]) -> UInt64 {
    var bits: UInt64 = 0
    for pattern in patterns { bits |= Self.bits(of: pattern) }
    return bits
  }

  private static func bits(of pattern: Pattern) -> UInt64 {
    guard case .glob(let glob) = pattern else { return .max }
    // Texts beyond ASCII may be equal without having the same bytes.
    let isASCII = glob.beginning.utf8.allSatisfy { $0 < 0x80 }
    guard isASCII else { return .max }
    var hash = Hash()
    if let literal = glob.literal {
      for byte in literal.utf8 { hash.add(byte) }
      return hash.bit
    }
    var bits = UInt64.max
    for (index, byte) in glob.beginning.utf8.enumerated() {
      hash.add(byte)
      if isMarked(index + 1) { bits = hash.bit << 32 }
    }
    return bits
  }

  /// FNV-1a.
  private struct Hash {
    private var state: UInt32 = 2_166_136_261

    mutating func add(_ byte: UInt8) {
      state = (state ^ UInt32(byte)) &* 16_777_619
    }

    /// One of 32.
    var bit: UInt64 { 1 << UInt64(state >> 27) }
  }
}
