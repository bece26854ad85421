import DBus
import CLibc
import Configuration
import Rules

extension Command {
  static var rules: Command {
    Command(
      "rules",
      operands: "check|test [FILE]",
      count: 1...2,
      "Checks the rules of a configuration, or tries them on a notification.",
      details: """
        check  what is wrong with the file; ends with 1 where anything is
        test   which rules match the notification that the options describe, and what they set

        Without FILE it is the configuration that counts; the daemon need not run. What no option tells
        is empty, of normal urgency, from nobody known, and now.
        """,
      options: subjectOptions.map { $0.option } + [
        Option("verified", "what it calls itself is who it is"),
        Option("quiet", "it is quiet"),
        .json,
      ]
    ) { arguments throws(Failure) in
      let file = try configurationFile(
        arguments.operands.count > 1 ? arguments.operands[1] : nil
      )
      switch arguments.operands[0] {
      case "check": return try check(file, isJSON: arguments.has("json"))
      case "test": return try test(file, Subject(arguments), isJSON: arguments.has("json"))
      default: throw .usage("hark rules takes check or test")
      }
    }
  }

  private static func test(
    _ file: ConfigurationFile,
    _ subject: Subject,
    isJSON: Bool
  ) throws(Failure) -> ExitCode {
    guard case .success((_, let rules)) = file.complete() else {
      complain(about: file)
      return .failure
    }
    let (outcome, trace) = rules.apply(to: subject)
    try put(isJSON ? object(outcome, trace) : page(outcome, trace))
    return .success
  }

  private static func page(_ outcome: Outcome, _ trace: [TraceLine]) -> String {
    guard !trace.isEmpty else { return "no rule matches\n" }
    var text = ""
    for line in trace { text += printable(line.text) + "\n" }
    var rows: [[String]] = []
    for setting in Outcome.settings {
      if let content = setting.content(of: outcome) {
        rows.append(["  \(setting.name)", printable(content.text)])
      }
    }
    return text + (rows.isEmpty ? "" : "Together\n" + aligned(rows))
  }

  private static func object(_ outcome: Outcome, _ trace: [TraceLine]) -> String {
    JSON.object { json in
      json.key("trace")
      json.array { json in for line in trace { line.write(&json) } }
      json.key("outcome")
      json.object { json in
        for setting in Outcome.settings {
          guard let content = setting.content(of: outcome) else { continue }
          json.key(setting.name)
          json.content(content)
        }
      }
    } + "\n"
  }
}

extension TraceLine {
  fileprivate func write(_ json: inout JSON) {
    json.object { json in
      json.key("file")
      json.string(file)
      json.key("line")
      json.number(line)
      if let name {
        json.key("name")
        json.string(name)
      }
      switch step {
      case .matched:
        json.key("set")
        json.array { json in for words in set { json.string(words) } }
      case .gaveUp(let expression, _):
        json.key("gave_up")
        json.string(expression)
      }
    }
  }
}

// MARK: A notification in words

/// An option that tells a text of the notification.
private struct SubjectOption {
  var option: Option
  var set: (Subject, String) throws(Failure) -> Void

  init(
    _ name: String,
    _ value: String,
    _ help: String,
    _ set: @escaping (Subject, String) throws(Failure) -> Void
  ) {
    option = Option(name, value, help)
    self.set = set
  }
}

private var subjectOptions: [SubjectOption] {
  [
    SubjectOption("app", "PRINCIPAL", "who sends it, such as app:org.gnome.Builder") {
      $0.principal = $1
    },
    SubjectOption("app-name", "NAME", "what the sender calls itself") { $0.appName = $1 },
    SubjectOption("level", "LEVEL", "sandbox, unit, name, exe, program or none") {
      (subject, text) throws(Failure) in subject.level = try choice(text, "level")
    },
    SubjectOption("urgency", "LEVEL", "low, normal or critical") {
      (subject, text) throws(Failure) in subject.urgency = try choice(text, "urgency")
    },
    SubjectOption("summary", "TEXT", "its title") { $0.summary = $1 },
    SubjectOption("body", "TEXT", "its text") { $0.body = $1 },
    SubjectOption("category", "NAME", "its category") { $0.category = $1 },
    SubjectOption("origin", "SITE", "the site that a browser sends it for") { $0.origin = $1 },
    SubjectOption("tag", "TAG", "its tag") { $0.tag = $1 },
    SubjectOption("output", "NAME", "the screen that popups are on") { $0.output = $1 },
    SubjectOption("mode", "NAME", "a mode that is on (repeat)") { $0.modes.append($1) },
    SubjectOption("hint", "NAME=TEXT", "a hint (repeat)") { (subject, text) throws(Failure) in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .usage("--hint takes NAME=TEXT") }
      subject.hints.append(Named(name: String(parts[0]), value: String(parts[1])))
    },
    SubjectOption("day", "DAY", "mon to sun") { (subject, text) throws(Failure) in
      subject.weekday = try choice(text, "day")
    },
    SubjectOption("time", "HH:MM", "the time of day") { (subject, text) throws(Failure) in
      guard let minute = minuteOfDay(text) else { throw .usage("--time takes HH:MM") }
      subject.minute = minute
    },
  ]
}

extension Subject {
  fileprivate convenience init(_ arguments: Arguments) throws(Failure) {
    self.init()
    setTime(Int64(time(nil)) * 1000)
    for one in subjectOptions {
      for value in arguments.values(one.option.name) { try one.set(self, value) }
    }
    isVerified = arguments.has("verified")
    isQuiet = arguments.has("quiet")
  }
}

private func choice<Choice: RawRepresentable & CaseIterable>(
  _ text: String,
  _ option: String
) throws(Failure) -> Choice where Choice.RawValue == String {
  if let choice = Choice(rawValue: text) { return choice }
  let words = Choice.allCases.map { $0.rawValue }
  var list = ""
  for word in words { list += (list.isEmpty ? "" : ", ") + word }
  throw .usage("--\(option) is one of \(list)")
}
