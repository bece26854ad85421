import Foundation
import TestSupport

/// A headless Sway of its own folder, ended with the object.
final class Sway {
  let folder: String
  let socket: String
  private let child: Child
  private var ipc: String { folder + "/ipc.sock" }

  /// `configuration` is added to one that has no bar, no background and an output of 800×600,
  /// HEADLESS-1.
  ///
  /// Headless outputs cannot be unplugged. A Sway inside of another has an output for each window
  /// there, WL-1 first.
  init(_ configuration: String = "", inside outer: Sway? = nil) throws {
    folder = NSTemporaryDirectory() + "hark-wayland-\(UUID().uuidString.prefix(8))"
    socket = folder + "/wayland-1"
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    try """
    xwayland disable
    output HEADLESS-1 resolution 800x600
    default_border none
    for_window [app_id="wlroots"] floating enable, resize set 800 600
    \(configuration)
    """.write(toFile: folder + "/config", atomically: true, encoding: .utf8)

    var command = ["sway", "-c", folder + "/config"]
    if getuid() == 0 {
      // Sway does not start as root.
      for path in [folder, folder + "/config"] { chown(path, 65534, 65534) }
      command =
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--pdeathsig", "KILL"]
        + command
    }
    child = try Child(
      command,
      environment: Sway.environment(folder).merging([
        "WLR_BACKENDS": outer == nil ? "headless" : "wayland",
        "WAYLAND_DISPLAY": outer?.socket ?? "",
        "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman",
      ]) { $1 },
      output: .file(folder + "/log"),
      errors: .file(folder + "/log")
    )
    try wait(until: "Sway", limit: .seconds(30)) {
      guard child.isRunning else { throw Trouble("Sway ended: \(text(of: folder + "/log"))") }
      return access(socket, F_OK) == 0 && access(ipc, F_OK) == 0
        && (try? message("-t", "get_outputs").contains("\"name\"")) == true
    }
  }

  deinit {
    end()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func environment(_ folder: String) -> [String: String] {
    [
      "PATH": Programs.variable("PATH") ?? "/usr/bin:/bin", "HOME": folder,
      "XDG_RUNTIME_DIR": folder, "SWAYSOCK": folder + "/ipc.sock", "LANG": "C.UTF-8",
    ]
  }

  /// Ends it without a word to its clients.
  func end() {
    signal(SIGKILL)
    child.end()
  }

  /// To Sway itself; `setpriv` became it.
  func signal(_ number: Int32) { child.signal(number) }

  /// What `swaymsg` answers.
  @discardableResult
  func message(_ words: String...) throws -> String {
    try output(of: ["swaymsg", "-r"] + words)
  }

  /// What is on the screen, by `grim`.
  func picture(ofOutput output: String = "HEADLESS-1", scale: Int = 1) throws -> Picture {
    let file = folder + "/picture.ppm"
    _ = try self.output(of: ["grim", "-t", "ppm", "-s", "\(scale)", "-o", output, file])
    return try Picture(ppm: Array(FileManager.default.contents(atPath: file) ?? Data()))
  }

  private func output(of command: [String]) throws -> String {
    let environment = Sway.environment(folder).merging(["WAYLAND_DISPLAY": socket]) { $1 }
    let outcome = try run(command, environment: environment)
    guard outcome.succeeded else { throw Trouble("\(command): \(outcome)") }
    return outcome.output
  }
}

extension Picture {
  /// The smallest rectangle that holds every pixel that differs from where nothing is drawn:
  /// x, y, width, height.
  var drawn: [Int]? {
    let parts = regions(smallest: 1)
    guard let left = parts.map(\.x).min(), let top = parts.map(\.y).min(),
      let right = parts.map(\.maxX).max(), let bottom = parts.map(\.maxY).max()
    else { return nil }
    return [left, top, right - left, bottom - top]
  }
}
