// Why a notification looks and behaves as it does, a line for each step it went through.

extension Core {
  /// The newest of this id, live or past; nil when there was none.
  package func explanation(of id: NotificationID, wall: Int64) -> [String]? {
    if let entry = entries[id] {
      return origin(entry.notification, entry.owner, entry.treatment) + course(entry, wall)
    }
    guard let record = history.record(of: id) else { return refused[id] }
    return origin(record.notification, record.owner, record.treatment) + end(record, wall)
  }

  /// Why one is refused that was never live: its id is all that its sender has of it.
  func refusal(of arrival: Arrival) -> [String] {
    let (owner, treatment) = (arrival.owner, arrival.content.treatment)
    var lines = origin(arrival.content.sent, owner, treatment, isRuled: false)
    guard treatment?.wishes.isDropped != true else { return lines + ["refused: a rule drops it"] }
    let browser = owner.sender.principal
    if !owner.origin.isEmpty {
      lines.append("permission of its browser: \(permission(of: browser))")
    }
    return lines + ["refused: its app may not notify"]
  }

  // MARK: Where it came from

  private func origin(
    _ notification: Notification,
    _ owner: Owner,
    _ treatment: Treatment?,
    isRuled: Bool = true
  ) -> [String] {
    let sender = owner.sender
    guard !owner.isHark else { return ["from hark itself"] }
    var from = "from \(owner.principal.isEmpty ? "nobody known" : owner.principal)"
    if sender.processID > 0 { from += ", process \(sender.processID)" }
    if !sender.executable.isEmpty { from += ", \(sender.executable)" }
    var lines = [from, "identity: \(sender.level.words)"]
    for evidence in sender.evidence { lines.append("evidence: \(evidence)") }
    for claim in notification.rejectedClaims { lines.append("not believed: \(claim)") }
    if !notification.claimedName.isEmpty {
      lines.append("calls itself “\(notification.claimedName)”")
    }
    lines.append("permission: \(permission(of: owner.principal))")
    for line in treatment?.trace ?? [] { lines.append("rule: \(line)") }
    if treatment == nil, rules != nil, isRuled { lines.append("rule: none matches") }
    return lines
  }

  private func permission(of app: String) -> String {
    let status = permissions.status(of: app)
    guard status.source != .default else {
      return switch permissions.defaultPolicy {
      case .allow: "nobody was asked; default_policy allows it"
      case .prompt: "nobody has decided; default_policy asks the user"
      case .deny: "nobody was asked; default_policy denies it"
      }
    }
    let reason = status.reason.isEmpty ? "" : " (\(status.reason))"
    return "\(status.state.rawValue) by \(status.source.words)\(reason)"
  }

  // MARK: What became of it

  private func course(_ entry: Entry, _ wall: Int64) -> [String] {
    var lines = [place(entry, wall)]
    if entry.state != .shown {
      lines.append(
        entry.hasAppeared ? "it has been on the screen" : "it has not been on the screen yet"
      )
    }
    if entry.isShout, entry.notification.urgency == .critical {
      lines.append("critical like too many of its app: it disturbs no quiet")
    }
    if entry.isRevoked { lines.append("its sender has closed it; a rule keeps it") }
    if !isConnected(entry.owner) { lines.append("its sender has left the bus") }
    lines.append(expiry(entry, wall))
    if entry.notification.isTransient { lines.append("transient: leaves no trace in the history") }
    return lines
  }

  private func place(_ entry: Entry, _ wall: Int64) -> String {
    switch entry.state {
    case .shown:
      return entry.output.isEmpty ? "on the screen" : "on the screen \(entry.output)"
    case .pending:
      if !isDisplayPresent { return "not on the screen: there is no display" }
      if quiet.isLocked, !entry.mayShowWhileLocked {
        return "not on the screen: the session is locked"
      }
      return "not on the screen: waits for a place, of which there are \(limits.visible)"
    case .held(.duplicate):
      let seen = pile(of: entry.id).first ?? entry.id
      return "seen as \(seen.rawValue), which looks the same"
    case .held(let reason):
      return "not on the screen: \(words(reason, entry, wall))"
    }
  }

  private func words(_ reason: Entry.HoldReason, _ entry: Entry, _ wall: Int64) -> String {
    switch reason {
    case .quiet:
      var causes = ""
      for cause in quiet.reasons { causes += (causes.isEmpty ? "" : "; ") + cause }
      return quiet.isQuiet ? "it is quiet (\(causes))" : "it came while it was quiet"
    case .dailyLimit:
      let sent = summary(of: entry.owner.principal, wall: wall).sentToday
      let limit = dailyLimit(of: entry.owner.principal)
      return "its app has sent \(sent) today, and has \(limit) a day"
    case .flood:
      return "its app sends more than \(limits.burst) at once, or \(limits.burstRefill) a second"
    case .snoozed(let until): return "snoozed, and back in \(span(until &- wall))"
    default: return reason.words
    }
  }

  private func expiry(_ entry: Entry, _ wall: Int64) -> String {
    let ruled = entry.treatment?.wishes.timeout != nil
    let cause: String
    switch entry.notification.timeout {
    case .never:
      return "does not expire: \(ruled ? "a rule" : "its sender") wants it to stay"
    case .milliseconds(let count):
      cause = "\(ruled ? "a rule" : "its sender") gives it \(span(Int64(count)))"
    case .byUrgency:
      guard let lifetime = entry.notification.lifetime(limits) else {
        return entry.notification.urgency == .critical
          ? "does not expire: it is critical" : "does not expire: its timeout is 0"
      }
      let urgency = entry.notification.urgency == .low ? "low" : "normal"
      cause = "timeout.\(urgency) gives it \(span(lifetime.milliseconds))"
    }
    guard let expires = entry.expires else { return "its time stands: \(cause)" }
    let left = (expires - wallClock.instant(wall)).milliseconds
    return "expires in \(span(left)): \(cause)"
  }

  private func end(_ record: History.Record, _ wall: Int64) -> [String] {
    var lines: [String] = []
    if let heldBy = record.heldBy { lines.append("was not on the screen: \(heldBy.words)") }
    lines.append(record.hasAppeared ? "it has been on the screen" : "it was never on the screen")
    let ago = span(wall &- record.closedAt)
    lines.append("closed \(ago) ago: \(record.reason.words)")
    return lines
  }
}

/// The traces of the last that were refused.
struct RefusedIDs {
  private static let limit = 64
  private var traces: [(id: NotificationID, lines: [String])] = []

  mutating func append(_ id: NotificationID, _ lines: [String]) {
    if traces.count == Self.limit { traces.removeFirst() }
    traces.append((id, lines))
  }

  subscript(id: NotificationID) -> [String]? { traces.last { $0.id == id }?.lines }
}

// MARK: Words

extension Sender.Level {
  fileprivate var words: String {
    switch self {
    case .none: "nobody could tell"
    case .program: "a program that belongs to no app"
    case .exe: "an app, by its executable"
    case .name: "an app, by its name on the bus"
    case .unit: "an app, by its systemd unit"
    case .sandbox: "an app, proved by its sandbox"
    }
  }
}

extension Permissions.Source {
  fileprivate var words: String {
    switch self {
    case .policy: "the administrator"
    case .user: "the user"
    case .heuristic: "hark, for a while"
    case .store: "the portal's store"
    case .default: "nobody"
    }
  }
}

extension Entry.HoldReason {
  fileprivate var words: String {
    switch self {
    case .flood: "its app sent too fast"
    case .dailyLimit: "its app had its share of the day"
    case .quiet: "it was quiet"
    case .permission: "the user is asked whether its app may notify"
    case .muted: "its app is muted"
    case .off: "popups are switched off"
    case .rule: "a rule says so"
    case .priority: "its priority is below 0"
    case .duplicate: "it looked like another one, and was seen as that"
    case .snoozed: "snoozed"
    case .retained: "its time on the screen was up, and it stays"
    }
  }
}

extension CloseReason {
  fileprivate var words: String {
    switch self {
    case .expired: "its time was up"
    case .dismissed: "the user dismissed it, or chose an action"
    case .closedBySender: "its sender closed it"
    case .undefined: "a newer one took its place, there were too many, or its app may not notify"
    }
  }
}

/// A length of time in milliseconds, in the largest unit that fits.
private func span(_ milliseconds: Int64) -> String {
  let seconds = max(0, milliseconds) / 1000
  return switch seconds {
  case ..<1: "\(max(0, milliseconds)) ms"
  case ..<120: "\(seconds) s"
  case ..<7200: "\(seconds / 60) min"
  case ..<172_800: "\(seconds / 3600) h"
  default: "\(seconds / 86_400) days"
  }
}
