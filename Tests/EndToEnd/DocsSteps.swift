import Foundation
import TestSupport
import Testing

/// A command of a page, and what it prints.
struct Step {
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

/// Runs all commands of a page in one shell, and compares what each prints.
func follow(_ steps: [Step], in world: World) throws {
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

extension StringProtocol {
  fileprivate func trimmingSuffix(_ suffix: Character) -> SubSequence {
    var rest = self[...]
    while rest.last == suffix { rest = rest.dropLast() }
    return rest
  }
}
