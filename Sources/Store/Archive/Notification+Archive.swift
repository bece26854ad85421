import Notifications

// A notification but for its picture, which is kept once for all that have it.

extension Archive {
  mutating func write(_ notification: Notification) {
    text(1, notification.name)
    text(2, notification.claimedName)
    flag(3, notification.isDoubted)
    texts(4, notification.rejectedClaims)
    text(5, notification.about)
    text(6, notification.title)
    if !notification.body.text.isEmpty { block(7) { $0.write(notification.body) } }
    text(8, notification.rawBody)
    for action in notification.actions {
      block(9) {
        $0.text(1, action.key)
        $0.text(2, action.label)
      }
    }
    if notification.urgency != .normal { number(10, Int64(notification.urgency.rawValue)) }
    write(11, notification.timeout)
    text(12, notification.category)
    number(13, notification.progress.map { Int64($0) })
    text(14, notification.tag)
    flag(15, notification.appends)
    flag(16, notification.isResident)
    flag(17, notification.isTransient)
    for hint in notification.hints {
      block(18) {
        $0.text(1, hint.name)
        $0.block(2) { $0.write(hint.value) }
      }
    }
    number(19, notification.receivedAt)
    if let web = notification.web { block(20) { $0.write(web.fields) } }
    switch notification.onLockScreen {
    case .nothing: number(21, 1)
    case .name: break
    case .content: number(21, 2)
    }
    flag(22, notification.isPrivate)
    text(23, notification.icon)
    text(24, notification.via)
  }

  /// Tells a time of one's own from both others.
  mutating func write(_ tag: UInt8, _ timeout: Notification.Timeout) {
    switch timeout {
    case .byUrgency: break
    case .never: number(tag, -1)
    case .milliseconds(let count): number(tag, Int64(count))
    }
  }

  private mutating func write(_ body: StyledText) {
    text(1, body.text)
    for run in body.runs {
      block(2) {
        $0.number(1, Int64(run.range.lowerBound))
        $0.number(2, Int64(run.range.upperBound))
        $0.number(3, Int64(run.style.rawValue))
        $0.number(4, run.link.map { Int64($0) })
      }
    }
    texts(3, body.links)
  }
}

extension Notification {
  init(_ reader: ArchiveReader, picture: Picture?) throws(Damaged) {
    var reader = reader
    self.init(appName: "", title: "", receivedAt: 0)
    image = picture
    while let field = try reader.next() {
      switch field.tag {
      case 1: name = try field.text()
      case 2: claimedName = try field.text()
      case 3: isDoubted = try field.flag()
      case 4: rejectedClaims.append(try field.text())
      case 5: about = try field.text()
      case 6: title = try field.text()
      case 7: body = try StyledText(try field.fields())
      case 8: rawBody = try field.text()
      case 9: actions.append(try Action(try field.fields()))
      case 10: urgency = Urgency(rawValue: try field.number(as: UInt8.self)) ?? .normal
      case 11: timeout = try Timeout(field)
      case 12: category = try field.text()
      case 13: progress = try field.number(as: Int.self)
      case 14: tag = try field.text()
      case 15: appends = try field.flag()
      case 16: isResident = try field.flag()
      case 17: isTransient = try field.flag()
      case 18: hints.append(try Hint(try field.fields()))
      case 19: receivedAt = try field.number()
      case 20: web = WebOptions(try WebOptions.Fields(try field.fields()))
      case 21: onLockScreen = try field.number() == 1 ? .nothing : .content
      case 22: isPrivate = try field.flag()
      case 23: icon = try field.text()
      case 24: via = try field.text()
      default: break
      }
    }
  }
}

extension Notification.Timeout {
  init(_ field: ArchiveReader.Field) throws(Damaged) {
    let number = try field.number(as: Int32.self)
    self = number < 0 ? .never : .milliseconds(number)
  }
}

extension Notification.Action {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init(key: "", label: "")
    while let field = try reader.next() {
      switch field.tag {
      case 1: key = try field.text()
      case 2: label = try field.text()
      default: break
      }
    }
  }
}

extension StyledText {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init()
    var read: [Run] = []
    while let field = try reader.next() {
      switch field.tag {
      case 1: text = try field.text()
      case 2: read.append(try Run(try field.fields()))
      case 3: links.append(try field.text())
      default: break
      }
    }
    // Whoever draws it relies on this.
    var end = 0
    for run in read {
      guard run.range.lowerBound >= end, run.range.upperBound <= text.utf8.count,
        isBoundary(run.range.lowerBound), isBoundary(run.range.upperBound),
        run.link.map({ links.indices.contains($0) }) ?? true
      else { throw Damaged() }
      end = run.range.upperBound
    }
    runs = read
  }

  private func isBoundary(_ offset: Int) -> Bool {
    let utf8 = text.utf8
    guard offset < utf8.count else { return offset == utf8.count }
    return utf8[utf8.index(utf8.startIndex, offsetBy: offset)] & 0xc0 != 0x80
  }
}

extension StyledText.Run {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var (lower, upper) = (0, 0)
    var style: UInt8 = 0
    var link: Int?
    while let field = try reader.next() {
      switch field.tag {
      case 1: lower = try field.number(as: Int.self)
      case 2: upper = try field.number(as: Int.self)
      case 3: style = try field.number(as: UInt8.self)
      case 4: link = try field.number(as: Int.self)
      default: break
      }
    }
    guard lower <= upper else { throw Damaged() }
    self.init(range: lower..<upper, style: StyledText.Style(rawValue: style), link: link)
  }
}
