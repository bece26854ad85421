import Testing

@testable import Notifications

@Suite struct ListingTests {
  @Test(
    "WEB-310 WEB-216 critical first, then by app, the newest app first; the least important last"
  )
  func groups() {
    var f = WebFixture()
    f.set(.granted, "app:b")
    let old = f.create("old")
    let urgent = f.create("urgent", priority: 2)
    let least = f.create("least", from: WebFixture.stranger, priority: -2)
    let other = f.create("other", from: WebFixture.stranger)
    let low = f.create("low", priority: -1)
    let raised = f.create("raised", priority: 1)
    let legacy = f.base.notify(from: WebFixture.stranger)
    #expect(f.listed == [urgent, legacy, other, raised, old, low, least])
    // What comes next brings its app up.
    let new = f.create("new")
    #expect(f.listed == [urgent, raised, new, old, low, legacy, other, least])
  }

  @Test("WEB-218 WEB-014 within equal priority by the sender's time, else by that of the receipt")
  func times() {
    var f = WebFixture()
    func show(_ receipt: Int64, _ timestamp: Int64? = nil, from owner: Owner = WebFixture.app)
      -> UInt32
    {
      f.show(from: owner, persistent: true) {
        $0.receivedAt = receipt
        $1.timestamp = timestamp
      }
    }
    let first = show(1000)
    let early = show(2000, 500)
    let late = show(3000, .max)
    let same = show(1000)
    #expect(f.listed == [late, same, first, early])
    // A time of the sender's own lifts nothing above other apps.
    f.set(.granted, "app:b")
    let other = show(0, .min, from: WebFixture.stranger)
    #expect(f.listed == [other, late, same, first, early])
  }
}

extension WebFixture {
  fileprivate var listed: [UInt32] { core.live.map { $0.id.rawValue } }
}
