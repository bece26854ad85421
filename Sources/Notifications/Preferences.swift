/// What the user's configuration wants of the core.
package struct Preferences: Equatable, Sendable {
  package var limits = Limits()
  /// What an app may that the user was not asked about (WEB-134).
  package var defaultPolicy = Permissions.DefaultPolicy.allow
  /// Whether blocks that nobody decided are told to the portal's store (PT-109).
  package var storesHeuristics = false
  package var quiet = Quiet.Settings()
  package var quietHours = WeeklyHours()
  package var badges = Badges.Settings()
  /// By principal.
  package var apps: [String: AppSettings] = [:]
  /// What had its time on the screen stays in the list for so long; nil: it is closed (FD-215).
  package var retention: Instant.Span?
  /// What its sender revoked is remembered all the same (FD-267).
  package var remembersRevoked = false
  /// Equal notifications of one app are one popup with a count.
  package var stacksDuplicates = true
  /// New notifications of one app in a day beyond which they raise no popup; 0: no limit (WEB-323).
  package var dailyLimit = 200

  package init() {}
}

/// What holds for one app alone (WEB-311).
package struct AppSettings: Equatable, Sendable {
  /// Its notifications are listed, and raise neither popup nor sound (WEB-301).
  package var isMuted = false
  /// WEB-410
  package var showsBadges = true
  /// Nil: as for every app.
  package var dailyLimit: Int?

  package init(isMuted: Bool = false, showsBadges: Bool = true, dailyLimit: Int? = nil) {
    self.isMuted = isMuted
    self.showsBadges = showsBadges
    self.dailyLimit = dailyLimit
  }
}
