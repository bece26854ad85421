import Configuration
import EventLoop
import Notifications

/// What the administrator decides about apps, from the files in `/etc/hark/policy.d`.
///
/// A file with anything wrong in it counts as it did when it was last right, and its denials count,
/// so that a slip of the pen lets nothing through; the other files are as they are.
final class PolicyFiles {
  private let directory: String
  private let log: (String) -> Void
  private var watcher: ConfigurationWatcher?
  private var policies = Policies()
  /// What is wrong with the files, one line each.
  var problems: [String] { policies.diagnostics.map { $0.text } }
  /// By principal; of two entries for one the later counts.
  private(set) var all: [String: Permissions.Policy] = [:]
  /// Called with all entries when they are others than before.
  var changed: (([String: Permissions.Policy]) -> Void)?

  /// Tests have a directory of their own.
  init(directory: String = Policy.directory, log: @escaping (String) -> Void) {
    self.directory = directory
    self.log = log
  }

  /// Reads the files, and again whenever one may have changed.
  func start(_ loop: any EventLoop) {
    watcher = ConfigurationWatcher(loop, files: [], folders: [directory]) {
      [unowned(unsafe) self] in reload()
    }
    reload()
  }

  func reload() {
    let before = policies
    policies = Policies(directory: directory, after: before)
    for diagnostic in policies.diagnostics where !before.diagnostics.contains(diagnostic) {
      log(diagnostic.text)
    }
    for file in Set(policies.diagnostics.map { $0.file }).subtracting(
      before.diagnostics.map { $0.file }
    ).sorted() {
      log("\(file): wrong; of it count the denials, and what it said when it was last right")
    }
    let old = all
    all = [:]
    for policy in policies.all {
      for principal in policy.principals { all[principal] = Permissions.Policy(policy) }
    }
    if all != old { changed?(all) }
  }
}

extension Permissions.Policy {
  fileprivate init(_ policy: Policy) {
    let decision: Permissions.Decision = policy.state == .granted ? .granted : .denied
    if policy.reason.isEmpty {
      self.init(decision)
    } else {
      self.init(decision, reason: policy.reason)
    }
  }
}
