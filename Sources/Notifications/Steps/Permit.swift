// Permission: what its changes do to what is live.

extension Core {
  mutating func permission(_ event: PermissionEvent, at now: Instant) {
    let moment = wallClock.moment(now)
    var news: [Permissions.Effect] = []
    switch event {
    case .request(let app, let peer, let gesture, let call, let sender):
      adopt(permissions.request(app, by: peer, gesture, call, at: moment), at: now)
      return noteAsker(sender, of: app)
    case .watch(let app, let peer):
      _ = permissions.watch(app, by: peer)
    case .answer(let app, let answer, let call):
      news = permissions.answer(app, answer, call, at: moment)
    case .endQuestions:
      news = permissions.endQuestions(at: moment)
    case .set(let app, let decision, let call):
      news = permissions.set(app, decision, call, at: moment)
    case .policy(let entries):
      news = permissions.setPolicy(entries, at: moment)
    case .presence(let app, let isInstalled):
      news = permissions.presence(of: app, isInstalled: isInstalled, at: moment)
    case .storeAppeared(let table):
      news = permissions.storeAppeared(table, at: moment)
    case .storeChanged(let table):
      news = permissions.storeChanged(table, at: moment)
    case .storeWritten(let app, let word, let succeeded):
      news = permissions.storeWritten(app, word, succeeded: succeeded, at: moment)
    }
    adopt(news, at: now)
  }

  /// Does what concerns notifications; the rest is for the outside.
  mutating func adopt(_ news: [Permissions.Effect], at now: Instant) {
    for effect in news {
      switch effect {
      case .closeLive(let app):
        for id in members(of: app) { close(id, .undefined, because: .permission, at: now) }
      case .releaseHeld(let app):
        for id in awaiting(app) { release(id, at: now) }
      case .closeHeld(let app):
        for id in awaiting(app) { close(id, .undefined, at: now) }
      case .showPrompt, .hidePrompt:
        stackRevision += 1
        effects.append(.permission(effect))
      case .keep(let app, _):
        unsaved.permissions.insert(app)
      default:
        effects.append(.permission(effect))
      }
    }
    tellQuestions()
    guard !askers.isEmpty else { return }
    askers = askers.filter { permissions.prompt(of: $0.key) != nil }
  }

  /// Lists of apps show what each is asked.
  private mutating func tellQuestions() {
    guard !permissions.prompts.isEmpty || !toldQuestions.isEmpty else { return }
    var open: [String: Prompt.Place] = [:]
    for prompt in permissions.prompts { open[prompt.app] = prompt.place }
    let apps = Set(open.keys).union(toldQuestions.keys).filter { open[$0] != toldQuestions[$0] }
    for app in apps.sorted() { effects.append(.appChanged(app)) }
    toldQuestions = open
  }

  /// What the name in a question rests on is what the first who asked it proved.
  mutating func noteAsker(_ sender: Sender?, of app: String) {
    if askers[app] == nil, permissions.prompt(of: app) != nil { askers[app] = sender }
  }

  /// What an app has live, and what the sites of a browser have.
  func members(of app: String) -> [NotificationID] {
    var ids = apps[app]?.members.ids ?? []
    let sites = app + "#"
    for name in apps.keys.filter({ $0.hasPrefix(sites) }).sorted() {
      ids += apps[name]?.members.ids ?? []
    }
    return ids
  }

  private func awaiting(_ app: String) -> [NotificationID] {
    (apps[app]?.members.ids ?? []).filter { entries[$0]?.state == .held(.permission) }
  }

  /// It may be seen now, unless something else keeps it back.
  mutating func release(_ id: NotificationID, at now: Instant) {
    guard let entry = entries[id] else { return }
    let obstacle = obstacle(to: entry)
    if obstacle == .quiet { withhold(entry.owner) }
    move(id, to: obstacle.map { .held($0) } ?? .pending, at: now)
  }

  /// In quiet, switched off, or without a display, nothing asks loudly (WEB-115).
  mutating func updatePrompts(at now: Instant) {
    let isSilent = quiet.isQuiet || !isEnabled || !isDisplayPresent
    adopt(permissions.quietChanged(isSilent, at: wallClock.moment(now)), at: now)
  }
}
