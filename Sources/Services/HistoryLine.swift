import Identity
import Notifications
import Store

/// A line of JSON that is to become a past notification; whatever wrote it.
///
/// It has the keys of an entry of `History`. What they lack is what none has; what is too long is cut,
/// as that of a call is. What cannot be is refused.
struct HistoryLine {
  struct Problem: Error {
    let words: String
  }

  let entry: PastEntry

  /// `now` is in milliseconds since the epoch.
  init(_ text: ArraySlice<UInt8>, now: Int64) throws(Problem) {
    guard let json = JSONValue(text), json.isObject else { throw Problem(words: "no JSON object") }
    guard let title = try json.text("title") else { throw Problem(words: "no title") }
    let created = try Self.time("created", json, now)
    let closed = try Self.time("closed", json, now)
    guard let number = try json.number("id", in: 1...Int64(UInt32.max)),
      let id = NotificationID(rawValue: UInt32(number))
    else { throw Problem(words: "no id") }
    var notification = Notification(
      appName: PlainText.name(try Self.name(json)),
      title: PlainText.line(title, limit: 4 << 10),
      receivedAt: created
    )
    notification.via = PlainText.name(try json.text("via") ?? "")
    notification.claimedName = PlainText.name(try json.text("claimed") ?? "")
    // Nothing here has seen who sent it.
    notification.isDoubted = true
    try notification.setBody(json)
    try notification.setRest(json)
    entry = PastEntry(
      id: id,
      notification: notification,
      owner: try Self.owner(json),
      reason: try json.number("reason", in: 1...4).flatMap { CloseReason(rawValue: UInt32($0)) }
        ?? .undefined,
      closedAt: closed,
      isUnread: try json.flag("unread") ?? false
    )
  }

  /// Milliseconds of a day: clocks differ, and time zones are mistaken.
  private static let skew: Int64 = 86_400_000

  /// Milliseconds since the epoch.
  private static func time(
    _ name: String,
    _ json: JSONValue,
    _ now: Int64
  ) throws(Problem) -> Int64 {
    guard let time = json[name]?.integer else { throw Problem(words: "no time in “\(name)”") }
    guard time >= 0 else { throw Problem(words: "“\(name)” is no time of day in milliseconds") }
    guard time <= now + skew else { throw Problem(words: "“\(name)” is in the future") }
    return time
  }

  /// Without who really sends, which stands behind it.
  private static func name(_ json: JSONValue) throws(Problem) -> String {
    let shown = try json.text("app_name") ?? ""
    guard let via = try json.text("via") else { return shown }
    let ending = " · via \(PlainText.isolated(via))"
    return shown.hasSuffix(ending) ? String(shown.dropLast(ending.count)) : shown
  }

  /// A file's word proves nothing: it is found by its app, but is not verified as of it, nobody has
  /// its name, and nothing can wake it.
  private static func owner(_ json: JSONValue) throws(Problem) -> Owner {
    let principal = try json.text("principal") ?? ""
    guard principal.isEmpty || PrincipalKey.isRight(principal) else {
      throw Problem(words: "“principal” is a key that nobody can have")
    }
    var evidence = "imported from a file"
    if let level = try json.text("level") {
      guard Sender.Level(rawValue: level) != nil else {
        throw Problem(words: "“level” is none that there is")
      }
      evidence += ", whose level for it is “\(level)”"
    }
    let parts = principal.split(separator: "#", maxSplits: 1)
    return Owner(
      peer: "-imported",
      sender: Sender(
        level: .none,
        principal: parts.first.map { String($0) } ?? "",
        evidence: [evidence]
      ),
      origin: parts.count > 1 ? String(parts[1]) : ""
    )
  }
}

/// Members by their names: nil where there is none.
extension JSONValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }

  private func member(_ name: String) -> JSONValue? {
    self[name] == .null ? nil : self[name]
  }

  fileprivate func text(_ name: String) throws(HistoryLine.Problem) -> String? {
    guard let value = member(name) else { return nil }
    guard let text = value.string else { throw .init(words: "“\(name)” is no text") }
    return text
  }

  fileprivate func number(
    _ name: String,
    in range: ClosedRange<Int64>
  ) throws(HistoryLine.Problem) -> Int64? {
    guard let value = member(name) else { return nil }
    guard let number = value.integer, range.contains(number) else {
      throw .init(
        words: "“\(name)” is no number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }

  fileprivate func flag(_ name: String) throws(HistoryLine.Problem) -> Bool? {
    guard let value = member(name) else { return nil }
    guard let flag = value.boolean else {
      throw .init(words: "“\(name)” is neither true nor false")
    }
    return flag
  }
}

extension Notification {
  private static let longestBody = 64 << 10

  /// Links in it lead nowhere.
  fileprivate mutating func setBody(_ json: JSONValue) throws(HistoryLine.Problem) {
    if let raw = try json.text("body_raw") {
      rawBody = NotifyRequest.bounded(raw, to: Self.longestBody)
      body = StyledText(markup: rawBody, links: .none, limit: Self.longestBody)
    } else {
      rawBody = NotifyRequest.bounded(try json.text("body") ?? "", to: Self.longestBody)
      body = StyledText(markup: rawBody.escaped, links: .none, limit: Self.longestBody)
    }
  }

  fileprivate mutating func setRest(_ json: JSONValue) throws(HistoryLine.Problem) {
    urgency =
      try json.number("urgency", in: 0...2).flatMap { Urgency(rawValue: UInt8($0)) } ?? .normal
    category = NotifyRequest.bounded(try json.text("category") ?? "", to: 512)
    tag = try json.text("tag").map { NotifyRequest.bounded($0, to: 512) }
    icon = NotifyRequest.bounded(try json.text("icon") ?? "", to: 1 << 10)
    progress = try json.number("progress", in: 0...100).map { Int($0) }
    isResident = try json.flag("resident") ?? false
    var pairs: [String] = []
    for action in json["actions"]?.array.prefix(16) ?? [] {
      pairs += [try action.text("action") ?? "", try action.text("title") ?? ""]
    }
    actions = NotifyRequest.actions(pairs)
  }
}
