/// The name of a systemd unit, which by convention tells the application that runs in it:
/// `app[-LAUNCHER]-ID-RANDOM.scope` or `.slice`, `app[-LAUNCHER]-ID[@RANDOM].service`.
struct UnitName {
  let text: String

  /// The desktop ids that the unit may stand for, the likeliest first. The name alone is not
  /// enough to tell: a launcher looks as the first part of an id does, and some services have
  /// their random part behind a hyphen.
  var candidates: [String] {
    guard text.hasPrefix("app-"), let dot = text.lastIndex(of: ".") else { return [] }
    let stem = text[..<dot].dropFirst(4)
    var readings: [Substring] = []
    switch text[dot...] {
    case ".scope", ".slice":
      if let cut = Self.withoutRandom(stem, after: "-") { readings = [cut] }
    case ".service":
      var named = Self.withoutRandom(stem, after: "@") ?? stem
      if named.hasSuffix("-autostart") { named = named.dropLast(10) }
      readings = [named]
      if let cut = Self.withoutRandom(named, after: "-") { readings.append(cut) }
    default:
      break
    }
    return readings.flatMap { [$0] + (Self.withoutLauncher($0).map { [$0] } ?? []) }
      .filter { !$0.isEmpty }.map { Self.unescaped($0) }
  }

  private static func withoutRandom(
    _ text: Substring,
    after separator: Character
  ) -> Substring? {
    guard let cut = text.lastIndex(of: separator),
      text[text.index(after: cut)...].utf8.allSatisfy({ $0.isAlphanumeric })
    else { return nil }
    return text[..<cut]
  }

  private static func withoutLauncher(_ text: Substring) -> Substring? {
    guard let cut = text.firstIndex(of: "-"), cut != text.startIndex,
      text[..<cut].utf8.allSatisfy({ $0.isAlphanumeric })
    else { return nil }
    return text[text.index(after: cut)...]
  }

  /// Resolves `\xNN`.
  private static func unescaped(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "\\"), rest.dropFirst().first == UInt8(ascii: "x"),
        let value = UInt8(String(decoding: rest.dropFirst(2).prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(4)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension UInt8 {
  var isLetter: Bool { (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z") }
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isAlphanumeric: Bool { isLetter || isDigit }
}
