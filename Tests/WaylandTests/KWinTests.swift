import CTestClients
import Display
import Foundation
import TestSupport
import Testing
import Wayland

extension WithSway {
  @Suite(.enabled(if: KWin.isInstalled, "KWin is not installed")) struct WithKWin {
    @Test(
      "a fractional scale gives buffers of just its size",
      .timeLimit(.minutes(1)),
      arguments: [
        ("1.5", Size(width: 302, height: 152)), ("1.25", Size(width: 251, height: 126)),
        ("1", Size(width: 201, height: 101)),
      ]
    )
    func fractional(scale: String, buffer: Size) throws {
      let kwin = try KWin(scale: scale)
      let screen = try Screen(kwin.socket)
      #expect(screen.display?.outputs.map(\.usable) == [Size(width: 900, height: 600)])
      // A buffer of another size than the viewport expects would be scaled, and blurred.
      try screen.show(201, 101)
      #expect(screen.frames.last?.size == buffer)
      let expected = Scale(of120: Int(120 * (Double(scale) ?? 0)))
      #expect(screen.frames.last?.scale == expected)
      #expect(screen.display?.output?.scale == expected)
      #expect(screen.losses == [])
      // KWin holds on to a buffer until it has the next one.
      for height in [100, 120, 140] { try screen.show(301, height) }
      try screen.settle()
      #expect(try Screen.buffers() <= 2)
    }

    @Test("FD-275 what KWin gives in place of a token is none", .timeLimit(.minutes(1)))
    func token() throws {
      let kwin = try KWin(scale: "1")
      let screen = try Screen(kwin.socket)
      try screen.show(200, 100)
      var answers: [String?] = []
      func ask() throws {
        let count = answers.count
        screen.display?.requestActivationToken(for: InputSerial(value: 1)) { answers.append($0) }
        try screen.wait("an answer") { answers.count > count }
      }
      try ask()
      #expect(answers[0]?.hasPrefix("kwin-") == true)
      let active = try Window(kwin.socket, "active")
      // KWin makes the window active in its own time.
      for _ in 0..<100 where answers.last != .some(nil) {
        screen.rest(seconds: 0.02)
        try ask()
      }
      #expect(answers.last == .some(nil))
      withExtendedLifetime(active) {}
    }

    @Test("a tap is a click; further fingers are not", .timeLimit(.minutes(1)))
    func touch() throws {
      let kwin = try KWin(scale: "1.5")
      let screen = try Screen(kwin.socket)
      guard let finger = finger_create(kwin.socket) else { throw Trouble("no touch screen") }
      defer { finger_destroy(finger) }
      try screen.show(200, 100)
      #expect(finger_down(finger, 0, 700, 30))
      #expect(finger_down(finger, 1, 720, 30))
      #expect(finger_move(finger, 1, 730, 30))
      #expect(finger_move(finger, 0, 705, 31))
      #expect(finger_up(finger, 1))
      #expect(finger_up(finger, 0))
      try screen.wait("a tap") { screen.pointer.last == "left" }
      let tap = [
        "moved 10,20", "pressed primary 10,20", "moved 15,21", "released primary 15,21", "left",
      ]
      #expect(screen.pointer == tap)
      #expect(screen.press != nil)

      screen.forgetPointer()
      #expect(finger_down(finger, 0, 700, 30))
      #expect(finger_cancel(finger))
      try screen.wait("the end") { screen.pointer.last == "left" }
      #expect(screen.pointer == ["moved 10,20", "pressed primary 10,20", "left"])
    }
  }
}

/// A KWin without a screen, of 900×600 logical pixels.
final class KWin {
  let folder: String
  let socket: String
  private let child: Child

  private static let program = "/usr/bin/kwin_wayland"
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  init(scale: String) throws {
    folder = NSTemporaryDirectory() + "hark-kwin-\(UUID().uuidString.prefix(8))"
    socket = folder + "/wayland-k"
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    // A copy has no file capabilities, which containers refuse to grant.
    let program = folder + "/kwin_wayland"
    try makeProgram(program, copying: KWin.program)
    child = try Child(
      [
        program, "--virtual", "--width", "900", "--height", "600", "--scale", scale,
        "--socket", "wayland-k",
      ],
      environment: [
        "PATH": Programs.variable("PATH") ?? "/usr/bin:/bin", "HOME": folder,
        "XDG_RUNTIME_DIR": folder, "LANG": "C.UTF-8", "KWIN_WAYLAND_NO_PERMISSION_CHECKS": "1",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=\(folder)/none",
        "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=\(folder)/none",
      ],
      output: .file(folder + "/log"),
      errors: .file(folder + "/log")
    )
    try wait(until: "KWin", limit: .seconds(30)) {
      guard child.isRunning else { throw Trouble("KWin ended: \(text(of: folder + "/log"))") }
      return access(socket, F_OK) == 0
    }
  }

  deinit {
    child.signal(SIGKILL)
    child.end()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
