/// The whole key of a principal, as a person writes it.
package enum PrincipalKey {
  /// As it stands after "expected".
  package static let expected =
    "a whole key: app:ID, flatpak:ID, snap:ID, exe:/PATH, script:/PATH or cli"

  private static let named = ["app:", "flatpak:", "snap:"]
  private static let paths = ["exe:", "script:"]
  /// A path, and what stands before it.
  private static let longest = 4200

  /// Whether it begins as a key does, rightly or not.
  package static func hasKind(_ text: String) -> Bool {
    text == "cli" || (named + paths).contains { text.hasPrefix($0) }
  }

  /// Whether some principal can have it.
  package static func isRight(_ text: String) -> Bool {
    guard text.utf8.count <= longest, isPlain(text) else { return false }
    if text == "cli" { return true }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let kind = String(text[...colon])
    let rest = text.utf8[text.utf8.index(after: colon)...]
    // A browser's site stands behind a "#".
    let parts = rest.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { return false }
    if paths.contains(kind) { return rest.first == UInt8(ascii: "/") && parts[0].count > 1 }
    return named.contains(kind) && !parts[0].contains(UInt8(ascii: "/"))
  }

  /// No control characters.
  package static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
  }
}
