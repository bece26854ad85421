import Testing

@testable import Notifications

/// `Create`, `Update`, `Clear`: string ids and priorities.
struct CreateTests {
  @Test("WEB-201 WEB-202 a string id is its app's; a second Create of it is a fresh one")
  func create() {
    var f = WebFixture()
    f.set(.granted, "app:b")
    let old = f.create("a")
    guard case .answer(_, .nid("a")) = f.told.first else { return #expect(Bool(false)) }
    f.base.show()
    let other = f.create("a", from: WebFixture.stranger)
    f.base.show()
    let new = f.create("a")
    guard case .answer(_, .nid("a")) = f.told.last else { return #expect(Bool(false)) }
    #expect(f.told.first == .web(.closed(id(old), nid: "a", .undefined), to: ":1.1"))
    #expect(f.base.isLive(other) && f.base.isLive(new) && !f.base.isLive(old))
    #expect(f.core[new]?.state == .pending, "it comes up by itself")
  }

  @Test("WEB-201 x-hark-id on Notify is of the same names")
  func legacy() {
    var f = WebFixture()
    let owner = WebFixture.app
    func name(_ notification: inout Notification) {
      var fields = WebOptions.Fields()
      fields.method = .notify
      fields.nid = "a"
      notification.web = WebOptions(fields)
    }
    let old = f.base.notify(from: owner, name)
    let new = f.base.notify(from: owner, name)
    #expect(f.base.closes(old) == [.undefined])
    #expect(f.clear("a") == true)
    #expect(f.base.closes(new) == [.closedBySender])
  }

  @Test("WEB-205 WEB-206 Update: in place, one Displayed, the same id; unknown ones are false")
  func update() {
    var f = WebFixture()
    let one = f.create("a")
    f.base.show()
    #expect(f.update("a") { notification, _ in notification.title = "u" } == true)
    #expect(f.signals.isEmpty && f.core[one]?.notification.title == "u")
    #expect(f.core[one]?.state == .shown)
    #expect(f.update("b") { _, _ in } == false)
    #expect(f.update("a", from: WebFixture.stranger) { _, _ in } == false)
    #expect(f.clear("a") == true)
    #expect(f.update("a") { _, _ in } == false)
  }

  @Test("WEB-208 Update with a higher priority comes up again, an equal or lower one does not")
  func updatePriority() {
    for (priority, rises) in [(-1, false), (0, false), (1, true), (2, true)] {
      var f = WebFixture()
      let one = f.create("a") { _, fields in fields.isPersistent = true }
      f.base.show()
      f.base.advance(8_000)
      #expect(f.core[one]?.state == .held(.retained))
      _ = f.update("a") {
        $1.priority = priority
        $0.urgency = priority < 0 ? .low : priority < 2 ? .normal : .critical
      }
      #expect(f.core[one]?.mayPopUp == rises, "priority \(priority)")
    }
    var f = WebFixture()
    let low = f.create("a", priority: -1)
    _ = f.update("a") {
      $1.priority = 0
      $0.urgency = .normal
    }
    #expect(f.core[low]?.state == .pending)
  }

  @Test("WEB-209 WEB-219 Clear: true, then Closed(3); unknown: false and nothing else")
  func clear() {
    var f = WebFixture()
    let one = f.create("a")
    f.base.show()
    #expect(f.clear("a") == true)
    guard case .answer = f.told.first else { return #expect(Bool(false)) }
    #expect(f.told.last == .web(.closed(id(one), nid: "a", .closedBySender), to: ":1.1"))
    #expect(f.clear("a") == false && f.told.count == 1)
  }

  @Test(
    "WEB-216 priority: below 0 no popup, and it stays; 1 comes before 0 and stays twice as long"
  )
  func priority() {
    var f = WebFixture()
    for priority in [-2, -1] {
      let low = f.create("\(priority)", priority: priority)
      #expect(f.signals == [.displayed(id(low), nid: "\(priority)")])
      f.base.advance(100_000)
      #expect(f.core[low]?.state == .held(.priority))
    }
    let normal = f.create("0")
    let high = f.create("1", priority: 1)
    let critical = f.create("2", priority: 2)
    #expect(f.core.candidates.map(\.id) == [id(critical), id(high), id(normal)])
    f.base.show()
    f.base.advance(8_000)
    #expect(!f.base.isLive(normal) && f.base.isLive(high))
    f.base.advance(8_000)
    #expect(!f.base.isLive(high) && f.base.isLive(critical))
  }
}
