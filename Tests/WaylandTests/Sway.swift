import Foundation
import Testing

/// A headless Sway of its own folder, ended with the object.
final class Sway {
  let folder: String
  let socket: String
  private let process = Process()
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
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = environment.merging([
      "WLR_BACKENDS": outer == nil ? "headless" : "wayland",
      "WAYLAND_DISPLAY": outer?.socket ?? "",
      "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman",
    ]) { $1 }
    _ = files.createFile(atPath: folder + "/log", contents: nil)
    let log = FileHandle(forWritingAtPath: folder + "/log")
    process.standardOutput = log
    process.standardError = log
    try process.run()

    let end = Date() + 10
    while !files.fileExists(atPath: socket) || !files.fileExists(atPath: ipc)
      || (try? message("-t", "get_outputs").contains("\"name\"")) != true
    {
      guard process.isRunning, Date() < end else {
        let said = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw Trouble("Sway did not start: \(said.suffix(2000))")
      }
      usleep(5000)
    }
  }

  deinit {
    end()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var environment: [String: String] {
    [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "HOME": folder, "XDG_RUNTIME_DIR": folder, "SWAYSOCK": ipc, "LANG": "C.UTF-8",
    ]
  }

  /// Ends it without a word to its clients.
  func end() {
    guard process.isRunning else { return }
    signal(SIGCONT)
    signal(SIGKILL)
    process.waitUntilExit()
  }

  /// To Sway itself; `setpriv` became it.
  func signal(_ number: Int32) {
    kill(process.processIdentifier, number)
  }

  /// What `swaymsg` answers.
  @discardableResult
  func message(_ words: String...) throws -> String {
    let answer = try run(["swaymsg", "-r"] + words)
    return String(decoding: answer, as: UTF8.self)
  }

  /// What is on the screen, by `grim`.
  func picture(ofOutput output: String = "HEADLESS-1", scale: Int = 1) throws -> Picture {
    let arguments = ["grim", "-t", "ppm", "-s", "\(scale)", "-o", output, "-"]
    guard let picture = Picture(ppm: [UInt8](try run(arguments))) else {
      throw Trouble("grim took no picture")
    }
    return picture
  }

  private func run(_ command: [String]) throws -> Data {
    let child = Process()
    let output = Pipe()
    child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    child.arguments = ["timeout", "5"] + command
    child.environment = environment.merging(["WAYLAND_DISPLAY": socket]) { $1 }
    child.standardOutput = output
    child.standardError = FileHandle.nullDevice
    try child.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    child.waitUntilExit()
    guard child.terminationStatus == 0 else {
      throw Trouble("\(command): exit \(child.terminationStatus)")
    }
    return data
  }
}

struct Trouble: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A picture of the screen.
struct Picture {
  let width: Int
  let height: Int
  private let bytes: ArraySlice<UInt8>

  /// Binary PPM with 8 bits a channel, as grim writes it.
  init?(ppm: [UInt8]) {
    let head = ppm.prefix(64).split(
      maxSplits: 4,
      omittingEmptySubsequences: false,
      whereSeparator: { $0 == 10 || $0 == 32 }
    )
    guard head.count == 5, head[0].elementsEqual("P6".utf8),
      let width = Int(String(decoding: head[1], as: UTF8.self)),
      let height = Int(String(decoding: head[2], as: UTF8.self))
    else { return nil }
    self.width = width
    self.height = height
    bytes = ppm[head[4].startIndex...]
    guard bytes.count == width * height * 3 else { return nil }
  }

  /// 0xRRGGBB.
  subscript(x: Int, y: Int) -> Int {
    let at = bytes.startIndex + (y * width + x) * 3
    return Int(bytes[at]) << 16 | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
  }

  /// The smallest rectangle that holds every pixel that differs from the lower left one, where nothing
  /// is drawn: x, y, width, height.
  var drawn: [Int]? {
    let ground = self[0, height - 1]
    var left = width, top = height, right = -1, bottom = -1
    for y in 0..<height {
      for x in 0..<width where self[x, y] != ground {
        left = min(left, x)
        right = max(right, x)
        top = min(top, y)
        bottom = max(bottom, y)
      }
    }
    return right < 0 ? nil : [left, top, right - left + 1, bottom - top + 1]
  }
}
