/// A reference to a character: one of XML's five names, or a number (FD-123).
struct Entity {
  let scalar: Unicode.Scalar
  /// The position after `;`.
  let end: Int

  /// Nil if there is none: then a `&` is an ordinary character.
  init?(_ source: borrowing Span<UInt8>, at start: Int, before limit: Int) {
    guard source[start] == UInt8(ascii: "&") else { return nil }
    let name = start + 1
    if name < limit, source[name] == UInt8(ascii: "#") {
      guard let number = Self.number(source, at: name + 1, before: limit) else { return nil }
      (scalar, end) = number
      return
    }
    var index = name
    while index < limit, index < name + 4, source[index].isLetter { index += 1 }
    guard index < limit, source[index] == UInt8(ascii: ";") else { return nil }
    let range = name..<index
    switch range.count {
    case 2 where source.isExactly("lt", range): scalar = "<"
    case 2 where source.isExactly("gt", range): scalar = ">"
    case 3 where source.isExactly("amp", range): scalar = "&"
    case 4 where source.isExactly("quot", range): scalar = "\""
    case 4 where source.isExactly("apos", range): scalar = "'"
    default: return nil
    }
    end = index + 1
  }

  private static func number(
    _ source: borrowing Span<UInt8>,
    at start: Int,
    before limit: Int
  ) -> (Unicode.Scalar, end: Int)? {
    let isHexadecimal = start < limit && source[start] == UInt8(ascii: "x")
    let digits = isHexadecimal ? start + 1 : start
    var index = digits
    var value: UInt32 = 0
    while index < limit, let digit = source[index].digit(hexadecimal: isHexadecimal) {
      value = min(value * (isHexadecimal ? 16 : 10) + digit, 0x110000)
      index += 1
    }
    guard index > digits, index < limit, source[index] == UInt8(ascii: ";") else { return nil }
    // NUL, surrogates, and what is beyond Unicode (FD-124).
    let scalar = value == 0 ? nil : Unicode.Scalar(value)
    return (scalar ?? "\u{FFFD}", index + 1)
  }
}

extension Span<UInt8> {
  fileprivate func isExactly(_ word: String, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    for byte in word.utf8 {
      guard self[index] == byte else { return false }
      index += 1
    }
    return true
  }
}

extension UInt8 {
  fileprivate func digit(hexadecimal: Bool) -> UInt32? {
    if isDigit { return UInt32(self - UInt8(ascii: "0")) }
    let letter = self | 0x20
    guard hexadecimal, (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(letter) else { return nil }
    return UInt32(letter - UInt8(ascii: "a")) + 10
  }
}
