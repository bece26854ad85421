import CLibc
import EventLoop
import Notifications
import SQLite
import Testing

@testable import Store

@Suite struct StoreTests {
  @Test("FD-298 FD-227 what was committed is there after a kill")
  func kill() throws {
    let desk = Desk()
    let nothing = try #require(desk.start())
    #expect(nothing.live.isEmpty && nothing.counter == 0)
    #expect(desk.store.condition == .durable)
    let first = desk.notify("first") { $0.image = Notification.filled.image }
    let second = desk.notify("second", from: Desk.bob) { $0.hints = Notification.filled.hints }
    let third = desk.notify("third")
    desk.close(third)

    let next = desk.afterKill()
    #expect(next.titles == ["first", "second"])
    #expect(next.core[first]?.notification == desk.core[first]?.notification)
    #expect(next.core[second]?.notification == desk.core[second]?.notification)
    #expect(next.core[second]?.owner == Desk.bob)
    // FD-034: no id twice.
    #expect(next.notify("fourth") > third)
    #expect(next.history() == ["third"])
    #expect(next.integrity == "ok")
  }

  @Test("FD-034 ids go on without a gap after a clean end")
  func counter() {
    let desk = Desk()
    desk.start()
    let last = desk.notify("last")
    desk.store.close()
    #expect(desk.folder.files.keys.sorted() == ["hark.db", "hark.journal", "hark.journal2"])
    #expect(desk.folder.files["hark.journal"] == [])
    #expect(desk.folder.files["hark.journal2"] == [])
    let next = Desk(desk.folder)
    next.start()
    #expect(next.notify("next") == last + 1)
  }

  @Test("FD-227 the newest content and standing of an id are kept")
  func replacement() {
    let desk = Desk()
    desk.start()
    let id = desk.notify("former")
    #expect(desk.folder.contains("former"))
    desk.notify("new", replaces: id)
    desk.apply(.shown([NotificationID(rawValue: id)].compactMap { $0 }, output: "OUT"))
    #expect(desk.afterKill().titles == ["new"])
    #expect(desk.afterKill().core[id]?.hasAppeared == true)
    desk.wait()
    #expect(desk.afterKill().titles == ["new"])
    #expect(desk.afterKill().core[id]?.hasAppeared == true)
    #expect(!desk.folder.contains("former"))
  }

  @Test("FD-040 the owners of closed ids are kept, worth remembering or not")
  func gone() throws {
    let desk = Desk()
    desk.start()
    let first = desk.notify("first")
    let second = desk.notify("second", from: Desk.bob) { $0.isTransient = true }
    desk.close(second)
    desk.close(first)
    for wait in [0, 12] {
      desk.wait(Int64(wait))
      let saved = try #require(Desk(desk.folder.copy()).start())
      #expect(saved.gone.map(\.id.rawValue) == [second, first])
      #expect(saved.gone.map(\.owner) == [Desk.bob, Desk.alice])
      #expect(saved.live.isEmpty)
    }
  }

  @Test("FD-298 what was replaced does not live again when what took its place has ended")
  func replaced() {
    let desk = Desk()
    desk.start()
    let id = desk.notify("one")
    desk.notify("two", replaces: id)
    let next = desk.afterKill()
    #expect(next.titles == ["two"])
    next.close(id)
    #expect(next.afterKill().titles.isEmpty)
    #expect(next.history() == ["two"])
    #expect(next.afterKill().titles.isEmpty)
    next.wait()
    #expect(next.afterKill().titles.isEmpty)
  }

  @Test("FD-227 permissions and settings are kept")
  func settings() throws {
    let desk = Desk()
    desk.start()
    let app = Desk.alice.principal
    desk.apply(.permission(.set(app: app, .denied, desk.call())))
    desk.apply(.mute(Desk.bob.principal, true, desk.call()))
    desk.apply(.quiet(.manual(true, nil)))
    let saved = try #require(Desk(desk.folder.copy()).start())
    #expect(saved.permissions[app] == desk.core.permissions.record(of: app))
    #expect(saved.settings == desk.core.savedSettings)
    desk.apply(.permission(.set(app: app, nil, desk.call())))
    #expect(Desk(desk.folder.copy()).start()?.permissions[app] == nil)
  }

  @Test("FD-299 nothing of a private one reaches the disk")
  func privacy() throws {
    let desk = Desk()
    desk.start()
    desk.notify("seen", body: "open words")
    let id = desk.notify("secret title", body: "secret body") {
      $0.isPrivate = true
      $0.rawBody = "secret raw"
      $0.actions = [Notification.Action(key: "secret key", label: "secret label")]
      $0.hints = [Hint(name: "secret-hint", value: .boolean(true))]
    }
    let second = desk.notify("secret again") { $0.isPrivate = true }
    desk.notify("secret third", replaces: second) { $0.isPrivate = true }
    desk.close(second)
    #expect(desk.folder.contains("open words"))
    #expect(!desk.folder.contains("secret"))
    let saved = try #require(Desk(desk.folder.copy()).start())
    let kept = try #require(saved.live.first { $0.id.rawValue == id })
    #expect(kept.notification == nil && kept.owner == Desk.alice)
    desk.wait()
    #expect(!desk.folder.contains("secret"))
    desk.store.close()
    #expect(!desk.folder.contains("secret"))
  }

  @Test("FD-227 a content that did not change is written once")
  func once() throws {
    let desk = Desk()
    desk.start()
    let id = desk.notify("content", body: String(repeating: "x", count: 5000))
    desk.store.close()
    // The next daemon touches all that it restores.
    let next = Desk(desk.folder)
    next.start()
    #expect(next.titles == ["content"])
    next.apply(.shown([NotificationID(rawValue: id)].compactMap { $0 }, output: "OUT"))
    let written = next.folder.files["hark.journal"]?.count ?? 0
    #expect(written > 0 && written < 5000)
    #expect(next.afterKill().titles == ["content"])
  }

  @Test("FD-227 what changes after a restart is kept, if only its picture does, or as it ends")
  func afterRestart() throws {
    let desk = Desk()
    desk.start()
    func picture(_ color: UInt32) -> Picture? { Picture(width: 1, height: 1, pixels: [color]) }
    let id = desk.notify("same") { $0.image = picture(1) }
    let second = desk.notify("second")
    let next = desk.afterKill()
    next.notify("same", replaces: id) { $0.image = picture(2) }
    #expect(
      next.afterKill().core.live.first { $0.id.rawValue == id }?.notification.image == picture(2)
    )
    // In one turn.
    let other = Notifications.Notification(appName: "x", title: "third", receivedAt: 0)
    _ = next.core.apply(
      .notify(other, replaces: second, from: Desk.alice, next.call()),
      at: next.now
    )
    next.close(second)
    #expect(next.history() == ["third"])
  }

  @Test("a file that another daemon has written to meanwhile gets what this one has")
  func meanwhile() {
    let folder = Folder()
    let before = Desk(folder)
    before.start()
    let id = before.notify("old")
    before.store.close()
    let first = Desk(folder)
    first.start()
    first.store.close()
    let second = Desk(folder)
    second.start()
    second.notify("of the second", replaces: id)
    second.store.close()
    first.store.reopen()
    first.store.settle()
    #expect(first.store.condition == .durable)
    #expect(first.afterKill().titles == ["old"])
  }

  @Test("instants go on by the monotonic clock, over a restart of the machine by the wall clock")
  func clocks() throws {
    // 100 s of the old machine's clock, when the epoch was a million seconds old.
    let desk = Desk(clock: Clock(boot: "one") { 1_000_000_000 - 100_000 })
    desk.start()
    desk.now = Instant(nanoseconds: 100_000_000_000)
    desk.notify("one") { $0.timeout = .milliseconds(60_000) }
    desk.apply(.shown(desk.core.candidates.map(\.id), output: "OUT"))
    let deadline = try #require(desk.core.live.first?.expires)
    for (boot, offset, expected) in [
      ("one", Int64(1_000_000_000 - 100_000), deadline.nanoseconds),
      // The wall clock was set: no matter.
      ("one", 5, deadline.nanoseconds),
      // 30 s later, and 10 s after the start: 30 s are left.
      ("two", 1_000_030_000 - 10_000, 40_000_000_000),
    ] {
      let next = Desk(desk.folder.copy(), clock: Clock(boot: boot) { offset })
      let saved = try #require(next.store.open(patience: 10_000))
      #expect(saved.live.first?.standing.deadline?.nanoseconds == expected)
    }
  }

  @Test("files are the owner's alone")
  func modes() {
    let old = umask(0)
    defer { umask(old) }
    let desk = Desk()
    desk.start()
    desk.notify("one")
    for (path, mode) in [
      (desk.folder.state, 0o700), (desk.folder.file, 0o600), (desk.folder.file + "-wal", 0o600),
    ] {
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(Int(status.st_mode & 0o777) == mode, "\(path)")
    }
  }

  @Test("a file of an older version is brought to this one; a newer one is left alone")
  func versions() throws {
    let folder = Folder()
    var opening = Opening(directory: folder.state, clock: .system, writer: 1)
    opening.steps = ["CREATE TABLE old(a); INSERT INTO old VALUES (7); PRAGMA user_version = 1;"]
    func migrated(_ steps: [StaticString]) throws -> Int64? {
      let connection = try Connection(folder.file)
      try Schema.migrate(connection, steps)
      return try connection.statement("SELECT a FROM old").number()
    }
    folder.put(["hark.db": []])
    let steps: [StaticString] = [
      "CREATE TABLE old(a); INSERT INTO old VALUES (7); PRAGMA user_version = 1;",
      "UPDATE old SET a = a + 1; PRAGMA user_version = 2;",
      "UPDATE old SET a = a * 10; PRAGMA user_version = 3;",
    ]
    #expect(try migrated(Array(steps[..<1])) == 7)
    #expect(try migrated(steps) == 80)
    #expect(try migrated(steps) == 80)
    // This one knows one version only.
    let before = folder.files
    let desk = Desk(folder)
    #expect(desk.start() == nil)
    guard case .memory(let words) = desk.store.condition else {
      Issue.record("it was opened")
      return
    }
    #expect(words.hasSuffix("is of a newer version of hark: install that again"))
    desk.notify("in memory")
    desk.wait(5)
    desk.store.close()
    #expect(folder.files == before)
  }

  @Test("a second daemon goes on in memory, and takes over when the first ends")
  func twoDaemons() throws {
    let first = Desk()
    first.start()
    let old = first.notify("first's")
    let second = Desk(first.folder)
    #expect(second.start() == nil)
    #expect(second.store.condition == .memory("another harkd has \(first.folder.file)"))
    second.notify("second's")
    second.close(second.notify("second's past"))
    second.wait(2)
    first.store.close()
    second.wait(120)
    #expect(second.store.condition == .durable)
    #expect(second.opened?.live.map(\.id.rawValue) == [old])
    #expect(second.log.isEmpty)
    // The daemon would have restored what was there.
    #expect(second.afterKill().titles == ["second's"])
    #expect(second.history() == ["second's past"])
  }
}
