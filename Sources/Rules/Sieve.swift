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
      Self.urgency.bit(subject.urgency) | Self.level.bit(subject.level)
      | Self.isVerified.bit(subject.isVerified) | Self.isQuiet.bit(subject.isQuiet)
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

  private static let urgency = Trait(Urgency.allCases)
  private static let level = Trait(TrustLevel.allCases, after: urgency.mask)
  private static let isVerified = Trait([false, true], after: level.mask)
  private static let isQuiet = Trait([false, true], after: isVerified.mask)

  /// Of all bits of a kind these alone are let through.
  private mutating func keep<Value>(_ values: [Value], of trait: Trait<Value>) {
    traits &= ~trait.mask | values.reduce(0) { $0 | trait.bit($1) }
  }

  mutating func keep(_ urgencies: [Urgency]) { keep(urgencies, of: Self.urgency) }
  mutating func keep(_ levels: [TrustLevel]) { keep(levels, of: Self.level) }
  mutating func keep(isVerified: Bool) { keep([isVerified], of: Self.isVerified) }
  mutating func keep(isQuiet: Bool) { keep([isQuiet], of: Self.isQuiet) }

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

/// What one of a few values may be: each has a bit of its own.
private struct Trait<Value: Equatable & Sendable>: Sendable {
  private let values: [Value]
  private let first: UInt16
  /// All its bits.
  let mask: UInt16

  init(_ values: [Value], after others: UInt16 = 0) {
    self.values = values
    let place = UInt16.bitWidth - others.leadingZeroBitCount
    precondition(place + values.count <= UInt16.bitWidth)
    first = 1 << UInt16(place)
    mask = (first << UInt16(values.count)) &- first
  }

  func bit(_ value: Value) -> UInt16 {
    values.firstIndex(of: value).map { first << UInt16($0) } ?? 0
  }
}
