/// A configuration as it stands in a file: what it sets, where, and what is wrong with it.
package struct ConfigurationFile {
  /// Nil when there is none, and everything is as it comes.
  package private(set) var path: String?
  /// As far as it could be read.
  package private(set) var configuration = Configuration()
  package private(set) var assignments: [Assignment<Configuration>] = []
  package private(set) var diagnostics: [Diagnostic] = []

  /// The first of the paths that exists counts.
  package init(_ paths: ConfigurationPaths) {
    for path in paths.candidates {
      switch readFile(path) {
      case .success(nil): continue
      case .success(let text?): read(text, path)
      case .failure(let diagnostic): diagnostics = [diagnostic]
      }
      self.path = path
      return
    }
  }

  package init(text: String, path: String) {
    self.path = path
    read(Array(text.utf8), path)
  }

  private mutating func read(_ text: [UInt8], _ path: String) {
    switch parseTOML(text, file: path) {
    case .failure(let diagnostic): diagnostics = [diagnostic]
    case .success(let root):
      guard case .table(let members) = root.content else { return }
      var report = Report(file: path)
      assignments = Configuration.settings.read(members, at: root.place, &report)
      for assignment in assignments { assignment.assign(&configuration) }
      diagnostics = report.sorted
    }
  }

  /// All of it, or what is wrong: nothing is applied by halves.
  package var result: Result<Configuration, Diagnostics> {
    diagnostics.isEmpty ? .success(configuration) : .failure(Diagnostics(diagnostics))
  }
}

extension Configuration {
  package static func load(_ paths: ConfigurationPaths) -> Result<Configuration, Diagnostics> {
    ConfigurationFile(paths).result
  }
}
