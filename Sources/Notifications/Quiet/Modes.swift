/// What the user is doing, in words of the user's own; rules match them. A number of 0...100 is a
/// level, which is quiet for all but those whose rule lets them pass it.
package struct Modes: Equatable, Sendable {
  package let names: [String]
  /// The highest of the numbers among them, 0 without one.
  package let level: Int

  private static let limit = 32
  private static let longest = 64

  package init() {
    names = []
    level = 0
  }

  /// Nil for a number above 100, an empty or overlong name, or too many.
  package init?(_ words: [String]) {
    var names: [String] = []
    var level = 0
    for word in words {
      let name = PlainText.line(word, limit: Self.longest)
      guard name == word, name.utf8.contains(where: { $0 != UInt8(ascii: " ") }) else { return nil }
      if let number = Self.number(name) {
        guard number <= 100 else { return nil }
        level = max(level, number)
      }
      if !names.contains(name) { names.append(name) }
    }
    guard names.count <= Self.limit else { return nil }
    self.names = names
    self.level = level
  }

  private static func number(_ text: String) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(text) ?? .max
  }
}
