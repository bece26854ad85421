// The activation steps: the user chose something.

/// A click that waits for its activation token.
struct PendingInvocation {
  var id: NotificationID
  var key: String
  var deadline: Instant
}

extension Core {
  /// Invocations that wait for their token.
  package var awaitingToken: [NotificationID] { invocations.map { $0.id } }

  /// How long an invocation waits for its token (FD-275).
  private static let tokenPatience = Instant.Span.milliseconds(100)
  /// Two clicks within this time are one (FD-078).
  private static let doubleClick = Instant.Span.milliseconds(500)

  mutating func invoke(_ raw: UInt32, _ key: String, _ origin: Event.Origin, at now: Instant) {
    guard let id = NotificationID(rawValue: raw), let entry = entries[id] else {
      if case .control(let call) = origin { effects.append(.refuse(call, .invalidID(raw))) }
      return
    }
    switch origin {
    case .control(let call):
      guard entry.offers(key) else {
        return effects.append(.refuse(call, .noSuchAction(key)))
      }
      guard activate(entry, key, nil, at: now) else {
        return effects.append(.refuse(call, .nobodyHears))
      }
      if entry.notification.closesOnClick { close(id, .dismissed, at: now) }
      effects.append(.replyEmpty(call))
    case .pointer(let press):
      if let last = entry.lastInvocation, now - last < Self.doubleClick { return }
      guard entry.offers(key) || entry.raisesApp(key) else {
        // A click on a body without a default action puts it away (FD-079).
        if key == Notification.Action.defaultKey { closePile(id, .dismissed, at: now) }
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
    guard let entry = entries[id] else { return }
    if entry.offers(invocation.key) {
      // Of those that are seen as one, the newest: its sender is the likeliest to listen.
      let newest = pile(of: id).last.flatMap { entries[$0] } ?? entry
      let isTaken = activate(newest, invocation.key, token, at: now)
      // Of `Notify`, it is put away all the same, as a body without an action is (FD-079).
      if isTaken || !entry.notification.isStrict, entry.notification.closesOnClick {
        closePile(id, .dismissed, at: now)
      }
    } else if entry.raisesApp(invocation.key) {
      wake(entry, "", token ?? "", at: now)
      closePile(id, .dismissed, at: now)
    }
  }

  /// False where nobody is there to hear of it, and nobody can be called (WEB-045).
  private mutating func activate(
    _ entry: Entry,
    _ key: String,
    _ token: String?,
    at now: Instant
  ) -> Bool {
    // Who chose something saw it: displayed before clicked.
    announce(entry.id, isSeen: true, at: now)
    let target = entry.notification.target(of: key)
    if !target.isEmpty {
      open(target, entry, token ?? "", at: now)
    } else if entry.notification.isStrict {
      guard click(entry, key, token ?? "", at: now) else { return false }
    } else {
      guard invoked(entry, key, token ?? "", at: now) else { return false }
    }
    run(.action, about: entry, action: entry.notification.name(of: key))
    return true
  }

  /// The desktop's business, not the app's (WEB-042), but for links of its own scheme (WEB-043).
  private mutating func open(
    _ target: String,
    _ entry: Entry,
    _ token: String,
    at now: Instant
  ) {
    let sender = entry.owner.sender
    guard sender.isOwn(target) else { return effects.append(.open(target)) }
    issued(token, to: entry.owner, at: now)
    effects.append(.openInApp(sender.wakeID, target, token: token))
  }

  private mutating func invoked(
    _ entry: Entry,
    _ key: String,
    _ token: String,
    at now: Instant
  ) -> Bool {
    let recipient = recipient(entry.owner)
    switch recipient {
    case .peer(let peer):
      // Single-use, and for the owner alone (FD-276).
      if !token.isEmpty {
        effects.append(.activationToken(entry.id, token, to: peer))
        issued(token, to: entry.owner, at: now)
      }
    case .everyone, .nobody:
      if !entry.owner.sender.wakeID.isEmpty {
        wake(entry, key == Notification.Action.defaultKey ? "" : key, token, at: now)
      } else if recipient == .nobody {
        return false
      }
    }
    effects.append(.actionInvoked(entry.id, key: key, recipient))
    return true
  }

  private mutating func click(
    _ entry: Entry,
    _ key: String,
    _ token: String,
    at now: Instant
  ) -> Bool {
    let index = entry.notification.actions.firstIndex { $0.key == key }
    let name = index.map { entry.notification.actions[$0].name } ?? ""
    guard departed.contains(entry.owner.peer) else {
      let nid = entry.notification.nid
      say(
        .clicked(entry.id, nid: nid, action: name, index: index ?? -1, token: token),
        to: entry.owner
      )
      issued(token, to: entry.owner, at: now)
      return true
    }
    guard entry.notification.web?.fields.isPersistent == true,
      !entry.owner.sender.wakeID.isEmpty
    else { return false }
    wake(entry, name, token, at: now)
    return true
  }

  private mutating func wake(
    _ entry: Entry,
    _ action: String,
    _ token: String,
    at now: Instant
  ) {
    issued(token, to: entry.owner, at: now)
    let wake = Wake(id: entry.id, nid: entry.notification.nid, action: action, token: token)
    effects.append(.wake(app: entry.owner.sender.wakeID, wake))
  }

  /// For a few seconds it proves that the user did something in the app (WEB-111).
  private mutating func issued(_ token: String, to owner: Owner, at now: Instant) {
    guard !token.isEmpty else { return }
    permissions.tokenIssued(token, to: owner.principal, at: wallClock.moment(now))
  }
}

extension Entry {
  /// What its sender has closed leads nowhere.
  package func offers(_ key: String) -> Bool { !isRevoked && notification.offers(key) }

  /// A click on a body that nothing else is to become of brings its app to the front (FD-079).
  fileprivate func raisesApp(_ key: String) -> Bool {
    key == Notification.Action.defaultKey && !owner.sender.wakeID.isEmpty && !isRevoked
  }
}

extension Notification {
  /// Every body of the strict interface can be clicked.
  package func offers(_ key: String) -> Bool {
    actions.contains { $0.key == key }
      || key == Action.defaultKey && (isStrict || !target(of: key).isEmpty)
  }

  /// An action as its sender calls it.
  fileprivate func name(of key: String) -> String {
    actions.first { $0.key == key }?.name ?? key
  }

  /// What choosing an action opens (WEB-042); "" where that is the app's to hear of.
  fileprivate func target(of key: String) -> String {
    guard let web else { return "" }
    guard let index = actions.firstIndex(where: { $0.key == key }) else {
      return key == Action.defaultKey ? web.fields.navigate : ""
    }
    if index < web.fields.actionTargets.count, !web.fields.actionTargets[index].isEmpty {
      return web.fields.actionTargets[index]
    }
    // On `Notify` the body's click is an action as well.
    return key == Action.defaultKey ? web.fields.navigate : ""
  }

  fileprivate var closesOnClick: Bool {
    guard let web, isStrict else { return !isResident }
    return web.fields.closesOnClick
  }
}
