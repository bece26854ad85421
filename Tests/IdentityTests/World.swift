import EventLoop
import Foundation
import Glibc
import Identity
import TestSupport
import Testing

/// A folder with desktop files, programs and a /proc of the test's own.
final class World {
  let root: String
  let loop = ManualLoop()
  let files: DesktopFiles
  let identifier: Identifier

  var applications: String { root + "/share/applications" }
  var userApplications: String { root + "/home/applications" }
  var bin: String { root + "/bin" }
  var proc: String { root + "/proc" }

  init(locale: String = "C", processRoot: String? = nil) throws {
    let folder = NSTemporaryDirectory() + "hark-identity-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let resolved = try #require(realpath(folder, nil))
    defer { free(resolved) }
    let root = String(cString: resolved)
    self.root = root
    files = DesktopFiles(
      loop,
      folders: [root + "/home/applications", root + "/share/applications"],
      searchPath: [root + "/bin"],
      locale: MessageLocale(locale)
    )
    identifier = Identifier(files, processRoot: processRoot ?? root + "/proc")
    for folder in ["share/applications", "bin", "proc"] { try makeFolder(folder) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: root + "/" + path,
      withIntermediateDirectories: true
    )
  }

  func write(_ text: String, to path: String) throws {
    try makeFolder((path as NSString).deletingLastPathComponent)
    try text.write(toFile: root + "/" + path, atomically: false, encoding: .utf8)
  }

  /// Makes a program of any content; returns its path.
  @discardableResult
  func program(_ path: String, _ text: String = "\u{7F}ELF") throws -> String {
    try makeFolder((path as NSString).deletingLastPathComponent)
    try makeProgram(root + "/" + path, text)
    return root + "/" + path
  }

  func link(_ path: String, to target: String) throws {
    try makeFolder((path as NSString).deletingLastPathComponent)
    try FileManager.default.createSymbolicLink(
      atPath: root + "/" + path,
      withDestinationPath: target
    )
  }

  /// Writes a desktop file with a `Name` of its id, unless `more` has another.
  func desktopFile(_ id: String, _ more: String..., in folder: String = "share") throws {
    let name = more.contains { $0.hasPrefix("Name=") } ? [] : ["Name=\(id)"]
    let lines = ["[Desktop Entry]", "Type=Application"] + name + more
    try write(
      lines.joined(separator: "\n") + "\n",
      to: "\(folder)/applications/\(id).desktop"
    )
  }

  /// Makes the entry of a process in the false /proc.
  @discardableResult
  func process(
    _ processID: Int32,
    _ executable: String = "/usr/bin/something",
    arguments: [String] = [],
    cgroup: String = "0::/user.slice/session-2.scope\n",
    parent: Int32 = 1,
    terminal: Int = 0,
    startTime: Int = 4711,
    flatpakInfo: String? = nil
  ) throws -> Credentials {
    let folder = "proc/\(processID)"
    try makeFolder(folder + "/root")
    try write(Self.status(processID, parent, terminal, startTime), to: folder + "/stat")
    try write(cgroup, to: folder + "/cgroup")
    try write(arguments.map { $0 + "\0" }.joined(), to: folder + "/cmdline")
    try link(folder + "/exe", to: executable)
    try link(folder + "/cwd", to: root)
    if let flatpakInfo { try write(flatpakInfo, to: folder + "/root/.flatpak-info") }
    return Credentials(processID: processID)
  }

  static func status(_ processID: Int32, _ parent: Int32, _ terminal: Int, _ start: Int) -> String {
    "\(processID) (a (strange) name) S \(parent) 1 1 \(terminal) -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 "
      + "\(start) 1000 100 18446744073709551615 1 1 0\n"
  }

  func identify(_ credentials: Credentials, _ names: [String] = []) -> Identity {
    identifier.identify(credentials, ownedNames: names)
  }

  static func scope(_ unit: String) -> String {
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/\(unit)\n"
  }
}

extension Child {
  /// In the environment of the tests.
  convenience init(_ command: [String], input: Channel = .null) throws {
    try self.init(command, environment: ProcessInfo.processInfo.environment, input: input)
  }

  var credentials: Credentials { Credentials(userID: getuid(), processID: pid) }
}
