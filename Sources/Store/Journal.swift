import Notifications
import SQLite

/// What was committed and is not in the tables yet: one write for each commit, batch after batch.
///
/// There are two files, of which this one, the loop's, writes to one, while the thread moves what the
/// other has into the tables and then empties it (`JournalReader`). A file begins with a number that
/// says which generation of records follows: those of a later one came later.
final class Journal {
  private let files: [File]
  /// What is there, for the thread.
  private(set) var extent: Extent
  private var body = Archive()
  private var record: [UInt8] = []

  /// The records of one generation: a whole number of them, up to a place in one of the files.
  struct Segment {
    var file: Int
    var generation: UInt64
    var end: Int64
  }

  struct Extent {
    /// Not written to any more.
    var retired: Segment?
    /// Its file is empty while it ends at 0; the first record begins another generation.
    var current: Segment
  }

  init(_ path: String, vfs: String?, _ extent: Extent) throws(SQLiteError) {
    files = try Format.open(path, vfs: vfs)
    self.extent = extent
  }

  /// When this returns, the batch outlives the daemon, or also the power.
  func append(_ batch: Batch, synchronizes: Bool) throws(SQLiteError) {
    body.removeAll()
    body.write(batch)
    record.removeAll(keepingCapacity: true)
    if extent.current.end == 0 { begin() }
    record.append(number: UInt32(body.count))
    record.append(number: body.bytes.withUnsafeBytes { checksum($0) } ^ extent.current.generation)
    record.append(contentsOf: body.bytes)
    let (file, record, offset) = (files[extent.current.file], record, extent.current.end)
    try record.span.withUnsafeBytes { bytes throws(SQLiteError) in
      try file.write(bytes, at: offset)
    }
    if synchronizes { try file.synchronize() }
    extent.current.end += Int64(record.count)
    guard record.count > 1 << 18 else { return }
    body = Archive()
    self.record = []
  }

  /// Not just the next number: old records are of another generation, should any come back.
  private func begin() {
    extent.current.generation += 1 + UInt64(monotonicTime() & 0xffff)
    record.append(number: Format.magic)
    record.append(number: extent.current.generation)
  }

  /// What the thread has done, and what it waits for: to be rid of all up to a generation.
  func follow(_ news: JournalReader.News) {
    if let emptied = news.emptied, emptied == extent.retired?.generation { extent.retired = nil }
    let current = extent.current
    guard current.generation == news.clearing, current.end > 0, extent.retired == nil else {
      return
    }
    extent.retired = current
    extent.current.file = 1 - current.file
    extent.current.end = 0
  }

  /// A file is a header and records. A record is its length, a checksum, and a batch.
  enum Format {
    /// "harkjrn1", and the generation.
    static let headerSize: Int64 = 16
    static let magic: UInt64 = 0x316e_726a_6b72_6168
    /// Its length, and the checksum of generation and batch.
    static let frameSize: Int64 = 12
    static let longest: Int64 = 1 << 30
    /// Never reached by counting.
    static let lastGeneration: UInt64 = 1 << 62

    /// Their names.
    static func paths(_ path: String) -> [String] { [path, path + "2"] }

    static func open(_ path: String, vfs: String?) throws(SQLiteError) -> [File] {
      try paths(path).map { path throws(SQLiteError) in try File(path, vfs: vfs) }
    }
  }
}

extension [UInt8] {
  /// The lowest byte first.
  mutating func append<Number: FixedWidthInteger>(number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  func number<Number: FixedWidthInteger & BitwiseCopyable>(at place: Int) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: place, as: Number.self))
  }
}
