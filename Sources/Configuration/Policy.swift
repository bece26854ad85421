import CLibc

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
  private static let kinds = ["app:", "flatpak:", "snap:", "exe:", "script:"]

  /// The principals that it is about: a bare id is that of an app of any kind.
  package var principals: [String] {
    if app == "cli" || Self.kinds.contains(where: { app.hasPrefix($0) }) { return [app] }
    return ["app:" + app, "flatpak:" + app, "snap:" + app]
  }

  /// Whether a text can be meant for an app: nothing of a kind that nobody knows.
  fileprivate static func isApp(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":") else { return !text.isEmpty }
    let end = text.index(after: colon)
    return kinds.contains(String(text[..<end])) && end != text.endIndex
  }
}

extension Kind where Value == String {
  fileprivate static var app: Kind {
    Kind(
      "an app",
      convert: {
        guard case .string(let text) = $0, !text.utf8.contains(0), Policy.isApp(text) else {
          return nil
        }
        return text
      },
      write: { .string($0) }
    )
  }
}

/// The policies of all files of a directory, by the order of the files' names.
package struct Policies: Equatable, Sendable {
  /// Of the files that are right from top to bottom, and of the others as they last were.
  package private(set) var all: [Policy] = []
  package private(set) var diagnostics: [Diagnostic] = []

  package init() {}

  /// What cannot be read or is wrong counts as it did in `before`.
  package init(directory: String = Policy.directory, after before: Policies = Policies()) {
    switch entries(of: directory) {
    case .failure(let diagnostic):
      diagnostics = [diagnostic]
      all = before.all
    case .success(let names):
      for name in names.sorted() where name.hasSuffix(".toml") {
        let path = directory + "/" + name
        if let policies = read(path) {
          all += policies
        } else {
          all += before.all.filter { $0.file == path }
        }
      }
    }
  }

  /// Nil when there is anything wrong with the file.
  private mutating func read(_ path: String) -> [Policy]? {
    switch readFile(path) {
    case .success(nil): return []
    case .success(let text?): return parse(text, path)
    case .failure(let diagnostic):
      diagnostics.append(diagnostic)
      return nil
    }
  }

  private mutating func parse(_ text: [UInt8], _ path: String) -> [Policy]? {
    switch parseTOML(text, file: path) {
    case .failure(let diagnostic):
      diagnostics.append(diagnostic)
      return nil
    case .success(let root):
      var report = Report(file: path)
      let policies = Self.read(root, path, &report)
      diagnostics += report.sorted
      return report.diagnostics.isEmpty ? policies : nil
    }
  }

  private static func read(
    _ root: TOMLValue,
    _ path: String,
    _ report: inout Report
  ) -> [Policy] {
    guard case .table(let members) = root.content else { return [] }
    // Each with the line on which it begins.
    let one = Kind<Policy>.table("a table", Policy(), Policy.settings)
    let placed = Kind<Policy>(
      one.name,
      read: { value, report in
        var policy = one.read(value, &report)
        policy?.file = path
        policy?.line = value.place.line
        return policy
      },
      write: one.write
    )
    let settings = [
      Setting<[Policy]>(
        "policy",
        .list(of: placed, "[[policy]]"),
        "",
        get: { $0 },
        set: { $0 = $1 }
      )
    ]
    var policies: [Policy] = []
    for assignment in settings.read(members, at: root.place, &report) {
      assignment.assign(&policies)
    }
    return policies
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
