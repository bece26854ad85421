import CLibc
import Configuration
import EventLoop
import Notifications
import Presentation
import Rules

/// The configuration that holds: the newest that was good as a whole.
///
/// A file with anything wrong in it changes nothing; who edits it is told once.
final class Settings {
  private let paths = ConfigurationPaths { environmentVariable($0) }
  private let log: Log
  private var watcher: ConfigurationWatcher?
  private(set) var configuration = Configuration()
  /// What was wrong with the file when it was last read, one line each.
  private(set) var problems: [String] = []
  /// Called when another configuration holds.
  var changed: ((Configuration, RuleSet) -> Void)?
  /// A file without faults, or that there is none, was seen: what the user wants is known.
  private(set) var isRead = false
  /// Called when there are other problems than before, or none any more.
  var judged: (([String]) -> Void)?

  init(_ log: Log) {
    self.log = log
  }

  /// Hands out the defaults and then what the file says, and again whenever it may have changed.
  func start(_ loop: any EventLoop) {
    watcher = ConfigurationWatcher(loop, files: paths.candidates) { [unowned(unsafe) self] in
      reload()
    }
    changed?(configuration, RuleSet())
    reload()
  }

  func reload() {
    let before = problems
    switch ConfigurationFile(paths).complete() {
    case .success(let (configuration, rules)):
      problems = []
      let isFirst = !isRead
      isRead = true
      if configuration != self.configuration || isFirst {
        self.configuration = configuration
        changed?(configuration, rules)
      }
    case .failure(let diagnostics):
      problems = diagnostics.all.map { $0.text }
      if problems != before { for problem in problems { log(.warning, problem) } }
    }
    if problems != before { judged?(problems) }
  }
}

extension Theme {
  init(_ configuration: Configuration) {
    self.init()
    width = configuration.width
    coversFullScreen = configuration.layer == .overlay
  }
}

/// Where a path leads, by way of links; itself where it leads nowhere.
func resolved(_ path: String) -> String {
  guard let target = realpath(path, nil) else { return path }
  defer { free(target) }
  return String(cString: target)
}
