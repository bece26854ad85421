import DBus

extension Command {
  static var quiet: Command {
    var whileOption = Option("while", "it is quiet for as long as COMMAND runs")
    whileOption.beginsCommand = true
    return Command(
      "quiet",
      operands: "[on|off|status|COMMAND...]",
      count: 0...10_000,
      "Keeps popups away: until switched off, until a time, or while a command runs.",
      details: """
        on      until it is switched off; critical notifications pop up all the same, unless the
                configuration has critical_in_quiet = false
        off     not any more; weekly hours are left out until they begin again
        status  whether it is quiet, and why; also without an operand

        TIME is a time of day such as 18:30, the next that comes, or a duration such as 45m or 2h.
        With --while the exit status is the command's, 128 and a signal's number where that ended it,
        127 where there is no such command; signals are passed on. It runs without harkd, too.
        With --locked COMMAND is a screen locker that stays until it is unlocked: popups are hidden, not
        put away, and no app hears of what is closed meanwhile.
        """,
      options: [
        Option("until", "TIME", "it is quiet until then"), whileOption,
        Option("locked", "with --while: COMMAND locks the screen"), .json,
      ]
    ) { arguments throws(Failure) in
      let words = arguments.operands
      if arguments.has("while") {
        guard !words.isEmpty, !arguments.has("until"), !arguments.has("json") else {
          throw .usage("hark quiet --while takes a command, and no other option but --locked")
        }
        return QuietWhile(words, isLocker: arguments.has("locked")).run()
      }
      guard words.count <= 1, !arguments.has("locked") else {
        throw .usage("a command needs --while: hark quiet --while COMMAND...")
      }
      if let text = arguments.value("until") {
        guard words.isEmpty, let time = TimeWord(text)?.timestamp(after: .now) else {
          throw .usage("--until takes a time such as 18:30, or a duration such as 45m")
        }
        try Session().setCenterProperty("QuietUntil", "x") { $0.int64(time.milliseconds) }
        return .success
      }
      switch words.first ?? "status" {
      case "on": try Session().setCenterProperty("QuietMode", "b") { $0.boolean(true) }
      case "off": try switchOff(Session())
      case "status": try tellState(Session(), isJSON: arguments.has("json"))
      default: throw .usage("hark quiet takes on, off, status or an option; see --help")
      }
      return .success
    }
  }

  private static func tellState(_ session: Session, isJSON: Bool) throws(Failure) {
    var reader = try session.centerProperties().reader()
    try put((isJSON ? JSON.object { $0.state(&reader) } : State(&reader).text) + "\n")
  }
}

private func switchOff(_ session: Session) throws(Failure) {
  try session.setCenterProperty("QuietMode", "b") { $0.boolean(false) }
  var reader = try session.centerProperties().reader()
  let state = State(&reader)
  if state.isQuiet { complain("hark: something else keeps it so: \(state.text)") }
}
