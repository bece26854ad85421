import Notifications

/// What a turn has changed, as bytes, for one record of the journal: nothing in it changes with the
/// core, so that any thread can write it.
struct Batch {
  var archive = Archive()
  private(set) var operations: [Operation] = []
  /// Bytes, about.
  private(set) var weight = 0

  /// A place in the archive.
  struct Bytes {
    var start: Int
    var count: Int
  }

  enum Operation {
    case content(Content)
    case standing(row: Int64, Bytes)
    case ended(number: Int64, row: Int64, Bytes)
    /// It is live no more, and nobody needs to know that it was.
    case drop(row: Int64)
    /// All that is known of permissions follows.
    case forgetPermissions
    case permission(app: Bytes, record: Bytes?)
    case settings(Bytes)
    case counter(UInt32)
    case clock(boot: Bytes, offset: Int64)
    /// The daemon is on another bus than the one before: the owners of what is past by now cannot be
    /// found by their names.
    case forgetPeers
    /// What follows is written by this run of a daemon.
    case writer(Int64)
  }

  struct Content {
    var row: Int64
    var id: NotificationID
    var standing: Bytes
    var owner: Bytes
    var notification: Bytes?
    var treatment: Bytes?
    var picture: Picture?
  }

  var isEmpty: Bool { operations.isEmpty }

  mutating func add(_ operation: Operation) {
    operations.append(operation)
    weight += 64
    if case .content(let content) = operation, let picture = content.picture {
      weight += picture.pixels.count * 4
    }
  }

  /// What `body` writes, sealed, and its checksum.
  mutating func seal(_ body: (inout Archive) -> Void) -> (bytes: Bytes, sum: UInt64) {
    let start = archive.count
    body(&archive)
    let sum = archive.seal(from: start)
    return (Bytes(start: start, count: archive.count - start), sum)
  }

  mutating func plain(_ text: String) -> Bytes {
    let start = archive.count
    archive.append(text)
    return Bytes(start: start, count: archive.count - start)
  }

  mutating func plain(_ bytes: [UInt8]) -> Bytes {
    archive.append(bytes)
    return Bytes(start: archive.count - bytes.count, count: bytes.count)
  }

  func copy(_ place: Bytes) -> [UInt8] {
    Array(archive.bytes[place.start..<place.start + place.count])
  }

  /// Takes back what was written last.
  mutating func discard(_ bytes: Bytes) {
    archive.truncate(to: bytes.start)
  }

  /// Keeps the memory that one turn takes.
  mutating func removeAll() {
    guard archive.count < 1 << 18, operations.count < 1 << 10 else {
      self = Batch()
      return
    }
    archive.removeAll()
    operations.removeAll(keepingCapacity: true)
    weight = 0
  }

  var size: Int { archive.count + weight }

  mutating func append(_ later: Batch) {
    let start = archive.count
    archive.append(later.archive.bytes)
    for operation in later.operations { add(operation.moved(by: start)) }
  }

  /// Leaves only what has ended, the newest of it, of so many bytes at most: the rest is written anew.
  mutating func keepEnded(_ most: Int) {
    var kept = Batch()
    var contents: [Int64: Content] = [:]
    var ends: [(number: Int64, row: Int64, bytes: Bytes)] = []
    for operation in operations {
      switch operation {
      case .content(let content): contents[content.row] = content
      case .ended(let number, let row, let bytes): ends.append((number, row, bytes))
      case .forgetPeers: kept.add(operation)
      default: break
      }
    }
    var first = ends.count
    var size = 0
    while first > 0 {
      size += ends[first - 1].bytes.count + (contents[ends[first - 1].row]?.size ?? 0) + 128
      if size > most { break }
      first -= 1
    }
    for end in ends[first...] {
      if var content = contents[end.row] {
        content.move { kept.plain(copy($0)) }
        kept.add(.content(content))
      }
      kept.add(.ended(number: end.number, row: end.row, kept.plain(copy(end.bytes))))
    }
    self = kept
  }

  /// Its rows and numbers go on from those of a file that another has written to. What ended and is
  /// not in here either is left out.
  mutating func renumber(_ ledger: inout Ledger) {
    var rows: [Int64: Int64] = [:]
    let before = operations
    operations = []
    for operation in before {
      switch operation {
      case .content(var content):
        rows[content.row] = ledger.nextRow
        content.row = ledger.nextRow
        ledger.nextRow += 1
        operations.append(.content(content))
      case .ended(_, let row, let bytes):
        guard let row = rows[row] else { continue }
        operations.append(.ended(number: ledger.nextNumber, row: row, bytes))
        ledger.nextNumber += 1
      default: operations.append(operation)
      }
    }
  }

  var endedRows: Set<Int64> {
    var rows: Set<Int64> = []
    for case .ended(_, let row, _) in operations { rows.insert(row) }
    return rows
  }
}

extension Batch.Content {
  /// Bytes.
  var size: Int {
    standing.count + owner.count + (notification?.count ?? 0) + (treatment?.count ?? 0)
      + (picture.map { $0.pixels.count * 4 } ?? 0)
  }

  mutating func move(_ move: (Batch.Bytes) -> Batch.Bytes) {
    standing = move(standing)
    owner = move(owner)
    notification = notification.map(move)
    treatment = treatment.map(move)
  }
}

extension Batch.Operation {
  /// Which row of what is live it is about.
  var row: Int64? {
    switch self {
    case .content(let content): content.row
    case .standing(let row, _), .drop(let row): row
    default: nil
    }
  }

  fileprivate func moved(by count: Int) -> Batch.Operation {
    func moved(_ bytes: Batch.Bytes) -> Batch.Bytes {
      Batch.Bytes(start: bytes.start + count, count: bytes.count)
    }
    switch self {
    case .content(var content):
      content.move(moved)
      return .content(content)
    case .standing(let row, let bytes): return .standing(row: row, moved(bytes))
    case .ended(let number, let row, let bytes):
      return .ended(number: number, row: row, moved(bytes))
    case .permission(let app, let record):
      return .permission(app: moved(app), record: record.map(moved))
    case .settings(let bytes): return .settings(moved(bytes))
    case .clock(let boot, let offset): return .clock(boot: moved(boot), offset: offset)
    case .drop, .forgetPermissions, .counter, .forgetPeers, .writer: return self
    }
  }
}
