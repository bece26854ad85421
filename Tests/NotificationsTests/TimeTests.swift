import Testing

@testable import Notifications

struct TimeTests {
  @Test(
    "FD-210 FD-211 FD-212 FD-213 FD-214 how long a notification stays",
    arguments: [
      (Notification.Urgency.low, Notification.Timeout.byUrgency, 5000 as Int?),
      (.normal, .byUrgency, 8000),
      (.critical, .byUrgency, nil),
      (.normal, .never, nil),
      (.critical, .milliseconds(5000), 5000),
      (.low, .milliseconds(1), 1),
      (.normal, .milliseconds(.max), Int(Int32.max)),
    ]
  )
  func timeout(
    _ urgency: Notification.Urgency,
    _ timeout: Notification.Timeout,
    _ milliseconds: Int?
  ) {
    var f = Fixture()
    let n = f.notify {
      $0.urgency = urgency; $0.timeout = timeout
    }
    f.show()
    guard let milliseconds else {
      f.advance(1_000_000_000)
      return #expect(f.isLive(n))
    }
    f.advance(milliseconds - 1)
    #expect(f.isLive(n))
    f.advance(1)
    #expect(f.closes(n) == [.expired])
  }

  @Test("FD-215 what had its time stays in the list, answers as before, and ends with reason 4")
  func retained() {
    var f = Fixture()
    f.core.preferences.retention = .seconds(3600)
    let n = f.notify { $0.actions = actions("a") }
    f.show()
    f.advance(8000)
    #expect(f.core[n]?.state == .held(.retained) && f.closes(n) == [])
    f.advance(3_599_999)
    #expect(f.isLive(n))
    f.advance(1)
    #expect(f.closes(n) == [.undefined])
  }

  @Test(
    "FD-215 FD-216 FD-217 what ends at its time all the same",
    arguments: [
      { $0.timeout = .milliseconds(8000) }, { $0.isTransient = true },
      {
        $0.tag = "volume"
        $0.progress = 5
      },
    ] as [@Sendable (inout Notification) -> Void]
  )
  func unretained(change: @Sendable (inout Notification) -> Void) {
    var f = Fixture()
    f.core.preferences.retention = .seconds(3600)
    let n = f.notify { change(&$0) }
    f.show()
    f.advance(8000)
    #expect(f.closes(n) == [.expired])
  }

  @Test("FD-215 new content of a retained one is seen, as it would be of one that was closed")
  func retainedAgain() {
    var f = Fixture()
    f.core.preferences.retention = .seconds(3600)
    let n = f.notify()
    f.show()
    f.advance(8000)
    #expect(f.notify("new", replaces: n) == n)
    #expect(f.core[n]?.state == .pending)
    f.show()
    f.advance(8000)
    #expect(f.core[n]?.state == .held(.retained) && f.isLive(n))
  }

  @Test("FD-219 the time runs from the first display, not while it waits")
  func waiting() {
    var limits = Limits()
    limits.visible = 1
    var f = Fixture(limits: limits)
    let first = f.notify()
    let second = f.notify()
    f.show()
    f.advance(8000)
    #expect(!f.isLive(first))
    f.advance(60_000)
    #expect(f.isLive(second))
    f.show()
    f.advance(8000)
    #expect(!f.isLive(second))
  }

  @Test("FD-219 without a display explicit timeouts run from admission, others wait")
  func noDisplay() {
    var f = Fixture(display: false)
    let explicit = f.notify { $0.timeout = .milliseconds(1000) }
    let byUrgency = f.notify()
    f.advance(1000)
    #expect(f.closes(explicit) == [.expired])
    f.advance(100_000)
    #expect(f.isLive(byUrgency))
  }

  @Test("FD-219 FD-222 a lost display stops the clock where it stands")
  func lostDisplay() {
    var f = Fixture()
    let n = f.notify()
    f.show()
    f.advance(5000)
    f.apply(.displayPresent(false))
    f.advance(100_000)
    #expect(f.isLive(n))
    f.apply(.displayPresent(true))
    f.show()
    f.advance(2999)
    #expect(f.isLive(n))
    f.advance(1)
    #expect(!f.isLive(n))
  }

  @Test("FD-220 the pointer stops the clocks; at least a second is left afterwards")
  func hover() {
    var f = Fixture()
    let short = f.notify { $0.timeout = .milliseconds(1200) }
    let long = f.notify { $0.timeout = .milliseconds(9000) }
    f.show()
    f.advance(1100)
    f.apply(.hover(true))
    f.advance(60_000)
    #expect(f.isLive(short))
    f.apply(.hover(false))
    f.advance(999)
    #expect(f.isLive(short))
    f.advance(1)
    #expect(!f.isLive(short))
    f.advance(6899)
    #expect(f.isLive(long))
    f.advance(1)
    #expect(!f.isLive(long))
  }

  @Test("FD-038 FD-221 a replacement starts the clock anew, or stops it, or starts it at last")
  func replacement() {
    var f = Fixture()
    let n = f.notify()
    f.show()
    f.advance(7000)
    f.notify(replaces: n)
    f.advance(7000)
    #expect(f.isLive(n))
    f.notify(replaces: n) { $0.timeout = .never }
    f.advance(100_000)
    #expect(f.isLive(n))
    f.notify(replaces: n)
    f.advance(8000)
    #expect(!f.isLive(n))
  }

  @Test("FD-222 what is overdue closes once")
  func overdue() {
    var f = Fixture()
    let n = f.notify()
    f.show()
    f.advance(1_000_000)
    #expect(f.closes(n) == [.expired])
    f.advance(1)
    #expect(f.closes(n).isEmpty)
  }

  @Test("F36 a replacement by tag just before expiry still expires")
  func tagBeforeExpiry() {
    var f = Fixture()
    f.notify { $0.tag = "t" }
    f.show()
    f.advance(7999)
    let new = f.notify { $0.tag = "t" }
    f.show()
    f.advance(7999)
    #expect(f.isLive(new))
    f.advance(1)
    #expect(f.closes(new) == [.expired])
  }

  @Test("FD-223 critical before normal before low, then by age; a late critical one goes first")
  func order() {
    var f = Fixture()
    let low = f.notify { $0.urgency = .low }
    let normal = f.notify()
    let critical = f.notify { $0.urgency = .critical }
    let later = f.notify()
    #expect(f.core.candidates.map(\.id.rawValue) == [critical, normal, later, low])
    for _ in 0..<5 { f.notify() }
    #expect(f.core.candidates.first?.id.rawValue == critical)
    #expect(f.core.candidates.count == 5)
    #expect(f.core.waiting.count == 4)
    #expect(f.core.waiting.appName == "alice")
    #expect(low == 1)
  }

  @Test("FD-223 what a critical one pushes off the screen keeps its time")
  func pushedOff() {
    var limits = Limits()
    limits.visible = 1
    var f = Fixture(limits: limits)
    let normal = f.notify()
    f.show()
    f.advance(4000)
    let critical = f.notify { $0.urgency = .critical }
    f.show()
    #expect(f.core[normal]?.state == .pending)
    f.advance(100_000)
    f.close(critical)
    f.show()
    f.advance(3999)
    #expect(f.isLive(normal))
    f.advance(1)
    #expect(!f.isLive(normal))
  }
}
