/// One tag as it stands in the markup: XML's syntax, and attribute values without quotes besides.
///
/// A tag that fails does so at the first byte that no tag can have there. As `<` is such a byte
/// outside quotes, no byte is read by more than three attempts, whatever the markup is.
struct MarkupTag {
  enum Name {
    case bold, italic, underline, anchor, image, lineBreak
    case other
  }

  let name: Name
  let isClosing: Bool
  private(set) var isEmpty = false
  /// The values as they stand, entities and all.
  private(set) var href: Range<Int>?
  private(set) var alt: Range<Int>?
  /// The position after `>`.
  private(set) var end: Int

  /// Nil if what starts here is no tag: then the `<` is an ordinary character (FD-125).
  init?(_ source: borrowing Span<UInt8>, at start: Int) {
    var index = start + 1
    isClosing = source.has(UInt8(ascii: "/"), at: index)
    if isClosing { index += 1 }
    guard let nameEnd = source.nameEnd(from: index) else { return nil }
    name = Name(source, index..<nameEnd)
    end = nameEnd
    while true {
      index = source.whiteSpaceEnd(from: end)
      guard index < source.count else { return nil }
      switch source[index] {
      case UInt8(ascii: ">"):
        end = index + 1
        return
      case UInt8(ascii: "/"):
        guard source.has(UInt8(ascii: ">"), at: index + 1) else { return nil }
        isEmpty = true
        end = index + 2
        return
      default:
        guard index > end, readAttribute(source, at: index) else { return nil }
      }
    }
  }

  /// Leaves `end` behind the attribute.
  private mutating func readAttribute(_ source: borrowing Span<UInt8>, at start: Int) -> Bool {
    guard let nameEnd = source.nameEnd(from: start) else { return false }
    let equals = source.whiteSpaceEnd(from: nameEnd)
    guard source.has(UInt8(ascii: "="), at: equals) else { return false }
    let valueStart = source.whiteSpaceEnd(from: equals + 1)
    guard let value = source.attributeValue(from: valueStart) else { return false }
    // Where a value starts with its quote, it also ends with one.
    end = value.lowerBound > valueStart ? value.upperBound + 1 : value.upperBound
    if href == nil, source.isWord("href", start..<nameEnd) {
      href = value
    } else if alt == nil, source.isWord("alt", start..<nameEnd) {
      alt = value
    }
    return true
  }
}

extension MarkupTag.Name {
  init(_ source: borrowing Span<UInt8>, _ range: Range<Int>) {
    self = .other
    switch range.count {
    case 1:
      switch source[range.lowerBound] | 0x20 {
      case UInt8(ascii: "b"): self = .bold
      case UInt8(ascii: "i"): self = .italic
      case UInt8(ascii: "u"): self = .underline
      case UInt8(ascii: "a"): self = .anchor
      default: break
      }
    case 2 where source.isWord("br", range): self = .lineBreak
    case 3 where source.isWord("img", range): self = .image
    default: break
    }
  }
}

extension Span<UInt8> {
  func has(_ byte: UInt8, at index: Int) -> Bool {
    index < count && self[index] == byte
  }

  func whiteSpaceEnd(from start: Int) -> Int {
    var index = start
    while index < count, self[index].isMarkupSpace { index += 1 }
    return index
  }

  /// Without regard to ASCII case; the word is in lower case (FD-122).
  func isWord(_ word: String, _ range: Range<Int>) -> Bool {
    guard word.utf8.count == range.count else { return false }
    var index = range.lowerBound
    for byte in word.utf8 {
      guard self[index] | 0x20 == byte else { return false }
      index += 1
    }
    return true
  }

  fileprivate func nameEnd(from start: Int) -> Int? {
    guard start < count, self[start].isLetter else { return nil }
    var index = start + 1
    while index < count, self[index].isNameByte { index += 1 }
    return index
  }

  fileprivate func attributeValue(from start: Int) -> Range<Int>? {
    guard start < count else { return nil }
    let quote = self[start]
    var index = start
    if quote.isQuote {
      index += 1
      while index < count, self[index] != quote { index += 1 }
      return index < count ? start + 1..<index : nil
    }
    while index < count, !self[index].endsBareValue { index += 1 }
    return index > start ? start..<index : nil
  }
}

extension UInt8 {
  var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  var isDigit: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }

  fileprivate var isMarkupSpace: Bool {
    self == 0x20 || (0x09...0x0D).contains(self)
  }

  fileprivate var isNameByte: Bool {
    isLetter || isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
      || self == UInt8(ascii: ".") || self == UInt8(ascii: ":")
  }

  fileprivate var isQuote: Bool {
    self == UInt8(ascii: "\"") || self == UInt8(ascii: "'")
  }

  fileprivate var endsBareValue: Bool {
    isMarkupSpace || isQuote || self == UInt8(ascii: "<") || self == UInt8(ascii: ">")
  }
}
