import CLibc
import Identity

/// What the administrator decides about an app, in a file of `policy.d`.
package struct Policy: Equatable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    case granted, denied
  }

  /// A principal, or a bare id.
  package var app = ""
  package var state = State.denied
  package var reason = ""
  package var file = ""
  package var line = 0

  package static let directory = "/etc/hark/policy.d"

  package static var settings: [Setting<Policy>] {
    [
      Setting(
        "app",
        .app,
        "The app, by its principal or bare id.",
        isRequired: true,
        get: { $0.app },
        set: { $0.app = $1 }
      ),
      Setting(
        "state",
        .choice,
        "What it may.",
        isRequired: true,
        get: { $0.state },
        set: { $0.state = $1 }
      ),
      Setting(
        "reason",
        .text,
        "Told to whoever asks why.",
        get: { $0.reason },
        set: { $0.reason = $1 }
      ),
    ]
  }
}

extension Policy {
  /// The principals that it is about: a bare id is that of an app of any kind.
  package var principals: [String] {
    if PrincipalKey.hasKind(app) { return [app] }
    return ["app:" + app, "flatpak:" + app, "snap:" + app]
  }

  /// Whether a text can be meant for one app.
  fileprivate static func isApp(_ text: String) -> Bool {
    guard !text.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) else {
      return false
    }
    return PrincipalKey.isRight(PrincipalKey.hasKind(text) ? text : "app:" + text)
      && (PrincipalKey.hasKind(text) || !text.utf8.contains(UInt8(ascii: ":")))
  }
}

extension Kind where Value == String {
  fileprivate static var app: Kind {
    Kind(
      "an app's id or whole key, without patterns",
      convert: {
        guard case .string(let text) = $0, Policy.isApp(text) else { return nil }
        return text
      },
      write: { .string($0) }
    )
  }
}

/// The policies of all files of a directory, by the order of the files' names.
///
/// Of a file with anything wrong in it counts what it said when it was last right, and each denial
/// that can be read: no slip of the pen lets anything through.
package struct Policies: Equatable, Sendable {
  package private(set) var all: [Policy] = []
  package private(set) var diagnostics: [Diagnostic] = []
  /// What the files said when they were last right.
  private var right: [Policy] = []

  package init() {}

  package init(directory: String = Policy.directory, after before: Policies = Policies()) {
    switch entries(of: directory) {
    case .failure(let diagnostic):
      self = before
      diagnostics = [diagnostic]
    case .success(let names):
      for name in names.sorted() where name.hasSuffix(".toml") {
        let path = directory + "/" + name
        let count = diagnostics.count
        let policies = read(path)
        if diagnostics.count == count {
          right += policies
          all += policies
        } else {
          let last = before.right.filter { $0.file == path }
          right += last
          all += last + policies.filter { $0.state == .denied }
        }
      }
    }
  }

  /// What can be read of a file; all that is wrong goes into the diagnostics.
  private mutating func read(_ path: String) -> [Policy] {
    switch readFile(path) {
    case .success(nil): return []
    case .success(let text?):
      var report = Report(file: path)
      let policies = Self.read(text, &report)
      diagnostics += report.sorted
      return policies
    case .failure(let diagnostic):
      diagnostics.append(diagnostic)
      return []
    }
  }

  private static func read(_ text: [UInt8], _ report: inout Report) -> [Policy] {
    switch parseTOML(text, file: report.file) {
    case .success(let root):
      return read(root, &report)
    case .failure(let diagnostic):
      report.add(diagnostic)
      // What stands before the line that is no TOML; what else is wrong there is told later.
      let before = text.prefix(line: diagnostic.place?.line ?? 0)
      guard before.count < text.count else { return [] }
      var later = Report(file: report.file)
      return read(before, &later)
    }
  }

  private static func read(_ root: TOMLValue, _ report: inout Report) -> [Policy] {
    guard case .table(let members) = root.content else { return [] }
    let tables = Kind<TOMLValue>("a table", read: { value, _ in value }, write: { $0.content })
    let file = [
      Setting<[TOMLValue]>(
        "policy",
        .list(of: tables, "[[policy]]"),
        "",
        get: { $0 },
        set: { $0 = $1 }
      )
    ]
    var values: [TOMLValue] = []
    for assignment in file.read(members, at: root.place, &report) { assignment.assign(&values) }
    return values.compactMap { read(policy: $0, report.file, &report) }
  }

  /// Nil where it is not said of whom it is, or what it decides.
  private static func read(
    policy value: TOMLValue,
    _ file: String,
    _ report: inout Report
  ) -> Policy? {
    guard case .table(let members) = value.content else {
      report.add(value.place, value.content.name, expected: "a table")
      return nil
    }
    let assignments = Policy.settings.read(members, at: value.place, &report)
    guard assignments.contains(where: { $0.name == "app" }),
      assignments.contains(where: { $0.name == "state" })
    else { return nil }
    var policy = Policy()
    policy.file = file
    policy.line = value.place.line
    for assignment in assignments { assignment.assign(&policy) }
    return policy
  }
}

extension [UInt8] {
  /// What stands before a line, counted from 1.
  fileprivate func prefix(line: Int) -> [UInt8] {
    var number = 1
    for (index, byte) in enumerated() {
      if number >= line { return Array(self[..<index]) }
      if byte == UInt8(ascii: "\n") { number += 1 }
    }
    return number >= line ? self : []
  }
}

/// The names in a directory; none when there is no such directory.
private func entries(of directory: String) -> Result<[String], Diagnostic> {
  guard let folder = opendir(directory) else {
    let code = c_errno()
    return code == ENOENT || code == ENOTDIR ? .success([]) : .failure(unreadable(directory, code))
  }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
    )
  }
  return .success(names)
}
