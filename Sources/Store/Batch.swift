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

  /// Leaves only what began and ended within it; its rows and numbers count from these on. Returns
  /// how many of each.
  mutating func keepEnded(from row: Int64, number: Int64) -> Int64 {
    var ends: [Int64: Bytes] = [:]
    for case .ended(_, let row, let bytes) in operations { ends[row] = bytes }
    let before = operations
    operations = []
    weight = 0
    var count: Int64 = 0
    for case .content(var content) in before {
      guard let ending = ends[content.row] else { continue }
      content.row = row + count
      add(.content(content))
      add(.ended(number: number + count, row: content.row, ending))
      count += 1
    }
    return count
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
      content.standing = moved(content.standing)
      content.owner = moved(content.owner)
      content.notification = content.notification.map(moved)
      content.treatment = content.treatment.map(moved)
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
