import DBus

// Center1: one harkd after the other (FD-005).

extension Center {
  var successionMethods: [Method] {
    [
      Method("HandOver", returns: [Argument("names", "as"), Argument("until", "x")]) {
        [unowned(unsafe) self] in
        desk.handOver($0)
      },
      Method(
        "Replay",
        [Argument("sender", "s"), Argument("member", "s"), Argument("args", "v")],
        returns: [Argument("reply", "v")]
      ) { call in
        // Whoever may has not come this way.
        call.fail(.harkAccessDenied, "only the daemon that was asked to hand over may do that")
      },
      Method("Restart") { [unowned(unsafe) self] in desk.restart($0) },
    ]
  }
}
