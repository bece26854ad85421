/// What was sent with one call, repaired and bounded, or what rules have made of that (`Content`).
package struct Notification: Equatable {
  /// What it says who sent it, or what is known of that: display text, never identity (FD-051).
  package var name: String
  /// Who really sends, where the name is another's; "" otherwise.
  package var via = ""
  /// What the sender calls itself, where that is not shown; "" otherwise.
  package var claimedName = ""
  /// It claims to be an app that it is not (WEB-326).
  package var isDoubted = false
  /// What the sender says of itself and nobody believes, in words.
  package var rejectedClaims: [String] = []
  /// The site or device that it is about, to be shown beside the app's name (KDE-041); "" for none.
  package var about = ""
  /// One line of plain text (FD-055, FD-056).
  package var title: String
  /// The body as shown: markup turned into styled runs.
  package var body: StyledText
  /// The body as sent, for read-back (FD-062).
  package var rawBody: String
  package var actions: [Action]
  package var urgency: Urgency
  package var timeout: Timeout
  /// The first comma-separated part of the category hint, "" for none (FD-252).
  package var category: String
  /// 0...100, or nil for no progress bar (FD-198).
  package var progress: Int?
  package var image: Picture?
  /// The name or file of its icon, or that of its app's; "" for none (FD-163).
  package var icon = ""
  package var tag: String?
  /// `x-canonical-append`: the body joins the app's last notification of equal title (CAN-005).
  package var appends: Bool
  package var isResident: Bool
  package var isTransient: Bool
  /// Every hint as sent but the images, for read-back (FD-190).
  package var hints: [Hint]
  /// Receipt, in milliseconds since the epoch.
  package var receivedAt: Int64
  /// What hark's own interface or hints say of it; nil where nothing did.
  package var web: WebOptions?
  /// What may be seen of it while the session is locked.
  package var onLockScreen = LockScreen.name

  /// It is never written to the disk (FD-299).
  package var isPrivate = false

  package init(appName: String, title: String, receivedAt: Int64) {
    name = appName
    self.title = title
    self.body = StyledText()
    self.rawBody = ""
    self.actions = []
    self.urgency = .normal
    self.timeout = .byUrgency
    self.category = ""
    self.appends = false
    self.isResident = false
    self.isTransient = false
    self.hints = []
    self.receivedAt = receivedAt
  }

  /// For people: `Firefox · via fake.sh`.
  package var appName: String { via.isEmpty ? name : PlainText.isolated(name) + ending }

  /// With what it is about; who really sends stands at the end.
  package var shownName: String {
    about.isEmpty
      ? appName : "\(PlainText.isolated(name)) · \(PlainText.isolated(about))\(ending)"
  }

  /// In few words: who really sends.
  package var realName: String { via.isEmpty ? name : via }

  private var ending: String { via.isEmpty ? "" : " · via \(PlainText.isolated(via))" }

  package enum LockScreen: Equatable, Sendable {
    /// Nothing (`hide-on-lock-screen`).
    case nothing
    /// That the app has something to say (`hide-content-on-lock-screen`, DUN-004).
    case name
    /// All of it (`x-gnome-privacy-scope` is `system`).
    case content
  }

  package struct Action: Equatable {
    /// Opaque: returned byte for byte (FD-077).
    package var key: String
    package var label: String

    package init(key: String, label: String) {
      self.key = key
      self.label = label
    }

    /// The key that a click on the body invokes; it has no button (FD-072).
    package static let defaultKey = "default"
  }

  package enum Urgency: UInt8, CaseIterable {
    case low = 0
    case normal = 1
    case critical = 2
  }

  /// What `expire_timeout` asked for.
  package enum Timeout: Equatable {
    /// −1 and every other negative value (FD-210, FD-213).
    case byUrgency
    /// 0 (FD-211).
    case never
    /// Milliseconds from first display (FD-212).
    case milliseconds(Int32)
  }
}

/// An id on the bus; never 0 (FD-031).
package struct NotificationID: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: UInt32

  package init?(rawValue: UInt32) {
    guard rawValue != 0 else { return nil }
    self.rawValue = rawValue
  }

  package static func < (a: NotificationID, b: NotificationID) -> Bool {
    a.rawValue < b.rawValue
  }
}
