import Notifications
import Presentation

extension Stack {
  init(_ core: Core) {
    let waiting = core.waiting
    let isLocked = core.quiet.isLocked
    self.init(
      popups: core.candidates.map { Popup($0, core, isLocked: isLocked) },
      waiting: waiting.count,
      waitingApp: waiting.appName,
      question: isLocked ? nil : core.question.map { Question(app: $0.app, asker: $0.asker) }
    )
  }
}

extension Popup {
  fileprivate init(_ entry: Entry, _ core: Core, isLocked: Bool) {
    let notification = entry.notification
    let addressee = core.addressee(of: entry)
    let disabled = core.disabledActions(of: addressee)
    self.init(
      id: entry.id,
      // A card that is veiled, or whose sender has left, is another picture of the same entry.
      revision: entry.revision << 2 | (disabled.isEmpty ? 0 : 2) | (isLocked ? 1 : 0),
      urgency: notification.urgency,
      appName: notification.shownName,
      title: notification.title,
      body: notification.body,
      image: notification.image,
      progress: notification.progress,
      buttons: notification.actions.filter { $0.key != Notification.Action.defaultKey },
      isActivatable: entry.offers(Notification.Action.defaultKey)
        && !disabled.contains(Notification.Action.defaultKey)
    )
    self.disabled = disabled
    sender = addressee.owner.sender.level == .none ? "" : addressee.notification.realName
    count = entry.count
    isDoubted = notification.isDoubted
    via = notification.via
    about = notification.about
    direction = notification.web?.fields.direction ?? .auto
    if let wishes = entry.treatment?.wishes {
      style = wishes.style
      if let format = wishes.format.map({ Format($0) }) {
        title = format.title(of: notification)
        body = format.body(of: notification)
      }
    }
    if isLocked { veil(notification.onLockScreen) }
  }

  /// What whoever stands before a locked screen may see, and nothing to choose (PT-043, DUN-004).
  private mutating func veil(_ visible: Notification.LockScreen) {
    buttons = []
    isActivatable = false
    guard visible != .content else {
      for index in body.runs.indices { body.runs[index].link = nil }
      return body.links = []
    }
    title = "New notification"
    direction = .auto
    body = StyledText()
    image = nil
    progress = nil
  }
}
