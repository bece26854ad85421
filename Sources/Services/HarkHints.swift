import DBus
import Notifications

/// The `x-hark-*` hints of a `Notify`: the options of `Notifications1` where there is only the usual
/// interface. What makes no sense is left out, as with every hint (FD-191).
struct HarkHints {
  private var fields: WebOptions.Fields?
  private var actionTargets: [(key: String, target: String)] = []
  /// The site that a browser speaks for: hark's own hint before the other (WEB-031).
  private(set) var origin: String?
  /// The site or device that a notification is about (KDE-041).
  private(set) var about = ""

  /// Nil: no such hint; else whether it was understood.
  mutating func read(_ name: String, _ value: Reader) -> Bool? {
    var value = value
    switch name {
    case "x-hark-origin":
      origin = value.string().map { HarkNotifications.origin($0) }
      return origin != nil
    case "x-kde-origin-name":
      guard let text = value.string() else { return false }
      about = HarkNotifications.origin(text)
      return true
    case "x-hark-action-urls": return readTargets(&value)
    default: break
    }
    var fields = fields ?? Self.empty
    guard let isUnderstood = Self.read(name, &value, &fields) else { return nil }
    if isUnderstood { self.fields = fields }
    return isUnderstood
  }

  private static let empty: WebOptions.Fields = {
    var fields = WebOptions.Fields()
    fields.method = .notify
    return fields
  }()

  private static func read(
    _ name: String,
    _ value: inout Reader,
    _ fields: inout WebOptions.Fields
  ) -> Bool? {
    switch name {
    case "x-hark-id":
      guard let nid = value.string(), nid.count <= 500 else { return false }
      fields.nid = nid
    case "x-hark-dir":
      guard let direction = value.string().flatMap({ WebOptions.Direction(rawValue: $0) }) else {
        return false
      }
      fields.direction = direction
    case "x-hark-lang":
      guard let language = value.string() else { return false }
      fields.language = NotifyRequest.bounded(language, to: 256)
    case "x-hark-navigate":
      guard let target = value.string() else { return false }
      fields.navigate = target
    case "x-hark-data":
      guard let data = value.withBytes({ [UInt8]($0) }), data.count <= 64 << 10 else {
        return false
      }
      fields.data = data
    case "x-hark-timestamp":
      guard let time = value.int64() else { return false }
      fields.timestamp = time
    case "x-hark-priority":
      guard let priority = value.int32(), (-2...2).contains(priority) else { return false }
      fields.priority = Int(priority)
    case "x-hark-expanded":
      guard let text = value.string() else { return false }
      fields.expandedMessage = NotifyRequest.bounded(text, to: 64 << 10)
    case "x-hark-template":
      guard let template = value.string().flatMap({ WebOptions.Template(rawValue: $0) }) else {
        return false
      }
      fields.template = template
    case "x-hark-items":
      guard let items = value.items() else { return false }
      fields.items = items
    case "x-hark-vibrate":
      guard let vibration = value.vibration() else { return false }
      fields.vibration = vibration
    default: return readFlag(name, &value, &fields)
    }
    return true
  }

  private static func readFlag(
    _ name: String,
    _ value: inout Reader,
    _ fields: inout WebOptions.Fields
  ) -> Bool? {
    let flag = value.flag()
    switch name {
    case "x-hark-renotify": fields.alertsAgain = flag ?? false
    case "x-hark-silent": fields.isSilent = flag
    case "x-hark-require-interaction": fields.requiresInteraction = flag ?? false
    case "x-hark-persistent": fields.isPersistent = flag ?? false
    default: return nil
    }
    return flag != nil
  }

  private mutating func readTargets(_ value: inout Reader) -> Bool {
    guard value.signature == "a{ss}" else { return false }
    value.forEach { entry in
      _ = entry.enter {
        guard actionTargets.count < 16, let key = $0.string(), let target = $0.string() else {
          return
        }
        actionTargets.append((key, target))
      }
    }
    return true
  }

  // MARK: What becomes of it

  /// The rest of the notification is read already.
  func apply(to notification: inout Notification, links: LinkPolicy) {
    notification.about = about
    guard var fields = fields ?? (actionTargets.isEmpty ? nil : Self.empty) else { return }
    fields.navigate = links.target(of: fields.navigate) ?? ""
    fields.actionTargets = notification.actions.map { action in
      actionTargets.first { $0.key == action.key }.flatMap { links.target(of: $0.target) } ?? ""
    }
    if fields.requiresInteraction { notification.timeout = .never }
    let lines =
      (fields.expandedMessage.isEmpty ? [] : [fields.expandedMessage.escaped])
      + WebOptions.Item.markup(fields.items)
    if !lines.isEmpty {
      notification.body = notification.body.appending(
        line: StyledText(markup: lines.joined(separator: "\n"), links: .none, limit: 64 << 10)
      )
    }
    notification.web = WebOptions(fields)
  }
}
