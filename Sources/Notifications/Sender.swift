/// Who is at the other end of a bus name, as far as it is proved.
///
/// One object for all that a peer sends: it is copied with every notification.
package final class Sender: Sendable {
  package let level: Level
  /// The key of whatever is kept for it (ID-050); "" at level `none`.
  package let principal: String
  /// The proved name, for people; "" for none.
  package let name: String
  package let processID: Int32
  package let executable: String
  /// What the level rests on, in words.
  package let evidence: [String]
  /// The desktop id by which the bus can start it; "" where it cannot (WEB-044).
  package let wakeID: String
  /// The schemes that it is called for by that id, in lower case.
  package let schemes: [String]

  package init(
    level: Level,
    principal: String,
    name: String = "",
    processID: Int32 = 0,
    executable: String = "",
    evidence: [String] = [],
    wakeID: String = "",
    schemes: [String] = []
  ) {
    self.level = level
    self.principal = principal
    self.name = name
    self.processID = processID
    self.executable = executable
    self.evidence = evidence
    self.wakeID = wakeID
    self.schemes = schemes
  }

  /// What the proof rests on, the weakest first.
  package enum Level: String, Sendable {
    /// The look-up failed: treated as an unknown sandbox.
    case none
    /// A program that belongs to no app.
    case program
    case exe
    case name
    case unit
    /// The only security boundary.
    case sandbox
  }

  /// Who it is was looked up, and no sandbox was found.
  package var isHost: Bool { level != .none && level != .sandbox }
  /// An app, and not just some program.
  package var isVerified: Bool { level != .none && level != .program }

  /// Whether a link is the app's own to open (WEB-043); those that all may have are the desktop's.
  package func isOwn(_ link: String) -> Bool {
    guard !schemes.isEmpty, let colon = link.firstIndex(of: ":"), link.last != ":" else {
      return false
    }
    let scheme = link[..<colon].lowercased()
    return schemes.contains(scheme) && !LinkPolicy.commonSchemes.contains(scheme)
  }
}

/// Who may change a notification, and hears of it; one object for all copies of an entry.
package final class Owner: Equatable, Sendable {
  /// The unique bus name.
  package let peer: String
  package let sender: Sender
  /// As the notification claims; "" for none.
  package let appName: String
  /// The site that a registered browser speaks for (WEB-031); "" for none.
  package let origin: String
  /// Whom permission, limits and grouping go by; all that are unknown share one.
  package let principal: String

  package init(peer: String, sender: Sender, appName: String = "", origin: String = "") {
    self.peer = peer
    self.sender = sender
    self.appName = appName
    self.origin = origin
    principal = origin.isEmpty ? sender.principal : sender.principal + "#" + origin
  }

  /// The daemon's own, about itself: for no limit and no mute, and its signals reach no bus.
  package static let hark = Owner(
    peer: "",
    sender: Sender(level: .unit, principal: "app:hark", name: "hark")
  )

  var isHark: Bool { peer.isEmpty }

  /// Separate processes of one principal may update each other's, and so may programs that are
  /// no apps and go by one name: a script for louder and one for lower (FD-042).
  func isSame(as other: Owner) -> Bool {
    if peer == other.peer { return true }
    switch sender.level {
    case .none: return false
    case .program where other.sender.level == .program && !appName.isEmpty:
      return principal == other.principal || appName == other.appName
    default: return principal == other.principal
    }
  }

  /// Whether it may close the other's notifications (FD-262).
  func mayClose(_ other: Owner) -> Bool {
    sender.isHost || isSame(as: other)
  }

  /// What tags and appended bodies go by (CAN-001, WEB-030): an app, or programs of one name.
  var family: String {
    switch sender.level {
    case .none: peer
    case .program: appName.isEmpty ? principal : "name:" + appName
    default: principal
    }
  }

  /// What string ids go by (WEB-201).
  var scope: String { sender.level == .none ? peer : principal }

  /// Whether the other's notification is this one's to list and to close by the strict interface: a
  /// browser has those of its sites as well.
  package func owns(_ other: Owner) -> Bool {
    if peer == other.peer { return true }
    return sender.level != .none && sender.principal == other.sender.principal
  }

  package static func == (a: Owner, b: Owner) -> Bool {
    a.peer == b.peer && a.principal == b.principal && a.appName == b.appName
  }
}
