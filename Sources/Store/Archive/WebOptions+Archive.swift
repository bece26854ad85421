import Notifications

extension Archive {
  mutating func write(_ fields: WebOptions.Fields) {
    switch fields.method {
    case .show: break
    case .notify: number(1, 1)
    case .create: number(1, 2)
    }
    text(2, fields.nid)
    flag(3, fields.isPersistent)
    flag(4, fields.requiresInteraction)
    flag(5, !fields.closesOnClick)
    if fields.direction != .auto { text(6, fields.direction.rawValue) }
    text(7, fields.language)
    text(8, fields.navigate)
    data(9, fields.data)
    number(10, fields.timestamp)
    flag(11, fields.alertsAgain)
    flag(12, fields.isSilent)
    for time in fields.vibration { number(13, Int64(time)) }
    texts(14, fields.actionTargets)
    text(15, fields.template?.rawValue)
    text(16, fields.message)
    text(17, fields.expandedMessage)
    for item in fields.items {
      block(18) {
        $0.text(1, item.title)
        $0.text(2, item.message)
      }
    }
    if fields.priority != 0 { number(19, Int64(fields.priority)) }
    number(20, fields.pictureRole.map { Int64($0.rawValue) })
  }
}

extension WebOptions.Fields {
  init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init()
    while let field = try reader.next() {
      switch field.tag {
      case 1: method = try field.number() == 1 ? .notify : .create
      case 2: nid = try field.text()
      case 3: isPersistent = try field.flag()
      case 4: requiresInteraction = try field.flag()
      case 5: closesOnClick = !(try field.flag())
      case 6: direction = WebOptions.Direction(rawValue: try field.text()) ?? .auto
      case 7: language = try field.text()
      case 8: navigate = try field.text()
      case 9: data = [UInt8](try field.data())
      case 10: timestamp = try field.number()
      case 11: alertsAgain = try field.flag()
      case 12: isSilent = try field.flag()
      case 13: vibration.append(try field.number(as: UInt32.self))
      case 14: actionTargets.append(try field.text())
      case 15: template = WebOptions.Template(rawValue: try field.text())
      case 16: message = try field.text()
      case 17: expandedMessage = try field.text()
      case 18: items.append(try WebOptions.Item(try field.fields()))
      case 19: priority = min(2, max(-2, try field.number(as: Int.self)))
      case 20: pictureRole = WebOptions.PictureRole(rawValue: try field.number(as: Int.self))
      default: break
      }
    }
  }
}

extension WebOptions.Item {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init(title: "", message: "")
    while let field = try reader.next() {
      switch field.tag {
      case 1: title = try field.text()
      case 2: message = try field.text()
      default: break
      }
    }
  }
}
