import EventLoop
import Testing

/// A loop that turns until something is true, and no longer than a test may take.
final class TestLoop {
  let loop = MainLoop()

  func until(
    _ what: String,
    seconds: Double = 15,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: @escaping () -> Bool
  ) {
    let end = loop.now + Int64(seconds * 1e9)
    var timer: Timer?
    var met = false
    let check = { [loop] in
      met = condition()
      if met || loop.now > end { loop.quit() }
      timer?.deadline = loop.now + 5_000_000
    }
    timer = loop.timer(check)
    timer?.deadline = loop.now
    loop.run()
    timer = nil
    #expect(met, "not within \(seconds) s: \(what)", sourceLocation: sourceLocation)
  }

  func turn(seconds: Double) {
    let timer = loop.timer { [loop] in loop.quit() }
    timer.deadline = loop.now + Int64(seconds * 1e9)
    loop.run()
  }

  /// Whether nothing wakes the loop for so long, once what was on its way has come.
  func rests(seconds: Double) -> Bool {
    var turns = 0
    loop.afterHandler = { turns += 1 }
    defer { loop.afterHandler = nil }
    for _ in 0..<10 {
      turns = 0
      turn(seconds: seconds)
      // The timer that ends the turning.
      if turns == 1 { return true }
    }
    return false
  }
}
