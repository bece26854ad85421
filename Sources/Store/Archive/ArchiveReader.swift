/// What was read is not what was written.
struct Damaged: Error {}

/// Reads the fields of an archive, one after the other. Whatever is there, nothing outside is touched.
struct ArchiveReader {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0
  /// The checksum of one that was sealed.
  private(set) var sum: UInt64 = 0
  /// How many blocks this one is within.
  private let depth: Int

  private static let deepest = 64

  /// Fields without a seal.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.init(bytes, depth: 0)
  }

  private init(_ bytes: UnsafeRawBufferPointer, depth: Int) {
    self.bytes = bytes
    self.depth = depth
  }

  init(sealed bytes: UnsafeRawBufferPointer) throws(Damaged) {
    guard bytes.count >= 4 else { throw Damaged() }
    let fields = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
    let seal = bytes.loadUnaligned(fromByteOffset: fields.count, as: UInt32.self)
    let sum = checksum(fields)
    guard UInt32(littleEndian: seal) == UInt32(truncatingIfNeeded: sum) else { throw Damaged() }
    self.init(fields)
    self.sum = sum
  }

  struct Field {
    let tag: UInt8
    /// 0 for a block.
    fileprivate let value: Int64
    fileprivate let block: UnsafeRawBufferPointer?
    fileprivate let depth: Int
  }

  mutating func next() throws(Damaged) -> Field? {
    guard place < bytes.count else { return nil }
    let key = try varint()
    let tag = UInt8(truncatingIfNeeded: key >> 1)
    // Of a later version: skipped like any other that is unknown.
    let known = key >> 1 <= 0xff ? tag : 0
    guard key & 1 == 1 else {
      let raw = try varint()
      let number = Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
      return Field(tag: known, value: number, block: nil, depth: depth)
    }
    let count = try varint()
    guard count <= UInt64(bytes.count - place) else { throw Damaged() }
    let end = place + Int(count)
    defer { place = end }
    let block = UnsafeRawBufferPointer(rebasing: bytes[place..<end])
    return Field(tag: known, value: 0, block: block, depth: depth)
  }

  private mutating func varint() throws(Damaged) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Damaged()
  }

  fileprivate static func within(
    _ block: UnsafeRawBufferPointer,
    depth: Int
  ) throws(Damaged) -> ArchiveReader {
    guard depth < deepest else { throw Damaged() }
    return ArchiveReader(block, depth: depth + 1)
  }
}

extension ArchiveReader.Field {
  func number() throws(Damaged) -> Int64 {
    guard block == nil else { throw Damaged() }
    return value
  }

  func number<Number: FixedWidthInteger>(as type: Number.Type) throws(Damaged) -> Number {
    guard let number = Number(exactly: try number()) else { throw Damaged() }
    return number
  }

  func flag() throws(Damaged) -> Bool { try number() != 0 }

  func data() throws(Damaged) -> UnsafeRawBufferPointer {
    guard let block else { throw Damaged() }
    return block
  }

  @inline(never)
  func text() throws(Damaged) -> String { String(decoding: try data(), as: UTF8.self) }

  func fields() throws(Damaged) -> ArchiveReader {
    try ArchiveReader.within(try data(), depth: depth)
  }
}
