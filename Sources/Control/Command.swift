/// One option of a command; the same line serves parsing and `--help`.
package struct Option: Sendable {
  package var name: String
  /// What stands for its value in the help; nil for a switch.
  package var value: String?
  package var help: String
  /// After it, the first operand is a command, and what follows is the command's.
  package var beginsCommand = false

  package init(_ name: String, _ value: String, _ help: String) {
    self.name = name
    self.value = value
    self.help = help
  }

  package init(_ name: String, _ help: String) {
    self.name = name
    self.help = help
  }

  static let json = Option("json", "one JSON object per line")
}

/// A sub-command: what it is called, takes, says of itself and does.
package struct Command {
  package var name: String
  /// What follows the options, as the help shows it.
  package var operands: String
  package var operandCount: ClosedRange<Int>
  package var summary: String
  package var details: String
  package var options: [Option]
  package var run: (Arguments) throws(Failure) -> ExitCode

  package init(
    _ name: String,
    operands: String = "",
    count: ClosedRange<Int> = 0...0,
    _ summary: String,
    details: String = "",
    options: [Option] = [],
    run: @escaping (Arguments) throws(Failure) -> ExitCode
  ) {
    self.name = name
    self.operands = operands
    operandCount = count
    self.summary = summary
    self.details = details
    self.options = options + [Option("help", "this text")]
    self.run = run
  }

  package var help: String {
    var text = "usage: hark \(name) [OPTION...]"
    if !operands.isEmpty { text += " \(operands)" }
    text += "\n\n\(summary)\n"
    if !details.isEmpty { text += "\n\(details)\n" }
    text += "\n"
    text += aligned(options.map { ["  " + $0.spelling, $0.help] })
    return text
  }
}

extension Option {
  fileprivate var spelling: String {
    if let value { "--\(name) \(value)" } else { "--\(name)" }
  }
}
