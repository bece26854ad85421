import Foundation
import TestSupport
import Testing

/// `docs/web-api.md` and `examples/notification.py`.
@Suite(.needsHark, .needs("gdbus"), .needs("dbus-run-session"), .needs("script"))
struct WebDocsTests {
  @Test("every command of docs/web-api.md prints what the page says")
  func page() async throws {
    let steps = Step.all(in: text(of: Programs.root + "/docs/web-api.md"))
    #expect(steps.count > 50)
    try await inWorld(.x11, daemon: nil) { try follow(steps, in: $0) }
  }

  @Test("… stands for anything on its line, and everything else for itself")
  func placeholders() {
    let table = [
      ("a … c", "a b c", true), ("a … c", "a b d", false), ("…", "x", true), ("…", "x\ny", false),
      ("a…b…a", "aba", true), ("a…a", "a", false), ("", "", true), ("", "x", false),
      ("a…", "ba", false),
    ]
    for (expected, printed, matches) in table {
      let step = Step(command: "", expected: expected)
      #expect(step.expects(printed) == matches, "\(expected) \(printed)")
    }
  }

  @Test("the Notification class of examples/notification.py: permission, errors, events, get")
  func client() async throws {
    try await inWorld(.x11) { world, client in
      let script = Programs.clients + "/web_notification.py"
      let child = try world.start(
        [Programs.python, script, Programs.root + "/examples"],
        output: .pipe
      )
      func expect(_ lines: String...) throws {
        for line in lines {
          let printed = try child.line()
          #expect(printed == line)
        }
      }
      try expect(
        "default 4",
        "PermissionError the user has not granted this app notifications",
        "watch default",
        "not blocked"
      )
      try wait(until: "the question") {
        try world.hark("permission", "answer", "script:\(script)", "granted").succeeded
      }
      try expect("changed granted", "callback granted granted")
      try expect("TypeError renotify takes a tag")
      #expect(try child.line()?.hasPrefix("TypeError") == true)
      try expect("TypeError there is no option colour", "show old", "close old 4 False", "show new")
      try expect(
        "same True new b b'\\x00\\xff' [{'action': 'yes', 'title': 'Yes'}]",
        "others []"
      )
      func id() throws -> String {
        String(try #require(try child.line()).trimmingPrefix("id "))
      }
      let new = try id()
      #expect(try world.hark("invoke", new, "yes").succeeded)
      try expect("click new yes 0")
      #expect(try world.hark("close", new).succeeded)
      try expect("close new 2 True", "left []")
      let last = try id()
      try expect("show last")
      #expect(try world.hark("invoke", last).succeeded)
      try expect("click last  -1", "close last 2 True")
      #expect(try child.ended() == .exited(0))
    }
  }
}
