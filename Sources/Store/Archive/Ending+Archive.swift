import Notifications

/// How one ended; without a time where nothing of it enters the past.
struct Ending {
  var reason = CloseReason.undefined
  /// Milliseconds since the epoch.
  var closedAt: Int64?
  var heldBy: Entry.HoldReason?
  var hasAppeared = false
  var isUnread = false

  init() {}

  init(_ record: History.Record?) {
    guard let record else { return }
    reason = record.reason
    closedAt = record.closedAt
    heldBy = record.heldBy
    hasAppeared = record.hasAppeared
    isUnread = record.isUnread
  }
}

extension Archive {
  mutating func write(_ ending: Ending) {
    number(1, Int64(ending.reason.rawValue))
    number(2, ending.closedAt)
    if let reason = ending.heldBy { block(3) { $0.write(reason) } }
    flag(4, ending.hasAppeared)
    flag(5, ending.isUnread)
  }
}

extension Ending {
  init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init()
    while let field = try reader.next() {
      switch field.tag {
      case 1: reason = CloseReason(rawValue: try field.number(as: UInt32.self)) ?? .undefined
      case 2: closedAt = try field.number()
      case 3: heldBy = try Entry.HoldReason(try field.fields())
      case 4: hasAppeared = try field.flag()
      case 5: isUnread = try field.flag()
      default: break
      }
    }
  }
}
