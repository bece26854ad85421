// What applications do: ask, follow, notify, leave.

extension Permissions {
  /// A `Request` (WEB-105..113).
  package mutating func request(
    _ app: String,
    by peer: String,
    _ gesture: Gesture,
    _ call: Call,
    at now: Moment
  ) -> [Effect] {
    catchUp(now)
    let standing = Standing(of: app)
    let state = status(of: app).state
    guard state == .default, standing != .unknown else {
      effects.append(.answer(call, state))
      return takeEffects()
    }
    let isLoud = proves(gesture, of: app, standing, at: now)
    let caller = Prompt.Caller(peer: peer, call: call)
    guard ask(app, loudly: isLoud, at: now), join(app, caller, at: now) else {
      effects.append(.answer(call, state))
      return takeEffects()
    }
    return takeEffects()
  }

  private mutating func proves(
    _ gesture: Gesture,
    of app: String,
    _ standing: Standing,
    at now: Moment
  ) -> Bool {
    let hasToken = tokens.take(gesture.token, of: app, at: now.instant)
    if gesture.isTrusted && gesture.isClaimed { return true }
    return standing.isVerified && (hasToken || gesture.hasFocus)
  }

  /// An activation token went to an app: for five seconds it proves a click (WEB-111).
  package mutating func tokenIssued(_ token: String, to app: String, at now: Moment) {
    tokens.add(token, for: app, at: now.instant)
  }

  /// A notification comes in by the legacy interface (WEB-134).
  package mutating func use(by app: String, at now: Moment) -> (Admission, [Effect]) {
    catchUp(now)
    let admission = admission(of: app, at: now)
    if admission == .refuse { countRefusal(of: app) }
    return (admission, takeEffects())
  }

  /// Those of sites with their browser: what nobody decided about leaves no trace of its own.
  private mutating func countRefusal(of app: String) {
    guard Standing(of: app) != .unknown else { return }
    accounts[Self.sender(of: app), default: Account()].refusals += 1
  }

  private mutating func admission(of app: String, at now: Moment) -> Admission {
    let state = accounts[app]?.state ?? .default
    if admits(state) { return .show }
    guard state == .default, defaultPolicy == .prompt else { return .refuse }
    guard Standing(of: app) != .unknown else { return .refuse }
    // The user wants to be asked, whoever it is.
    return ask(app, loudly: true, holding: true, at: now) ? .hold : .refuse
  }

  /// A notification comes in by `Show` or `Create`, which need a grant (WEB-135).
  package mutating func strictUse(by app: String, at now: Moment) -> (Admission, [Effect]) {
    catchUp(now)
    let isGranted = accounts[app]?.state == .granted
    if !isGranted { countRefusal(of: app) }
    return (isGranted ? .show : .refuse, takeEffects())
  }

  /// From now on the peer hears of every change of the app (WEB-120); false: it watches too many.
  package mutating func watch(_ app: String, by peer: String) -> Bool {
    let apps = watched[peer] ?? []
    guard !apps.contains(app) else { return true }
    guard apps.count < limits.watchesPerPeer else { return false }
    watched[peer] = apps + [app]
    accounts[app, default: Account()].watchers.append(peer)
    return true
  }

  private mutating func forget(_ peer: String, in app: String) {
    accounts[app]?.watchers.removeAll { $0 == peer }
    if accounts[app]?.isUnused == true { accounts[app] = nil }
  }

  /// The peer is forgotten; a prompt that only it waited for is gone (WEB-107, WEB-122).
  package mutating func peerLeft(_ peer: String, at now: Moment) -> [Effect] {
    for app in watched.removeValue(forKey: peer) ?? [] { forget(peer, in: app) }
    for place in prompts.indices {
      for caller in prompts[place].callers where caller.peer == peer {
        effects.append(.abandon(caller.call))
      }
      prompts[place].callers.removeAll { $0.peer == peer }
    }
    catchUp(now)
    for prompt in prompts where prompt.callers.isEmpty && !prompt.isHolding {
      // What was never shown was not ignored.
      endWithoutChoice(prompt.app, prompt.place == .waiting ? nil : .ignored, at: now)
    }
    return takeEffects()
  }

  /// Who waits hears that nothing is decided, and may ask the next daemon.
  package mutating func endQuestions(at now: Moment) -> [Effect] {
    catchUp(now)
    for place in prompts.indices {
      for caller in prompts[place].callers { effects.append(.answer(caller.call, .default)) }
      prompts[place].callers = []
    }
    for prompt in prompts where !prompt.isHolding { endWithoutChoice(prompt.app, nil, at: now) }
    return takeEffects()
  }
}
