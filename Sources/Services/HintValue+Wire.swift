import DBus
import Notifications

extension HintValue {
  /// How deep a value may nest: D-Bus allows no message more than 32 arrays or structures within each
  /// other, and what is told of a notification goes some way down by itself.
  private static let deepest = 20

  /// Reads the next value, whatever its type; nil where it cannot be told again: a file descriptor
  /// (FD-018), or one that nests too deep (FD-200), or costs more than `budget` has left.
  init?(_ reader: inout Reader, depth: Int = 0, _ budget: inout Int) {
    // Counted before it is made: a message holds millions of small values.
    budget -= Self.valueCost
    guard depth < Self.deepest, budget >= 0 else { return nil }
    let type = reader.type
    switch type {
    case UInt8(ascii: "b"): self = .boolean(reader.boolean() ?? false)
    case UInt8(ascii: "y"): self = .integer(Int64(reader.byte() ?? 0), type: type)
    case UInt8(ascii: "n"): self = .integer(Int64(reader.int16() ?? 0), type: type)
    case UInt8(ascii: "q"): self = .integer(Int64(reader.uint16() ?? 0), type: type)
    case UInt8(ascii: "i"): self = .integer(Int64(reader.int32() ?? 0), type: type)
    case UInt8(ascii: "u"): self = .integer(Int64(reader.uint32() ?? 0), type: type)
    case UInt8(ascii: "x"): self = .integer(reader.int64() ?? 0, type: type)
    case UInt8(ascii: "t"): self = .unsigned(reader.uint64() ?? 0)
    case UInt8(ascii: "d"): self = .double(reader.double() ?? 0)
    case UInt8(ascii: "s"): self = .string(reader.string() ?? "", type: type)
    case UInt8(ascii: "o"): self = .string(reader.objectPath() ?? "", type: type)
    case UInt8(ascii: "g"): self = .string(reader.signatureValue() ?? "", type: type)
    case UInt8(ascii: "v"):
      guard let inner = reader.enter({ HintValue(&$0, depth: depth + 1, &budget) }) ?? nil else {
        return nil
      }
      self = .variant(inner)
    case UInt8(ascii: "r"):
      guard let fields = reader.enter({ Self.all(&$0, depth + 1, &budget) }) ?? nil else {
        return nil
      }
      self = .structure(fields)
    case UInt8(ascii: "a"):
      self.init(array: &reader, depth, &budget)
      return
    default: return nil
    }
    if case .string(let text, _) = self { budget -= text.utf8.count }
    guard budget >= 0 else { return nil }
  }

  private init?(array reader: inout Reader, _ depth: Int, _ budget: inout Int) {
    let bytes: [UInt8]?? = reader.withBytes {
      budget -= $0.count
      return budget >= 0 ? [UInt8]($0) : nil
    }
    if let bytes {
      guard let bytes else { return nil }
      self = .bytes(bytes)
      return
    }
    let elements = String(reader.signature.dropFirst())
    guard elements.utf8.first == UInt8(ascii: "{") else {
      guard let values = reader.enter({ Self.all(&$0, depth + 1, &budget) }) ?? nil else {
        return nil
      }
      self = .array(values, elements: elements)
      return
    }
    let pairs: [HintValue]?? = reader.enter { inner in
      var pairs: [HintValue] = []
      while inner.type != 0 {
        guard let pair = inner.enter({ Self.all(&$0, depth + 1, &budget) }) ?? nil else {
          return nil
        }
        pairs += pair
      }
      return pairs
    }
    guard let pairs = pairs ?? nil else { return nil }
    self = .dictionary(pairs, entries: String(elements.dropFirst().dropLast()))
  }

  private static func all(
    _ reader: inout Reader,
    _ depth: Int,
    _ budget: inout Int
  ) -> [HintValue]? {
    var values: [HintValue] = []
    while reader.type != 0 {
      guard let value = HintValue(&reader, depth: depth, &budget) else { return nil }
      values.append(value)
    }
    return values
  }

  var signature: String {
    switch self {
    case .boolean: "b"
    case .integer(_, let type), .string(_, let type): String(UnicodeScalar(type))
    case .unsigned: "t"
    case .double: "d"
    case .bytes: "ay"
    case .array(_, let elements): "a" + elements
    case .dictionary(_, let entries): "a{" + entries + "}"
    case .structure(let fields): "(" + fields.reduce("") { $0 + $1.signature } + ")"
    case .variant: "v"
    }
  }

  func write(_ writer: inout Writer) {
    switch self {
    case .boolean(let value): writer.boolean(value)
    case .integer(let value, let type): Self.write(value, type, &writer)
    case .unsigned(let value): writer.uint64(value)
    case .double(let value): writer.double(value)
    case .string(let value, UInt8(ascii: "o")): writer.objectPath(ObjectPath(value) ?? "/")
    case .string(let value, UInt8(ascii: "g")): writer.signature(Signature(value) ?? "")
    case .string(let value, _): writer.string(value)
    case .bytes(let value): writer.bytes(value)
    case .array(let values, let elements):
      guard let elements = Signature(elements) else { return }
      writer.array(elements) { for value in values { value.write(&$0) } }
    case .dictionary(let pairs, let entries):
      guard let entries = Signature(entries) else { return }
      writer.dictionary(entries) { inner in
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
          inner.dictionaryEntry {
            pairs[index].write(&$0)
            pairs[index + 1].write(&$0)
          }
        }
      }
    case .structure(let fields): writer.structure { for field in fields { field.write(&$0) } }
    case .variant(let value):
      guard let contents = Signature(value.signature) else { return }
      writer.variant(contents) { value.write(&$0) }
    }
  }

  private static func write(_ value: Int64, _ type: UInt8, _ writer: inout Writer) {
    switch type {
    case UInt8(ascii: "y"): writer.byte(UInt8(clamping: value))
    case UInt8(ascii: "n"): writer.int16(Int16(clamping: value))
    case UInt8(ascii: "q"): writer.uint16(UInt16(clamping: value))
    case UInt8(ascii: "i"): writer.int32(Int32(clamping: value))
    case UInt8(ascii: "u"): writer.uint32(UInt32(clamping: value))
    default: writer.int64(value)
    }
  }
}
