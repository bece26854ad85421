// What the user does, and those who speak for the user: the administrator, the portal's store.

extension Permissions {
  package enum Answer: String, Sendable {
    case granted
    case denied
    /// Closed without a choice.
    case dismissed
  }

  /// The user answered a prompt, on the screen or by the command line (WEB-106, WEB-107).
  package mutating func answer(
    _ app: String,
    _ answer: Answer,
    _ call: Call?,
    at now: Moment
  ) -> [Effect] {
    catchUp(now)
    guard prompt(of: app) != nil else {
      if let call { effects.append(.refuse(call, .noPrompt)) }
      return takeEffects()
    }
    switch answer {
    case .granted: decide(app, .granted, reason: "prompt", at: now)
    case .denied: decide(app, .denied, reason: "prompt", at: now)
    case .dismissed: endWithoutChoice(app, .dismissed, at: now)
    }
    if let call { effects.append(.done(call)) }
    return takeEffects()
  }

  /// `Set` by a control peer; nil is `Reset` (WEB-110, WEB-451).
  package mutating func set(
    _ app: String,
    _ decision: Decision?,
    _ call: Call,
    at now: Moment
  ) -> [Effect] {
    catchUp(now)
    if Standing(of: app) == .unknown {
      effects.append(.refuse(call, .unknownApp))
    } else if accounts[app]?.policy != nil {
      effects.append(.refuse(call, .policy))
    } else {
      decide(app, decision, reason: "set", at: now)
      effects.append(.done(call))
    }
    return takeEffects()
  }

  private mutating func decide(
    _ app: String,
    _ decision: Decision?,
    reason: String,
    at now: Moment
  ) {
    change(app, at: now) { account in
      account.record.user = decision.map {
        Record.UserDecision($0, since: now.wall, reason: reason)
      }
      account.record.forgetPrompts()
    } telling: { _ in
      decision?.word ?? .unset
    }
  }

  /// The administrator's files were read: all their entries (WEB-130).
  package mutating func setPolicy(_ entries: [String: Policy], at now: Moment) -> [Effect] {
    catchUp(now)
    let before = accounts.filter { $0.value.policy != nil }.keys
    for app in Set(before).union(entries.keys).sorted() {
      change(app, at: now) { account in
        guard account.policy != entries[app] else { return }
        account.policy = entries[app]
        account.policySince = now.wall
      }
    }
    return takeEffects()
  }

  /// What an earlier daemon kept; what the user has said since holds.
  package mutating func restore(_ records: [String: Record]) {
    for (app, record) in records where Standing(of: app) != .unknown {
      if accounts[app]?.record.isEmpty ?? true { accounts[app, default: Account()].record = record }
    }
    findNextEnd()
  }

  /// The configuration was read. A stricter policy closes nothing that is live.
  package mutating func configure(
    _ policy: DefaultPolicy,
    storesHeuristics: Bool,
    at now: Moment
  ) -> [Effect] {
    catchUp(now)
    self.storesHeuristics = storesHeuristics
    defaultPolicy = policy
    guard policy != .prompt else { return takeEffects() }
    for prompt in prompts where prompt.isHolding {
      let app = prompt.app
      guard let place = place(of: app) else { continue }
      prompts[place].isHolding = false
      effects.append(policy == .allow ? .releaseHeld(app: app) : .closeHeld(app: app))
      if prompts[place].callers.isEmpty { close(app, at: now) }
    }
    return takeEffects()
  }

  /// Quiet came or went, or the global switch: in quiet nothing asks loudly (WEB-115).
  package mutating func quietChanged(_ isQuiet: Bool, at now: Moment) -> [Effect] {
    catchUp(now)
    self.isQuiet = isQuiet
    guard isQuiet else {
      raiseQuietPrompts(at: now)
      return takeEffects()
    }
    for place in prompts.indices where prompts[place].place != .quiet {
      prompts[place].place = .quiet
      if prompts[place].deadline == nil { startPatience(place, at: now) }
      effects.append(.showPrompt(app: prompts[place].app, .quiet))
    }
    return takeEffects()
  }

  /// What quiet took off the screen, or kept from it, is asked there again.
  private mutating func raiseQuietPrompts(at now: Moment) {
    for place in prompts.indices where prompts[place].mayBeLoud && prompts[place].place == .quiet {
      prompts[place].place = .waiting
      prompts[place].deadline = nil
      effects.append(.hidePrompt(app: prompts[place].app))
    }
    showNext(at: now)
  }

  /// The app was installed, or is not any more (WEB-139).
  package mutating func presence(
    of app: String,
    isInstalled: Bool,
    at now: Moment
  ) -> [Effect] {
    catchUp(now)
    if record(of: app) != nil {
      change(app, at: now) {
        $0.record.missingSince = isInstalled ? nil : $0.record.missingSince ?? now.wall
      }
    }
    return takeEffects()
  }

  // MARK: The portal's store

  /// The store changed, or was read: all its entries, by its own names (PT-102, PT-105).
  package mutating func storeChanged(_ table: [String: StoreWord], at now: Moment) -> [Effect] {
    catchUp(now)
    read(table, at: now)
    return takeEffects()
  }

  /// The store came to the bus and was read: what it missed is written now (PT-107).
  package mutating func storeAppeared(_ table: [String: StoreWord], at now: Moment) -> [Effect] {
    catchUp(now)
    // The replies of the one before it will not come.
    for app in accounts.keys { accounts[app]?.writes = 0 }
    read(table, at: now)
    for app in accounts.keys.sorted() {
      guard let word = accounts[app]?.record.unwritten else { continue }
      accounts[app]?.writes = 1
      effects.append(.write(app: app, word))
    }
    return takeEffects()
  }

  private mutating func read(_ table: [String: StoreWord], at now: Moment) {
    var words: [String: StoreWord] = [:]
    for (id, word) in table { if let app = StoreWord.app(ofStoreID: id) { words[app] = word } }
    let known = accounts.filter { $0.value.record.mentionsStore }.keys
    for app in Set(known).union(words.keys).sorted() {
      change(app, at: now) { account in
        guard account.writes == 0 else { return }
        let status = account.status(of: app)
        account.record.read(
          words[app] ?? .unset,
          isBarred: status.state == .denied && status.source != .store,
          at: now.wall
        )
      }
    }
  }

  /// How `Effect.write` went; what failed is tried again when the store comes (PT-107).
  package mutating func storeWritten(
    _ app: String,
    _ word: StoreWord,
    succeeded: Bool,
    at now: Moment
  ) -> [Effect] {
    catchUp(now)
    guard let writes = accounts[app]?.writes, writes > 0 else { return takeEffects() }
    change(app, at: now) { account in
      account.writes -= 1
      if succeeded, account.writes == 0, account.record.unwritten == word {
        account.record.unwritten = nil
      }
    }
    return takeEffects()
  }
}

extension Permissions.Record {
  fileprivate var mentionsStore: Bool { stored != .unset || distrustsYes || unwritten != nil }
}
