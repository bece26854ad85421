import CLibc

/// The lines of a key file: a desktop entry, `.flatpak-info`.
///
/// GLib's reader keeps every translation of every key; an index of hundreds of files has no use
/// for them.
struct KeyFile {
  typealias Text = Slice<UnsafeBufferPointer<UInt8>>

  enum Line {
    case group(Text)
    /// The locale is empty where the key has none.
    case entry(key: Text, locale: Text, value: Text)
  }

  /// Hands over each line but blank ones and comments, in order; false when one of them is neither
  /// a group nor an entry of one.
  static func read(_ bytes: [UInt8], _ body: (Line) -> Void) -> Bool {
    bytes.withUnsafeBufferPointer { text in
      var start = text.startIndex
      var hasGroup = false
      while start < text.endIndex {
        let end = position(of: UInt8(ascii: "\n"), in: text[start...]) ?? text.endIndex
        guard let line = line(text[start..<end], &hasGroup) else { return false }
        if case .some(let line) = line { body(line) }
        start = end + 1
      }
      return true
    }
  }

  /// The outer nil is a line that must not be, the inner one of no meaning.
  private static func line(_ text: Text, _ hasGroup: inout Bool) -> Line?? {
    let text = trimmed(text)
    guard let first = text.first, first != UInt8(ascii: "#") else { return .some(nil) }
    if first == UInt8(ascii: "[") {
      guard text.count > 2, text.last == UInt8(ascii: "]") else { return nil }
      hasGroup = true
      return .group(text[(text.startIndex + 1)..<(text.endIndex - 1)])
    }
    guard hasGroup, let equals = position(of: UInt8(ascii: "="), in: text),
      equals > text.startIndex
    else { return nil }
    var key = trimmed(text[..<equals])
    var locale = text[equals..<equals]
    if key.last == UInt8(ascii: "]") {
      guard let open = position(of: UInt8(ascii: "["), in: key) else { return nil }
      locale = key[(open + 1)..<(key.endIndex - 1)]
      key = key[..<open]
    }
    return .entry(key: key, locale: locale, value: trimmed(text[(equals + 1)...]))
  }

  private static func position(of byte: UInt8, in text: Text) -> Int? {
    guard let base = text.base.baseAddress,
      let found = memchr(base + text.startIndex, Int32(byte), text.count)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private static func trimmed(_ text: Text) -> Text {
    var text = text
    while let first = text.first, isBlank(first) { text = text.dropFirst() }
    while let last = text.last, isBlank(last) { text = text.dropLast() }
    return text
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
  static func == (text: Self, other: StaticString) -> Bool {
    guard text.count == other.utf8CodeUnitCount else { return false }
    guard let base = text.base.baseAddress else { return true }
    return memcmp(base + text.startIndex, other.utf8Start, text.count) == 0
  }

  /// The value of a string key, its escapes resolved; nil when it is not UTF-8.
  var string: String? {
    guard contains(UInt8(ascii: "\\")) else { return String(validating: self, as: UTF8.self) }
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in self {
      if isEscaped {
        bytes.append(Self.unescaped(byte))
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The items of a list key.
  var list: [String] {
    split(separator: UInt8(ascii: ";")).compactMap { $0.string }
  }

  private static func unescaped(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "s"): UInt8(ascii: " ")
    case UInt8(ascii: "n"): UInt8(ascii: "\n")
    case UInt8(ascii: "t"): UInt8(ascii: "\t")
    case UInt8(ascii: "r"): UInt8(ascii: "\r")
    default: byte
    }
  }
}
