import EventLoop
import Glibc
import Testing

/// The GLib loop: what wakes it, in which order, and what a handler may do to it.
@Suite struct MainLoopTests {
  private let loop = MainLoop()

  /// Turns for a while; what has happened until then is all that will.
  private func turn(milliseconds: Int64 = 60) {
    let end = loop.timer { [loop] in loop.quit() }
    end.deadline = loop.now + milliseconds * 1_000_000
    loop.run()
  }

  /// Turns until something has happened, and then for what happens too much.
  private func turn(until hasHappened: () -> Bool) {
    let end = loop.now + 10_000_000_000
    while !hasHappened(), loop.now < end { turn(milliseconds: 5) }
    turn()
  }

  // MARK: Timers

  @Test("timers fire in the order of their instants, each once, none too early")
  func timers() {
    let start = loop.now
    var fired: [(delay: Int64, at: Int64)] = []
    // In this order also where the machine is slow: those due at once fire as they were set.
    let timers = [Int64(-1000), 5, 10, 15].map { delay in
      let timer = loop.timer { [loop] in fired.append((delay, loop.now - start)) }
      timer.deadline = start + delay * 1_000_000
      return timer
    }
    let idle = loop.timer { fired.append((0, 0)) }
    turn()
    #expect(fired.map { $0.delay } == [-1000, 5, 10, 15])
    #expect(fired.allSatisfy { $0.at >= $0.delay * 1_000_000 })
    #expect(timers.allSatisfy { $0.deadline == nil } && idle.deadline == nil)
  }

  @Test("a timer is set anew by its handler, put off, brought forward and called off")
  func changes() {
    var count = 0
    var again: Timer?
    again = loop.timer { [loop] in
      count += 1
      if count < 3 { again?.deadline = loop.now }
    }
    again?.deadline = loop.now
    var order: [String] = []
    let sooner = loop.timer { order.append("brought forward") }
    let later = loop.timer { order.append("put off") }
    let never = loop.timer { order.append("called off") }
    for timer in [sooner, later, never] { timer.deadline = loop.now + 8_000_000 }
    later.deadline = loop.now + 12_000_000
    sooner.deadline = loop.now + 4_000_000
    never.deadline = nil
    turn { count == 3 && order.count == 2 }
    #expect(count == 3)
    #expect(order == ["brought forward", "put off"])
    again = nil
  }

  @Test("a timer that is dropped does not fire, though it was due with the one that drops it")
  func droppedTimers() {
    var fired: [String] = []
    var first: Timer?
    var second: Timer?
    first = loop.timer {
      fired.append("first")
      (first, second) = (nil, nil)
    }
    second = loop.timer {
      fired.append("second")
      (first, second) = (nil, nil)
    }
    for timer in [first, second] { timer?.deadline = loop.now }
    turn()
    #expect(fired.count == 1)
    #expect(first == nil && second == nil)
  }

  // MARK: Descriptors

  @Test("a descriptor's events may change; what was not asked for is not told")
  func events() throws {
    let pair = try Pair()
    pair.write()
    var seen: [Readiness] = []
    let watch = loop.watch(pair.near, []) { [loop] in
      seen.append($0)
      pair.drain()
      if !$0.isDisjoint(with: .failed) { loop.quit() }
    }
    turn()
    #expect(seen == [])
    watch.events = .readable
    turn()
    #expect(seen == [.readable])
    watch.events = .writable
    pair.write()
    let still = loop.timer { watch.events = [] }
    still.deadline = loop.now
    turn()
    #expect(seen.dropFirst().allSatisfy { $0 == .writable })
    pair.hangUp()
    seen = []
    watch.events = []
    turn(milliseconds: 10_000)
    // A hang-up is told all the same.
    #expect(seen.first.map { !$0.isDisjoint(with: .failed) } == true)
  }

  @Test("a watch ends when it is cancelled or dropped, also by another's handler")
  func cancelledWatches() throws {
    let pairs = try (0..<3).map { _ in try Pair() }
    for pair in pairs { pair.write() }
    var count = 0
    var watches: [Watch] = []
    for pair in pairs {
      watches.append(
        loop.watch(pair.near, .readable) { _ in
          count += 1
          if count == 1 { for watch in watches.dropLast() { watch.cancel() } }
          watches.removeAll()
        }
      )
    }
    turn()
    #expect(count == 1)
    // The descriptors are their owner's.
    #expect(pairs.allSatisfy { $0.isOpen })
  }

  @Test("prepare keeps the loop from sleeping, check decides whether the handler is called")
  func prepareAndCheck() throws {
    let pair = try Pair()
    var hasWork = true
    var handled: [Readiness] = []
    let watch = loop.watch(pair.near, .readable) {
      handled.append($0)
      hasWork = false
      pair.drain()
    }
    watch.prepare = { hasWork }
    watch.check = { !$0.isEmpty || hasWork }
    let start = loop.now
    turn()
    #expect(handled == [[]] && loop.now - start >= 60_000_000)
    var asked = 0
    watch.check = { readiness in
      guard readiness.contains(.readable) else { return false }
      asked += 1
      return asked == 3
    }
    pair.write()
    turn { asked == 3 }
    #expect(handled == [[], .readable] && asked == 3)
  }

  // MARK: Turns

  @Test("a turn ends after each handler, and after nothing else")
  func turns() throws {
    let pair = try Pair()
    pair.write()
    var story: [String] = []
    loop.afterHandler = { story.append("end") }
    let watch = loop.watch(pair.near, .readable) { _ in
      story.append("watch")
      pair.drain()
    }
    let timers = ["one", "two"].map { name in loop.timer { story.append(name) } }
    timers[0].deadline = loop.now + 3_000_000
    timers[1].deadline = loop.now + 6_000_000
    let ignored = try Pair()
    ignored.write()
    let deaf = loop.watch(ignored.near, .readable) { _ in story.append("deaf") }
    deaf.check = { _ in
      deaf.events = []
      return false
    }
    turn()
    // The last is that of the timer that ends the turning.
    #expect(story == ["watch", "end", "one", "end", "two", "end", "end"])
    withExtendedLifetime(watch) {}
  }

  @Test("quit lets the present handler finish, and run may be called again")
  func quit() {
    var story: [String] = []
    let timer = loop.timer { [loop] in
      loop.quit()
      story.append("finished")
    }
    for round in 1...2 {
      timer.deadline = loop.now
      loop.run()
      #expect(story.count == round)
    }
  }

  // MARK: Signals

  @Test("signals come one by one, in the loop; an unlisted one does not")
  func signals() {
    var seen: [Int32] = []
    let signals = Signals(loop, [SIGUSR1, SIGUSR2]) { seen.append($0) }
    // To this thread: the others of a test process have not blocked them.
    pthread_kill(pthread_self(), SIGUSR2)
    pthread_kill(pthread_self(), SIGUSR1)
    turn { seen.count == 2 }
    #expect(Set(seen) == [SIGUSR1, SIGUSR2] && seen.count == 2)
    pthread_kill(pthread_self(), SIGUSR1)
    #expect(seen.count == 2)
    turn { seen.count == 3 }
    #expect(seen.count == 3)
    withExtendedLifetime(signals) {}
  }
}

/// Two connected sockets.
private final class Pair {
  let near: Int32
  private let far: Int32

  init() throws {
    var descriptors: [Int32] = [0, 0]
    let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    try #require(socketpair(AF_UNIX, Int32(kind), 0, &descriptors) == 0)
    (near, far) = (descriptors[0], descriptors[1])
  }

  deinit {
    close(near)
    close(far)
  }

  var isOpen: Bool { fcntl(near, F_GETFD) >= 0 }

  func write() {
    _ = send(far, [1], 1, Int32(MSG_NOSIGNAL))
  }

  func drain() {
    var bytes = [UInt8](repeating: 0, count: 16)
    while read(near, &bytes, bytes.count) > 0 {}
  }

  /// Whoever else has the descriptor: a child that is being started has it for a moment.
  func hangUp() {
    shutdown(far, Int32(SHUT_RDWR))
  }
}
