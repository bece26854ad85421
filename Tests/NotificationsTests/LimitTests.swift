import Testing

@testable import Notifications

struct LimitTests {
  @Test("FD-290 the oldest of the app goes, critical ones last, with reason 4")
  func perApp() {
    var limits = Limits()
    limits.livePerApp = 3
    var f = Fixture(limits: limits)
    let critical = f.notify { $0.urgency = .critical }
    let oldest = f.notify()
    f.notify()
    let newest = f.notify()
    #expect(f.closes(oldest) == [.undefined])
    #expect(f.isLive(critical) && f.isLive(newest))
    #expect(f.core.history.record(of: id(oldest)) != nil)
    for _ in 0..<3 { f.notify { $0.urgency = .critical } }
    #expect(f.core.live.count == 3)
    #expect(!f.isLive(critical))
    let normal = f.notify()
    #expect(f.isLive(normal))
  }

  @Test("FD-290 WEB-325 in all: the heaviest app pays, not its neighbour")
  func inAll() {
    var limits = Limits()
    limits.live = 10
    var f = Fixture(limits: limits)
    let neighbour = f.notify(from: Fixture.bob)
    for _ in 0..<20 { f.notify() }
    #expect(f.isLive(neighbour))
    #expect(f.core.live.count == 10)
  }

  @Test("FD-290 WEB-325 all sites of a browser weigh as one app, and have the room of one")
  func sites() {
    var limits = Limits()
    limits.live = 10
    limits.livePerApp = 8
    var f = Fixture(limits: limits)
    let browser = Sender(level: .unit, principal: "app:browser")
    let apart = Sender(level: .unit, principal: "app:browser-like")
    let neighbours = (0..<3).map { _ in f.notify(from: Fixture.bob) }
    let other = f.notify(from: Owner(peer: ":1.8", sender: apart))
    for site in 0..<20 {
      let owner = Owner(peer: ":1.9", sender: browser, origin: "https://\(site).example")
      f.notify(from: owner)
    }
    #expect((neighbours + [other]).allSatisfy(f.isLive))
    #expect(f.core.live.count == 10)
    // The site with most pays for the others.
    let loud = Owner(peer: ":1.9", sender: browser, origin: "https://19.example")
    for _ in 0..<4 { f.notify(from: loud) }
    let sites = Set(f.core.live.map(\.owner.origin))
    #expect(sites.contains("https://18.example") && sites.contains("https://19.example"))
    for neighbour in neighbours { f.apply(.dismiss([neighbour], nil)) }
    for _ in 0..<9 { f.notify(from: loud) }
    #expect(f.core.loads["app:browser"]?.count == 8)
  }

  @Test("FD-290 in content: the app with the most bytes pays")
  func content() {
    var limits = Limits()
    limits.content = 100_000
    var f = Fixture(limits: limits)
    for _ in 0..<10 { f.notify(from: Fixture.bob) }
    let heavy = f.notify { $0.rawBody = String(repeating: "x", count: 60_000) }
    let heavier = f.notify { $0.rawBody = String(repeating: "x", count: 60_000) }
    #expect(f.closes(heavy) == [.undefined])
    #expect(f.isLive(heavier))
    #expect(f.core.live.count == 11)
  }

  @Test("FD-291 past a burst new ones raise no popup; replacements do not count; tokens come back")
  func flood() {
    var limits = Limits()
    limits.visible = 100
    var f = Fixture(limits: limits)
    for _ in 0..<20 { f.notify() }
    let held = f.notify()
    #expect(f.core[held]?.state == .held(.flood))
    #expect(f.core.candidates.count == 20)
    for _ in 0..<50 { f.notify(replaces: 1) }
    #expect(f.core[1]?.state == .pending)
    let other = f.notify(from: Fixture.bob)
    #expect(f.core[other]?.state == .pending)
    f.advance(500)
    let later = f.notify()
    #expect(f.core[later]?.state == .pending)
    let again = f.notify()
    #expect(f.core[again]?.state == .held(.flood))
  }

  @Test("FD-218 FD-291 a held one's time runs from admission")
  func heldTime() {
    var limits = Limits()
    limits.burst = 1
    var f = Fixture(limits: limits)
    f.notify()
    let held = f.notify()
    f.advance(8000)
    #expect(f.closes(held) == [.expired])
    #expect(f.core.history.record(of: id(held)) != nil)
  }

  @Test("FD-297 nothing is left of apps and owners that have nothing live")
  func forgetting() {
    var f = Fixture()
    for index in 0..<5000 {
      let owner = Owner(peer: ":1.\(index)", principal: "app \(index)")
      f.now = f.now + .seconds(11)
      let n = f.notify(from: owner)
      f.apply(.peerLeft(owner.peer))
      f.apply(.dismiss([n], nil))
    }
    #expect(f.core.apps.count < 200)
    #expect(f.core.owned.isEmpty && f.core.loads.isEmpty)
    #expect(f.core.departed.isEmpty)
    #expect(f.core.deadlines.isEmpty)
    #expect(f.core.queue.isEmpty)
    #expect(f.core.liveCost == 0)
  }
}
