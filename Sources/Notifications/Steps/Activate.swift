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
      guard let press else { return finishInvocation(of: id, nil, at: now) }
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
      let isTaken = activate(addressee(of: entry), invocation.key, token, at: now)
      // The body of a `Notify` is put away all the same, as one without an action is (FD-079).
      let isBody = invocation.key == Notification.Action.defaultKey && !entry.notification.isStrict
      if isTaken || isBody, entry.notification.closesOnClick {
        closePile(id, .dismissed, at: now)
      }
    } else if entry.raisesApp(invocation.key) {
      wake(entry, "", token ?? "", at: now)
      closePile(id, .dismissed, at: now)
    }
  }

  /// Where choosing an action leads.
  private enum Way: Equatable {
    case link(String)
    case owner
    /// Its owner has left, and can be called.
    case app
    case everyone
    /// Nobody is there to hear of it, and nobody can be called (WEB-045).
    case nowhere
  }

  private func way(of key: String, in entry: Entry) -> Way {
    let target = entry.notification.target(of: key)
    guard target.isEmpty else { return .link(target) }
    guard departed.contains(entry.owner.peer) else { return .owner }
    let canWake = !entry.owner.sender.wakeID.isEmpty
    if entry.notification.isStrict {
      return canWake && entry.notification.web?.fields.isPersistent == true ? .app : .nowhere
    }
    return canWake ? .app : entry.owner.sender.isHost ? .everyone : .nowhere
  }

  /// The keys of actions that lead nowhere, as their sender has left (FD-083).
  package func disabledActions(of entry: Entry) -> [String] {
    guard departed.contains(entry.owner.peer) else { return [] }
    var keys = entry.notification.actions.map { $0.key }
    let body = Notification.Action.defaultKey
    if entry.offers(body), !keys.contains(body) { keys.append(body) }
    return keys.filter { way(of: $0, in: entry) == .nowhere }
  }

  /// Of those that are seen as one, the newest: its sender is the likeliest to listen.
  package func addressee(of entry: Entry) -> Entry {
    pile(of: entry.id).last.flatMap { entries[$0] } ?? entry
  }

  /// Whether anybody hears of it.
  private mutating func activate(
    _ entry: Entry,
    _ key: String,
    _ token: String?,
    at now: Instant
  ) -> Bool {
    // Who chose something saw it: displayed before clicked.
    announce(entry.id, isSeen: true, at: now)
    let token = token ?? ""
    switch way(of: key, in: entry) {
    case .link(let target): open(target, entry, token, at: now)
    case .owner: tell(entry, key, token, at: now)
    case .app:
      let isBody = key == Notification.Action.defaultKey
      wake(entry, isBody ? "" : entry.notification.name(of: key), token, at: now)
      // Who listens with another connection hears of it all the same.
      if !entry.notification.isStrict {
        effects.append(.actionInvoked(entry.id, key: key, recipient(entry.owner)))
      }
    case .everyone: effects.append(.actionInvoked(entry.id, key: key, .everyone))
    case .nowhere: return false
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

  private mutating func tell(
    _ entry: Entry,
    _ key: String,
    _ token: String,
    at now: Instant
  ) {
    let owner = entry.owner
    if entry.notification.isStrict {
      let index = entry.notification.actions.firstIndex { $0.key == key }
      let name = index.map { entry.notification.actions[$0].name } ?? ""
      let nid = entry.notification.nid
      say(.clicked(entry.id, nid: nid, action: name, index: index ?? -1, token: token), to: owner)
    } else {
      // Single-use, and for the owner alone (FD-276).
      if !token.isEmpty { effects.append(.activationToken(entry.id, token, to: owner.peer)) }
      effects.append(.actionInvoked(entry.id, key: key, .peer(owner.peer)))
    }
    issued(token, to: owner, at: now)
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
