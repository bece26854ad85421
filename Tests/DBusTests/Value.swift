import DBus

/// Any D-Bus value, to be written and read back.
indirect enum Value: Equatable {
  case byte(UInt8)
  case boolean(Bool)
  case int16(Int16)
  case uint16(UInt16)
  case int32(Int32)
  case uint32(UInt32)
  case int64(Int64)
  case uint64(UInt64)
  case double(Double)
  case string(String)
  case path(String)
  case signature(String)
  case bytes([UInt8])
  case variant(Value)
  case structure([Value])
  case array(String, [Value])
  case dictionary([String: Value])

  static func random(_ random: inout Random, depth: Int) -> Value {
    switch random.number(depth > 3 ? 13 : 17) {
    case 0: .byte(UInt8(truncatingIfNeeded: random.next()))
    case 1: .boolean(random.next() & 1 == 0)
    case 2: .int16(Int16(truncatingIfNeeded: random.next()))
    case 3: .uint16(UInt16(truncatingIfNeeded: random.next()))
    case 4: .int32(Int32(truncatingIfNeeded: random.next()))
    case 5: .uint32(UInt32(truncatingIfNeeded: random.next()))
    case 6: .int64(Int64(truncatingIfNeeded: random.next()))
    case 7: .uint64(random.next())
    case 8: .double(Double(random.number(1000)) / 8)
    case 9: .string(String(repeating: "é", count: random.number(20)))
    case 10: .path("/a" + String(repeating: "b", count: random.number(9)))
    case 11: .signature(["", "s", "a{sv}", "(ii)"][random.number(4)])
    case 12: .bytes((0..<random.number(30)).map { UInt8($0) })
    case 13: .variant(.random(&random, depth: depth + 1))
    case 14:
      .structure((0..<1 + random.number(4)).map { _ in .random(&random, depth: depth + 1) })
    case 15:
      repeated(.random(&random, depth: depth + 1), random.number(4))
    default:
      .dictionary(
        Dictionary(
          (0..<random.number(4)).map { ("key \($0)", .random(&random, depth: depth + 1)) },
          uniquingKeysWith: { first, _ in first }
        )
      )
    }
  }

  /// One element many times: an array has one type.
  private static func repeated(_ element: Value, _ count: Int) -> Value {
    if case .byte(let byte) = element { return .bytes(Array(repeating: byte, count: count)) }
    return .array(element.signature, Array(repeating: element, count: count))
  }

  var signature: String {
    switch self {
    case .byte: "y"
    case .boolean: "b"
    case .int16: "n"
    case .uint16: "q"
    case .int32: "i"
    case .uint32: "u"
    case .int64: "x"
    case .uint64: "t"
    case .double: "d"
    case .string: "s"
    case .path: "o"
    case .signature: "g"
    case .bytes: "ay"
    case .variant: "v"
    case .structure(let members): "(" + members.map { $0.signature }.joined() + ")"
    case .array(let element, _): "a" + element
    case .dictionary: "a{sv}"
    }
  }

  func write(_ writer: inout Writer) {
    switch self {
    case .byte(let value): writer.byte(value)
    case .boolean(let value): writer.boolean(value)
    case .int16(let value): writer.int16(value)
    case .uint16(let value): writer.uint16(value)
    case .int32(let value): writer.int32(value)
    case .uint32(let value): writer.uint32(value)
    case .int64(let value): writer.int64(value)
    case .uint64(let value): writer.uint64(value)
    case .double(let value): writer.double(value)
    case .string(let value): writer.string(value)
    case .path(let value): if let path = ObjectPath(value) { writer.objectPath(path) }
    case .signature(let value): if let types = Signature(value) { writer.signature(types) }
    case .bytes(let value): writer.bytes(value)
    case .variant(let value):
      if let types = Signature(value.signature) { writer.variant(types) { value.write(&$0) } }
    case .structure(let members):
      writer.structure { inner in for member in members { member.write(&inner) } }
    case .array(let element, let values):
      if let types = Signature(element) {
        writer.array(types) { inner in for value in values { value.write(&inner) } }
      }
    case .dictionary(let entries):
      writer.dictionary { inner in
        for (key, value) in entries {
          if let types = Signature(value.signature) {
            inner.entry(key, types) { value.write(&$0) }
          }
        }
      }
    }
  }

  init?(_ reader: inout Reader) {
    let value: Value?
    switch reader.type {
    case UInt8(ascii: "y"): value = reader.byte().map { .byte($0) }
    case UInt8(ascii: "b"): value = reader.boolean().map { .boolean($0) }
    case UInt8(ascii: "n"): value = reader.int16().map { .int16($0) }
    case UInt8(ascii: "q"): value = reader.uint16().map { .uint16($0) }
    case UInt8(ascii: "i"): value = reader.int32().map { .int32($0) }
    case UInt8(ascii: "u"): value = reader.uint32().map { .uint32($0) }
    case UInt8(ascii: "x"): value = reader.int64().map { .int64($0) }
    case UInt8(ascii: "t"): value = reader.uint64().map { .uint64($0) }
    case UInt8(ascii: "d"): value = reader.double().map { .double($0) }
    case UInt8(ascii: "s"): value = reader.string().map { .string($0) }
    case UInt8(ascii: "o"): value = reader.objectPath().map { .path($0) }
    case UInt8(ascii: "g"): value = reader.signatureValue().map { .signature($0) }
    case UInt8(ascii: "v"):
      let inner: Value?? = reader.enter { Value(&$0) }
      value = (inner ?? nil).map { .variant($0) }
    case UInt8(ascii: "r"):
      value = reader.enter { .structure(Self.all(&$0)) }
    case UInt8(ascii: "a"):
      value = Self.array(&reader)
    default:
      value = nil
    }
    guard let value else { return nil }
    self = value
  }

  private static func array(_ reader: inout Reader) -> Value? {
    let types = reader.signature
    switch types {
    case "ay":
      return reader.withBytes { .bytes(Array($0)) }
    case "a{sv}":
      var entries: [String: Value] = [:]
      reader.forEachEntry { key, value in entries[key] = Value(&value) }
      return .dictionary(entries)
    default:
      return reader.enter { .array(String(types.dropFirst()), Self.all(&$0)) }
    }
  }

  private static func all(_ reader: inout Reader) -> [Value] {
    var values: [Value] = []
    while let value = Value(&reader) { values.append(value) }
    return values
  }
}

struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
