import Notifications
import Store

/// What hark itself has to say, as notifications of its own. What the user does with one comes back
/// here, and reaches no bus.
final class Notices {
  /// Applies an event, and the notification that it brings is `posted`.
  private let handle: (Event) -> Void
  private let wallClock: () -> Int64
  private var subjects: [NotificationID: Subject] = [:]
  private var last: NotificationID?

  private enum Subject: Equatable {
    case configuration
    case store
    case damage
    case quietEnded
    case tooMany(app: String)
  }

  /// Of our own notifications; `OpenCalls` begins with 1.
  static let call = Call(token: 0)
  private static let mute = "mute"

  init(wallClock: @escaping () -> Int64, handle: @escaping (Event) -> Void) {
    self.wallClock = wallClock
    self.handle = handle
  }

  // MARK: What there is to say

  /// One for as long as the configuration is wrong.
  func configurationJudged(_ problems: [String]) {
    withdraw(.configuration)
    guard let first = problems.first else { return }
    var notification = notification("The configuration is wrong; the last good one holds")
    notification.rawBody = first.escaped
    notification.body = StyledText(markup: notification.rawBody, links: .none, limit: 1 << 10)
    notification.timeout = .never
    post(notification, .configuration)
  }

  /// One for as long as nothing is kept.
  func storeJudged(_ condition: Condition) {
    withdraw(.store)
    guard case .memory(let words) = condition else { return }
    var notification = notification("Notifications are not kept beyond this session")
    notification.rawBody = words.escaped
    notification.body = StyledText(markup: notification.rawBody, links: .none, limit: 1 << 10)
    notification.isTransient = true
    post(notification, .store)
  }

  /// What is lost does not come back: it stays until the user has seen it.
  func storeDamaged(_ lines: [String]) {
    withdraw(.damage)
    var notification = notification("Some of what was kept is damaged")
    notification.rawBody = lines.joined(separator: "\n").escaped
    notification.body = StyledText(markup: notification.rawBody, links: .none, limit: 1 << 10)
    notification.timeout = .never
    post(notification, .damage)
  }

  /// WEB-307
  func quietEnded(notifications: Int, apps: Int) {
    let count = notifications == 1 ? "1 notification" : "\(notifications) notifications"
    let senders = apps == 1 ? "1 app" : "\(apps) apps"
    var notification = notification("\(count) from \(senders) came while it was quiet")
    notification.isTransient = true
    post(notification, .quietEnded)
  }

  /// WEB-323
  func tooMany(from app: String, named name: String, limit: Int) {
    var notification = notification(
      "\(PlainText.isolated(name.isEmpty ? app : name)) has sent more than \(limit) notifications today"
    )
    notification.body = StyledText(
      markup: "Until midnight they raise no popup.",
      links: .none,
      limit: 1 << 10
    )
    notification.rawBody = notification.body.text
    notification.isTransient = true
    notification.actions = [Notification.Action(key: Self.mute, label: "Mute")]
    post(notification, .tooMany(app: app))
  }

  private func notification(_ title: String) -> Notification {
    Notification(
      appName: "hark",
      title: PlainText.line(title, limit: 512),
      receivedAt: wallClock()
    )
  }

  private func post(_ notification: Notification, _ subject: Subject) {
    withdraw(subject)
    last = nil
    handle(.notify(notification, replaces: 0, from: .hark, Self.call))
    if let last { subjects[last] = subject }
  }

  private func withdraw(_ subject: Subject) {
    guard let old = subjects.first(where: { $0.value == subject })?.key else { return }
    subjects[old] = nil
    handle(.dismiss([old.rawValue], nil))
  }

  // MARK: What becomes of it

  func posted(_ id: NotificationID) {
    last = id
  }

  func invoked(_ id: NotificationID, key: String) {
    guard case .tooMany(let app) = subjects[id], key == Self.mute else { return }
    handle(.mute(app, true, nil))
  }

  func closed(_ id: NotificationID) {
    subjects[id] = nil
  }
}
