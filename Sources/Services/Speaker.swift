import Identity
import Notifications

/// Whose a notification is, and what it is called: what a sender says of itself, judged.
final class Speaker {
  /// What it said.
  let words: Words
  let sender: Sender
  let isBrowser: Bool
  private let name: String
  private let via: String
  private let icon: String
  private let isDoubted: Bool
  private let rejectedClaims: [String]
  private var lastOwner: Owner?

  /// What a notification says of its sender.
  struct Words: Equatable {
    var desktopEntry: String
    var appName: String
    var appIcon: String
    /// Whose word it brings (KDE-040).
    var displayName: String
  }

  /// In characters, of a name that is followed by who really sends.
  private static let longestClaim = 64

  init(_ words: Words, _ sender: Sender, _ claim: Claim, isBrowser: Bool) {
    self.words = words
    self.sender = sender
    self.isBrowser = isBrowser
    let name = PlainText.name(claim.name)
    via = PlainText.name(claim.via ?? "")
    let isCut = !via.isEmpty && name.count > Self.longestClaim
    self.name = isCut ? name.prefix(Self.longestClaim) + "…" : name
    icon = words.appIcon.isEmpty || claim.isContradicted ? claim.icon : words.appIcon
    isDoubted = claim.isContradicted
    rejectedClaims = claim.rejected.map { PlainText.name($0) }
  }

  /// One object for all that it sends about one site, as most speak of one or none.
  func owner(_ peer: String, origin: String) -> Owner {
    let origin = isBrowser ? origin : ""
    if let lastOwner, lastOwner.origin == origin { return lastOwner }
    let owner = Owner(peer: peer, sender: sender, appName: words.appName, origin: origin)
    lastOwner = owner
    return owner
  }

  /// Names the notification, and says whose it is (FD-050, FD-052, FD-163, WEB-326).
  func sign(_ notification: inout Notification) {
    let claimed = notification.name
    notification.name = name
    notification.via = via
    if notification.appName != claimed { notification.claimedName = claimed }
    notification.icon = icon
    notification.isDoubted = isDoubted
    notification.rejectedClaims = rejectedClaims
  }
}
