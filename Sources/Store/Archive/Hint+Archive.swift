import Notifications

// Each kind of value has its tag; what is within an array or structure comes as blocks of tag 1.

extension Archive {
  mutating func write(_ value: HintValue) {
    switch value {
    case .boolean(let flag): number(2, flag ? 1 : 0)
    case .integer(let integer, let type):
      number(3, integer)
      number(12, Int64(type))
    case .unsigned(let integer): number(4, Int64(bitPattern: integer))
    case .double(let double): number(5, Int64(bitPattern: double.bitPattern))
    case .string(let string, let type):
      text(6, .some(string))
      number(12, Int64(type))
    case .bytes(let bytes): bytes.withUnsafeBytes { data(7, $0) }
    case .array(let values, let elements):
      text(8, .some(elements))
      write(values)
    case .dictionary(let values, let entries):
      text(9, .some(entries))
      write(values)
    case .structure(let values):
      flag(10, true)
      write(values)
    case .variant(let value):
      flag(11, true)
      write([value])
    }
  }

  private mutating func write(_ values: [HintValue]) {
    for value in values { block(1) { $0.write(value) } }
  }
}

extension Hint {
  init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var name = ""
    var value: HintValue?
    while let field = try reader.next() {
      switch field.tag {
      case 1: name = try field.text()
      case 2: value = try HintValue(try field.fields())
      default: break
      }
    }
    guard let value else { throw Damaged() }
    self.init(name: name, value: value)
  }
}

extension HintValue {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var value: HintValue?
    var values: [HintValue] = []
    var type: UInt8 = 0
    while let field = try reader.next() {
      switch field.tag {
      case 1: values.append(try HintValue(try field.fields()))
      case 2: value = .boolean(try field.flag())
      case 3: value = .integer(try field.number(), type: 0)
      case 4: value = .unsigned(UInt64(bitPattern: try field.number()))
      case 5: value = .double(Double(bitPattern: UInt64(bitPattern: try field.number())))
      case 6: value = .string(try field.text(), type: 0)
      case 7: value = .bytes([UInt8](try field.data()))
      case 8: value = .array([], elements: try field.text())
      case 9: value = .dictionary([], entries: try field.text())
      case 10: value = .structure([])
      case 11: value = .variant(.boolean(false))
      case 12: type = try field.number(as: UInt8.self)
      default: break
      }
    }
    switch value {
    case .integer(let integer, _) where "ynqiux".utf8.contains(type):
      self = .integer(integer, type: type)
    case .string(let string, _) where "sog".utf8.contains(type): self = .string(string, type: type)
    case .array(_, let elements): self = .array(values, elements: elements)
    case .dictionary(_, let entries) where values.count.isMultiple(of: 2):
      self = .dictionary(values, entries: entries)
    case .structure: self = .structure(values)
    case .variant where values.count == 1: self = .variant(values[0])
    case .boolean, .unsigned, .double, .bytes:
      guard let value else { throw Damaged() }
      self = value
    default: throw Damaged()
    }
  }
}
