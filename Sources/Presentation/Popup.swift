package import Notifications

/// What one card must show.
package struct Popup: Equatable {
  package var id: NotificationID
  /// Changes whenever anything below changes: equal id and revision mean equal content.
  package var revision: UInt64
  package var urgency: Notification.Urgency
  /// The name to show, never empty in practice (FD-050).
  package var appName: String
  package var title: String
  package var body: StyledText
  package var image: Picture?
  /// 0...100 (FD-198).
  package var progress: Int?
  /// Without `default` (FD-072).
  package var buttons: [Notification.Action]
  /// Has a `default` action that leads somewhere: the whole card answers a click.
  package var isActivatable: Bool
  /// Keys of buttons that lead nowhere, as their sender has left (FD-083).
  package var disabled: [String] = []
  /// Who left; "" where that is not known.
  package var sender = ""
  /// The app's name is claimed by somebody else (WEB-326).
  package var isDoubted = false
  /// Who really sends, which stands at the end of the name; "" where that is who it names.
  package var via = ""
  /// Stands at the end of the name, and must be seen to its own end.
  package var about = ""
  var realName: String { via.isEmpty ? appName : via }
  /// Of title, body and buttons.
  package var direction = WebOptions.Direction.auto
  /// How many equal notifications this one stands for.
  package var count = 1
  /// The user's colours for this card.
  package var style = Treatment.Style()

  package init(
    id: NotificationID,
    revision: UInt64,
    urgency: Notification.Urgency = .normal,
    appName: String,
    title: String,
    body: StyledText = StyledText(),
    image: Picture? = nil,
    progress: Int? = nil,
    buttons: [Notification.Action] = [],
    isActivatable: Bool = false
  ) {
    self.id = id
    self.revision = revision
    self.urgency = urgency
    self.appName = appName
    self.title = title
    self.body = body
    self.image = image
    self.progress = progress
    self.buttons = buttons
    self.isActivatable = isActivatable
  }
}

/// What is to be seen, from top to bottom.
package struct Stack: Equatable {
  package var popups: [Popup]
  /// How many more wait for a place.
  package var waiting: Int
  /// The app that all the waiting ones come from, or nil where they differ.
  package var waitingApp: String?
  /// Stands above all of them, and takes nobody's place.
  package var question: Question?

  package init(
    popups: [Popup] = [],
    waiting: Int = 0,
    waitingApp: String? = nil,
    question: Question? = nil
  ) {
    self.popups = popups
    self.waiting = waiting
    self.waitingApp = waitingApp
    self.question = question
  }

  package var isEmpty: Bool { popups.isEmpty && waiting <= 0 && question == nil }
}
