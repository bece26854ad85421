import DBus

extension Command {
  static var snooze: Command {
    Command(
      "snooze",
      operands: "ID DURATION",
      count: 2...2,
      "Takes a notification off the screen, and brings it back later.",
      details: "DURATION is such as 45s, 20m, 1h30m or 2d."
    ) { arguments throws(Failure) in
      let id = try arguments.id(0)
      guard let seconds = seconds(duration: arguments.operands[1]) else {
        throw .usage("not a duration: \(arguments.operands[1]); such as 45s, 20m, 1h30m or 2d")
      }
      _ = try Session().center("Snooze") {
        $0.uint32(id)
        $0.uint64(UInt64(seconds))
      }
      return .success
    }
  }
}
