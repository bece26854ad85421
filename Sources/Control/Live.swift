import DBus
import Notifications

/// What people are shown of a notification, read from the daemon's dictionary.
struct Live {
  var id: UInt32 = 0
  var appName = ""
  /// Who really sends: the name ends with it.
  var via = ""
  var title = ""
  var body = ""
  /// The first item of a list, and how many more there are (WEB-213).
  var firstItem = ""
  var moreItems = -1
  var urgency: UInt8 = 1
  var state = ""
  var output = ""
  var reason = ""
  var created: Timestamp?
  /// Of what it is about, where its sender says so.
  var time: Timestamp?
  var expires: Timestamp?
  var progress: Int32?
  var actions: [(key: String, title: String)] = []

  /// Reads an `a{sv}`.
  init(_ reader: inout Reader) {
    reader.forEachEntry { key, value in
      switch key {
      case "id": id = value.uint32() ?? 0
      case "app_name": appName = value.string() ?? ""
      case "via": via = value.string() ?? ""
      case "title": title = value.string() ?? ""
      case "body": body = value.string() ?? ""
      case "items":
        value.forEach {
          moreItems += 1
          _ = $0.enter { item in
            if moreItems == 0 { firstItem = (item.string() ?? "") + " " + (item.string() ?? "") }
          }
        }
      case "urgency": urgency = value.byte() ?? 1
      case "state": state = value.string() ?? ""
      case "output": output = value.string() ?? ""
      case "reason": reason = value.string() ?? ""
      case "created": created = value.int64().map { Timestamp(milliseconds: $0) }
      case "timestamp": time = value.int64().map { Timestamp(milliseconds: $0) }
      case "expires": expires = value.int64().map { Timestamp(milliseconds: $0) }
      case "progress": progress = value.int32()
      case "actions": value.forEach { actions.append(Self.action(&$0)) }
      default: break
      }
    }
  }

  private static func action(_ reader: inout Reader) -> (key: String, title: String) {
    var action = (key: "", title: "")
    reader.forEachEntry { key, value in
      switch key {
      case "action": action.key = value.string() ?? ""
      case "title": action.title = value.string() ?? ""
      default: break
      }
    }
    return action
  }

  /// Where it is, or why it is nowhere.
  var place: String {
    switch (state, reason) {
    case ("shown", _): output.isEmpty ? "shown" : "shown on \(output)"
    case ("pending", "queue"): "queued"
    case ("pending", "no display"): "waiting for a display"
    case (_, ""): state
    default: "\(state): \(reason)"
    }
  }

  /// Who sent it, for people; what popups call one without a name.
  var sender: String { appName.isBlank ? "Unknown" : appName }

  /// One long name shall not take the room of everybody's text.
  var printedSender: String { cut(printable(sender), to: 24, atStart: !via.isEmpty) }

  /// As popups show it: without a title, who sent it stands in its place.
  var heading: String { title.isBlank ? sender : title }

  /// The cells of its line in a list.
  var row: [String] {
    let more = moreItems > 0 ? " +\(moreItems)" : ""
    let text = [title, moreItems < 0 ? body : firstItem + more].filter { !$0.isBlank }.joined(
      separator: " · "
    )
    let shown = cut(printable(text), to: 200)
    return [String(id), (time ?? created)?.text ?? "", place].map { printable($0) }
      + [printedSender, shown]
  }
}

/// The urgency as `--urgency` takes it.
func urgencyName(_ urgency: UInt8) -> String {
  switch urgency {
  case 0: "low"
  case 1: "normal"
  default: "critical"
  }
}

/// The reason of a `NotificationClosed`.
func closeReasonName(_ reason: UInt32) -> String {
  switch reason {
  case 1: "expired"
  case 2: "dismissed"
  case 3: "closed"
  default: "undefined"
  }
}
