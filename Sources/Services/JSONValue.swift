/// A value out of a JSON text that somebody else wrote.
enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// A number that is no integer, or too large a one.
  case other
  case string(String)
  case array([JSONValue])
  /// Of two members of one name the first counts.
  case object([Member])

  struct Member: Equatable {
    var name: String
    var value: JSONValue
  }

  /// Nil: it is no JSON, or nested too deep.
  init?(_ text: ArraySlice<UInt8>) {
    var parser = Parser(text: text)
    guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = value
  }

  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
  var boolean: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
  var array: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}

private struct Parser {
  var text: ArraySlice<UInt8>

  private static let deepest = 16

  private mutating func skipBlanks() {
    while let byte = text.first, byte == 0x20 || (0x09...0x0D).contains(byte) { text.removeFirst() }
  }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return text.isEmpty
    }
  }

  /// Passes what comes next if it is this.
  private mutating func pass(_ byte: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard text.first == UInt8(ascii: byte) else { return false }
    text.removeFirst()
    return true
  }

  private mutating func pass(_ word: StaticString, as value: JSONValue) -> JSONValue? {
    guard
      text.starts(with: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    else { return nil }
    text.removeFirst(word.utf8CodeUnitCount)
    return value
  }

  mutating func value(depth: Int) -> JSONValue? {
    skipBlanks()
    guard depth < Self.deepest, let first = text.first else { return nil }
    switch first {
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "["): return array(depth)
    case UInt8(ascii: "t"): return pass("true", as: .boolean(true))
    case UInt8(ascii: "f"): return pass("false", as: .boolean(false))
    case UInt8(ascii: "n"): return pass("null", as: .null)
    default: return number()
    }
  }

  private mutating func object(_ depth: Int) -> JSONValue? {
    text.removeFirst()
    var members: [JSONValue.Member] = []
    guard !pass("}") else { return .object(members) }
    repeat {
      skipBlanks()
      guard text.first == UInt8(ascii: "\""), let name = string(), pass(":"),
        let value = value(depth: depth + 1)
      else { return nil }
      members.append(JSONValue.Member(name: name, value: value))
    } while pass(",")
    return pass("}") ? .object(members) : nil
  }

  private mutating func array(_ depth: Int) -> JSONValue? {
    text.removeFirst()
    var values: [JSONValue] = []
    guard !pass("]") else { return .array(values) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
    } while pass(",")
    return pass("]") ? .array(values) : nil
  }

  private mutating func number() -> JSONValue? {
    let characters = text.prefix {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
    }
    guard let last = characters.last, last != UInt8(ascii: "-") else { return nil }
    text = text[characters.endIndex...]
    return Int64(String(decoding: characters, as: UTF8.self)).map { .integer($0) } ?? .other
  }

  /// Stands at the quotation mark.
  private mutating func string() -> String? {
    text.removeFirst()
    var bytes: [UInt8] = []
    while let byte = text.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        bytes += Array(String(scalar).utf8)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    switch text.popFirst() {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      guard let unit = unit() else { return nil }
      guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
      let rest = text
      guard text.popFirst() == UInt8(ascii: "\\"), text.popFirst() == UInt8(ascii: "u"),
        let low = self.unit(), (0xDC00..<0xE000).contains(low)
      else {
        text = rest
        return "\u{FFFD}"
      }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    case let byte?: return Unicode.Scalar(byte)
    case nil: return nil
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit() -> UInt32? {
    let digits = text.prefix(4)
    guard digits.count == 4, !digits.contains(UInt8(ascii: "-")),
      !digits.contains(UInt8(ascii: "+"))
    else { return nil }
    text = text[digits.endIndex...]
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
