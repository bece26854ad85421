// The restore step: what the daemon before this one had live is live again.

extension Core {
  mutating func restore(_ saved: Saved, present: Set<String>, at now: Instant) {
    // On another bus the same names are others'.
    let present = saved.settings.bus == bus ? present : nil
    if present == nil { unsaved.settings = true }
    identifiers.restore(counter: saved.counter)
    for gone in saved.gone {
      identifiers.remember(gone.id, gone.owner.elsewhere(present), limit: limits.rememberedOwners)
    }
    permissions.restore(saved.permissions)
    badges.restore(saved.settings.badges)
    isEnabled = saved.settings.isEnabled
    restore(saved.settings, present, at: now)
    makeOlder(saved.live.last?.standing.age ?? 0, at: now)
    for live in saved.live { restore(live, present, at: now) }
    if !quiet.isAway { tellDeferred() }
    deadlinePassed(at: now)
    updatePrompts(at: now)
    stackRevision += 1
  }

  /// What the user set holds, until the configuration says something else than it did then.
  private mutating func restore(
    _ settings: Saved.Settings,
    _ present: Set<String>?,
    at now: Instant
  ) {
    changeQuiet(at: now) {
      $0.restore(settings.quiet, settings.inhibitions, present: present ?? [], at: $1)
    }
    let configured = preferences
    preferences.apps = settings.configuredApps
    preferences.quietHours = settings.configuredHours
    appSettings = settings.apps
    configure(configured, rules, at: now)
  }

  /// The store came late: what was admitted meanwhile is younger than what it has.
  private mutating func makeOlder(_ age: UInt64, at now: Instant) {
    let admitted = live
    lastAge += age
    for entry in admitted {
      guard var younger = remove(entry.id) else { continue }
      younger.age += age
      younger.seniority += age
      insert(younger, at: now)
    }
  }

  private mutating func restore(_ live: Saved.Live, _ present: Set<String>?, at now: Instant) {
    let (id, owner) = (live.id, live.owner.elsewhere(present))
    // Touched also where nothing comes of it: then it is kept no longer.
    entries.touch(id)
    // A store that came late: its owner has replaced it meanwhile.
    if entries[id]?.owner.isSame(as: owner) == true { return }
    guard entries[id] == nil, let notification = live.notification else {
      // Nothing may be written of what it said (FD-299).
      remember(id, owner)
      let isThere = present?.contains(owner.peer) == true
      return effects.append(.closed(id, .undefined, isThere ? .peer(owner.peer) : .nobody))
    }
    var entry = Entry(live, notification, owner, revision: nextRevision())
    if let reason = live.standing.deferredClose {
      if present?.contains(owner.peer) != true { departed.insert(owner.peer) }
      return deferred.add(DeferredCloses.Close(entry, reason))
    }
    var leader: NotificationID?
    switch entry.heldBy {
    case .permission:
      let (admission, news) = permissions.use(by: owner.principal, at: wallClock.moment(now))
      adopt(news, at: now)
      if admission != .hold { entry.state = .pending }
    case .duplicate:
      entry.state = .pending
      leader = self.leader(for: entry)
      if leader != nil { entry.state = .held(.duplicate) }
    case .quiet: withhold(owner)
    default: break
    }
    if entry.state == .pending, let obstacle = obstacle(to: entry) { entry.state = .held(obstacle) }
    insert(entry, at: now)
    if present?.contains(owner.peer) != true { departed.insert(owner.peer) }
    if let leader { join(id, to: leader, at: now) }
    effects.append(.added(id))
    settle(id, at: now)
  }
}

extension Owner {
  /// On another bus a name is somebody else's.
  fileprivate func elsewhere(_ present: Set<String>?) -> Owner {
    present == nil ? unreachable : self
  }

  /// The same, where nobody has its name.
  package var unreachable: Owner {
    guard peer.hasPrefix(":") else { return self }
    return Owner(peer: "-" + peer, sender: sender, appName: appName, origin: origin)
  }
}

extension Entry {
  fileprivate init(
    _ live: Saved.Live,
    _ notification: Notification,
    _ owner: Owner,
    revision: UInt64
  ) {
    let standing = live.standing
    self.init(
      id: live.id,
      content: Content(notification, live.treatment),
      owner: owner,
      state: standing.heldBy.map { .held($0) } ?? .pending,
      revision: revision,
      created: standing.created,
      age: standing.age,
      clock: Clock(left: standing.left, deadline: standing.deadline),
      isShout: standing.flags.contains(.isShout)
    )
    if owner === live.owner { version = 0 }
    seniority = standing.seniority
    failsAt = standing.failsAt
    isRevoked = standing.flags.contains(.isRevoked)
    hasAppeared = standing.flags.contains(.hasAppeared)
    isRead = standing.flags.contains(.isRead)
    isAnnounced = standing.flags.contains(.isAnnounced)
    isAnnouncementHeard = standing.flags.contains(.isAnnouncementHeard)
  }
}
