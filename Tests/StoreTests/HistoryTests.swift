import CLibc
import EventLoop
import Notifications
import SQLite
import Testing

@testable import Store

@Suite struct HistoryTests {
  /// Ten that are past, a second apart.
  private func desk() -> Desk {
    let desk = Desk()
    desk.start()
    for number in 0..<10 {
      let owner = number % 2 == 0 ? Desk.alice : Desk.bob
      desk.now = desk.now + .seconds(1)
      let id = desk.notify("number \(number)", body: "Grüße an \(number) Leute", from: owner) {
        $0.urgency = number == 3 ? .critical : .normal
      }
      desk.close(id)
    }
    return desk
  }

  private static let all = (0..<10).reversed().map { "number \($0)" }

  @Test("the past is found by app, text, time and urgency, newest first")
  func queries() {
    let desk = desk()
    #expect(desk.history() == Self.all)
    #expect(desk.history { $0.limit = 2 } == ["number 9", "number 8"])
    #expect(desk.history { $0.apps = [Desk.bob.principal] }.count == 5)
    #expect(desk.history { $0.urgency = .critical } == ["number 3"])
    #expect(desk.history { $0.text = "gruße 4" } == ["number 4"])
    #expect(desk.history { $0.text = "gru*" } == Self.all)
    #expect(desk.history { $0.text = "grü* leu* NUMBER" } == Self.all)
    #expect(desk.history { $0.text = "gru" } == [])
    #expect(desk.history { $0.text = "NUM* G* 4" } == ["number 4"])
    #expect(desk.history { $0.text = "grum*" } == [])
    for text in ["\"", "'", "a OR", "NEAR(", "*", "-", "title:number", "\0", "  "] {
      desk.history { $0.text = text }
      #expect(desk.store.condition == .durable, "\(text)")
    }
    let middle = 1_700_000_000_000 + Int64(6000)
    #expect(
      desk.history { $0.since = middle }.count + desk.history { $0.until = middle - 1 }.count
        == 10
    )
    #expect(
      desk.history {
        $0.text = "number"
        $0.apps = [Desk.bob.principal]
        $0.urgency = .critical
      } == ["number 3"]
    )
  }

  @Test("pages follow each other without gap or repetition")
  func pages() throws {
    let desk = desk()
    for text in ["", "number"] {
      for limit in [1, 3, 10] {
        var query = PastQuery()
        query.text = text
        query.limit = limit
        var titles: [String] = []
        while let page = desk.past(query), let last = page.last {
          titles += page.map(\.notification.title)
          query.before = last.row
        }
        #expect(titles == Self.all)
      }
    }
  }

  @Test("a beginning that a hundred words have, or more, or words of other letters")
  func beginnings() {
    let desk = Desk()
    desk.start()
    for number in 0..<102 { desk.close(desk.notify("x\(number)y x\(number)é 1\(number)")) }
    desk.close(desk.notify("straße Ärger X0y"))
    #expect(desk.history { $0.text = "x*" }.count == 103)
    #expect(desk.history { $0.text = "x1*" }.count == 13)
    #expect(desk.history { $0.text = "X10* 1*" }.count == 3)
    #expect(desk.history { $0.text = "x5e* 15*" } == ["x5y x5é 15"])
    #expect(desk.history { $0.text = "ar* stra* x0y*" } == ["straße Ärger X0y"])
    #expect(desk.history { $0.text = "är* straß*" } == ["straße Ärger X0y"])
    // The app's words are no words of the text.
    #expect(desk.history { $0.text = "al*" } == [])
  }

  @Test("WEB-045 who sent what is past by now is on another bus")
  func otherBus() throws {
    let desk = desk()
    desk.history()
    desk.close(desk.notify("not moved yet"))
    // These do not become past, and count for none.
    for _ in 0..<5 { desk.close(desk.notify("transient") { $0.isTransient = true }) }
    let next = desk.afterKill()
    next.store.forgetPeers()
    next.close(next.notify("of this bus"))
    for desk in [next, next.afterKill()] {
      let entries = try #require(desk.past())
      #expect(entries.count == 12)
      for entry in entries {
        let isReachable = entry.owner.peer == ":1.1" || entry.owner.peer == ":1.2"
        #expect(isReachable == (entry.notification.title == "of this bus"))
      }
    }
  }

  @Test("an entry is found as it was")
  func entry() throws {
    let desk = Desk()
    desk.start()
    desk.close(
      desk.notify("one") {
        let filled = Notification.filled
        $0.image = filled.image
        $0.actions = filled.actions
        $0.hints = filled.hints
      }
    )
    desk.wait()
    let entry = try #require(desk.past()?.first)
    #expect(entry.notification.image == Notification.filled.image)
    #expect(entry.notification.hints == Notification.filled.hints)
    #expect(entry.notification.actions == Notification.filled.actions)
    #expect(entry.owner == Desk.alice)
    #expect(entry.reason == .dismissed)
    var found: [PastEntry]?
    desk.store.readPast([entry.row, entry.row + 1]) { entries, _ in found = entries }
    desk.store.settle()
    #expect(found?.map(\.notification) == [entry.notification])
  }

  @Test("what is deleted is gone from every file")
  func deletion() {
    let desk = desk()
    desk.notify("living number")
    desk.wait()
    var deleted: Int?
    var query = PastQuery()
    query.text = "number 4"
    desk.store.deletePast(query) { deleted = $0 }
    desk.store.settle()
    #expect(deleted == 1)
    #expect(desk.history { $0.limit = 500 } == Self.all.filter { $0 != "number 4" })
    #expect(!desk.folder.contains("number 4"))
    desk.store.deletePast(PastQuery()) { deleted = $0 }
    desk.store.settle()
    #expect(deleted == 9)
    #expect(desk.history() == [])
    for word in ["number 5", "Grüße", "gruße", "grusse", "leute"] {
      #expect(!desk.folder.contains(word), "\(word)")
    }
    #expect(desk.afterKill().titles == ["living number"])
    #expect(desk.integrity == "ok")
  }

  @Test("what could not be read is deleted as well, as nobody knows what it says")
  func aside() throws {
    let desk = desk()
    desk.wait()
    desk.store.close()
    try Connection(desk.folder.file).execute(
      "INSERT INTO aside(table_name, one) VALUES ('x', 'unread')"
    )
    let next = Desk(desk.folder)
    next.start()
    #expect(next.folder.contains("unread"))
    var query = PastQuery()
    query.text = "4"
    next.store.deletePast(query) { #expect($0 == 1) }
    next.store.settle()
    #expect(!next.folder.contains("unread"))
  }

  @Test("who asks what is past does not wait for who deletes it all")
  func turns() {
    let desk = Desk()
    desk.start()
    for number in 0..<1000 { desk.close(desk.notify("number \(number)")) }
    desk.wait()
    var story: [String] = []
    desk.store.deletePast(PastQuery()) { story.append("deleted \($0 ?? -1)") }
    var query = PastQuery()
    query.limit = 1
    desk.store.findPast(query) { story.append("found \($0?.count ?? -1)") }
    desk.store.settle(milliseconds: 60_000)
    #expect(story == ["found 1", "deleted 1000"])
  }

  @Test("a count of the past that cannot be harms nothing", arguments: [Int64.min, -2, .max])
  func wrongCount(count: Int64) throws {
    let desk = desk()
    desk.wait()
    desk.store.close()
    do {
      let change = try Connection(desk.folder.file).statement(
        "UPDATE facts SET value = ? WHERE name IN ('past', 'offset')"
      )
      try change.run { $0.bind(1, count) }
    }
    let next = Desk(desk.folder)
    next.start()
    next.store.retention.count = 1000
    next.close(next.notify("one more"))
    next.wait()
    #expect(next.store.condition == .durable)
  }

  @Test("the past is bounded by count, age, and count of an app")
  func retention() {
    let desk = desk()
    desk.store.retention.apps = [Desk.bob.principal: .init(count: 2)]
    desk.wait()
    #expect(desk.history { $0.apps = [Desk.bob.principal] } == ["number 9", "number 7"])
    let age = desk.store.clock.wall - 1_700_000_009_500
    desk.store.retention.apps = [Desk.bob.principal: .init(age: age)]
    desk.wait()
    #expect(desk.history { $0.apps = [Desk.bob.principal] } == ["number 9"])
    desk.store.retention.count = 4
    desk.wait()
    #expect(desk.history() == ["number 9", "number 8", "number 6", "number 4"])
    desk.store.retention.age = 0
    desk.wait()
    #expect(desk.history() == [])
  }

  @Test("pictures are kept once, and go with their last user")
  func pictures() throws {
    let desk = Desk()
    desk.start()
    let picture = Picture(width: 64, height: 64, pixels: (0..<4096).map { UInt32($0) })
    let ids = (0..<5).map { _ in desk.notify("picture") { $0.image = picture } }
    func count() throws -> Int64? {
      try desk.number("SELECT count(*) FROM pictures")
    }
    desk.wait()
    #expect(try count() == 1)
    for id in ids { desk.close(id) }
    desk.wait()
    #expect(try count() == 1)
    #expect(
      desk.past()?.map(\.notification.image)
        == Array(
          repeating: picture,
          count: 5
        )
    )
    desk.store.retention.count = 0
    desk.wait()
    #expect(try count() == 0)
  }

  @Test("what is imported is history")
  func importing() throws {
    let first = desk()
    let entries = try #require(first.past())
    let second = Desk()
    second.start()
    for added in [10, 0] {
      var count: Int?
      second.store.importPast(entries.reversed()) { count = $0 }
      second.store.settle()
      #expect(count == added)
    }
    #expect(second.history() == Self.all)
    #expect(second.history { $0.text = "number 7" } == ["number 7"])
  }

  @Test("an id that lives, ends and lives again before the daemon is idle is past once and live")
  func again() {
    let desk = Desk()
    desk.start()
    let id = desk.notify("first")
    desk.close(id)
    // Nothing of an id is as of another life of it.
    _ = desk.core.apply(
      .notify(
        Notification(appName: "", title: "x", receivedAt: 0),
        replaces: 0,
        from: Desk.alice,
        desk.call()
      ),
      at: desk.now
    )
    let effects = desk.core.apply(.dismissAll(nil), at: desk.now)
    #expect(!effects.isEmpty)
    desk.commit()
    #expect(desk.history().sorted() == ["first", "x"])
    #expect(desk.afterKill().titles == [])
  }

  @Test("what is no longer kept is given back to the file system")
  func vacuum() throws {
    let desk = Desk()
    desk.start()
    desk.store.retention.count = 10
    let entries = (1...2000).compactMap { number in
      NotificationID(rawValue: UInt32(number)).map { id in
        var one = Notifications.Notification(appName: "", title: "one", receivedAt: 0)
        one.body = StyledText(String(repeating: "\(number) ", count: 300))
        return PastEntry(
          id: id,
          notification: one,
          owner: Desk.alice,
          reason: .expired,
          closedAt: Int64(number)
        )
      }
    }
    desk.store.importPast(entries) { _ in }
    desk.store.settle()
    let full = try #require(desk.folder.files.values.map(\.count).max())
    desk.notify("wakes it")
    desk.wait()
    let rest = try #require(desk.folder.files.values.map(\.count).max())
    #expect(rest < full / 3, "\(full) to \(rest)")
    #expect(desk.history().count == 10)
    #expect(desk.integrity == "ok")
  }
}
