import DBus
import Notifications

/// The arguments of one `Notify`, repaired (section 16: no hint, image, markup, action or timeout
/// makes the call fail).
struct NotifyRequest {
  var notification: Notification
  var replaces: UInt32
  /// What was left out of the call, for the log; no text of the notification.
  var problems: [String]
  /// What the sender says of itself, as much of it as is shown.
  var words: Speaker.Words
  /// The site that it says it speaks for; counts from browsers only.
  var origin: String

  private static let bodyLimit = 64 << 10
  private static let mostActions = 16

  /// The message has the signature of `Notify`.
  init(_ message: Message, links: LinkPolicy, receivedAt: Int64) {
    var reader = message.reader()
    let appName = PlainText.name(reader.string() ?? "")
    replaces = reader.uint32() ?? 0
    // Not shown yet.
    let appIcon = Self.bounded(reader.string() ?? "", to: 1 << 10)
    let title = reader.string() ?? ""
    notification = Notification(
      appName: appName,
      title: PlainText.line(title, limit: 4 << 10),
      receivedAt: receivedAt
    )
    let body = reader.string() ?? ""
    notification.rawBody = Self.bounded(body, to: Self.bodyLimit)
    notification.body = StyledText(
      markup: body,
      links: links,
      limit: Self.bodyLimit
    )
    notification.actions = Self.actions(reader.strings(atMost: 8 * Self.mostActions) ?? [])
    var hints = HintReader()
    reader.forEachEntry { hints.read($0, &$1) }
    hints.apply(to: &notification)
    words = Speaker.Words(
      desktopEntry: hints.desktopEntry,
      appName: appName,
      appIcon: appIcon,
      displayName: hints.displayName
    )
    problems = hints.problems
    origin = hints.hark.origin ?? hints.hark.about
    switch reader.int32() ?? -1 {
    case 0: notification.timeout = .never
    case let count where count > 0: notification.timeout = .milliseconds(count)
    default: notification.timeout = .byUrgency
    }
    hints.hark.apply(to: &notification, links: links)
  }

  /// As much of a text as fits in so many bytes, whole characters only.
  static func bounded(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    let end = text.utf8.index(text.startIndex, offsetBy: limit)
    let scalars = text.unicodeScalars
    return String(text[..<scalars.index(before: scalars.index(after: end))])
  }

  /// Pairs of key and label; what is unpaired, unnamed, twice or too much is left out (FD-070..077).
  static func actions(_ strings: [String]) -> [Notification.Action] {
    var actions: [Notification.Action] = []
    for index in stride(from: 0, to: strings.count - 1, by: 2) where actions.count < mostActions {
      let key = strings[index]
      guard !key.isEmpty, key.utf8.count <= 1 << 10, !actions.contains(where: { $0.key == key })
      else { continue }
      var label = PlainText.line(strings[index + 1], limit: 1 << 10)
      if label.isEmpty, key != Notification.Action.defaultKey {
        label = PlainText.line(key, limit: 1 << 10)
      }
      actions.append(Notification.Action(key: key, label: label))
    }
    return actions
  }
}
