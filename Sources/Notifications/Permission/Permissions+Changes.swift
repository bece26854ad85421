// The one way in which anything changes, and the life of a prompt.

extension Permissions {
  /// Changes what is known of an app, and lets know whom that concerns (WEB-120, WEB-121, WEB-123).
  ///
  /// `word` is what the portal's store has to say from now on, nil when that is not ours to say.
  mutating func change(
    _ app: String,
    at now: Moment,
    _ body: (inout Account) -> Void,
    telling word: (Account) -> StoreWord? = { _ in nil }
  ) {
    let before = accounts[app] ?? Account()
    var account = before
    body(&account)
    if StoreWord.storeID(of: app) != nil, let word = word(account) {
      account.record.write(word, at: now.wall)
      account.writes += 1
      effects.append(.write(app: app, word))
    }
    if account.record.isEmpty { account.record = Record() }
    if account.record != before.record {
      effects.append(.keep(app: app, account.record.isEmpty ? nil : account.record))
    }
    accounts[app] = account.isUnused ? nil : account
    if account.record.end != before.record.end { findNextEnd() }

    let status = status(of: app)
    guard status.state != before.state else { return }
    effects.append(.changed(app: app, status))
    for peer in account.watchers { effects.append(.tell(peer, app: app, status)) }
    if admits(before.state), !admits(status.state) { effects.append(.closeLive(app: app)) }
    if status.state != .default { close(app, at: now) }
  }

  /// What was due before comes before.
  mutating func catchUp(_ now: Moment) {
    while let prompt = prompts.first(where: { $0.isIgnored(at: now.instant) }) {
      endWithoutChoice(prompt.app, .ignored, at: now)
    }
    while let end = nextEnd, end <= now.wall {
      let due = accounts.filter { $0.value.record.end.map { $0 <= now.wall } ?? false }
      for app in due.keys.sorted() { endByItself(app, at: now) }
    }
  }

  private mutating func endByItself(_ app: String, at now: Moment) {
    let isStored = accounts[app]?.record.block?.isStored ?? false
    change(app, at: now) { account in
      account.record.endByItself(at: now.wall)
    } telling: { account in
      isStored && account.record.wasBlocked ? .unset : nil
    }
  }

  mutating func findNextEnd() {
    nextEnd = accounts.values.lazy.compactMap { $0.record.end }.min()
  }

  // MARK: Prompts

  func place(of app: String) -> Int? {
    prompts.firstIndex { $0.app == app }
  }

  /// Opens a prompt, or joins the one that is open; false: there are too many.
  mutating func ask(
    _ app: String,
    loudly mayBeLoud: Bool,
    holding: Bool = false,
    at now: Moment
  ) -> Bool {
    let isLoud = mayBeLoud && !isQuiet
    if let place = place(of: app) {
      prompts[place].mayBeLoud = prompts[place].mayBeLoud || mayBeLoud
      prompts[place].isHolding = prompts[place].isHolding || holding
      // What was asked quietly is asked anew when the user acts in the app.
      if isLoud, prompts[place].place == .quiet {
        prompts[place].place = .waiting
        prompts[place].deadline = nil
        effects.append(.hidePrompt(app: app))
      }
    } else {
      switch room(for: app, loudly: mayBeLoud) {
      case .free: break
      case .instead(let other): close(other, at: now)
      case .none: return false
      }
      let place: Prompt.Place = isLoud ? .waiting : .quiet
      prompts.append(Prompt(app: app, place: place, mayBeLoud: mayBeLoud, isHolding: holding))
      if !isLoud { show(app, .quiet, at: now) }
    }
    showNext(at: now)
    return true
  }

  private enum Room {
    case free
    /// When this quiet one goes.
    case instead(String)
    case none
  }

  /// Quiet prompts of programs that nobody looks at shut out none that belongs on the screen.
  private func room(for app: String, loudly mayBeLoud: Bool) -> Room {
    let sender = Self.sender(of: app)
    let own = prompts.filter { Self.sender(of: $0.app) == sender }
    let rivals = own.count < limits.promptsPerSender ? prompts : own
    guard own.count >= limits.promptsPerSender || prompts.count >= limits.prompts else {
      return .free
    }
    guard mayBeLoud, let quiet = rivals.first(where: { !$0.mayBeLoud }) else { return .none }
    return .instead(quiet.app)
  }

  /// Whether a `Request` would be asked about, with a click where the app can prove one.
  func canAsk(_ app: String) -> Bool {
    if let prompt = prompt(of: app) { return prompt.callers.count < limits.callersPerPrompt }
    if case .none = room(for: app, loudly: Standing(of: app).isVerified) { return false }
    return true
  }

  mutating func join(_ app: String, _ caller: Prompt.Caller, at now: Moment) -> Bool {
    guard let place = place(of: app), prompts[place].callers.count < limits.callersPerPrompt else {
      return false
    }
    prompts[place].callers.append(caller)
    if prompts[place].place == .quiet, prompts[place].deadline == nil {
      prompts[place].deadline = now.instant + limits.patience
    }
    return true
  }

  private mutating func show(_ app: String, _ display: Prompt.Place, at now: Moment) {
    guard let place = place(of: app) else { return }
    prompts[place].place = display
    if display == .loud { prompts[place].wasLoud = true }
    startPatience(place, at: now)
    effects.append(.showPrompt(app: app, display))
  }

  mutating func startPatience(_ place: Int, at now: Moment) {
    guard !prompts[place].isUnseenHold || !prompts[place].callers.isEmpty else { return }
    prompts[place].deadline = now.instant + limits.patience
  }

  mutating func showNext(at now: Moment) {
    guard loudPrompt == nil, let next = prompts.first(where: { $0.place == .waiting }) else {
      return
    }
    show(next.app, .loud, at: now)
  }

  /// Ends a prompt that nobody chose an answer for; without an outcome nothing is counted.
  mutating func endWithoutChoice(_ app: String, _ outcome: Record.Outcome?, at now: Moment) {
    guard let prompt = prompt(of: app) else { return }
    // Nobody ignores what nobody saw.
    if let outcome, outcome == .dismissed || !prompt.isUnseenHold {
      let isStored = storesHeuristics && StoreWord.storeID(of: app) != nil
      change(app, at: now) { account in
        account.record.count(outcome, ofQuietPrompt: prompt.place == .quiet, at: now.wall)
        account.record.block?.isStored = isStored
      } telling: { account in
        isStored && account.record.block != nil ? .no : nil
      }
    }
    close(app, at: now)
  }

  /// Ends a prompt with whatever the state is now: one answer for all who wait (WEB-113).
  mutating func close(_ app: String, at now: Moment) {
    guard let place = place(of: app) else { return }
    let prompt = prompts.remove(at: place)
    let state = status(of: app).state
    if prompt.place != .waiting { effects.append(.hidePrompt(app: app)) }
    if prompt.isHolding {
      effects.append(admits(state) ? .releaseHeld(app: app) : .closeHeld(app: app))
    }
    for caller in prompt.callers { effects.append(.answer(caller.call, state)) }
    showNext(at: now)
  }
}

extension Prompt {
  fileprivate func isIgnored(at now: Instant) -> Bool {
    deadline.map { $0 <= now } ?? false
  }
}
