// Whether a notification may come up by itself, and what keeps it back.

extension Core {
  /// What keeps it off the screen now; nil: nothing. How fast its app sends is not asked here.
  func obstacle(to entry: Entry) -> Entry.HoldReason? {
    if !isEnabled { return .off }
    if isMuted(entry.owner) { return .muted }
    if entry.treatment?.wishes.popsUp == false { return .rule }
    if let web = entry.notification.web, web.fields.priority < 0 { return .priority }
    return admitsInQuiet(entry) ? nil : .quiet
  }

  func admitsInQuiet(_ entry: Entry) -> Bool {
    guard quiet.isQuiet else { return true }
    return quiet.admits(
      isCritical: entry.notification.urgency == .critical && !entry.isShout,
      passLevel: entry.treatment?.wishes.passLevel ?? 0
    )
  }

  /// A browser that is muted speaks for no site.
  func isMuted(_ owner: Owner) -> Bool {
    guard !appSettings.isEmpty, !owner.isHark else { return false }
    return appSettings[owner.principal]?.isMuted == true
      || !owner.origin.isEmpty && appSettings[owner.sender.principal]?.isMuted == true
  }

  /// Counts a new notification of an app; says whether that is too much (FD-291, WEB-323, WEB-324).
  mutating func meter(_ notification: Notification, of owner: Owner, at now: Instant)
    -> Entry.HoldReason?
  {
    let app = owner.principal
    if apps[app] == nil, apps.count > 2 * entries.count + 64 { forgetIdleApps(at: now) }
    enter(owner, at: now)
    // On-screen displays follow the user's hand (WEB-322).
    if notification.isOnScreenDisplay || owner.isHark { return nil }
    if notification.urgency == .critical { apps[app]?.countCritical(at: now) }
    let limit = dailyLimit(of: app)
    let today = local.reading(wallClock.moment(now).wall).day
    // In place: a copy would have its members copied with the next insertion.
    if apps[app]?.count(today: today, limit: limit) == true, !isMuted(owner) {
      effects.append(.adviseMuting(app: app, name: notification.appName))
    }
    if limit > 0, apps[app]?.sentToday ?? 0 > limit { return .dailyLimit }
    return apps[app]?.bucket.take(limits, at: now) == true ? nil : .flood
  }

  mutating func enter(_ owner: Owner, at now: Instant) {
    guard apps[owner.principal] == nil else { return }
    let bucket = TokenBucket(limits, at: now)
    apps[owner.principal] = App(sender: owner.sender.principal, bucket: bucket)
  }

  private mutating func forgetIdleApps(at now: Instant) {
    let idle = apps.filter { _, app in
      var app = app
      return app.isIdle(limits, at: now)
    }
    for name in idle.keys { apps[name] = nil }
  }
}

extension Notification {
  /// CAN-004
  var isOnScreenDisplay: Bool { tag != nil && progress != nil }
}
