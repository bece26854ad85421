import Notifications

// A batch with all that its operations need, as one record of the journal.

extension Archive {
  mutating func write(_ batch: Batch) {
    data(1, batch.archive.bytes)
    for operation in batch.operations { write(operation) }
  }

  private mutating func write(_ operation: Batch.Operation) {
    switch operation {
    case .content(let content):
      block(2) {
        $0.number(1, content.row)
        $0.number(2, Int64(content.id.rawValue))
        $0.place(3, content.standing)
        $0.place(4, content.owner)
        $0.place(5, content.notification)
        $0.place(6, content.treatment)
        if let picture = content.picture { $0.block(7) { $0.write(picture) } }
      }
    case .standing(let row, let standing):
      block(3) {
        $0.number(1, row)
        $0.place(2, standing)
      }
    case .ended(let number, let row, let ending):
      block(4) {
        $0.number(1, number)
        $0.number(2, row)
        $0.place(3, ending)
      }
    case .drop(let row): number(5, row)
    case .forgetPermissions: number(6, 0)
    case .permission(let app, let record):
      block(7) {
        $0.place(1, app)
        $0.place(2, record)
      }
    case .settings(let settings): place(8, settings)
    case .counter(let counter): number(9, Int64(counter))
    case .clock(let boot, let offset):
      block(10) {
        $0.place(1, boot)
        $0.number(2, offset)
      }
    case .forgetPeers: number(11, 0)
    case .writer(let writer): number(12, writer)
    }
  }

  private mutating func place(_ tag: UInt8, _ bytes: Batch.Bytes?) {
    if let bytes { number(tag, Int64(bytes.start) << 32 | Int64(bytes.count)) }
  }

  private mutating func write(_ picture: Picture) {
    number(1, Int64(picture.width))
    number(2, Int64(picture.height))
    picture.withPixels { data(3, $0) }
  }
}

extension Batch {
  init(_ reader: ArchiveReader) throws(Damaged) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      if field.tag == 1 {
        archive.append([UInt8](try field.data()))
      } else if let operation = try Operation(field, within: archive.count) {
        add(operation)
      }
    }
  }
}

extension Batch.Operation {
  /// Nil for one of a later version.
  fileprivate init?(_ field: ArchiveReader.Field, within count: Int) throws(Damaged) {
    switch field.tag {
    case 2:
      let parts = try Parts(try field.fields(), within: count)
      guard let id = NotificationID(rawValue: UInt32(truncatingIfNeeded: try parts.number(2)))
      else { throw Damaged() }
      self = .content(
        Batch.Content(
          row: try parts.number(1),
          id: id,
          standing: try parts.bytes(3),
          owner: try parts.bytes(4),
          notification: try parts.bytesIfAny(5),
          treatment: try parts.bytesIfAny(6),
          picture: parts.picture
        )
      )
    case 3:
      let parts = try Parts(try field.fields(), within: count)
      self = .standing(row: try parts.number(1), try parts.bytes(2))
    case 4:
      let parts = try Parts(try field.fields(), within: count)
      self = .ended(number: try parts.number(1), row: try parts.number(2), try parts.bytes(3))
    case 5: self = .drop(row: try field.number())
    case 6: self = .forgetPermissions
    case 7:
      let parts = try Parts(try field.fields(), within: count)
      self = .permission(app: try parts.bytes(1), record: try parts.bytesIfAny(2))
    case 8: self = .settings(try Parts.place(try field.number(), within: count))
    case 9: self = .counter(try field.number(as: UInt32.self))
    case 10:
      let parts = try Parts(try field.fields(), within: count)
      self = .clock(boot: try parts.bytes(1), offset: try parts.number(2))
    case 11: self = .forgetPeers
    case 12: self = .writer(try field.number())
    default: return nil
    }
  }
}

/// The fields of an operation by their tags: numbers, and places in the archive.
private struct Parts {
  private var numbers = [Int64?](repeating: nil, count: 7)
  private let count: Int
  private(set) var picture: Picture?

  init(_ reader: ArchiveReader, within count: Int) throws(Damaged) {
    self.count = count
    var reader = reader
    while let field = try reader.next() {
      switch field.tag {
      case 1...6: numbers[Int(field.tag)] = try field.number()
      case 7: picture = try Picture(try field.fields())
      default: break
      }
    }
  }

  func number(_ tag: Int) throws(Damaged) -> Int64 {
    guard let number = numbers[tag] else { throw Damaged() }
    return number
  }

  func bytes(_ tag: Int) throws(Damaged) -> Batch.Bytes {
    try Self.place(try number(tag), within: count)
  }

  func bytesIfAny(_ tag: Int) throws(Damaged) -> Batch.Bytes? {
    guard let number = numbers[tag] else { return nil }
    return try Self.place(number, within: count)
  }

  static func place(_ number: Int64, within count: Int) throws(Damaged) -> Batch.Bytes {
    let bytes = Batch.Bytes(start: Int(number >> 32), count: Int(number & 0xffff_ffff))
    guard bytes.start >= 0, bytes.start <= count, bytes.count <= count - bytes.start else {
      throw Damaged()
    }
    return bytes
  }
}

extension Picture {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var (width, height): (Int64, Int64) = (0, 0)
    var picture: Picture?
    while let field = try reader.next() {
      switch field.tag {
      case 1: width = try field.number()
      case 2: height = try field.number()
      case 3: picture = Picture(width: width, height: height, try field.data())
      default: break
      }
    }
    guard let picture else { throw Damaged() }
    self = picture
  }
}
