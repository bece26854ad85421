import CTestClients
import Display
import Foundation
import TestSupport
import Testing
import Wayland

extension WithSway {
  @Suite struct Input {
    /// BTN_LEFT, BTN_RIGHT, BTN_MIDDLE.
    static let buttons: [(UInt32, String)] = [
      (0x110, "primary"), (0x111, "secondary"), (0x112, "middle"),
    ]

    @Test("the pointer is followed, and its buttons", .timeLimit(.minutes(1)))
    func pointer() throws {
      let sway = try Sway()
      let mouse = try Mouse(sway)
      let screen = try Screen(sway.socket)
      // The lower half lets the pointer through.
      try screen.show(200, 100, input: [Rect(x: 0, y: 0, width: 200, height: 50)])
      screen.forgetPointer()

      try mouse.move(600, 30)
      try screen.wait("the pointer") { screen.pointer == ["moved 10,20"] }
      screen.display?.setCursor(.hand)
      try mouse.move(700, 59)
      try screen.wait("motion") { screen.pointer.last == "moved 110,49" }
      var presses: [UInt32] = []
      for (code, name) in Self.buttons {
        try mouse.button(code, true)
        try screen.wait("a press") { screen.pointer.last == "pressed \(name) 110,49" }
        try mouse.button(code, false)
        try screen.wait("a release") { screen.pointer.last == "released \(name) 110,49" }
        presses.append(try #require(screen.press).value)
      }
      #expect(Set(presses).count == 3)
      try mouse.move(700, 61)
      try screen.wait("leaving") { screen.pointer.last == "left" }
      let count = screen.pointer.count
      try mouse.button(0x110, true)
      try mouse.button(0x110, false)
      screen.rest(seconds: 0.1)
      #expect(screen.pointer.count == count)
    }

    @Test("the pointer has left when the popups have gone from under it", .timeLimit(.minutes(1)))
    func gone() throws {
      let sway = try Sway()
      let mouse = try Mouse(sway)
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      try mouse.move(700, 50)
      try screen.wait("the pointer") { screen.pointer.last == "moved 110,40" }
      try mouse.button(0x110, true)
      try screen.wait("a press") { screen.pointer.last == "pressed primary 110,40" }
      screen.display?.place(nil)
      try screen.wait("leaving") { screen.pointer.last == "left" }
      try mouse.button(0x110, false)
      screen.rest(seconds: 0.1)
      #expect(screen.pointer.last == "left")
    }

    @Test("FD-275 a press gets a token that lets a window come forward", .timeLimit(.minutes(1)))
    func token() throws {
      let sway = try Sway(
        """
        focus_on_window_activation focus
        no_focus [app_id="back"]
        """
      )
      let mouse = try Mouse(sway)
      let screen = try Screen(sway.socket)
      let front = try Window(sway.socket, "front")
      let back = try Window(sway.socket, "back")
      #expect(try focused(sway) == "front")
      try back.activate("none")
      #expect(try focused(sway) == "front")

      try screen.show(200, 100)
      try mouse.move(700, 50)
      try mouse.button(0x110, true)
      try mouse.button(0x110, false)
      try screen.wait("a click") { screen.press != nil }
      var answers: [String?] = []
      let press = try #require(screen.press)
      screen.display?.requestActivationToken(for: press) { answers.append($0) }
      try screen.wait("a token") { !answers.isEmpty }
      try back.activate(try #require(answers[0]))
      #expect(try focused(sway) == "back")
      try front.activate("none")
      #expect(try focused(sway) == "back")
      screen.rest(seconds: 0.1)
      #expect(answers.count == 1)

      // The serial of no press.
      screen.display?.requestActivationToken(for: InputSerial(value: press.value &- 1000)) {
        answers.append($0)
      }
      try screen.wait("an answer") { answers.count == 2 }
      try front.activate(answers[1] ?? "none")
      #expect(try focused(sway) == "back")
    }

    /// The app id of the focused window.
    private func focused(_ sway: Sway) throws -> String? {
      func search(_ node: [String: Any]) -> String? {
        if node["focused"] as? Bool == true { return node["app_id"] as? String }
        return (node["nodes"] as? [[String: Any]] ?? []).lazy.compactMap(search).first
      }
      let tree = try JSONSerialization.jsonObject(
        with: Data(try sway.message("-t", "get_tree").utf8)
      )
      return (tree as? [String: Any]).flatMap(search)
    }
  }
}

/// Another program's window.
final class Window {
  private let raw: OpaquePointer

  init(_ socket: String, _ name: String) throws {
    guard let raw = test_window_create(socket, name) else { throw Trouble("no window") }
    self.raw = raw
  }

  deinit { test_window_destroy(raw) }

  /// Lets what was changed about it come to the screen.
  func settle() throws {
    guard test_window_settle(raw) else { throw Trouble("the window is gone") }
  }

  func activate(_ token: String) throws {
    guard test_window_activate(raw, token) else { throw Trouble("the window is gone") }
  }
}

/// The pointer of a Sway of 800×600.
final class Mouse {
  private let raw: OpaquePointer

  init(_ sway: Sway) throws {
    guard let raw = virtual_pointer_create(sway.socket) else { throw Trouble("no virtual pointer") }
    self.raw = raw
  }

  deinit { virtual_pointer_destroy(raw) }

  func move(_ x: UInt32, _ y: UInt32) throws {
    guard virtual_pointer_move(raw, x, y, 800, 600) else { throw Trouble("the pointer is gone") }
  }

  func button(_ code: UInt32, _ isDown: Bool) throws {
    guard virtual_pointer_button(raw, code, isDown) else { throw Trouble("the pointer is gone") }
  }
}
