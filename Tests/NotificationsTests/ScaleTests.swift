import Glibc
import Testing

@testable import Notifications

/// Looks for work that grows with what is live, and for nothing finer: other tests run beside.
@Suite struct ScaleTests {
  @Test("FD-291/scale: a replace with 10 000 live costs no more than with 10")
  func replace() {
    var few = live(10)
    var many = live(10_000)
    var costs: [(few: Double, many: Double)] = []
    for _ in 0..<15 { costs.append((cost(of: &few), cost(of: &many))) }
    // Whatever disturbs makes dearer: the cheapest of each are the truest.
    let ratio = costs.map(\.many).min().map { $0 / (costs.map(\.few).min() ?? 0) }
    #expect((ratio ?? .infinity) <= 5, "\(costs)")
    #expect(many.core.live.count == 10_000)
  }

  /// All of one app; most are held, and their clocks run.
  private func live(_ count: Int) -> Fixture {
    var limits = Limits()
    limits.live = 20_000
    limits.livePerApp = 20_000
    var fixture = Fixture(limits: limits)
    for _ in 0..<count { fixture.notify() }
    fixture.show()
    return fixture
  }

  /// Seconds of this thread for replaces all over what is live.
  private func cost(of fixture: inout Fixture) -> Double {
    let count = UInt32(fixture.core.entries.count)
    let start = threadTime
    for step: UInt32 in 0..<200 {
      fixture.now = fixture.now + .milliseconds(1)
      fixture.notify(replaces: 1 + step &* 2_654_435_761 % count)
    }
    return threadTime - start
  }

  private var threadTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
