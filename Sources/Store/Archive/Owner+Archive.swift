import Notifications

extension Archive {
  mutating func write(_ owner: Owner) {
    text(1, owner.peer)
    text(2, owner.appName)
    text(3, owner.origin)
    let sender = owner.sender
    text(4, sender.level.rawValue)
    text(5, sender.principal)
    text(6, sender.name)
    number(7, Int64(sender.processID))
    text(8, sender.executable)
    texts(9, sender.evidence)
    text(10, sender.wakeID)
    texts(11, sender.schemes)
  }
}

extension Owner {
  convenience init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var (peer, appName, origin, level, principal, name) = ("", "", "", "", "", "")
    var (executable, wakeID) = ("", "")
    var (evidence, schemes): ([String], [String]) = ([], [])
    var processID: Int32 = 0
    while let field = try reader.next() {
      switch field.tag {
      case 1: peer = try field.text()
      case 2: appName = try field.text()
      case 3: origin = try field.text()
      case 4: level = try field.text()
      case 5: principal = try field.text()
      case 6: name = try field.text()
      case 7: processID = try field.number(as: Int32.self)
      case 8: executable = try field.text()
      case 9: evidence.append(try field.text())
      case 10: wakeID = try field.text()
      case 11: schemes.append(try field.text())
      default: break
      }
    }
    self.init(
      peer: peer,
      sender: Sender(
        level: Sender.Level(rawValue: level) ?? .none,
        principal: principal,
        name: name,
        processID: processID,
        executable: executable,
        evidence: evidence,
        wakeID: wakeID,
        schemes: schemes
      ),
      appName: appName,
      origin: origin
    )
  }
}
