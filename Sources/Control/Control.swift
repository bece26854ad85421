import CLibc

// The command line `hark`. Each sub-command has a file; its table of options is where both parsing
// and help come from.

/// Does what the arguments of the process ask, and says how it should end.
package func run() -> Int32 {
  perform(processArguments()).rawValue
}

var commands: [Command] {
  [
    .list, .watch, .show, .close, .invoke, .snooze, .read, .history, .inspect, .explain, .send,
    .permission, .quiet, .mode, .popups, .apps, .mute, .unmute, .badge, .inhibit, .attach, .config,
    .rules, .restart, .doctor, .version,
  ]
}

private func perform(_ words: [String]) -> ExitCode {
  do throws(Failure) {
    guard let name = words.first else {
      complain(overview)
      return .usage
    }
    switch name {
    case "help", "--help", "-h":
      try put(overview + "\n")
      return .success
    case "--version":
      return try perform(.version, [])
    default:
      guard let command = commands.first(where: { $0.name == name }) else {
        throw .usage("no command \(name); hark --help lists them")
      }
      return try perform(command, Array(words.dropFirst()))
    }
  } catch {
    if !error.message.isEmpty { complain("hark: \(error.message)") }
    return error.code
  }
}

private func perform(_ command: Command, _ words: [String]) throws(Failure) -> ExitCode {
  let arguments = try command.parse(words)
  guard !arguments.has("help") else {
    try put(command.help)
    return .success
  }
  return try command.run(arguments)
}

private var overview: String {
  """
  usage: hark COMMAND [OPTION...]

  \(aligned(commands.map { ["  " + $0.name, $0.summary] }))
  hark COMMAND --help tells more of each.

  exit codes: 0 done; 1 refused, or something failed; 2 used wrongly; 3 no daemon on the bus
  """
}

private func processArguments() -> [String] {
  (1..<max(1, Int(c_argc()))).compactMap { index in
    c_argv()?[index].map { String(cString: $0) }
  }
}
