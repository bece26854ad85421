import Notifications

extension Archive {
  mutating func write(_ treatment: Treatment) {
    let wishes = treatment.wishes
    number(1, wishes.urgency.map { Int64($0.rawValue) })
    if let timeout = wishes.timeout { block(2) { $0.write(1, timeout) } }
    text(3, wishes.category)
    text(4, wishes.tag)
    flag(5, wishes.popsUp)
    flag(6, wishes.isListed)
    flag(7, wishes.isRemembered)
    flag(8, wishes.isStored)
    flag(9, wishes.isDropped)
    flag(10, wishes.isKept)
    if wishes.passLevel != 0 { number(11, Int64(wishes.passLevel)) }
    text(12, wishes.group)
    text(13, wishes.icon)
    text(14, wishes.sound)
    if wishes.style != Treatment.Style() { block(15) { $0.write(wishes.style) } }
    text(16, wishes.format)
    for command in wishes.commands {
      block(17) {
        $0.texts(1, command.arguments)
        $0.text(2, command.occasion.rawValue)
      }
    }
    texts(18, treatment.trace)
  }

  private mutating func write(_ style: Treatment.Style) {
    number(1, style.background.map { Int64($0) })
    number(2, style.border.map { Int64($0) })
    number(3, style.appName.map { Int64($0) })
    number(4, style.title.map { Int64($0) })
    number(5, style.body.map { Int64($0) })
    number(6, style.accent.map { Int64($0) })
    number(7, style.button.map { Int64($0) })
  }
}

extension Treatment {
  convenience init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var wishes = Wishes()
    var trace: [String] = []
    while let field = try reader.next() {
      switch field.tag {
      case 1: wishes.urgency = Notification.Urgency(rawValue: try field.number(as: UInt8.self))
      case 2: wishes.timeout = try Notification.Timeout(within: try field.fields())
      case 3: wishes.category = try field.text()
      case 4: wishes.tag = try field.text()
      case 5: wishes.popsUp = try field.flag()
      case 6: wishes.isListed = try field.flag()
      case 7: wishes.isRemembered = try field.flag()
      case 8: wishes.isStored = try field.flag()
      case 9: wishes.isDropped = try field.flag()
      case 10: wishes.isKept = try field.flag()
      case 11: wishes.passLevel = try field.number(as: Int.self)
      case 12: wishes.group = try field.text()
      case 13: wishes.icon = try field.text()
      case 14: wishes.sound = try field.text()
      case 15: wishes.style = try Style(try field.fields())
      case 16: wishes.format = try field.text()
      case 17: wishes.commands.append(try Command(try field.fields()))
      case 18: trace.append(try field.text())
      default: break
      }
    }
    self.init(wishes, trace: trace)
  }
}

extension Notification.Timeout {
  fileprivate init(within reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self = .byUrgency
    while let field = try reader.next() {
      if field.tag == 1 { self = try Notification.Timeout(field) }
    }
  }
}

extension Treatment.Style {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init()
    while let field = try reader.next() {
      let colour = try field.number(as: UInt32.self)
      switch field.tag {
      case 1: background = colour
      case 2: border = colour
      case 3: appName = colour
      case 4: title = colour
      case 5: body = colour
      case 6: accent = colour
      case 7: button = colour
      default: break
      }
    }
  }
}

extension Treatment.Command {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var arguments: [String] = []
    var occasion: Occasion?
    while let field = try reader.next() {
      switch field.tag {
      case 1: arguments.append(try field.text())
      case 2: occasion = Occasion(rawValue: try field.text())
      default: break
      }
    }
    guard let occasion else { throw Damaged() }
    self.init(arguments, on: occasion)
  }
}
