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
        .text("an app"),
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

/// The policies of all files of a directory, by the order of the files' names.
package struct Policies: Equatable, Sendable {
  /// Of the files that are right from top to bottom.
  package var all: [Policy] = []
  package var diagnostics: [Diagnostic] = []

  package init(directory: String = Policy.directory) {
    for name in entries(of: directory).sorted() where name.hasSuffix(".toml") {
      let path = directory + "/" + name
      switch readFile(path) {
      case .success(nil): break
      case .success(let text?): add(text: text, path: path)
      case .failure(let diagnostic): diagnostics.append(diagnostic)
      }
    }
  }

  private mutating func add(text: [UInt8], path: String) {
    switch parseTOML(text, file: path) {
    case .failure(let diagnostic): diagnostics.append(diagnostic)
    case .success(let root):
      var report = Report(file: path)
      let policies = Self.read(root, path, &report)
      diagnostics += report.sorted
      if report.diagnostics.isEmpty { all += policies }
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
func entries(of directory: String) -> [String] {
  guard let folder = opendir(directory) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
    )
  }
  return names
}
