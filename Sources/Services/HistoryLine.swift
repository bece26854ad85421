import Identity
import Notifications
import Store

/// A line of JSON that is to become a past notification; whatever wrote it.
///
/// It has the keys of an entry of `History`. What they lack is what none has; what is too long is cut,
/// as that of a call is.
struct HistoryLine {
  struct Problem: Error {
    let words: String
  }

  let entry: PastEntry

  init(_ text: ArraySlice<UInt8>) throws(Problem) {
    guard let json = JSONValue(text), json.isObject else { throw Problem(words: "no JSON object") }
    guard let title = json["title"]?.string else { throw Problem(words: "no title") }
    let created = try Self.time("created", json)
    let closed = try Self.time("closed", json)
    let principal = json["principal"]?.string ?? ""
    guard principal.isEmpty || PrincipalKey.isRight(principal) else {
      throw Problem(words: "a principal that nobody can have")
    }
    guard let id = json["id"]?.integer.flatMap({ UInt32(exactly: $0) }),
      let id = NotificationID(rawValue: id)
    else { throw Problem(words: "no id") }
    var notification = Notification(
      appName: PlainText.name(Self.name(json)),
      title: PlainText.line(title, limit: 4 << 10),
      receivedAt: created
    )
    notification.via = PlainText.name(json["via"]?.string ?? "")
    notification.claimedName = PlainText.name(json["claimed"]?.string ?? "")
    notification.setBody(json)
    notification.setRest(json)
    entry = PastEntry(
      id: id,
      notification: notification,
      owner: Self.owner(principal, json),
      reason: json["reason"]?.integer.flatMap { UInt32(exactly: $0) }
        .flatMap { CloseReason(rawValue: $0) } ?? .undefined,
      closedAt: closed,
      isUnread: json["unread"]?.boolean ?? false
    )
  }

  /// Milliseconds since the epoch; until the year 9999, beyond which no calendar tells.
  private static func time(_ name: String, _ json: JSONValue) throws(Problem) -> Int64 {
    guard let time = json[name]?.integer else { throw Problem(words: "no time in “\(name)”") }
    guard (0...253_402_300_799_999).contains(time) else {
      throw Problem(words: "“\(name)” is no time of day in milliseconds")
    }
    return time
  }

  /// Without who really sends, which stands behind it.
  private static func name(_ json: JSONValue) -> String {
    let shown = json["app_name"]?.string ?? ""
    guard let via = json["via"]?.string else { return shown }
    let ending = " · via \(PlainText.isolated(via))"
    return shown.hasSuffix(ending) ? String(shown.dropLast(ending.count)) : shown
  }

  /// Nobody has its name, and nothing can wake it: a file's word proves nothing.
  private static func owner(_ principal: String, _ json: JSONValue) -> Owner {
    let parts = principal.split(separator: "#", maxSplits: 1)
    let sender = Sender(
      level: Sender.Level(rawValue: json["level"]?.string ?? "") ?? .none,
      principal: parts.first.map { String($0) } ?? "",
      evidence: ["imported from a file"]
    )
    return Owner(
      peer: "-imported",
      sender: sender,
      origin: parts.count > 1 ? String(parts[1]) : ""
    )
  }
}

extension JSONValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}

extension Notification {
  private static let longestBody = 64 << 10

  /// Links in it lead nowhere.
  fileprivate mutating func setBody(_ json: JSONValue) {
    if let raw = json["body_raw"]?.string {
      rawBody = NotifyRequest.bounded(raw, to: Self.longestBody)
      body = StyledText(markup: rawBody, links: .none, limit: Self.longestBody)
    } else {
      rawBody = NotifyRequest.bounded(json["body"]?.string ?? "", to: Self.longestBody)
      body = StyledText(markup: rawBody.escaped, links: .none, limit: Self.longestBody)
    }
  }

  fileprivate mutating func setRest(_ json: JSONValue) {
    let level = json["urgency"]?.integer.flatMap { UInt8(exactly: $0) }
    urgency = level.flatMap { Urgency(rawValue: $0) } ?? .normal
    category = NotifyRequest.bounded(json["category"]?.string ?? "", to: 512)
    tag = json["tag"]?.string.map { NotifyRequest.bounded($0, to: 512) }
    icon = NotifyRequest.bounded(json["icon"]?.string ?? "", to: 1 << 10)
    progress = json["progress"]?.integer.map { Int(min(max($0, 0), 100)) }
    isResident = json["resident"]?.boolean ?? false
    var pairs: [String] = []
    for action in json["actions"]?.array.prefix(16) ?? [] {
      pairs += [action["action"]?.string ?? "", action["title"]?.string ?? ""]
    }
    actions = NotifyRequest.actions(pairs)
  }
}
