// What the store asks of the core at the end of a turn.

extension Core {
  /// What has changed since this was last asked.
  package mutating func takeUnsaved() -> Unsaved {
    var taken = unsaved
    taken.touched = entries.takeTouched()
    unsaved = Unsaved()
    return taken
  }

  /// A live one, or one that is live for its owner, as it is to be kept; nil: there is none.
  package func saved(_ id: NotificationID) -> Saved.Live? {
    if let entry = entries[id] { return Saved.Live(entry) }
    guard let close = deferred[id], let entry = close.entry else { return nil }
    var live = Saved.Live(entry)
    live.standing.deferredClose = close.reason
    return live
  }

  /// All that is to be kept, as if nothing had been.
  package var everything: Unsaved {
    var all = Unsaved()
    all.touched = entries.ids + deferred.entries.map { $0.id }
    all.permissions = Set(permissions.apps)
    all.settings = true
    return all
  }

  /// Ids count on from here.
  package var counter: UInt32 { identifiers.counter }

  package var savedSettings: Saved.Settings {
    var settings = Saved.Settings()
    settings.bus = bus
    settings.isEnabled = isEnabled
    settings.quiet = quiet.kept
    settings.inhibitions = quiet.inhibitions
    settings.apps = appSettings
    settings.badges = badges.records
    settings.configuredApps = preferences.apps
    settings.configuredHours = preferences.quietHours
    return settings
  }

  /// It is no longer live for its owner either.
  mutating func takeDeferred(_ id: NotificationID) -> DeferredCloses.Close? {
    entries.touch(id)
    return deferred.take(id)
  }

  /// The id is nobody's from now on, but for the one whose it was.
  mutating func remember(_ id: NotificationID, _ owner: Owner, _ record: History.Record? = nil) {
    identifiers.remember(id, owner, limit: limits.rememberedOwners)
    unsaved.ended.append(Unsaved.Ended(id: id, owner: owner, record: record))
  }
}

extension Saved.Live {
  fileprivate init(_ entry: Entry) {
    self.init(
      id: entry.id,
      version: entry.version,
      sent: entry.isPrivate ? nil : entry.content.asSent,
      owner: entry.owner,
      treatment: entry.isPrivate ? nil : entry.treatment,
      standing: entry.standing
    )
  }
}

extension Entry {
  /// Nothing of what it says may be written down (FD-299).
  var isPrivate: Bool { notification.isPrivate || treatment?.wishes.isStored == false }

  fileprivate var standing: Saved.Standing {
    var standing = Saved.Standing(
      age: age,
      seniority: seniority,
      created: created,
      flags: Saved.Flags(self)
    )
    standing.heldBy = heldBy
    standing.left = clock.left
    standing.deadline = clock.deadline
    standing.failsAt = failsAt
    return standing
  }
}

extension Saved.Flags {
  fileprivate init(_ entry: Entry) {
    self = []
    if entry.isRevoked { insert(.isRevoked) }
    if entry.isShout { insert(.isShout) }
    if entry.hasAppeared { insert(.hasAppeared) }
    if entry.isRead { insert(.isRead) }
    if entry.isAnnounced { insert(.isAnnounced) }
    if entry.isAnnouncementHeard { insert(.isAnnouncementHeard) }
  }
}
