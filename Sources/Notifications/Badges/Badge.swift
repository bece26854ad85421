/// What an app has put on its icon, in the terms of the web's Badging API.
package enum Badge: Equatable, Sendable {
  case nothing
  /// There is something, and no number says how much (WEB-401).
  case flag
  /// Not 0, which is nothing (WEB-402).
  case number(UInt64)

  package init(_ number: UInt64) {
    self = number == 0 ? .nothing : .number(number)
  }
}

/// In whose name a badge is set.
package enum BadgeWriter {
  /// Its own, which has to be proved.
  case app(Owner)
  /// The user's, who may set any.
  case user(app: String)

  var app: String {
    switch self {
    case .app(let owner): owner.principal
    case .user(let app): app
    }
  }
}

/// What a launcher entry says anew; nil stays as it was (LE-003).
package struct LauncherUpdate: Equatable, Sendable {
  package var count: UInt64?
  package var isCountVisible: Bool?
  /// From 0 to 1.
  package var progress: Double?
  package var isProgressVisible: Bool?
  package var isUrgent: Bool?

  package init() {}
}

/// What one sender has said of one app's icon.
struct LauncherEntry: Equatable {
  let peer: String
  /// The sender is not proved to be the app (LE-008).
  let isForeign: Bool
  private var count: UInt64 = 0
  private var isCountVisible = false
  private var lastProgress = 0.0
  private var isProgressVisible = false
  private(set) var isUrgent = false

  init(peer: String, isForeign: Bool) {
    self.peer = peer
    self.isForeign = isForeign
  }

  mutating func take(_ update: LauncherUpdate) {
    count = update.count ?? count
    isCountVisible = update.isCountVisible ?? isCountVisible
    lastProgress = update.progress ?? lastProgress
    isProgressVisible = update.isProgressVisible ?? isProgressVisible
    isUrgent = update.isUrgent ?? isUrgent
  }

  /// LE-005
  var badge: Badge { isCountVisible ? Badge(count) : .nothing }

  var progress: Double? { isProgressVisible ? lastProgress : nil }
}
