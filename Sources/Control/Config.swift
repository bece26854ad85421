import Configuration
import DBus
import Rules

extension Command {
  static var config: Command {
    Command(
      "config",
      operands: "list|get NAME|check [FILE]|path|default|reload",
      count: 1...2,
      "Shows and checks the configuration.",
      details: """
        list     every option, the line that sets it, and its value
        get      the value of one option
        check    what is wrong with the file, and without FILE with the administrator's policies;
                 ends with 1 where anything is
        path     the file that counts, or would if there were one
        default  a file with every option as it comes
        reload   has the daemon read the file now; ends with 1 where anything is wrong

        All but reload look at what is on the disk; the daemon need not run.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      let operand = arguments.operands.count > 1 ? arguments.operands[1] : nil
      let isJSON = arguments.has("json")
      switch (arguments.operands[0], operand) {
      case ("list", nil): return try list(ConfigurationFile(.present), isJSON: isJSON)
      case ("get", let name?): return try get(name, ConfigurationFile(.present), isJSON: isJSON)
      case ("check", nil):
        return try check(ConfigurationFile(.present), Policies().diagnostics, isJSON: isJSON)
      case ("check", let path?): return try check(configurationFile(path), isJSON: isJSON)
      case ("path", nil): return try path(isJSON: isJSON)
      case ("default", nil):
        try put(defaultFile(Configuration.settings, empty: Configuration()))
        return .success
      case ("reload", nil): return try reload()
      default:
        throw .usage("hark config takes list, get NAME, check [FILE], path, default or reload")
      }
    }
  }

  private static func list(_ file: ConfigurationFile, isJSON: Bool) throws(Failure) -> ExitCode {
    if isJSON {
      var lines = ""
      for setting in Configuration.settings { lines += file.object(setting) + "\n" }
      try put(lines)
    } else {
      let rows = Configuration.settings.map { setting in
        [setting.name, file.origin(setting), file.text(setting)]
      }
      try put(aligned(rows.map { $0.map { printable($0) } }, width: terminalWidth))
    }
    return warn(of: file)
  }

  private static func get(
    _ name: String,
    _ file: ConfigurationFile,
    isJSON: Bool
  ) throws(Failure) -> ExitCode {
    let settings = Configuration.settings
    guard let setting = settings.first(where: { $0.name == name }) else {
      let hint = nearest(to: name, among: settings.map { $0.name }).map { "; did you mean \($0)?" }
      throw .usage("no option \(name)\(hint ?? ""); hark config list shows them")
    }
    if isJSON {
      try put(file.object(setting) + "\n")
    } else {
      try put((setting.content(of: file.configuration)?.plain ?? "") + "\n")
    }
    return warn(of: file)
  }

  /// What was shown of a wrong file holds nowhere.
  private static func warn(of file: ConfigurationFile) -> ExitCode {
    let code = complain(about: file)
    if code != .success {
      Control.complain(
        "hark: the file is wrong, the daemon holds its last good one; shown is what could be read"
      )
    }
    return code
  }

  /// A file that the daemon would not take is told of, whatever was asked.
  @discardableResult
  static func complain(about file: ConfigurationFile) -> ExitCode {
    let (_, diagnostics) = file.readRules()
    guard !diagnostics.isEmpty else { return .success }
    for diagnostic in diagnostics { Control.complain(diagnostic.text) }
    return .failure
  }

  /// Says all that is wrong with a file and its rules, and `others`.
  static func check(
    _ file: ConfigurationFile,
    _ others: [Diagnostic] = [],
    isJSON: Bool
  ) throws(Failure) -> ExitCode {
    let (rules, own) = file.readRules()
    let diagnostics = own + others
    var text = ""
    for diagnostic in diagnostics {
      text += (isJSON ? diagnostic.object : printable(diagnostic.text)) + "\n"
    }
    if diagnostics.isEmpty, !isJSON {
      let options = file.assignments.count { $0.name != "rule" }
      text =
        file.path.map { path in
          "\(printable(path)): nothing wrong; options: \(options), rules: \(rules.rules.count)\n"
        } ?? "there is no file; everything is as it comes\n"
    }
    try put(text)
    return diagnostics.isEmpty ? .success : .failure
  }

  private static func reload() throws(Failure) -> ExitCode {
    var reader = try Session().center("Reload").reader()
    let problems = reader.strings() ?? []
    for problem in problems { Control.complain(problem) }
    return problems.isEmpty ? .success : .failure
  }

  private static func path(isJSON: Bool) throws(Failure) -> ExitCode {
    let found = ConfigurationFile(.present).path
    guard let path = found ?? ConfigurationPaths.present.candidates.first else {
      throw .failed("no place for a configuration")
    }
    if isJSON {
      let line = JSON.object {
        $0.key("path")
        $0.string(path)
        $0.key("exists")
        $0.boolean(found != nil)
      }
      try put(line + "\n")
    } else {
      try put(path + "\n")
    }
    return .success
  }
}

/// The file of that name, or the one that counts.
func configurationFile(_ path: String?) throws(Failure) -> ConfigurationFile {
  guard let path else { return ConfigurationFile(.present) }
  let file = ConfigurationFile(ConfigurationPaths(candidates: [path]))
  guard file.path != nil else { throw .failed("no such file: \(path)") }
  return file
}

extension ConfigurationPaths {
  static var present: ConfigurationPaths { ConfigurationPaths(environment: environment) }
}

extension ConfigurationFile {
  fileprivate func text(_ setting: Setting<Configuration>) -> String {
    setting.content(of: configuration)?.text ?? ""
  }

  private func assignment(_ setting: Setting<Configuration>) -> Assignment<Configuration>? {
    assignments.first { $0.name == setting.name }
  }

  fileprivate func origin(_ setting: Setting<Configuration>) -> String {
    guard let path, let assignment = assignment(setting) else { return "default" }
    return "\(path):\(assignment.place.line)"
  }

  /// One option as JSON.
  fileprivate func object(_ setting: Setting<Configuration>) -> String {
    JSON.object { json in
      json.key("name")
      json.string(setting.name)
      json.key("value")
      json.content(setting.content(of: configuration))
      json.key("default")
      json.content(setting.content(of: Configuration()))
      if let path, let assignment = assignment(setting) {
        json.key("file")
        json.string(path)
        json.key("line")
        json.number(assignment.place.line)
      }
    }
  }
}

extension Diagnostic {
  /// As JSON.
  var object: String {
    JSON.object { json in
      json.key("file")
      json.string(file)
      if let place {
        json.key("line")
        json.number(place.line)
        json.key("column")
        json.number(place.column)
      }
      json.key("problem")
      json.string(problem)
      if let expected {
        json.key("expected")
        json.string(expected)
      }
      if let suggestion {
        json.key("suggestion")
        json.string(suggestion)
      }
    }
  }
}

extension JSON {
  /// A value of a configuration; what is not set is null, a time of day its text.
  mutating func content(_ content: TOMLContent?) {
    switch content {
    case .table(let members)?:
      object { json in
        for member in members {
          json.key(member.key)
          json.content(member.value.content)
        }
      }
    case .array(let elements)?:
      array { json in for element in elements { json.content(element.content) } }
    case .string(let text)?: string(text)
    case .integer(let value)?: number(value)
    case .real(let value)?: number(value)
    case .boolean(let value)?: boolean(value)
    case .time?: string(content?.plain ?? "")
    case .date?, nil: null()
    }
  }
}
