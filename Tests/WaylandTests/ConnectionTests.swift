import Display
import EventLoop
import Foundation
import TestSupport
import Testing
import Wayland

@Suite struct Connecting {
  @Test("what is no compositor is said at once, by its reason")
  func nothingThere() throws {
    let folder = try Folder()
    let unserved = try Listener(folder.path + "/unserved", queue: nil)
    try Data().write(to: URL(fileURLWithPath: folder.path + "/file"))
    let long = String(repeating: "x", count: 200)
    let cases: [(name: String, error: WaylandError)] = [
      ("wayland-9", .noSocket(path: folder.path + "/wayland-9")),
      (folder.path + "/absolute", .noSocket(path: folder.path + "/absolute")),
      ("unserved", .refused(path: folder.path + "/unserved")),
      ("file", .refused(path: folder.path + "/file")),
      (long, .cannotConnect(path: folder.path + "/" + long, why: "File name too long")),
    ]
    for (name, error) in cases {
      let thrown = #expect(throws: WaylandError.self) { _ = try Screen(name, in: folder.path) }
      #expect(thrown == error)
    }
    withExtendedLifetime(unserved) {}
  }

  @Test("a compositor that never answers is given up after two seconds")
  func silent() throws {
    let folder = try Folder()
    let server = try Listener(folder.path + "/silent")
    defer { withExtendedLifetime(server) {} }
    let start = ContinuousClock.now
    let screen = try Screen("silent", in: folder.path)
    #expect(screen.error == .silent(path: folder.path + "/silent"))
    #expect((.seconds(1.9)...(.seconds(10))).contains(ContinuousClock.now - start))
    // One turn of the timer; the loop slept otherwise.
    #expect(screen.turns == 1)
  }

  @Test("a compositor without layer-shell is told from one that is gone")
  func poor() throws {
    let folder = try Folder()
    for (name, answer, error) in [
      // The done event of object 3, the first wl_display.sync.
      ("poor", [3, 12 << 16, 0], WaylandError.missing(interface: "zwlr_layer_shell_v1")),
      ("leaving", [], .lost(why: "the compositor closed the connection")),
    ] as [(String, [UInt32], WaylandError)] {
      let server = try Listener(folder.path + "/" + name)
      let thread = Thread {
        let client = server.accept()
        _ = answer.withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
        close(client)
      }
      thread.start()
      let screen = try Screen(name, in: folder.path)
      #expect(screen.error == error)
    }
  }

  @Test("after close nobody is told anything")
  func closed() throws {
    let folder = try Folder()
    let server = try Listener(folder.path + "/silent")
    defer { withExtendedLifetime(server) {} }
    let loop = MainLoop()
    var answers = 0
    var display: WaylandDisplay? = try .connect(
      loop,
      name: "silent",
      runtimeDirectory: folder.path
    ) { _ in answers += 1 }
    display?.close()
    display?.place(Placement(size: Size(width: 1, height: 1), margin: 0, input: []))
    display?.requestFrame()
    display?.setCursor(.hand)
    display?.close()
    var tokens: [String?] = []
    display?.requestActivationToken(for: InputSerial(value: 1)) { tokens.append($0) }
    #expect(tokens == [nil])
    display = nil
    let timer = loop.timer { loop.quit() }
    timer.deadline = loop.now + 2_200_000_000
    loop.run()
    #expect(answers == 0)
  }
}

extension WithSway {
  @Suite struct Loss {
    @Test(
      "a compositor that is killed is lost once, and the loop sleeps",
      .timeLimit(.minutes(1)),
      arguments: [false, true]
    )
    func killed(withPopups: Bool) throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      if withPopups { try screen.show(200, 100) }
      var tokens: [String?] = []
      sway.signal(SIGSTOP)
      screen.display?.requestActivationToken(for: InputSerial(value: 1)) { tokens.append($0) }
      sway.end()
      try screen.wait("the loss") { !screen.losses.isEmpty }
      let turns = screen.turns
      screen.place(300, 300)
      screen.display?.requestFrame()
      screen.display?.setCursor(.hand)
      screen.rest(seconds: 0.3)
      #expect(screen.turns == turns + 1)
      #expect(screen.losses == ["the compositor closed the connection"])
      #expect(tokens == [nil])
      #expect(screen.display?.outputs == [])
      screen.display?.close()
    }

    @Test(
      "every handler may close the display",
      .timeLimit(.minutes(1)),
      arguments: ["ready", "frame", "outputsChanged", "lost"]
    )
    func closing(handler: String) throws {
      let sway = try Sway()
      let loop = MainLoop()
      var display: WaylandDisplay?
      let end = {
        display?.close()
        display = nil
        loop.quit()
      }
      display = try WaylandDisplay.connect(loop, name: sway.socket, runtimeDirectory: "") { _ in
        switch handler {
        case "ready": end()
        case "lost": sway.end()
        case "outputsChanged": _ = try? sway.message("output", "HEADLESS-1", "scale", "2")
        default:
          display?.place(Placement(size: Size(width: 100, height: 100), margin: 0, input: []))
        }
      }
      display?.handlers = DisplayHandlers(
        frame: end,
        pointer: { _ in },
        outputsChanged: end,
        lost: { _ in end() }
      )
      let timer = loop.timer { loop.quit() }
      timer.deadline = loop.now + 15_000_000_000
      loop.run()
      #expect(display == nil)
    }
  }
}

/// A folder for sockets.
private final class Folder {
  let path = NSTemporaryDirectory() + "hark-\(UUID().uuidString.prefix(8))"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
