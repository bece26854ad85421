/// What only the strict interface can say of a notification, and how it is spoken of there.
///
/// Immutable, and shared by all copies of the notification.
package final class WebOptions: Sendable {
  package let fields: Fields

  package init(_ fields: Fields) {
    self.fields = fields
  }

  package struct Fields: Equatable, Sendable {
    /// The string id that the app chose, or was given (WEB-200); "" for none.
    package var nid = ""
    /// Which method made it.
    package var method = Method.show
    package var isPersistent = false
    package var requiresInteraction = false
    /// Whether activation closes it (WEB-046).
    package var closesOnClick = true
    package var direction = ""
    package var language = ""
    /// What a click on the body opens (WEB-042).
    package var navigate = ""
    /// Returned byte for byte (WEB-013).
    package var data: [UInt8] = []
    /// Milliseconds since the epoch (WEB-014).
    package var timestamp: Int64?
    package var alertsAgain = false
    /// Nil leaves sound to settings (WEB-025).
    package var isSilent: Bool?
    package var vibration: [UInt32] = []
    /// By the action's index; "" for none (WEB-042).
    package var actionTargets: [String] = []
    /// `simple`, `basic`, `image`, `list` or `progress`; "" for none.
    package var template = ""
    package var items: [Item] = []
    /// −2...2 (WEB-216).
    package var priority = 0

    package init() {}
  }

  package enum Method: Sendable {
    case show
    case create
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
