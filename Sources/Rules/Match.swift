import Configuration

/// When a rule holds: when each of these does.
struct Match {
  /// A text that is matched by one of some patterns.
  enum Field {
    case app, appName, category, summary, body, origin, tag, output, mode
    case hint(String)
  }

  fileprivate enum Condition {
    case verified(Bool)
    case quiet(Bool)
    case level([TrustLevel])
    case urgency([Urgency])
    case time(WeeklyHours)
    case text(Field, [Pattern])

    var cost: Int {
      switch self {
      case .verified, .quiet, .level, .urgency, .time: 0
      case .text(_, let patterns): patterns.map { $0.cost }.max() ?? 0
      }
    }
  }

  /// The cheaper ones first.
  private var conditions: [Condition] = []

  /// Tells those that gave up.
  func holds(for subject: Subject, gaveUp: (Expression) -> Void) -> Bool {
    for condition in conditions where !condition.holds(for: subject, gaveUp) { return false }
    return true
  }

  private mutating func add(_ condition: Condition) {
    let place = conditions.firstIndex { $0.cost > condition.cost } ?? conditions.endIndex
    conditions.insert(condition, at: place)
  }
}

extension Match.Condition {
  fileprivate func holds(for subject: Subject, _ gaveUp: (Expression) -> Void) -> Bool {
    switch self {
    case .verified(let wanted): subject.isVerified == wanted
    case .quiet(let wanted): subject.isQuiet == wanted
    case .level(let levels): levels.contains(subject.level)
    case .urgency(let urgencies): urgencies.contains(subject.urgency)
    case .time(let hours): hours.contains(subject.weekday, minute: subject.minute)
    case .text(let field, let patterns):
      patterns.contains { field.matches($0, in: subject, gaveUp) }
    }
  }
}

extension Match.Field {
  fileprivate func matches(
    _ pattern: Pattern,
    in subject: Subject,
    _ gaveUp: (Expression) -> Void
  ) -> Bool {
    switch self {
    case .app: subject.principals.contains { pattern.matches($0, gaveUp) }
    case .appName: pattern.matches(subject.appName, gaveUp)
    case .category: pattern.matches(subject.category, gaveUp)
    case .summary: pattern.matches(subject.summary, gaveUp)
    case .body: pattern.matches(subject.body, gaveUp)
    case .origin: pattern.matches(subject.origin, gaveUp)
    case .tag: pattern.matches(subject.tag, gaveUp)
    case .output: pattern.matches(subject.output, gaveUp)
    case .mode: subject.modes.contains { pattern.matches($0, gaveUp) }
    case .hint(let name):
      subject.hints.contains { $0.name == name && pattern.matches($0.value, gaveUp) }
    }
  }
}

extension Pattern {
  fileprivate func matches(_ text: String, _ gaveUp: (Expression) -> Void) -> Bool {
    switch self {
    case .glob(let glob): return glob.matches(text)
    case .expression(let expression):
      let outcome = expression.search(text)
      if outcome == .gaveUp { gaveUp(expression) }
      return outcome == .matched
    }
  }
}

// MARK: Reading

extension Match {
  static var settings: [Setting<Match>] {
    [
      text("app", .app, "Who sent it, as hark knows: a principal, or its id alone."),
      text("app_name", .appName, "What the sender calls itself; anybody may take any name."),
      condition("verified", .boolean, "Whether that name is who it is.") { .verified($0) },
      condition("level", .oneOrMore(of: .choice), "How far it is proved who sent it.") {
        .level($0)
      },
      text("category", .category, "Its category, such as \"email.*\"."),
      condition("urgency", .oneOrMore(of: .choice), "Its urgency.") { .urgency($0) },
      text("summary", .summary, "Its title."),
      text("body", .body, "Its text, without markup."),
      text("origin", .origin, "The site that a browser sent it for."),
      text("tag", .tag, "Its tag."),
      Setting(
        "hints",
        .named("a table of patterns by the names of hints", .oneOrMore(of: Pattern.kind)),
        "Hints, each as text.",
        get: { _ in nil },
        set: { match, hints in
          for hint in hints { match.add(.text(.hint(hint.name), hint.value)) }
        }
      ),
      condition(
        "time",
        .table("a table with `from` and `to`", WeeklyHours(), WeeklyHours.settings),
        "When it comes, as in `quiet_hours`."
      ) { .time($0) },
      text("output", .output, "The screen that popups are on."),
      condition("quiet", .boolean, "Whether it is quiet.") { .quiet($0) },
      text("mode", .mode, "One of the modes that are on."),
    ]
  }

  private static func text(_ name: String, _ field: Field, _ about: String) -> Setting<Match> {
    condition(name, .oneOrMore(of: Pattern.kind), about) { .text(field, $0) }
  }

  private static func condition<Value>(
    _ name: String,
    _ kind: Kind<Value>,
    _ about: String,
    _ make: @escaping (Value) -> Condition
  ) -> Setting<Match> {
    Setting(name, kind, about, get: { _ in nil }, set: { $0.add(make($1)) })
  }
}
