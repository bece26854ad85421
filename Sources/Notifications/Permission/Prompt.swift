/// A question to the user whether an app may notify; one for each app at a time (WEB-113).
package struct Prompt: Equatable, Sendable {
  /// The principal's key.
  package let app: String
  package internal(set) var place: Place
  /// Was asked so that it belongs on the screen, when nothing is quiet.
  var mayBeLoud = false
  /// Those who asked and wait.
  var callers: [Caller] = []
  /// Notifications wait for the answer as well (WEB-134).
  var isHolding = false
  /// Has been on the screen.
  var wasLoud = false
  /// When it counts as ignored; nil while it was not shown, or only has notifications wait for it
  /// where nobody could see it.
  var deadline: Instant?

  package enum Place: String, Equatable, Sendable {
    /// Another one is on the screen.
    case waiting
    /// On the screen.
    case loud
    /// In the centre only (WEB-111, WEB-115).
    case quiet
  }

  /// The user was asked for hark's own sake, and never saw it.
  var isUnseenHold: Bool { isHolding && !wasLoud }

  struct Caller: Equatable, Sendable {
    var peer: String
    var call: Call
  }
}

/// What a `Request` brings to prove that the user did something in the app just now (WEB-111).
package struct Gesture: Equatable, Sendable {
  /// The option `activation-token`.
  package var token = ""
  /// The option `user-gesture`.
  package var isClaimed = false
  /// The caller is a control peer or a registered browser: its word counts (WEB-112).
  package var isTrusted = false
  /// The app's window has the focus.
  package var hasFocus = false

  package init(
    token: String = "",
    isClaimed: Bool = false,
    isTrusted: Bool = false,
    hasFocus: Bool = false
  ) {
    self.token = token
    self.isClaimed = isClaimed
    self.isTrusted = isTrusted
    self.hasFocus = hasFocus
  }
}

/// Activation tokens that were handed out a moment ago: having one proves a click.
struct IssuedTokens {
  private static let lifetime = Instant.Span.seconds(5)
  private static let limit = 64
  private var tokens: [Token] = []

  private struct Token {
    var text: String
    var app: String
    var issued: Instant
  }

  mutating func add(_ text: String, for app: String, at now: Instant) {
    guard !text.isEmpty else { return }
    tokens.removeAll { now - $0.issued > Self.lifetime }
    if tokens.count == Self.limit { tokens.removeFirst() }
    tokens.append(Token(text: text, app: app, issued: now))
  }

  /// A token proves one click of one app.
  mutating func take(_ text: String, of app: String, at now: Instant) -> Bool {
    guard
      let place = tokens.firstIndex(where: { $0.text == text && $0.app == app })
    else { return false }
    return now - tokens.remove(at: place).issued <= Self.lifetime
  }
}
