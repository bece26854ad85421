/// One JSON text, written from beginning to end; commas are its own business.
package struct JSON {
  package private(set) var text = ""
  private var needsComma = false

  package init() {}

  package static func object(_ body: (inout JSON) -> Void) -> String {
    var json = JSON()
    json.object(body)
    return json.text
  }

  package mutating func object(_ body: (inout JSON) -> Void) {
    enclosed("{", "}", body)
  }

  package mutating func array(_ body: (inout JSON) -> Void) {
    enclosed("[", "]", body)
  }

  package mutating func key(_ name: String) {
    string(name)
    text += ":"
    needsComma = false
  }

  package mutating func string(_ value: String) {
    separate()
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // What a terminal obeys, and what some readers take for the end of a line.
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": text += Self.escape(scalar)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  package mutating func number(_ value: some BinaryInteger & CustomStringConvertible) {
    separate()
    text += value.description
  }

  package mutating func number(_ value: Double) {
    separate()
    text += value.isFinite ? value.description : "null"
  }

  package mutating func boolean(_ value: Bool) {
    separate()
    text += value ? "true" : "false"
  }

  package mutating func null() {
    separate()
    text += "null"
  }

  private mutating func enclosed(
    _ open: String,
    _ close: String,
    _ body: (inout JSON) -> Void
  ) {
    separate()
    text += open
    needsComma = false
    body(&self)
    text += close
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = true
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}

extension JSON {
  /// The next D-Bus value, and past it.
  ///
  /// A dictionary is an object, a structure an array, a variant its contents, an `ay` its bytes in
  /// base64, a descriptor null.
  package mutating func value(_ reader: inout Reader) {
    switch reader.type {
    case UInt8(ascii: "y"): number(reader.byte() ?? 0)
    case UInt8(ascii: "b"): boolean(reader.boolean() ?? false)
    case UInt8(ascii: "n"): number(reader.int16() ?? 0)
    case UInt8(ascii: "q"): number(reader.uint16() ?? 0)
    case UInt8(ascii: "i"): number(reader.int32() ?? 0)
    case UInt8(ascii: "u"): number(reader.uint32() ?? 0)
    case UInt8(ascii: "x"): number(reader.int64() ?? 0)
    case UInt8(ascii: "t"): number(reader.uint64() ?? 0)
    case UInt8(ascii: "d"): number(reader.double() ?? 0)
    case UInt8(ascii: "s"): string(reader.string() ?? "")
    case UInt8(ascii: "o"): string(reader.objectPath() ?? "")
    case UInt8(ascii: "g"): string(reader.signatureValue() ?? "")
    case UInt8(ascii: "v"): _ = reader.enter { value(&$0) }
    case UInt8(ascii: "r"): structure(&reader)
    case UInt8(ascii: "a"): arrayValue(&reader)
    default:
      null()
      reader.skip()
    }
  }

  /// The entries of the dictionary that comes next, but for some, as members of the present object.
  package mutating func members(_ reader: inout Reader, except left: [String] = []) {
    reader.forEach { entry in
      _ = entry.enter { pair in
        let name = Self.name(&pair)
        guard !left.contains(name) else { return }
        key(name)
        value(&pair)
      }
    }
  }

  private mutating func structure(_ reader: inout Reader) {
    array { json in
      _ = reader.enter { fields in
        while fields.type != 0 { json.value(&fields) }
      }
    }
  }

  private mutating func arrayValue(_ reader: inout Reader) {
    switch reader.elementType {
    case UInt8(ascii: "y"): string(reader.withBytes { base64($0) } ?? "")
    case UInt8(ascii: "e"): object { $0.members(&reader) }
    default: array { json in reader.forEach { json.value(&$0) } }
    }
  }

  /// A key of a dictionary may have any basic type; that of an object is text.
  private static func name(_ reader: inout Reader) -> String {
    if let text = reader.string() { return text }
    var json = JSON()
    json.value(&reader)
    return json.text.utf8.first == UInt8(ascii: "\"")
      ? String(json.text.dropFirst().dropLast()) : json.text
  }
}

package func base64(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  var index = 0
  while index < bytes.count {
    let left = bytes.count - index
    var group = UInt32(bytes[index]) << 16
    if left > 1 { group |= UInt32(bytes[index + 1]) << 8 }
    if left > 2 { group |= UInt32(bytes[index + 2]) }
    for digit in 0..<4 {
      let shift = UInt32(18 - 6 * digit)
      text.append(
        digit > left ? UInt8(ascii: "=") : alphabet.utf8Start[Int(group >> shift & 63)]
      )
    }
    index += 3
  }
  return String(decoding: text, as: UTF8.self)
}
