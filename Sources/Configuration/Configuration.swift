/// What the user decides in `config.toml`.
///
/// A new option is a property here, with its default, and a row in `Configuration+Settings.swift`.
package struct Configuration: Equatable, Sendable {
  package var defaultPolicy = DefaultPolicy.allow
  package var storesHeuristics = false
  package var identity = IdentityPolicy.normal
  package var browsers: [String] = []
  package var delegates: [String] = []
  package var controlAllow: [String] = []
  package var criticalInQuiet = true
  package var inhibitedHidesQuiet = false
  package var badgesRequireGrant = false
  package var badgesInQuiet = true
  package var deriveBadges = false
  package var unityName = true
  package var stackDuplicates = true
  package var expiry = Expiry.close
  /// In hours.
  package var retainFor = 7 * 24
  package var history = HistorySettings()
  package var durability = Durability.process
  package var popups = 5
  package var width = 300
  package var layer = Layer.top
  package var timeout = Timeouts()
  package var dailyLimit = 200
  /// In seconds; 0 is never.
  package var idleAfter = 120
  package var quietHours: [WeeklySpan] = []
  package var apps: [Named<AppSettings>] = []
  /// The tables of `[[rule]]` as they stand; `Rules` knows what they mean.
  package var rules: [TOMLValue] = []

  package init() {}
}

/// What an app may that the user was not asked about.
package enum DefaultPolicy: String, CaseIterable, Sendable {
  case allow, prompt, deny
}

package enum IdentityPolicy: String, CaseIterable, Sendable {
  case normal, strict
}

/// What becomes of a notification whose popup had its time.
package enum Expiry: String, CaseIterable, Sendable {
  case close, retain
}

/// After what everything that was answered is still there.
package enum Durability: String, CaseIterable, Sendable {
  case process
  case powerLoss = "power-loss"
}

/// The layer of a Wayland compositor that popups are on.
package enum Layer: String, CaseIterable, Sendable {
  case top, overlay
}

/// Of popups without a timeout of their own, in milliseconds; 0 is for ever.
package struct Timeouts: Equatable, Sendable {
  package var low = 5000
  package var normal = 8000
}

package struct HistorySettings: Equatable, Sendable {
  /// In days; 0 is for ever.
  package var days = 90
  package var count = 100_000
  package var keepsRevoked = false
}

package struct AppSettings: Equatable, Sendable {
  package var isMuted = false
  package var badges = true
  /// Nil: as for every app.
  package var dailyLimit: Int?
  /// Nil: as for all.
  package var historyDays: Int?
  package var historyCount: Int?

  package init() {}
}
