/// What the user's rules want of one notification.
///
/// One object for all that rules set: most notifications have none.
package final class Treatment: Sendable {
  package let wishes: Wishes
  /// Which rule set what, a line each, for who asks why.
  package let trace: [String]

  package init(_ wishes: Wishes, trace: [String]) {
    self.wishes = wishes
    self.trace = trace
  }

  /// What no rule sets is nil.
  package struct Wishes: Equatable, Sendable {
    package var urgency: Notification.Urgency?
    package var timeout: Notification.Timeout?
    package var category: String?
    package var tag: String?
    package var popsUp: Bool?
    package var isListed: Bool?
    package var isRemembered: Bool?
    /// Whether it may ever be written to the disk (FD-299).
    package var isStored: Bool?
    /// Nothing is done with it but to answer the sender.
    package var isDropped = false
    /// It stays when its sender closes it.
    package var isKept = false
    /// It passes a quiet of this level.
    package var passLevel = 0
    package var group: String?
    package var icon: String?
    package var sound: String?
    package var style = Style()
    package var format: String?
    package var commands: [Command] = []

    package init() {}
  }

  /// Colours, 0xRRGGBB.
  package struct Style: Equatable, Sendable {
    package var background: UInt32?
    package var border: UInt32?
    package var appName: UInt32?
    package var title: UInt32?
    package var body: UInt32?
    package var accent: UInt32?
    package var button: UInt32?

    package init() {}
  }

  package struct Command: Equatable, Sendable {
    package var arguments: [String]
    package var occasion: Occasion

    package enum Occasion: String, Sendable {
      case shown
      case action
      case closed
    }

    package init(_ arguments: [String], on occasion: Occasion) {
      self.arguments = arguments
      self.occasion = occasion
    }
  }
}

/// Judges notifications by the user's rules. The core knows neither their language nor regular
/// expressions, so it asks; the same questions must get the same answers until other rules are set.
package protocol RuleBook: AnyObject {
  /// Nil when no rule matches.
  func treatment(
    of notification: Notification,
    from owner: Owner,
    in circumstances: Circumstances
  ) -> Treatment?
}

/// What rules may ask about beside the notification itself.
package struct Circumstances: Equatable, Sendable {
  /// Milliseconds since the epoch.
  package var wall: Int64
  package var isQuiet: Bool
  package var modes: [String]
  /// Where popups are; "" without a display.
  package var output: String
}
