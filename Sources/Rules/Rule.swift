package import Configuration

/// One `[[rule]]`.
package struct Rule {
  package fileprivate(set) var name: String?
  package fileprivate(set) var file = ""
  package fileprivate(set) var line = 0
  var match = Match()
  var set = Change()

  fileprivate init() {}
}

/// What a rule sets, in the order in which its keys are known.
struct Change {
  var assign: [(inout Outcome) -> Void] = []
  /// `key = value`, for who asks why.
  var words: [String] = []
}

/// A rule that had its say about a notification.
package struct TraceLine: Equatable, Sendable {
  package enum Step: Equatable, Sendable {
    case matched
    /// A regular expression of it took too long, and counts as one that does not match.
    case gaveUp(expression: String, isNews: Bool)
  }

  package var file: String
  package var line: Int
  package var name: String?
  package var step: Step
  /// What it set, as `key = value`.
  package var set: [String]

  package var text: String {
    var text = "\(file):\(line)"
    if let name { text += " \"\(name)\"" }
    switch step {
    case .matched:
      text += ": "
      for (index, words) in set.enumerated() { text += (index > 0 ? ", " : "") + words }
    case .gaveUp(let expression, _):
      text += ": no answer in time from the regular expression /\(expression)/"
    }
    return text
  }
}

/// The rules of a configuration.
package struct RuleSet {
  package private(set) var rules: [Rule] = []
  /// Those of `rules`.
  private var sieves: [Sieve] = []
  private let searcher = Searcher()
  /// Whether any of them looks at what is dear to tell.
  package private(set) var asksForHints = false
  package private(set) var asksForTime = false
  private var asksForSummary = false
  private var asksForBody = false

  package init() {}

  /// Reads the tables of `[[rule]]`; what is wrong goes into the report.
  package init(_ tables: [TOMLValue], _ report: inout Report) {
    let settings = Rule.settings
    for table in tables {
      guard case .table(let members) = table.content else {
        report.add(table.place, table.content.name, expected: "a table")
        continue
      }
      var rule = Rule()
      rule.file = report.file
      rule.line = table.place.line
      for assignment in settings.read(members, at: table.place, &report) {
        assignment.assign(&rule)
      }
      rules.append(rule)
      asksForHints = asksForHints || rule.match.asksForHints
      asksForTime = asksForTime || rule.match.asksForTime
      asksForSummary = asksForSummary || rule.match.sieve.summary != Pairs()
      asksForBody = asksForBody || rule.match.sieve.body != Pairs()
      sieves.append(rule.match.sieve)
    }
  }

  /// From the first rule to the last; of what several set, the last one's counts.
  package func apply(to subject: Subject) -> (Outcome, [TraceLine]) {
    var outcome = Outcome()
    var trace: [TraceLine] = []
    var sieve = Sieve(subject)
    if asksForSummary { sieve.summary = Pairs(of: subject.summary) }
    if asksForBody { sieve.body = Pairs(of: subject.body) }
    for index in sieves.indices where sieves[index].lets(sieve) {
      let holds = rules[index].match.holds(for: subject, searcher)
      guard holds || !searcher.gaveUp.isEmpty else { continue }
      let rule = rules[index]
      for expression in searcher.gaveUp { trace.append(rule.line(giving: expression)) }
      searcher.gaveUp = []
      guard holds else { continue }
      for assign in rule.set.assign { assign(&outcome) }
      trace.append(rule.line(.matched, rule.set.words))
    }
    return (outcome, trace)
  }
}

extension Rule {
  fileprivate func line(_ step: TraceLine.Step, _ set: [String]) -> TraceLine {
    TraceLine(file: file, line: line, name: name, step: step, set: set)
  }

  /// That an expression gave up; it is news once.
  fileprivate func line(giving expression: Expression) -> TraceLine {
    defer { expression.isNews = false }
    return line(.gaveUp(expression: expression.source, isNews: expression.isNews), [])
  }

  static var settings: [Setting<Rule>] {
    [
      Setting(
        "name",
        .text,
        "What hark explain calls it.",
        get: { $0.name },
        set: { $0.name = $1 }
      ),
      Setting(
        "match",
        .table("a table", Match(), Match.settings),
        "Which notifications it is for: those for which all of it holds; without it, every one.",
        get: { _ in nil },
        set: { $0.match = $1 }
      ),
      Setting(
        "set",
        Change.kind,
        "What becomes of them.",
        isRequired: true,
        get: { _ in nil },
        set: { $0.set = $1 }
      ),
    ]
  }
}

extension Change {
  static var kind: Kind<Change> {
    let settings = Outcome.settings
    return Kind(
      "a table",
      read: { value, report in
        guard case .table(let members) = value.content else {
          report.add(value.place, value.content.name, expected: "a table")
          return nil
        }
        var change = Change()
        let assignments = settings.read(members, at: value.place, &report)
        change.assign = assignments.map { $0.assign }
        change.words = assignments.map { "\($0.name) = \($0.content.text)" }
        return change
      },
      write: { _ in .table([]) }
    )
  }
}

// MARK: With the rest of the file

extension ConfigurationFile {
  /// The rules as far as they could be read, and all that is wrong with the file.
  package func readRules() -> (RuleSet, [Diagnostic]) {
    var report = Report(file: path ?? "")
    for diagnostic in diagnostics { report.add(diagnostic) }
    let rules = RuleSet(configuration.rules, &report)
    return (rules, report.sorted)
  }

  /// The configuration and its rules together, or all that is wrong: nothing is applied by halves.
  package func complete() -> Result<(Configuration, RuleSet), Diagnostics> {
    let (rules, diagnostics) = readRules()
    return diagnostics.isEmpty
      ? .success((configuration, rules)) : .failure(Diagnostics(diagnostics))
  }
}
