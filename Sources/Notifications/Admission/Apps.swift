// What is known of apps, for the user: which there are, what they may, what they sent.

/// One app in a list of them.
package struct AppSummary: Equatable, Sendable {
  /// The key of its principal.
  package var app: String
  /// As it was last seen; "" for never.
  package var name = ""
  package var level: Sender.Level?
  package var settings = AppSettings()
  package var permission: Permissions.Status
  /// Where the user is asked about it now.
  package var question: Prompt.Place?
  package var live = 0
  package var sentToday = 0
  /// Since the start (FD-226).
  package var refusals = 0
  package var look = Badges.Look()
}

extension Core {
  /// The apps of which anything is known, by key.
  package var knownApps: [String] {
    var keys = Set(apps.keys)
    keys.formUnion(appSettings.keys)
    keys.formUnion(permissions.apps)
    keys.formUnion(permissions.refused)
    keys.formUnion(badges.known)
    // What nobody knows has no name to call it by, and nobody need know of hark itself.
    return keys.filter { Standing(of: $0) != .unknown && $0 != Owner.hark.principal }.sorted()
  }

  package func summary(of app: String, wall: Int64) -> AppSummary {
    var summary = AppSummary(
      app: app,
      settings: appSettings[app] ?? AppSettings(),
      permission: permissions.status(of: app),
      question: permissions.prompt(of: app)?.place,
      refusals: permissions.refusals(of: app),
      look: badgeLook(of: app)
    )
    if let known = apps[app] {
      summary.name = known.name
      summary.level = known.members.isEmpty && known.name.isEmpty ? nil : known.level
      summary.live = known.members.count
      summary.sentToday = known.sent(on: local.reading(wall).day)
    }
    if summary.name.isEmpty { summary.name = askers[app]?.name ?? "" }
    return summary
  }

  /// What an app has a day before its notifications raise no popup; 0: no limit (WEB-323).
  package func dailyLimit(of app: String) -> Int {
    appSettings[app]?.dailyLimit ?? preferences.dailyLimit
  }
}
