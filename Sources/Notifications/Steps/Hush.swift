// Quiet, the lock, the global switch and mute: what they do to what is live.

extension Core {
  mutating func quiet(_ event: QuietEvent, at now: Instant) {
    changeQuiet(at: now) { quiet, moment in
      switch event {
      case .manual(let isOn, let call): quiet.setManual(isOn, call, at: moment)
      case .until(let wall, let call): quiet.setUntil(wall, call, at: moment)
      case .hours(let hours, let call): quiet.setHours(hours, call, at: moment)
      case .modes(let words, let call): quiet.setModes(words, call, at: moment)
      case .inhibit(let kind, let peer, let name, let claim, let reason, let call):
        quiet.inhibit(
          kind,
          by: peer,
          name: name,
          claim: claim,
          reason: reason,
          call,
          at: moment
        )
      case .uninhibit(let cookie, let peer, let call):
        quiet.uninhibit(cookie, by: peer, call, at: moment)
      case .clearInhibitions(let call): quiet.clearInhibitions(call, at: moment)
      case .fullScreen(let isFullScreen): quiet.setFullScreen(isFullScreen, at: moment)
      case .locked(let isLocked, let source): quiet.setLocked(isLocked, by: source, at: moment)
      case .idle(let isIdle): quiet.setIdle(isIdle, at: moment)
      }
    }
  }

  mutating func changeQuiet(
    at now: Instant,
    _ body: (inout Quiet, Moment) -> [Quiet.Effect]
  ) {
    let before = quiet
    let news = body(&quiet, wallClock.moment(now))
    follow(before, news, at: now)
  }

  /// What comes of a change since `before`.
  @inline(never)
  private mutating func follow(
    _ before: Quiet,
    _ news: [Quiet.Effect],
    at now: Instant
  ) {
    if quiet.causes != before.causes || quiet.isIdle != before.isIdle
      || quiet.settings != before.settings || quiet.modes.level != before.modes.level
    {
      withdrawPopups(at: now)
      // The lock and an idle user stop clocks.
      for id in queue.ids {
        updateClock(id, at: now)
        settle(id, at: now)
      }
      stackRevision += 1
    }
    if quiet.inhibitions.count != before.inhibitions.count { unsaved.settings = true }
    for effect in news {
      effects.append(.quiet(effect))
      switch effect {
      case .keep: unsaved.settings = true
      case .quiet: updatePrompts(at: now)
      case .away(false): tellDeferred()
      default: break
      }
    }
  }

  /// Quiet takes popups away; locking hides them, until the user is back.
  private mutating func withdrawPopups(at now: Instant) {
    guard !quiet.causes.subtracting(.locked).isEmpty else { return }
    for id in queue.ids {
      guard let entry = entries[id],
        !admitsInQuiet(entry)
      else { continue }
      if entry.state == .pending { withhold(entry.owner) }
      move(id, to: .held(.quiet), at: now)
    }
  }

  /// The one line at the end of quiet counts what others sent (WEB-307).
  mutating func withhold(_ owner: Owner) {
    if !owner.isHark { quiet.withhold(from: owner.principal) }
  }

  /// The user is back: owners hear of what was dismissed meanwhile (WEB-321).
  mutating func tellDeferred() {
    let closes = deferred.takeAll()
    for close in closes {
      entries.touch(close.id)
      if let entry = close.entry { tellEnd(of: entry, close.reason, because: .none) }
    }
    // A peer that left may have had several.
    for close in closes { forgetDeparted(close.owner.peer) }
  }

  // MARK: Switches

  mutating func enable(_ isEnabled: Bool, _ call: Call?, at now: Instant) {
    if isEnabled != self.isEnabled {
      self.isEnabled = isEnabled
      unsaved.settings = true
      if !isEnabled {
        for id in queue.ids { leaveScreen(id, at: now) }
      }
      updatePrompts(at: now)
      stackRevision += 1
      effects.append(.enabled(isEnabled))
    }
    if let call { effects.append(.replyEmpty(call)) }
  }

  /// WEB-302
  private mutating func leaveScreen(_ id: NotificationID, at now: Instant) {
    if entries[id]?.notification.web?.fields.isPersistent == true {
      move(id, to: .held(.off), at: now)
    } else {
      for one in pile(of: id) { announce(one, isSeen: true, at: now) }
      closePile(id, .expired, at: now)
    }
  }

  mutating func mute(_ app: String, _ isMuted: Bool, _ call: Call?) {
    var settings = appSettings[app] ?? AppSettings()
    if settings.isMuted != isMuted {
      settings.isMuted = isMuted
      appSettings[app] = settings == AppSettings() ? nil : settings
      unsaved.settings = true
      effects.append(.appChanged(app))
    }
    if let call { effects.append(.replyEmpty(call)) }
  }

  // MARK: Configuration and clock

  mutating func configure(_ new: Preferences, _ rules: (any RuleBook)?, at now: Instant) {
    let old = preferences
    preferences = new
    if new.apps != old.apps || new.quietHours != old.quietHours { unsaved.settings = true }
    limits = new.limits
    self.rules = rules
    adopt(
      permissions.configure(
        new.defaultPolicy,
        storesHeuristics: new.storesHeuristics,
        at: wallClock.moment(now)
      ),
      at: now
    )
    changeQuiet(at: now) { $0.configure(new.quiet, at: $1) }
    // What was set by hand holds until the file says something else.
    if new.quietHours != old.quietHours {
      changeQuiet(at: now) { $0.setHours(new.quietHours, at: $1) }
    }
    for app in Set(old.apps.keys).union(new.apps.keys).sorted()
    where new.apps[app] != old.apps[app] {
      appSettings[app] = new.apps[app]
      effects.append(.appChanged(app))
    }
    if new.badges != old.badges || new.apps != old.apps { touchBadges() }
    stackRevision += 1
  }

  mutating func clockChanged(_ clock: WallClock, at now: Instant) {
    let sleeping = snoozes.ids.compactMap { entries[$0] }
    for entry in sleeping { _ = remove(entry.id) }
    wallClock = clock
    for entry in sleeping { insert(entry, at: now) }
    changeQuiet(at: now) { $0.clockChanged(at: $1) }
    deadlinePassed(at: now)
  }
}
