/// One hint as it was sent, kept for read-back (FD-190).
package struct Hint: Equatable {
  package var name: String
  package var value: HintValue

  package init(name: String, value: HintValue) {
    self.name = name
    self.value = value
  }
}

/// A D-Bus value without the bus: what a hint can hold.
package indirect enum HintValue: Equatable {
  case boolean(Bool)
  /// A signed or unsigned integer; `type` is its D-Bus type code (`y n q i u x`).
  case integer(Int64, type: UInt8)
  /// D-Bus type `t`.
  case unsigned(UInt64)
  case double(Double)
  /// A string, object path or signature by its D-Bus type code (`s o g`).
  case string(String, type: UInt8)
  case bytes([UInt8])
  /// The elements' signature is kept because the array may be empty.
  case array([HintValue], elements: String)
  /// Alternating keys and values; `entries` is the signature of one entry without its braces.
  case dictionary([HintValue], entries: String)
  case structure([HintValue])
  case variant(HintValue)
}

extension HintValue {
  /// Of any value, beside what it holds.
  package static let valueCost = 16

  /// Bytes of content.
  package var cost: Int {
    switch self {
    case .boolean, .integer, .unsigned, .double: Self.valueCost
    case .string(let text, _): Self.valueCost + text.utf8.count
    case .bytes(let bytes): Self.valueCost + bytes.count
    case .array(let values, _), .dictionary(let values, _), .structure(let values):
      values.reduce(Self.valueCost) { $0 + $1.cost }
    case .variant(let value): Self.valueCost + value.cost
    }
  }
}
