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
    try await inWorld(.x11, daemon: nil) { world in
      // Every home has it.
      try FileManager.default.createDirectory(
        atPath: world.folder + "/home/.local/share",
        withIntermediateDirectories: true
      )
      try world.startDaemon()
      let (commands, output) = (world.folder + "/commands", world.folder + "/output")
      let head = "cd '\(Programs.root)'; exec >'\(output)' 2>&1 </dev/null\n"
      try (head + steps.map { "printf '\\036'\n\($0.command)\n" }.joined())
        .write(toFile: commands, atomically: true, encoding: .utf8)
      // On a terminal, as its reader is: whoever calls by gdbus there is `cli`.
      // One that hangs ends with the others' output kept.
      let outcome = try world.run(
        "timeout",
        "50",
        "script",
        "-qec",
        "sh '\(commands)'",
        "/dev/null",
        with: ["PATH": "\(Programs.root)/.build/release:/usr/bin:/bin"],
        limit: .seconds(60)
      )
      #expect(outcome.succeeded, "\(outcome.status) \(outcome.errors)")
      let printed = text(of: output).components(separatedBy: "\u{1E}").dropFirst()
      #expect(printed.count == steps.count)
      for (step, printed) in zip(steps, printed) {
        let printed = String(printed.trimmingSuffix("\n"))
        #expect(step.expects(printed), "\(step.command)\nprinted:\n\(printed)")
      }
    }
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

/// A command of a page, and what it prints.
private struct Step {
  var command: String
  var expected: String

  /// `$ ` begins a command in a block of `console`, `> ` goes on with it.
  static func all(in page: String) -> [Step] {
    var steps: [(command: [String], expected: [String])] = []
    var isConsole = false
    for line in page.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        isConsole = line == "```console"
      } else if isConsole, line.hasPrefix("$ ") {
        steps.append(([String(line.dropFirst(2))], []))
      } else if isConsole, !steps.isEmpty {
        let last = steps.count - 1
        if line.hasPrefix("> "), steps[last].expected.isEmpty {
          steps[last].command.append(String(line.dropFirst(2)))
        } else {
          steps[last].expected.append(line)
        }
      }
    }
    return steps.map {
      Step(
        command: $0.command.joined(separator: "\n"),
        expected: $0.expected.joined(separator: "\n")
      )
    }
  }

  func expects(_ printed: String) -> Bool {
    let (wanted, given) = (
      expected.components(separatedBy: "\n"), printed.components(separatedBy: "\n")
    )
    return wanted.count == given.count && zip(wanted, given).allSatisfy(Self.matches)
  }

  private static func matches(_ expected: String, _ printed: String) -> Bool {
    let parts = expected.components(separatedBy: "…")
    guard parts.count > 1 else { return expected == printed }
    guard printed.hasPrefix(parts[0]) else { return false }
    var rest = printed.dropFirst(parts[0].count)
    for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
      guard let found = rest.range(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ suffix: Character) -> SubSequence {
    var rest = self[...]
    while rest.last == suffix { rest = rest.dropLast() }
    return rest
  }
}
