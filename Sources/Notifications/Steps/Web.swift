// The strict interface: its calls, and what owners hear of the lives of their notifications.

extension Core {
  mutating func web(_ event: WebEvent, from owner: Owner, _ call: Call, at now: Instant) {
    switch event {
    case .show(let notification):
      notify(Arrival(notification, from: owner, call), replaces: 0, at: now)
    case .update(let id, let notification):
      update(id, Arrival(notification, from: owner, call), at: now)
    case .close(let raw):
      // Of what is not there, or not the caller's, nothing is told (WEB-019).
      effects.append(.replyEmpty(call))
      guard let id = NotificationID(rawValue: raw), let target = ownerTowardsSenders(of: id),
        owner.owns(target)
      else { return }
      closeForSender(id, at: now)
    case .clear(let nid):
      let id = self.id(named: nid, of: owner)
      effects.append(.answer(call, .flag(id != nil)))
      if let id { closeForSender(id, at: now) }
    }
  }

  /// New content under the same id, seen by nobody but who looks (WEB-205).
  private mutating func update(_ id: NotificationID, _ arrival: Arrival, at now: Instant) {
    if let gone = takeDeferred(id) {
      // It was put away while nobody was to know (WEB-321): towards its sender it is what it was.
      effects.append(.answer(arrival.call, .flag(true)))
      return deferred.add(gone)
    }
    guard let before = entries[id], !before.isRevoked, arrival.owner.owns(before.owner) else {
      return effects.append(.answer(arrival.call, .flag(false)))
    }
    var arrival = arrival
    guard admit(&arrival, at: now) else {
      return effects.append(.answer(arrival.call, .denied))
    }
    replaceDeferred(by: arrival)
    if let tagged = arrival.tag.flatMap({ tags[$0] }), tagged != id {
      close(tagged, .undefined, because: .tag, at: now)
    }
    guard let old = entries[id] else {
      return effects.append(.answer(arrival.call, .flag(false)))
    }
    replace(old, arrival, at: now)
    effects.append(.answer(arrival.call, .flag(true)))
    effects.append(.changed(id))
    settle(id, at: now)
    evict(besides: id, of: arrival.owner, at: now)
  }

  /// What was asked for is done.
  mutating func reply(to arrival: Arrival, _ id: NotificationID) {
    if let web = arrival.notification.web, web.fields.method == .create {
      effects.append(.answer(arrival.call, .nid(web.fields.nid)))
    } else {
      effects.append(.replyID(arrival.call, id))
    }
  }

  /// As the web does: what a constructor makes fails later, what a promise makes fails at once
  /// (WEB-135).
  mutating func refuseStrict(_ arrival: Arrival) {
    guard let web = arrival.notification.web, web.fields.method == .show, !web.fields.isPersistent
    else {
      return effects.append(.answer(arrival.call, .denied))
    }
    let id = nextID()
    remember(id, arrival.owner)
    refused.append(id, refusal(of: arrival))
    effects.append(.replyID(arrival.call, id))
    let failed = WebSignal.failed(id, nid: web.fields.nid, .permissionDenied)
    effects.append(.web(failed, to: arrival.owner.peer))
  }
}

// MARK: What owners hear

extension Core {
  /// A new, changed or moved one: has it been displayed, or does it wait for a display?
  mutating func settle(_ id: NotificationID, at now: Instant) {
    // One may have been of the strict interface until it was replaced.
    guard let entry = entries[id], entry.notification.isStrict || entry.failsAt != nil else {
      return
    }
    // Those that are seen as it share its lot; it does not share theirs.
    let isFollower = entry.state == .held(.duplicate)
    for one in isFollower ? [id] : pile(of: id) {
      announce(one, at: now)
      updatePatience(one, at: now)
    }
  }

  /// Once in its life it is displayed. To be held for whatever reason counts, so that nothing can be
  /// read off it (WEB-320); `isSeen`: the user has it before the eyes otherwise.
  mutating func announce(_ id: NotificationID, isSeen: Bool = false, at now: Instant) {
    guard let entry = entries[id], !entry.isAnnounced, isSeen || isDisplayed(entry) else { return }
    entries[id]?.isAnnounced = true
    updatePatience(id, at: now)
    guard entry.notification.isStrict, !entry.isRevoked else { return }
    entries[id]?.isAnnouncementHeard = !departed.contains(entry.owner.peer)
    say(.displayed(id, nid: entry.notification.nid), to: entry.owner)
  }

  /// What its own app is told: shown from its `Displayed` on, wherever it really is (WEB-132). What
  /// came by `Notify` has no `Displayed`.
  package func seemsShown(_ entry: Entry) -> Bool {
    entry.isAnnounced || !entry.notification.isStrict && (entry.hasAppeared || isDisplayed(entry))
  }

  private func isDisplayed(_ entry: Entry) -> Bool {
    switch entry.state {
    case .shown: true
    case .held(.permission): false
    case .held(.duplicate): entry.notification.isRetained || isSeenAsAnother(entry)
    case .held: true
    // The list of what is live has it; and whether the session is locked is nobody's business.
    case .pending: entry.notification.isRetained || quiet.isLocked
    }
  }

  private func isSeenAsAnother(_ entry: Entry) -> Bool {
    guard let first = pile(of: entry.id).first, first != entry.id, let leader = entries[first]
    else { return false }
    return isDisplayed(leader)
  }

  /// How long one may wait where there is no display.
  private static let patience = Instant.Span.seconds(10)

  /// WEB-154
  mutating func updatePatience(_ id: NotificationID, at now: Instant) {
    guard let entry = entries[id] else { return }
    let waits =
      entry.notification.isStrict && !entry.isAnnounced && !entry.isRevoked && !isDisplayPresent
      && (entry.state == .pending || entry.state == .held(.duplicate))
    if waits, entry.failsAt == nil {
      let end = now + Self.patience
      entries[id]?.failsAt = end
      waitingForDisplay.insert(id, key: end.key)
    } else if !waits, let end = entry.failsAt {
      entries[id]?.failsAt = nil
      waitingForDisplay.remove(id, key: end.key)
    }
  }

  /// The one signal at the end of each life (FD-271, WEB-004).
  mutating func tellEnd(of entry: Entry, _ reason: CloseReason, because cause: CloseCause) {
    let (id, nid) = (entry.id, entry.notification.nid)
    guard entry.notification.isStrict else {
      return effects.append(.closed(id, reason, recipient(entry.owner)))
    }
    if entry.isAnnounced {
      // The web has no event for it (WEB-032).
      let isSilent = cause == .tag && entry.notification.isPersistent
      if !isSilent { say(.closed(id, nid: nid, reason), to: entry.owner) }
      return
    }
    switch (reason, cause) {
    // Its own sender ended it, and has an answer (WEB-035, WEB-152).
    case (.closedBySender, _), (_, .tag), (_, .name): return
    case (.expired, _): say(.failed(id, nid: nid, .notSupported), to: entry.owner)
    case (_, .permission): say(.failed(id, nid: nid, .permissionDenied), to: entry.owner)
    default: say(.failed(id, nid: nid, .rateLimited), to: entry.owner)
    }
  }

  /// To the owner, and nobody in its place (WEB-155).
  mutating func say(_ signal: WebSignal, to owner: Owner) {
    guard !departed.contains(owner.peer) else { return }
    effects.append(.web(signal, to: owner.peer))
  }
}

// MARK: Reading

extension Core {
  /// What an app has, in the order of creation; towards it what the user dismissed while away is
  /// live yet (WEB-010, WEB-321).
  package func notifications(of owner: Owner) -> [Entry] {
    let ids = apps.filter { !$0.value.members.isEmpty }.values.flatMap { $0.members.ids }
    let own = (ids.compactMap { entries[$0] } + deferred.entries).filter {
      owner.owns($0.owner) && !$0.isRevoked
    }
    return own.sorted { $0.age < $1.age }
  }

  /// Which live one an app calls by this name.
  package func id(named nid: String, of owner: Owner) -> NotificationID? {
    guard !nid.isEmpty else { return nil }
    if let id = names[NameKey(scope: owner.scope, nid: nid)] { return id }
    return deferred.entries.first { $0.notification.nid == nid && owner.owns($0.owner) }?.id
  }

  /// As the app knows it: what it sent.
  package func notification(named nid: String, of owner: Owner) -> (NotificationID, Notification)? {
    guard let id = id(named: nid, of: owner) else { return nil }
    let entry = entries[id] ?? deferred.entries.first { $0.id == id }
    return entry.map { ($0.id, $0.sent) }
  }
}

extension Notification {
  fileprivate var isPersistent: Bool { web?.fields.isPersistent ?? false }
}
