/// Which links a notification may have.
package struct LinkPolicy {
  private enum Reach {
    case none
    case remote
    case local
  }

  private var reach: Reach
  /// Whose own schemes count, outside of bodies.
  private var sender: Sender?

  /// None: nobody could open them.
  package static let none = LinkPolicy(reach: .none)
  /// `http`, `https`, `mailto` and `tel` (FD-132).
  package static let remote = LinkPolicy(reach: .remote)
  /// Files of this machine too: what no sandbox may ask the user to open.
  package static let local = LinkPolicy(reach: .local)

  /// For what a sender says in its own name.
  package init(_ sender: Sender) {
    self.init(reach: sender.isHost ? .local : .remote, sender: sender)
  }

  private init(reach: Reach, sender: Sender? = nil) {
    self.reach = reach
    self.sender = sender
  }

  static let commonSchemes = ["http", "https", "mailto", "tel", "file"]
}

extension LinkPolicy {
  private static let maximalLength = 2048

  /// The target that an `href` names, or nil if its text is to stay plain (FD-132, FD-134).
  func target(_ source: borrowing Span<UInt8>, href: Range<Int>) -> String? {
    guard reach != .none else { return nil }
    var bytes: [UInt8] = []
    var index = href.lowerBound
    while index < href.upperBound, bytes.count <= Self.maximalLength {
      let start = index
      while index < href.upperBound, source[index] != UInt8(ascii: "&"),
        !source.needsCare(at: index)
      {
        index += 1
      }
      bytes.append(source, start..<index)
      guard index < href.upperBound else { break }
      let scalar: Unicode.Scalar
      if let entity = Entity(source, at: index, before: href.upperBound) {
        (scalar, index) = (entity.scalar, entity.end)
      } else {
        (scalar, index) = source.scalar(at: index)
      }
      switch ScalarClass(scalar) {
      case .text: break
      case .space: if bytes.isEmpty { continue }
      // Bidi controls too: they could make the shown target look like another.
      default: return nil
      }
      bytes.append(contentsOf: scalar.utf8)
    }
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    guard bytes.count <= Self.maximalLength, isAllowed(bytes.span) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The target of a link that stands outside of markup; nil where it may not be opened (WEB-043).
  package func target(of text: String) -> String? {
    guard reach != .none, text.utf8.count <= Self.maximalLength,
      text.unicodeScalars.allSatisfy({ ScalarClass($0) == .text }),
      isAllowed(text.utf8.span) || sender?.isOwn(text) == true
    else { return nil }
    return text
  }

  private func isAllowed(_ uri: Span<UInt8>) -> Bool {
    var colon = 0
    while colon < uri.count, uri[colon] != UInt8(ascii: ":") { colon += 1 }
    let rest = colon + 1
    guard rest < uri.count else { return false }
    let scheme = 0..<colon
    if uri.isWord("mailto", scheme) || uri.isWord("tel", scheme) { return true }
    if reach == .local, uri.isWord("file", scheme) {
      let slash = UInt8(ascii: "/")
      return (0..<3).allSatisfy { uri.has(slash, at: rest + $0) } && rest + 3 < uri.count
    }
    guard uri.isWord("http", scheme) || uri.isWord("https", scheme) else { return false }
    // A browser would take these without `//host` too, and the shown host would be a guess.
    let slash = UInt8(ascii: "/")
    return uri.has(slash, at: rest) && uri.has(slash, at: rest + 1) && rest + 2 < uri.count
      && uri[rest + 2] != slash
  }
}
