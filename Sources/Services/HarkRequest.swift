import DBus
import Notifications

// What the options of `Notifications1` make of a notification. What cannot be is refused, and the
// refusal names the option.

extension HarkOptions {
  /// Where the call came from.
  struct Context {
    var appName: String
    var links: LinkPolicy
    var receivedAt: Int64
  }

  private static let bodyLimit = 64 << 10
  private static let titleLimit = 4 << 10

  /// `Show`.
  func notification(
    _ title: String,
    _ context: Context
  ) throws(Invalid) -> Notification {
    let isPersistent = isPersistent ?? false
    if isSilent == true, vibration != nil {
      throw Invalid(words: "vibrate: a silent notification does not vibrate")
    }
    if alertsAgain, tag.isEmpty { throw Invalid(words: "renotify takes a tag") }
    if !isPersistent, !(actions ?? []).isEmpty {
      throw Invalid(words: "actions take persistent")
    }
    var notification = context.notification(title)
    notification.rawBody = NotifyRequest.bounded(body, to: Self.bodyLimit)
    notification.body = StyledText(
      markup: isMarkup ? body : notification.rawBody.escaped,
      links: context.links,
      limit: Self.bodyLimit
    )
    notification.urgency = urgency
    notification.timeout = timeout
    notification.tag = tag.isEmpty ? nil : tag
    var fields = WebOptions.Fields()
    fields.method = .show
    fields.alertsAgain = alertsAgain
    fields.closesOnClick = !isPersistent
    apply(to: &notification, &fields, context)
    notification.web = WebOptions(fields)
    return notification
  }

  /// `Create`.
  func notification(
    created nid: String,
    _ context: Context
  ) throws(Invalid) -> Notification {
    guard template != nil else { throw Invalid(words: "type is missing") }
    guard icon != nil else { throw Invalid(words: "icon is missing") }
    guard title != nil else { throw Invalid(words: "title is missing") }
    guard message != nil else { throw Invalid(words: "message is missing") }
    var notification = context.notification("")
    var fields = WebOptions.Fields()
    fields.method = .create
    fields.nid = nid
    notification.web = WebOptions(fields)
    return try updated(notification, context)
  }

  /// `Update`: what is not given stays (WEB-207).
  func updated(
    _ old: Notification,
    _ context: Context
  ) throws(Invalid) -> Notification {
    var notification = old
    var fields = old.web?.fields ?? WebOptions.Fields()
    fields.template = template ?? fields.template
    if fields.template == .image, image == nil, fields.pictureRole != .image, template != nil {
      throw Invalid(words: "image is missing")
    }
    if items != nil, fields.template != .list {
      throw Invalid(words: "items take the type list")
    }
    fields.items = items ?? fields.items
    if fields.template == .list, fields.items.isEmpty { throw Invalid(words: "items are missing") }
    if fields.template != .list { fields.items = [] }
    if isSilent == true, vibration != nil {
      throw Invalid(words: "vibrate: a silent notification does not vibrate")
    }

    if let title { notification.title = PlainText.line(title, limit: Self.titleLimit) }
    if let priority {
      fields.priority = priority
      notification.urgency = priority < 0 ? .low : priority < 2 ? .normal : .critical
    }
    if fields.template == .progress {
      notification.progress = progress ?? notification.progress ?? 0
    } else if template != nil {
      notification.progress = nil
    }
    fields.message = message.map { NotifyRequest.bounded($0, to: Self.bodyLimit) } ?? fields.message
    fields.expandedMessage =
      expandedMessage.map { NotifyRequest.bounded($0, to: Self.bodyLimit) }
      ?? fields.expandedMessage
    apply(to: &notification, &fields, context)
    if fields.template == .simple {
      notification.actions = []
      fields.actionTargets = []
    }
    if message != nil || expandedMessage != nil || items != nil || template != nil {
      notification.rawBody = fields.plainBody
      notification.body = StyledText(
        markup: fields.markup,
        links: context.links,
        limit: Self.bodyLimit
      )
    }
    notification.web = WebOptions(fields)
    return notification
  }

  /// What all methods have in common; only what is given changes anything.
  private func apply(
    to notification: inout Notification,
    _ fields: inout WebOptions.Fields,
    _ context: Context
  ) {
    fields.direction = direction ?? fields.direction
    fields.language = language.map { NotifyRequest.bounded($0, to: 256) } ?? fields.language
    // What cannot be opened counts as absent.
    if let navigate { fields.navigate = context.links.target(of: navigate) ?? "" }
    fields.data = data ?? fields.data
    fields.timestamp = timestamp ?? fields.timestamp
    fields.isSilent = isSilent ?? fields.isSilent
    fields.vibration = vibration ?? fields.vibration
    if let isPersistent { fields.isPersistent = isPersistent }
    fields.closesOnClick = closesOnClick ?? fields.closesOnClick
    if let category {
      notification.category = NotifyRequest.bounded(
        String(category.prefix { $0 != "," }),
        to: 512
      )
    }
    if let requiresInteraction {
      fields.requiresInteraction = requiresInteraction
      if requiresInteraction {
        notification.timeout = .never
      } else if method == .update {
        notification.timeout = .byUrgency
      }
    }
    if let actions {
      notification.actions = Notification.Action.list(
        actions.map {
          (name: $0.name, label: PlainText.line($0.title, limit: 1 << 10))
        }
      )
      fields.actionTargets = actions.map { context.links.target(of: $0.navigate) ?? "" }
    }
    for (given, role) in [(badge, .badge), (icon, .icon), (image, .image)]
      as [(GivenPicture?, WebOptions.PictureRole)]
    {
      notification.take(given, role, &fields)
    }
  }
}

extension HarkOptions.Context {
  fileprivate func notification(_ title: String) -> Notification {
    Notification(
      appName: appName,
      title: PlainText.line(title, limit: 4 << 10),
      receivedAt: receivedAt
    )
  }
}

extension Notification {
  /// The greatest of its pictures is the one that is shown (WEB-018).
  fileprivate mutating func take(
    _ given: HarkOptions.GivenPicture?,
    _ role: WebOptions.PictureRole,
    _ fields: inout WebOptions.Fields
  ) {
    guard let given else { return }
    if let picture = given.picture {
      guard role.rawValue >= fields.pictureRole?.rawValue ?? 0 else { return }
      image = picture
      fields.pictureRole = role
    } else if fields.pictureRole == role {
      image = nil
      fields.pictureRole = nil
    }
  }
}

extension WebOptions.Fields {
  /// How many items of a list are shown (WEB-213).
  static let visibleItems = 5

  fileprivate var lines: [String] { [message, expandedMessage].filter { !$0.isEmpty } }

  fileprivate var plainBody: String {
    let list = items.map { $0.title + " " + $0.message }
    return NotifyRequest.bounded((lines + list).joined(separator: "\n"), to: 64 << 10)
  }

  fileprivate var markup: String {
    (lines.map { $0.escaped } + WebOptions.Item.markup(items)).joined(separator: "\n")
  }
}

extension WebOptions.Item {
  /// A line for each that is shown.
  static func markup(_ items: [WebOptions.Item]) -> [String] {
    let visible = WebOptions.Fields.visibleItems
    var lines = items.prefix(visible).map { "<b>\($0.title.escaped)</b> \($0.message.escaped)" }
    if items.count > visible { lines.append("+\(items.count - visible)") }
    return lines
  }
}
