import Notifications
import SQLite

/// The journal as the thread sees it: what of it the tables lack, and how it is emptied.
///
/// The tables remember up to where they have it, so that each record enters them once.
final class JournalReader {
  private typealias Format = Journal.Format

  private let files: [File]
  /// What of it may be read: the loop writes behind that.
  private(set) var extent: Journal.Extent
  /// The tables have what came before this place, earlier generations included.
  private var taken: Place
  /// How many records could not be read.
  private(set) var damaged = 0
  /// Something was behind the last record that could be read: what a kill cut off, or more.
  private(set) var isCut = false
  /// For the loop, since it let this look.
  private(set) var news = News()

  struct News {
    /// All up to this generation is on its way out.
    var clearing: UInt64?
    /// This generation is gone.
    var emptied: UInt64?
  }

  struct Place {
    var generation: UInt64
    var offset: Int64
  }

  /// Finds what the daemon before this one left. `mark` is what the tables remember.
  init(_ path: String, vfs: String?, mark: [UInt8]) throws(SQLiteError) {
    files = try Format.open(path, vfs: vfs)
    taken = mark.withUnsafeBytes { mark in
      guard mark.count == 16 else { return Place(generation: 0, offset: Format.headerSize) }
      return Place(
        generation: min(mark.number(at: 0), Format.lastGeneration),
        offset: Int64(clamping: mark.number(at: 8) as UInt64)
      )
    }
    extent = Journal.Extent(
      current: Journal.Segment(file: 0, generation: taken.generation, end: 0)
    )
    var found: [Journal.Segment] = []
    for file in files.indices {
      if let segment = try segment(in: file) { found.append(segment) }
    }
    found.sort { $0.generation < $1.generation }
    guard let last = found.popLast() else { return }
    if last.generation < taken.generation {
      // What follows is of a later generation than all that the tables have.
      extent.retired = last
      extent.current.file = 1 - last.file
      if !found.isEmpty { try files[1 - last.file].truncate(to: 0) }
    } else {
      extent.current = last
      extent.retired = found.last
    }
  }

  /// Nil where there is none, or none that is needed. Nothing that was lost with the power comes back
  /// behind what follows.
  private func segment(in file: Int) throws(SQLiteError) -> Journal.Segment? {
    var header: (UInt64, UInt64) = (0, 0)
    let handle = files[file]
    try withUnsafeMutableBytes(of: &header) { bytes throws(SQLiteError) in
      try handle.read(bytes, at: 0)
    }
    let size = try handle.size()
    guard size > 0 else { return nil }
    let (magic, generation) = (UInt64(littleEndian: header.0), UInt64(littleEndian: header.1))
    var segment = Journal.Segment(file: file, generation: generation, end: 0)
    if magic == Format.magic, generation < Format.lastGeneration {
      try findEnd(of: &segment, size)
      // The power took what the tables have: no place of it is used again.
      if taken.generation == generation, taken.offset > segment.end { segment.end = 0 }
    } else if size >= Format.headerSize {
      damaged += 1
    }
    if size > segment.end {
      isCut = true
      try handle.truncate(to: segment.end)
    }
    return segment.end > 0 ? segment : nil
  }

  /// The end of the last record that is whole. One that is damaged costs nothing but itself, where its
  /// length is right.
  private func findEnd(of segment: inout Journal.Segment, _ size: Int64) throws(SQLiteError) {
    var place = Format.headerSize
    segment.end = place
    while let next = try record(in: segment, at: place, size) {
      if next.isWhole { segment.end = next.end } else if next.end < size { damaged += 1 }
      place = next.end
    }
  }

  // MARK: Reading

  /// What the loop has written since may be read, too.
  func look(at extent: Journal.Extent) {
    self.extent = extent
    news.emptied = nil
  }

  /// Whether the tables lack something.
  var hasMore: Bool { segments.contains { start(of: $0) < $0.end } }

  private var segments: [Journal.Segment] {
    let all = extent.retired.map { [$0, extent.current] } ?? [extent.current]
    return all.filter { $0.end > 0 }
  }

  private func start(of segment: Journal.Segment) -> Int64 {
    if segment.generation < taken.generation { return segment.end }
    return segment.generation == taken.generation ? taken.offset : Format.headerSize
  }

  /// What the tables remember: generation and place.
  var mark: [UInt8] {
    var mark: [UInt8] = []
    mark.append(number: taken.generation)
    mark.append(number: UInt64(taken.offset))
    return mark
  }

  var place: Place { taken }

  func rewind(to place: Place) {
    taken = place
  }

  /// The next batches that the tables lack, of a MiB or the last of these; `rewind` takes that back.
  func next(_ most: Int) throws(SQLiteError) -> [Batch] {
    var batches: [Batch] = []
    var size: Int64 = 0
    for segment in segments {
      var start = start(of: segment)
      while start < segment.end, batches.count < most, size < 1 << 20 {
        let found = try record(in: segment, at: start, segment.end)
        let end = found?.end ?? segment.end
        size += end - start
        start = end
        taken = Place(generation: segment.generation, offset: end)
        if let batch = found?.batch {
          batches.append(batch)
        } else if found?.isWhole != false {
          damaged += 1
        }
      }
    }
    return batches
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
  private func record(
    in segment: Journal.Segment,
    at place: Int64,
    _ size: Int64
  ) throws(SQLiteError) -> Record? {
    let file = files[segment.file]
    guard place + Format.frameSize <= size else { return nil }
    let frame = try file.bytes(Int(Format.frameSize), at: place)
    let count = Int64(frame.withUnsafeBytes { $0.number(at: 0) as UInt32 })
    let start = place + Format.frameSize
    guard count > 0, count <= Format.longest, start + count <= size else { return nil }
    let bytes = try file.bytes(Int(count), at: start)
    let sum = bytes.withUnsafeBytes { checksum($0) } ^ segment.generation
    return Record(
      bytes: bytes,
      isWhole: sum == frame.withUnsafeBytes { $0.number(at: 4) },
      end: start + count
    )
  }

  // MARK: Emptying

  /// All that there is by now shall go. Whether the loop must turn to the other file first.
  func beginToClear() -> Bool {
    guard news.clearing == nil, let last = segments.last else { return false }
    news.clearing = last.generation
    return extent.retired == nil
  }

  /// The tables have all of it, and the disk has them: what is not written to any more goes. Whether
  /// all of it has gone.
  func clear() throws(SQLiteError) -> Bool {
    if let retired = extent.retired {
      try files[retired.file].truncate(to: 0)
      news.emptied = retired.generation
      extent.retired = nil
    }
    guard let last = news.clearing, segments.contains(where: { $0.generation <= last }) else {
      news.clearing = nil
      return true
    }
    return false
  }

  /// The same when nobody writes to it any more.
  func empty() throws(SQLiteError) {
    for file in files { try file.truncate(to: 0) }
  }
}

extension File {
  fileprivate func bytes(_ count: Int, at place: Int64) throws(SQLiteError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    try span.withUnsafeMutableBytes { bytes throws(SQLiteError) in try read(bytes, at: place) }
    return bytes
  }
}
