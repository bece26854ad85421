import Notifications

extension Archive {
  mutating func write(_ record: Permissions.Record) {
    if let user = record.user {
      block(1) {
        $0.text(1, user.decision.rawValue)
        $0.number(2, user.since)
        $0.text(3, user.reason)
      }
    }
    if let ban = record.block {
      block(2) {
        $0.text(1, ban.reason)
        $0.number(2, ban.since)
        $0.number(3, ban.expires)
        $0.flag(4, ban.isStored)
      }
    }
    number(3, Int64(record.dismissals))
    number(4, Int64(record.ignores))
    number(5, Int64(record.quietDismissals))
    number(6, Int64(record.quietIgnores))
    flag(7, record.wasBlocked)
    text(8, record.stored.rawValue)
    number(9, record.storedSince)
    flag(10, record.distrustsYes)
    text(11, record.unwritten?.rawValue)
    number(12, record.missingSince)
  }
}

extension Permissions.Record {
  init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init()
    while let field = try reader.next() {
      switch field.tag {
      case 1: user = try UserDecision(try field.fields())
      case 2: block = try Block(try field.fields())
      case 3: dismissals = try field.count()
      case 4: ignores = try field.count()
      case 5: quietDismissals = try field.count()
      case 6: quietIgnores = try field.count()
      case 7: wasBlocked = try field.flag()
      case 8: stored = StoreWord(rawValue: try field.text()) ?? .unset
      case 9: storedSince = try field.number()
      case 10: distrustsYes = try field.flag()
      case 11: unwritten = StoreWord(rawValue: try field.text())
      case 12: missingSince = try field.number()
      default: break
      }
    }
  }
}

extension ArchiveReader.Field {
  /// Counted on from here.
  fileprivate func count() throws(Damaged) -> Int {
    guard let count = Int(exactly: try number()), (0..<1 << 32).contains(count) else {
      throw Damaged()
    }
    return count
  }
}

extension Permissions.Record.UserDecision {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var decision: Permissions.Decision?
    var (since, reason): (Int64, String) = (0, "")
    while let field = try reader.next() {
      switch field.tag {
      case 1: decision = Permissions.Decision(rawValue: try field.text())
      case 2: since = try field.number()
      case 3: reason = try field.text()
      default: break
      }
    }
    guard let decision else { throw Damaged() }
    self.init(decision, since: since, reason: reason)
  }
}

extension Permissions.Record.Block {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init(reason: "", since: 0, expires: 0)
    while let field = try reader.next() {
      switch field.tag {
      case 1: reason = try field.text()
      case 2: since = try field.number()
      case 3: expires = try field.number()
      case 4: isStored = try field.flag()
      default: break
      }
    }
  }
}
