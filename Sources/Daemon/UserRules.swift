import Configuration
import Notifications
import Rules

/// The rules of the configuration, in the words of the core.
final class UserRules: RuleBook {
  private let rules: RuleSet
  private let log: Log
  /// The same for all: what the last sender may be called is worked out once.
  private let subject = Subject()
  private var owner: Owner?

  /// Nil where there are none.
  init?(_ rules: RuleSet, _ log: Log) {
    guard !rules.rules.isEmpty else { return nil }
    self.rules = rules
    self.log = log
  }

  func treatment(
    of notification: Notification,
    from owner: Owner,
    in circumstances: Circumstances
  ) -> Treatment? {
    if owner !== self.owner { take(owner) }
    subject.isVerified = owner.sender.isVerified && !notification.isDoubted
    subject.category = notification.category
    subject.urgency = Urgency(notification.urgency)
    subject.summary = notification.title
    subject.body = notification.body.text
    subject.tag = notification.tag ?? ""
    subject.output = circumstances.output
    subject.isQuiet = circumstances.isQuiet
    subject.modes = circumstances.modes
    if rules.asksForHints { subject.hints = notification.hints.compactMap { Named($0) } }
    if rules.asksForTime { subject.setTime(circumstances.wall) }
    let (outcome, trace) = rules.apply(to: subject)
    guard !trace.isEmpty else { return nil }
    for line in trace {
      if case .gaveUp(_, isNews: true) = line.step { log(.warning, line.text) }
    }
    return Treatment(Treatment.Wishes(outcome), trace: trace.map { $0.text })
  }
}

extension UserRules {
  private func take(_ owner: Owner) {
    self.owner = owner
    subject.principal = owner.principal
    subject.level = TrustLevel(rawValue: owner.sender.level.rawValue) ?? .none
    subject.appName = owner.appName
    subject.origin = owner.origin
  }
}

extension Named<String> {
  /// Nil for what is no text and no number.
  fileprivate init?(_ hint: Hint) {
    switch hint.value {
    case .string(let text, _): self.init(name: hint.name, value: text)
    case .boolean(let flag): self.init(name: hint.name, value: flag ? "true" : "false")
    case .integer(let number, _): self.init(name: hint.name, value: String(number))
    case .unsigned(let number): self.init(name: hint.name, value: String(number))
    default: return nil
    }
  }
}

extension Urgency {
  fileprivate init(_ urgency: Notification.Urgency) {
    switch urgency {
    case .low: self = .low
    case .normal: self = .normal
    case .critical: self = .critical
    }
  }
}

extension Notification.Urgency {
  fileprivate init(_ urgency: Urgency) {
    switch urgency {
    case .low: self = .low
    case .normal: self = .normal
    case .critical: self = .critical
    }
  }
}

extension Treatment.Wishes {
  fileprivate init(_ outcome: Outcome) {
    self.init()
    urgency = outcome.urgency.map { .init($0) }
    timeout = outcome.timeout.map { $0 == 0 ? .never : .milliseconds(Int32(clamping: $0)) }
    category = outcome.category
    tag = outcome.tag
    popsUp = outcome.popup
    isListed = outcome.centre
    isRemembered = outcome.history
    isStored = outcome.store
    isDropped = outcome.drop ?? false
    isKept = outcome.keepAfterClose ?? false
    passLevel = outcome.passLevel ?? 0
    group = outcome.group
    icon = outcome.icon
    sound = outcome.sound
    style = Treatment.Style(outcome.style)
    format = outcome.format
    commands = outcome.run.map { Treatment.Command($0.command, on: .init($0.occasion)) }
  }
}

extension Treatment.Command.Occasion {
  fileprivate init(_ occasion: RunCommand.Occasion) {
    switch occasion {
    case .shown: self = .shown
    case .action: self = .action
    case .closed: self = .closed
    }
  }
}

extension Treatment.Style {
  fileprivate init(_ style: Style) {
    self.init()
    background = style.background.map { $0.rgb }
    border = style.border.map { $0.rgb }
    appName = style.appName.map { $0.rgb }
    title = style.title.map { $0.rgb }
    body = style.body.map { $0.rgb }
    accent = style.accent.map { $0.rgb }
    button = style.button.map { $0.rgb }
  }
}

extension StyleColor {
  /// Cards are opaque.
  fileprivate var rgb: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }
}
