// Time: which clocks run, and what happens when one is up.

extension Core {
  private static let leftAfterHover = Instant.Span.seconds(1)

  mutating func deadlinePassed(at now: Instant) {
    while let invocation = invocations.first(where: { $0.deadline <= now }) {
      finishInvocation(of: invocation.id, nil, at: now)
    }
    if let next = permissions.nextDeadline(wallClock), next <= now {
      adopt(permissions.deadlinePassed(at: wallClock.moment(now)), at: now)
    }
    if let next = quiet.nextDeadline(wallClock), next <= now {
      changeQuiet(at: now) { $0.deadlinePassed(at: $1) }
    }
    if let next = badges.nextDeadline, next <= now { badges.deadlinePassed(at: now) }
    while let next = snoozes.firstInstant, next <= now, let id = snoozes.ids.first {
      comeBack(id, at: now)
    }
    while let key = deadlines.firstKey, key <= now.key, let id = deadlines.ids.first {
      expire(id, at: now)
    }
    while let next = waitingForDisplay.firstInstant, next <= now,
      let id = waitingForDisplay.ids.first
    {
      close(id, .expired, at: now)
    }
  }

  /// Its time on the screen is over, or that in the list.
  private mutating func expire(_ id: NotificationID, at now: Instant) {
    guard let entry = entries[id] else { return }
    if entry.state == .held(.retained) { return closePile(id, .undefined, at: now) }
    guard isRetained(entry.notification) else { return closePile(id, .expired, at: now) }
    setDeadline(id, nil)
    let left = retention(of: entry.notification)
    entries[id]?.clock.left = left
    move(id, to: .held(.retained), at: now)
  }

  /// It stays in the list when its time on the screen is over (WEB-021, FD-215).
  private func isRetained(_ notification: Notification) -> Bool {
    notification.isRetained
      || preferences.retention != nil && notification.timeout == .byUrgency
        && !notification.isStrict && !notification.isTransient && !notification.isOnScreenDisplay
  }

  /// How long it stays there; nil: until somebody closes it.
  func retention(of notification: Notification) -> Instant.Span? {
    notification.isRetained ? nil : preferences.retention
  }

  mutating func displayChanged(_ isPresent: Bool, at now: Instant) {
    guard isPresent != isDisplayPresent else { return }
    isDisplayPresent = isPresent
    if !isPresent { isHovered = false }
    if !isPresent { shown([], on: "", at: now) }
    for id in queue.ids {
      updateClock(id, at: now)
      settle(id, at: now)
    }
    updatePrompts(at: now)
    stackRevision += 1
  }

  mutating func shown(_ ids: [NotificationID], on output: String, at now: Instant) {
    let before = onScreen
    if !output.isEmpty { self.output = output }
    onScreen = ids.filter { entries[$0]?.mayPopUp == true }
    for id in before where !onScreen.contains(id) && entries[id]?.state == .shown {
      entries[id]?.state = .pending
      entries[id]?.output = ""
      updateClock(id, at: now)
      effects.append(.changed(id))
    }
    for id in onScreen {
      let stood = entries[id].map { $0.state == .shown && $0.output == output } ?? false
      for one in pile(of: id) { appear(one) }
      entries[id]?.state = .shown
      entries[id]?.output = output
      updateClock(id, at: now)
      settle(id, at: now)
      if !stood { effects.append(.changed(id)) }
    }
    if onScreen.isEmpty { isHovered = false }
  }

  /// It is seen.
  mutating func appear(_ id: NotificationID) {
    if markRead(id), entries[id]?.state == .held(.duplicate) { effects.append(.changed(id)) }
    // For the first time.
    guard entries[id]?.hasAppeared == false else { return }
    entries[id]?.hasAppeared = true
    if let entry = entries[id] { run(.shown, about: entry) }
  }

  /// The pointer over the popups stops their clocks (FD-220).
  mutating func hover(_ isHovered: Bool, at now: Instant) {
    guard isHovered != self.isHovered else { return }
    self.isHovered = isHovered
    for id in onScreen {
      updateClock(id, at: now)
      guard !isHovered, let deadline = entries[id]?.clock.deadline else { continue }
      let soonest = now + Self.leftAfterHover
      if deadline < soonest { setDeadline(id, soonest) }
    }
  }

  /// Starts or stops the clock of an entry, whatever happened to it.
  mutating func updateClock(_ id: NotificationID, at now: Instant) {
    guard let entry = entries[id] else { return }
    let runs = clockRuns(entry)
    if runs, entry.clock.deadline == nil, let left = entry.clock.left {
      setDeadline(id, now + left)
    } else if !runs, let deadline = entry.clock.deadline {
      entries[id]?.clock.left = max(deadline - now, .zero)
      setDeadline(id, nil)
    }
  }

  private func clockRuns(_ entry: Entry) -> Bool {
    if invocations.contains(where: { $0.id == entry.id }) { return false }
    switch entry.state {
    case .held(.permission), .held(.snoozed), .held(.duplicate): return false
    case .held(.retained): return true
    case .held: return !entry.notification.isRetained
    case .shown: return !isHovered && !quiet.isAway
    case .pending:
      // The time of an explicit timeout runs where nobody can look (FD-219).
      if case .milliseconds = entry.notification.timeout { return !isDisplayPresent }
      return false
    }
  }

  private mutating func setDeadline(_ id: NotificationID, _ deadline: Instant?) {
    if let old = entries[id]?.clock.deadline { deadlines.remove(id, key: old.key) }
    entries[id]?.clock.deadline = deadline
    if let deadline { deadlines.insert(id, key: deadline.key) }
  }
}
