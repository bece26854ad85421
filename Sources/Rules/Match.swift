import Configuration

/// When a rule holds: when each of these does.
struct Match {
  /// A text that is matched by one of some patterns.
  enum Field {
    case app, appName, category, summary, body, origin, tag, output, mode
    case hint(String)
  }

  fileprivate enum Condition {
    case time(WeeklySpan)
    case text(Field, [Pattern])

    var cost: Int {
      switch self {
      case .time: 0
      case .text(_, let patterns): patterns.map { $0.cost }.max() ?? 0
      }
    }
  }

  /// Asked first, by who has many rules. Urgency, level and the like are nowhere else.
  private(set) var sieve = Sieve()
  /// The cheaper ones first.
  private var conditions: [Condition] = []

  var asksForHints: Bool {
    conditions.contains { if case .text(.hint, _) = $0 { true } else { false } }
  }

  var asksForTime: Bool {
    conditions.contains { if case .time = $0 { true } else { false } }
  }

  func holds(for subject: Subject, _ searcher: Searcher) -> Bool {
    for condition in conditions where !condition.holds(for: subject, searcher) { return false }
    return true
  }

  private mutating func add(_ condition: Condition) {
    let place = conditions.firstIndex { $0.cost > condition.cost } ?? conditions.endIndex
    conditions.insert(condition, at: place)
    switch condition {
    case .text(.app, let patterns): sieve.app = Sieve.bits(of: patterns)
    case .text(.appName, let patterns): sieve.appName = Sieve.bits(of: patterns)
    case .text(.category, let patterns): sieve.category = Sieve.bits(of: patterns)
    case .text(.summary, let patterns): sieve.summary = Pairs(inAll: patterns)
    case .text(.body, let patterns): sieve.body = Pairs(inAll: patterns)
    default: break
    }
  }
}

extension Match.Condition {
  fileprivate func holds(for subject: Subject, _ searcher: Searcher) -> Bool {
    switch self {
    case .time(let hours): hours.contains(subject.weekday, minute: subject.minute)
    case .text(let field, let patterns):
      patterns.contains { field.matches($0, in: subject, searcher) }
    }
  }
}

extension Match.Field {
  fileprivate func matches(
    _ pattern: Pattern,
    in subject: Subject,
    _ searcher: Searcher
  ) -> Bool {
    switch self {
    case .app: subject.principals.contains { pattern.matches($0, searcher) }
    case .appName: pattern.matches(subject.appName, searcher)
    case .category: pattern.matches(subject.category, searcher)
    case .summary: pattern.matches(subject.summary, searcher)
    case .body: pattern.matches(subject.body, searcher)
    case .origin: pattern.matches(subject.origin, searcher)
    case .tag: pattern.matches(subject.tag, searcher)
    case .output: pattern.matches(subject.output, searcher)
    case .mode: subject.modes.contains { pattern.matches($0, searcher) }
    case .hint(let name):
      subject.hints.contains { $0.name == name && pattern.matches($0.value, searcher) }
    }
  }
}

extension Pattern {
  fileprivate func matches(_ text: String, _ searcher: Searcher) -> Bool {
    switch self {
    case .glob(let glob): return glob.matches(text)
    case .expression(let expression):
      return searcher.search(text, for: expression) == .matched
    }
  }
}

// MARK: Reading

extension Match {
  static var settings: [Setting<Match>] {
    [
      text("app", .app, "Who sent it, as hark knows: a principal, or its id alone."),
      text("app_name", .appName, "What the sender calls itself; anybody may take any name."),
      sieved("verified", .boolean, "Whether that name is who it is.") {
        $0.keep(isVerified: $1)
      },
      sieved("level", .oneOrMore(of: .choice), "How far it is proved who sent it.") {
        (sieve, levels: [TrustLevel]) in sieve.keep(levels)
      },
      text("category", .category, "Its category, such as \"email.*\"."),
      sieved("urgency", .oneOrMore(of: .choice), "Its urgency.") {
        (sieve, urgencies: [Urgency]) in sieve.keep(urgencies)
      },
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
      Setting(
        "time",
        .table("a table with `from` and `to`", WeeklySpan(), WeeklySpan.settings),
        "When it comes, as in `quiet_hours`.",
        get: { _ in nil },
        set: { $0.add(.time($1)) }
      ),
      text("output", .output, "The screen that popups are on."),
      sieved("quiet", .boolean, "Whether it is quiet.") { $0.keep(isQuiet: $1) },
      text("mode", .mode, "One of the modes that are on."),
    ]
  }

  private static func text(_ name: String, _ field: Field, _ about: String) -> Setting<Match> {
    Setting(
      name,
      .oneOrMore(of: Pattern.kind),
      about,
      get: { _ in nil },
      set: { $0.add(.text(field, $1)) }
    )
  }

  private static func sieved<Value>(
    _ name: String,
    _ kind: Kind<Value>,
    _ about: String,
    _ set: @escaping (inout Sieve, Value) -> Void
  ) -> Setting<Match> {
    Setting(name, kind, about, get: { _ in nil }, set: { set(&$0.sieve, $1) })
  }
}
