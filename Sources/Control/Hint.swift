import CLibc
import DBus

/// A hint as it is given on the command line.
package struct Hint: Equatable {
  package var name: String
  package var value: Value

  package enum Value: Equatable {
    case string(String)
    case boolean(Bool)
    case byte(UInt8)
    case int(Int32)
    case uint(UInt32)
    case int64(Int64)
    case double(Double)
  }

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  /// `TYPE:NAME:VALUE`; the value may hold colons.
  package init(_ text: String) throws(Failure) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[1].isEmpty else {
      throw .usage("--hint takes TYPE:NAME:VALUE, not \(text)")
    }
    let type = String(parts[0])
    let words = String(parts[2])
    let value: Value?
    switch type {
    case "string": value = .string(words)
    case "boolean": value = Self.boolean(words).map { .boolean($0) }
    case "byte": value = UInt8(words).map { .byte($0) }
    case "int": value = Int32(words).map { .int($0) }
    case "uint": value = UInt32(words).map { .uint($0) }
    case "int64": value = Int64(words).map { .int64($0) }
    case "double": value = Self.double(words).map { .double($0) }
    default:
      throw .usage(
        "no hint type \(type): string, boolean, byte, int, uint, int64 or double"
      )
    }
    guard let value else { throw .usage("not a value of type \(type): \(words)") }
    self.init(String(parts[1]), value)
  }

  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "true", "1": true
    case "false", "0": false
    default: nil
    }
  }

  private static func double(_ text: String) -> Double? {
    var end: UnsafeMutablePointer<CChar>?
    return text.withCString { start in
      let number = strtod(start, &end)
      guard let end, end != start, end.pointee == 0 else { return nil }
      return number
    }
  }
}

extension Hint {
  /// As one entry of an `a{sv}`.
  func write(_ writer: inout Writer) {
    switch value {
    case .string(let text): writer.entry(name, "s") { $0.string(text) }
    case .boolean(let flag): writer.entry(name, "b") { $0.boolean(flag) }
    case .byte(let number): writer.entry(name, "y") { $0.byte(number) }
    case .int(let number): writer.entry(name, "i") { $0.int32(number) }
    case .uint(let number): writer.entry(name, "u") { $0.uint32(number) }
    case .int64(let number): writer.entry(name, "x") { $0.int64(number) }
    case .double(let number): writer.entry(name, "d") { $0.double(number) }
    }
  }
}
