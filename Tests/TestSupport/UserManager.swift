import Foundation

/// A `systemd --user` of a world's own, which ends with it.
package struct UserManager {
  /// Its `XDG_RUNTIME_DIR`.
  package let runtime: String
  private let logPath: String

  /// It takes root, cgroups and a mount namespace.
  package static let canBe =
    getuid() == 0 && Programs.exists("/usr/lib/systemd/systemd")
    && ["systemctl", "systemd-run"].allSatisfy { Programs.exists($0) }
    && access("/sys/fs/cgroup", R_OK) == 0
    && (try? run(["unshare", "--mount", "true"], environment: [:]))?.succeeded == true

  /// Started, and ready for units.
  package init(in world: World) throws {
    runtime = world.folder + "/manager"
    logPath = world.folder + "/manager.log"
    let child = try world.start(
      [Programs.python, Programs.clients + "/user_manager.py", runtime],
      input: .pipe,
      output: .pipe,
      log: "manager.log"
    )
    let line = try child.line(within: .seconds(20)) ?? ""
    guard line.contains("ready") else { throw Trouble("no user manager: \(line) \(log)") }
  }

  package var log: String { text(of: logPath) }
}
