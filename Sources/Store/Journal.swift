import CLibc
import Notifications
import SQLite

/// What was committed and is not in the tables yet: one write for each commit, batch after batch.
///
/// A record is its length, a checksum, and a batch. A header tells which generation of records
/// follows; the tables know up to where they have it (`Database.takeIn`), so that each record enters
/// them once. Whoever has the database has its journal.
final class Journal {
  private let file: File
  private var generation: UInt64
  /// Where the next record will be.
  private(set) var end: Int64
  /// Up to here the tables have it.
  private var taken: Int64
  private var body = Archive()
  private var record: [UInt8] = []
  /// How many records could not be read.
  private(set) var damaged = 0

  /// "harkjrn1", and the generation.
  private static let headerSize: Int64 = 16
  private static let magic: UInt64 = 0x316e_726a_6b72_6168
  /// Its length, and the checksum of generation and batch.
  private static let frameSize: Int64 = 12
  private static let longest: Int64 = 1 << 30

  /// `mark` is what the tables remember of it.
  init(
    _ path: String,
    vfs: String?,
    mark: [UInt8]
  ) throws(SQLiteError) {
    file = try File(path, vfs: vfs)
    var header: (UInt64, UInt64) = (0, 0)
    let file = file
    try withUnsafeMutableBytes(of: &header) { bytes throws(SQLiteError) in
      try file.read(bytes, at: 0)
    }
    let size = try file.size()
    let isOurs = size >= Self.headerSize && UInt64(littleEndian: header.0) == Self.magic
    let known: (UInt64, UInt64)? = mark.withUnsafeBytes {
      $0.count == 16 ? ($0.number(at: 0), $0.number(at: 8)) : nil
    }
    generation = isOurs ? UInt64(littleEndian: header.1) : known?.0 ?? 0
    end = isOurs ? Self.headerSize : 0
    taken = Self.headerSize
    if let known, known.0 == generation { taken = Int64(clamping: known.1) }
    if isOurs { try findEnd(size) } else if size >= Self.headerSize { damaged += 1 }
    // The power took what the tables have: no place of it is used again.
    if taken > end { end = 0 }
    // Nothing that was lost with the power comes back behind what follows.
    if size > end { try file.truncate(to: end) }
  }

  /// The end of the last record that is whole. One that is damaged costs nothing but itself.
  private func findEnd(_ size: Int64) throws(SQLiteError) {
    var place = Self.headerSize
    while let next = try record(at: place, size) {
      if next.isWhole { end = next.end } else if next.end < size { damaged += 1 }
      place = next.end
    }
  }

  /// Whether the tables lack something.
  var hasMore: Bool { taken < end }

  /// What the tables remember: generation and place.
  var mark: [UInt8] {
    var mark: [UInt8] = []
    mark.append(number: generation)
    mark.append(number: UInt64(taken))
    return mark
  }

  // MARK: Writing

  /// When this returns, the batch outlives the daemon, or also the power.
  func append(_ batch: Batch, synchronizes: Bool) throws(SQLiteError) {
    body.removeAll()
    body.write(batch)
    record.removeAll(keepingCapacity: true)
    if end == 0 { begin() }
    record.append(number: UInt32(body.count))
    record.append(number: body.bytes.withUnsafeBytes { checksum($0) } ^ generation)
    record.append(contentsOf: body.bytes)
    let (file, record, offset) = (file, record, end)
    try record.span.withUnsafeBytes { bytes throws(SQLiteError) in
      try file.write(bytes, at: offset)
    }
    if synchronizes { try file.synchronize() }
    end += Int64(record.count)
    guard record.count > 1 << 18 else { return }
    body = Archive()
    self.record = []
  }

  /// Old records are of another generation, should any come back.
  private func begin() {
    generation = generation &+ UInt64(monotonicTime() | 1)
    taken = Self.headerSize
    record.append(number: Self.magic)
    record.append(number: generation)
  }

  /// Nothing of it is needed any more: the tables have it, and the disk has them.
  func reset() throws(SQLiteError) {
    guard !hasMore, end > 0 else { return }
    try file.truncate(to: 0)
    end = 0
  }

  // MARK: Reading

  /// The next batch that the tables lack; `rewind` takes that back.
  func next() throws(SQLiteError) -> Batch? {
    while taken < end, let found = try record(at: taken, end) {
      taken = found.end
      if let batch = found.batch { return batch }
      if found.isWhole { damaged += 1 }
    }
    taken = max(taken, end)
    return nil
  }

  var place: Int64 { taken }

  func rewind(to place: Int64) {
    taken = place
  }

  private struct Record {
    let bytes: [UInt8]
    let isWhole: Bool
    let end: Int64

    var batch: Batch? {
      isWhole ? bytes.withUnsafeBytes { try? Batch(ArchiveReader($0)) } : nil
    }
  }

  /// Nil where the file has no room for one.
  private func record(at place: Int64, _ size: Int64) throws(SQLiteError) -> Record? {
    guard place + Self.frameSize <= size else { return nil }
    var frame = [UInt8](repeating: 0, count: Int(Self.frameSize))
    try read(&frame, at: place)
    let count = Int64(frame.withUnsafeBytes { $0.number(at: 0) as UInt32 })
    let start = place + Self.frameSize
    guard count > 0, count <= Self.longest, start + count <= size else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    try read(&bytes, at: start)
    let sum = bytes.withUnsafeBytes { checksum($0) } ^ generation
    return Record(
      bytes: bytes,
      isWhole: sum == frame.withUnsafeBytes { $0.number(at: 4) },
      end: start + count
    )
  }

  private func read(_ bytes: inout [UInt8], at place: Int64) throws(SQLiteError) {
    let file = file
    var span = bytes.mutableSpan
    try span.withUnsafeMutableBytes { bytes throws(SQLiteError) in
      try file.read(bytes, at: place)
    }
  }
}

extension [UInt8] {
  /// The lowest byte first.
  fileprivate mutating func append<Number: FixedWidthInteger>(number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func number<Number: FixedWidthInteger & BitwiseCopyable>(at place: Int) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: place, as: Number.self))
  }
}
