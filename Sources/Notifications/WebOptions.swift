/// What only hark's own interface and its hints can say of a notification, and how it is spoken of
/// there.
///
/// Immutable, and shared by all copies of the notification.
package final class WebOptions: Sendable {
  package let fields: Fields

  package init(_ fields: Fields) {
    self.fields = fields
  }

  package struct Fields: Equatable, Sendable {
    /// Which method made it; that decides which signals its owner hears.
    package var method = Method.show
    /// The string id that the app chose, or was given (WEB-200); "" for none.
    package var nid = ""
    /// Live until somebody closes it; its popup goes after its time (WEB-021).
    package var isPersistent = false
    package var requiresInteraction = false
    /// Whether activation closes it (WEB-046).
    package var closesOnClick = true
    package var direction = Direction.auto
    package var language = ""
    /// What a click on the body opens (WEB-042); "" for nothing.
    package var navigate = ""
    /// Returned byte for byte (WEB-013).
    package var data: [UInt8] = []
    /// Milliseconds since the epoch; nil is the time of receipt (WEB-014, WEB-218).
    package var timestamp: Int64?
    /// A replacement comes up as a new one does (WEB-024).
    package var alertsAgain = false
    /// Nil leaves sound to settings (WEB-025).
    package var isSilent: Bool?
    package var vibration: [UInt32] = []
    /// What each action opens, by its index; "" for nothing (WEB-042).
    package var actionTargets: [String] = []

    // `Create` and `Update`.
    package var template: Template?
    package var message = ""
    package var expandedMessage = ""
    package var items: [Item] = []
    /// −2...2 (WEB-216).
    package var priority = 0
    /// Which of its pictures the notification has.
    package var pictureRole: PictureRole?

    package init() {}
  }

  package enum Method: Sendable {
    /// `Notify`, with hints of hark's.
    case notify
    case show
    case create
  }

  package enum Direction: String, Sendable {
    case auto
    case ltr
    case rtl
  }

  package enum Template: String, Sendable {
    case simple
    case basic
    case image
    case list
    case progress
  }

  /// The first of these that can be shown is the one that counts, from the last to the first
  /// (WEB-018).
  package enum PictureRole: Int, Sendable {
    case badge
    case icon
    case image
  }

  package struct Item: Equatable, Sendable {
    package var title: String
    package var message: String

    package init(title: String, message: String) {
      self.title = title
      self.message = message
    }
  }
}

extension WebOptions: Equatable {
  package static func == (a: WebOptions, b: WebOptions) -> Bool { a.fields == b.fields }
}

extension WebOptions.Fields {
  /// Bytes of content.
  var cost: Int {
    var bytes = 256 + nid.utf8.count + language.utf8.count + navigate.utf8.count + data.count
    bytes += vibration.count * 4 + message.utf8.count + expandedMessage.utf8.count
    for target in actionTargets { bytes += 16 + target.utf8.count }
    for item in items { bytes += 32 + item.title.utf8.count + item.message.utf8.count }
    return bytes
  }
}

extension Notification {
  /// It came by the strict interface, whose signals its owner hears.
  package var isStrict: Bool { web.map { $0.fields.method != .notify } ?? false }

  /// It stays when its time on the screen is over, unless its sender named that time (FD-217).
  var isRetained: Bool {
    guard let web, web.fields.isPersistent else { return false }
    if case .milliseconds = timeout { return false }
    return true
  }

  var nid: String { web?.fields.nid ?? "" }
  var priority: Int { web?.fields.priority ?? 0 }
}

extension Notification.Action {
  /// The actions of one notification by names that may repeat, and may be `default` (WEB-041).
  ///
  /// Keys stay apart by what no name from the bus can hold: a NUL, and the index.
  package static func list(_ actions: [(name: String, label: String)]) -> [Notification.Action] {
    var list: [Notification.Action] = []
    for (index, action) in actions.enumerated() {
      let isTaken = action.name == defaultKey || list.contains { $0.key == action.name }
      list.append(
        Notification.Action(
          key: isTaken ? "\(action.name)\0\(index)" : action.name,
          label: action.label
        )
      )
    }
    return list
  }

  /// As its sender calls it.
  package var name: String { String(key.prefix { $0 != "\0" }) }
}
