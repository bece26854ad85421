/// Names, which are compared, and joined with words of hark's own.
extension PlainText {
  /// A name as one line, without anything that has no shape of its own: no bidi control (FD-059),
  /// nor what would make it another name for a computer and the same one for a reader.
  package static func name(_ text: String, limit: Int = 1 << 10) -> String {
    line(shaped(text), limit: limit)
  }

  /// A name whose end is what counts, as a site's: too long, it loses its beginning.
  package static func site(_ text: String, limit: Int) -> String {
    let name = line(shaped(text), limit: .max)
    guard name.utf8.count > limit else { return name }
    let room = limit - "…".utf8.count
    var start = name.utf8.index(name.endIndex, offsetBy: -room)
    while start < name.endIndex, String.Index(start, within: name) == nil {
      start = name.utf8.index(after: start)
    }
    return "…" + name[start...]
  }

  /// A name within a sentence, whose order it leaves alone.
  package static func isolated(_ name: String) -> String {
    // Whatever is written from right to left begins with such a byte, and most names have none.
    name.utf8.contains { $0 >= 0xD6 } && name.unicodeScalars.contains { $0.isRightToLeft } ? "\u{2068}\(name)\u{2069}" : name
  }

  private static func shaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0xC2 }),
      text.unicodeScalars.contains(where: { $0.isShapeless })
    else { return text }
    var shaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !scalar.isShapeless { shaped.append(scalar) }
    return String(shaped)
  }
}

extension Unicode.Scalar {
  /// Formats, and letters that are nothing to see. Joiners are not among them, nor variation
  /// selectors: words and pictures are written with them.
  package var isShapeless: Bool {
    switch value {
    case ..<0xAD: false
    case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B, 0x200E,
      0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB,
      0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  fileprivate var isRightToLeft: Bool {
    switch value {
    case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
    default: false
    }
  }
}
