import Notifications

extension Archive {
  mutating func write(_ standing: Saved.Standing) {
    number(1, Int64(bitPattern: standing.age))
    number(2, Int64(bitPattern: standing.seniority))
    number(3, standing.created.nanoseconds)
    if let reason = standing.heldBy { block(4) { $0.write(reason) } }
    number(5, standing.left?.nanoseconds)
    number(6, standing.deadline?.nanoseconds)
    number(7, standing.failsAt?.nanoseconds)
    if !standing.flags.isEmpty { number(8, Int64(standing.flags.rawValue)) }
    number(9, standing.deferredClose.map { Int64($0.rawValue) })
  }

  mutating func write(_ reason: Entry.HoldReason) {
    let code: Int64 =
      switch reason {
      case .flood: 1
      case .dailyLimit: 2
      case .quiet: 3
      case .permission: 4
      case .muted: 5
      case .off: 6
      case .rule: 7
      case .priority: 8
      case .retained: 9
      case .duplicate: 10
      case .snoozed: 11
      }
    number(1, code)
    if case .snoozed(let until) = reason { number(2, until) }
  }
}

extension Saved.Standing {
  init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init(age: 0, seniority: 0, created: Instant(nanoseconds: 0), flags: [])
    while let field = try reader.next() {
      switch field.tag {
      case 1: age = UInt64(bitPattern: try field.number())
      case 2: seniority = UInt64(bitPattern: try field.number())
      case 3: created = Instant(nanoseconds: try field.number())
      case 4: heldBy = try Entry.HoldReason(try field.fields())
      case 5: left = Instant.Span(nanoseconds: try field.number())
      case 6: deadline = Instant(nanoseconds: try field.number())
      case 7: failsAt = Instant(nanoseconds: try field.number())
      case 8: flags = Saved.Flags(rawValue: try field.number(as: UInt8.self))
      case 9: deferredClose = CloseReason(rawValue: try field.number(as: UInt32.self))
      default: break
      }
    }
    // Ages are counted on from here.
    guard age < 1 << 61, seniority < 1 << 61 else { throw Damaged() }
  }
}

extension Entry.HoldReason {
  init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var code: Int64 = 0
    var until: Int64 = 0
    while let field = try reader.next() {
      switch field.tag {
      case 1: code = try field.number()
      case 2: until = try field.number()
      default: break
      }
    }
    switch code {
    case 1: self = .flood
    case 2: self = .dailyLimit
    case 3: self = .quiet
    case 4: self = .permission
    case 5: self = .muted
    case 6: self = .off
    case 7: self = .rule
    case 8: self = .priority
    case 9: self = .retained
    case 10: self = .duplicate
    case 11: self = .snoozed(until)
    default: throw Damaged()
    }
  }
}
