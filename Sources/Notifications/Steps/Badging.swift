// The badging step: who may write on which icon, and what is told of it.

extension Core {
  mutating func badge(_ event: BadgeEvent) {
    switch event {
    case .set(let badge, let writer, let call):
      if case .app(let owner) = writer, let refusal = refusal(of: owner) {
        return effects.append(.badges(.refuse(call, refusal)))
      }
      if badges.set(badge, of: writer.app) { unsaved.settings = true }
      effects.append(.replyEmpty(call))
    case .launcher(let app, let update, let owner):
      if owner.sender.mayUpdateEntry(of: app) { badges.update(app, update, from: owner) }
    }
  }

  private func refusal(of owner: Owner) -> Badges.Refusal? {
    guard owner.sender.isVerified else { return .unverified }
    switch permissions.status(of: owner.principal).state {
    case .granted: return nil
    case .default: return preferences.badges.requiresGrant ? .denied : nil
    case .denied: return .denied
    }
  }

  /// Tells what this event has changed of badges, whatever step changed it.
  mutating func tellBadges(at now: Instant) {
    badges.hide(quiet.isQuiet && !preferences.badges.showsInQuiet)
    for (app, pace) in badges.takeTouched() {
      let look = badgeLook(of: app)
      guard let before = badges.tell(look, of: app, pace, at: now) else { continue }
      if look.badge != before.badge { effects.append(.badges(.changed(app: app, look.badge))) }
      if look.exported != before.exported {
        effects.append(.badges(.exported(app: app, look.exported)))
      }
      if look.needsAttention != before.needsAttention || look.progress != before.progress
        || look.isForeign != before.isForeign
      {
        effects.append(.appChanged(app))
      }
    }
  }

  /// What is live of it counts for a badge where apps have none of their own (WEB-413).
  mutating func touchDerivedBadge(of owner: Owner) {
    if preferences.badges.derives { badges.touch(owner.sender.principal, .own) }
  }

  /// Badges may look otherwise by what the user wants.
  mutating func touchBadges() {
    badges.touchAll()
    for entry in live { badges.touch(entry.owner.sender.principal, .own) }
  }

  package func badgeLook(of app: String) -> Badges.Look {
    let derives =
      preferences.badges.derives && Standing(of: app).isVerified && app != Owner.hark.principal
    return badges.look(
      of: app,
      isHidden: appSettings[app]?.showsBadges == false,
      derived: derives ? Badge(UInt64(members(of: app).count)) : .nothing
    )
  }

  /// What is on icons now.
  package var shownBadges: [(app: String, badge: Badge)] {
    var apps = Set(badges.known)
    if preferences.badges.derives { apps.formUnion(live.map { $0.owner.sender.principal }) }
    return apps.sorted().map { ($0, badgeLook(of: $0).badge) }.filter { $0.1 != .nothing }
  }
}

extension Sender {
  /// LE-008
  fileprivate func mayUpdateEntry(of app: String) -> Bool {
    principal == app && isVerified || isHost && Standing(of: app) == .verified
  }
}
