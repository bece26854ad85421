// The activation steps: the user chose something.

/// A click that waits for its activation token.
struct PendingInvocation {
  var id: NotificationID
  var key: String
  var deadline: Instant
}

extension Core {
  /// How long an invocation waits for its token (FD-275).
  private static let tokenPatience = Instant.Span.milliseconds(100)
  /// Two clicks within this time are one (FD-078).
  private static let doubleClick = Instant.Span.milliseconds(500)

  mutating func invoke(_ raw: UInt32, _ key: String, _ origin: Event.Origin, at now: Instant) {
    guard let id = NotificationID(rawValue: raw), let entry = entries[id] else {
      if case .control(let call) = origin { effects.append(.refuse(call, .invalidID(raw))) }
      return
    }
    let isOffered = entry.notification.offers(key)
    switch origin {
    case .control(let call):
      guard isOffered else { return effects.append(.refuse(call, .noSuchAction(key))) }
      activate(entry, key, nil, at: now)
      if !entry.notification.isResident { close(id, .dismissed, at: now) }
      effects.append(.replyEmpty(call))
    case .pointer(let press):
      if let last = entry.lastInvocation, now - last < Self.doubleClick { return }
      guard isOffered else {
        // A click on a body without a default action puts it away (FD-079).
        if key == Notification.Action.defaultKey { closeStack(id, .dismissed, at: now) }
        return
      }
      entries[id]?.lastInvocation = now
      invocations.append(
        PendingInvocation(id: id, key: key, deadline: now + Self.tokenPatience)
      )
      updateClock(id, at: now)
      effects.append(.requestActivationToken(id, press))
    }
  }

  mutating func finishInvocation(of id: NotificationID, _ token: String?, at now: Instant) {
    guard let place = invocations.firstIndex(where: { $0.id == id }) else { return }
    let invocation = invocations.remove(at: place)
    updateClock(id, at: now)
    // A replacement may have taken the action away meanwhile (FD-082).
    guard let entry = entries[id], entry.notification.offers(invocation.key) else { return }
    // Of those that are seen as one, the newest: its sender is the likeliest to listen.
    let newest = entry.followers.last.flatMap { entries[$0] } ?? entry
    activate(newest, invocation.key, token, at: now)
    if !entry.notification.isResident { closeStack(id, .dismissed, at: now) }
  }

  private mutating func activate(
    _ entry: Entry,
    _ key: String,
    _ token: String?,
    at now: Instant
  ) {
    let recipient = recipient(entry.owner)
    // Single-use, and for the owner alone (FD-276).
    if let token, !token.isEmpty, case .peer(let peer) = recipient {
      effects.append(.activationToken(entry.id, token, to: peer))
    }
    effects.append(.actionInvoked(entry.id, key: key, recipient))
    run(.action, about: entry, action: key)
  }
}

extension Notification {
  func offers(_ key: String) -> Bool {
    actions.contains { $0.key == key }
  }
}
