/// Reads of a regular expression what is in each text that it matches: the letters outside of groups
/// and sets. Where it is not certain what something means, nothing is known to be needed.
struct Letters {
  private var rest: ArraySlice<UInt8>
  private var run: [UInt8] = []
  private var pairs = Pairs()
  private let isExact: Bool

  static func pairs(of expression: String, ignoringCase: Bool) -> Pairs {
    var letters = Letters(rest: Array(expression.utf8)[...], isExact: !ignoringCase)
    while let byte = letters.rest.popFirst() {
      guard letters.take(byte) else { return Pairs() }
    }
    letters.endRun()
    return letters.pairs
  }

  private init(rest: ArraySlice<UInt8>, isExact: Bool) {
    self.rest = rest
    self.isExact = isExact
  }

  /// False where it is not certain.
  private mutating func take(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "|"), UInt8(ascii: ")"):
      return false
    case UInt8(ascii: "("):
      endRun()
      return skipGroup()
    case UInt8(ascii: "["):
      endRun()
      return skipSet()
    case UInt8(ascii: "\\"):
      guard let escaped = rest.popFirst() else { return false }
      guard !Self.isAlphanumeric(escaped) else {
        endRun()
        return Self.isPlain(escaped)
      }
      run.append(escaped)
    case UInt8(ascii: "*"), UInt8(ascii: "?"):
      endRunBeforeLast()
    case UInt8(ascii: "{"):
      endRunBeforeLast()
      return skipCount()
    case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"):
      endRun()
    default:
      run.append(byte)
    }
    return true
  }

  private mutating func endRun() {
    pairs.require(run, isExact: isExact)
    run = []
  }

  /// The last one need not be there.
  private mutating func endRunBeforeLast() {
    if let last = run.popLast(), last >= 0x80 { run = [] }
    endRun()
  }

  private mutating func skipGroup() -> Bool {
    if rest.first == UInt8(ascii: "?") {
      guard rest.dropFirst().first == UInt8(ascii: ":") else { return false }
      rest = rest.dropFirst(2)
    }
    if rest.first == UInt8(ascii: "*") { return false }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: ")"): return true
      case UInt8(ascii: "("): guard skipGroup() else { return false }
      case UInt8(ascii: "["): guard skipSet() else { return false }
      case UInt8(ascii: "\\"): guard skipEscaped() else { return false }
      default: break
      }
    }
    return false
  }

  private mutating func skipSet() -> Bool {
    if rest.first == UInt8(ascii: "^") { rest = rest.dropFirst() }
    if rest.first == UInt8(ascii: "]") { rest = rest.dropFirst() }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "]"): return true
      // Perhaps [:alpha:].
      case UInt8(ascii: "["): return false
      case UInt8(ascii: "\\"): guard skipEscaped() else { return false }
      default: break
      }
    }
    return false
  }

  private mutating func skipCount() -> Bool {
    while let byte = rest.popFirst(), byte != UInt8(ascii: "}") {
      guard Self.isAlphanumeric(byte) && byte < UInt8(ascii: "A") || byte == UInt8(ascii: ",")
      else { return false }
    }
    return true
  }

  private mutating func skipEscaped() -> Bool {
    guard let escaped = rest.popFirst() else { return false }
    return !Self.isAlphanumeric(escaped) || Self.isPlain(escaped)
  }

  /// Whether the escape is the one letter, for a kind of character or place.
  private static func isPlain(_ letter: UInt8) -> Bool {
    "dDwWsSbBAzZGhHvVnrtRX".utf8.contains(letter)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}
