import Foundation

/// Where everything is that the tests start. `HARK_TEST_DAEMON` tries them on another daemon.
package enum Programs {
  /// The root of the repository.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The daemon's command. Another daemon has none of hark's own interfaces.
  package static let daemon: [String] =
    variable("HARK_TEST_DAEMON")?.split(separator: " ").map(String.init)
    ?? [root + "/.build/release/harkd"]
  package static let isHark = variable("HARK_TEST_DAEMON") == nil

  package static let control = root + "/.build/release/hark"

  /// The system's Python: the one that has the packages of the system.
  package static let python = "/usr/bin/python3"
  package static let clients = root + "/Tests/EndToEnd/clients"
  /// Made by `make test-setup`.
  package static let tools = root + "/.build/test-tools"
  package static let toolsPython = tools + "/venv/bin/python3"

  package static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }

  package static func exists(_ program: String) -> Bool {
    (program.hasPrefix("/")
      ? [program] : ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + program })
      .contains { access($0, X_OK) == 0 }
  }

  /// Why a Python module of the tools cannot be used here; nil where it can.
  package static func missing(_ module: String) -> String? {
    let note = text(of: tools + "/missing-" + module)
    if !note.isEmpty { return note.trimmingCharacters(in: .whitespacesAndNewlines) }
    return exists(toolsPython) ? nil : "\(tools) is not there: run `make test-setup`"
  }
}
