import CFaultyVFS
import EventLoop
import CLibc
import Foundation
import Notifications
import SQLite
import Testing

@testable import Store

/// A way to the files of its own for each test.
private func faulty() -> (name: String, UnsafeMutablePointer<faulty>) {
  let name = "faulty-\(UUID().uuidString)"
  guard let vfs = faulty_register(name) else { fatalError("no memory") }
  return (name, vfs)
}

private let diskIsFull = Int32(13)
private let inputOutput = Int32(10 | 3 << 8)

@Suite(.serialized) struct FaultTests {
  /// What is answered, and what of it was said to be on the disk.
  private struct Words {
    var live: [String] = []
    var durable: [String] = []
  }

  /// The same each time: the n-th operation is always the same one.
  private func scenario(_ desk: Desk) -> Words {
    var words = Words()
    func keep() {
      words.live = desk.titles
      if desk.store.condition == .durable { words.durable = desk.titles }
    }
    desk.start()
    var ids: [UInt32] = []
    for number in 0..<6 {
      ids.append(desk.notify("number \(number)", body: String(repeating: "x", count: 3000)))
      keep()
    }
    desk.close(ids[1])
    keep()
    desk.wait()
    desk.notify("replaced", replaces: ids[2])
    keep()
    desk.close(ids[3])
    keep()
    var query = PastQuery()
    query.text = "number"
    desk.store.deletePast(query) { _ in }
    desk.wait()
    desk.notify("last")
    keep()
    return words
  }

  private static let slowOnes = Int32(FAULTY_WRITE | FAULTY_SYNC)
  private static let writing = FAULTY_OPEN | FAULTY_WRITE | FAULTY_SYNC | FAULTY_TRUNCATE
  private static let all = writing | FAULTY_READ | FAULTY_DELETE | FAULTY_LOCK

  @Test(
    "FD-298 whatever fails once: nobody is hurt, and all of it is written in the end",
    arguments: [diskIsFull, inputOutput]
  )
  func once(error: Int32) {
    let (name, vfs) = faulty()
    vfs.pointee.kinds = Int32(Self.all)
    vfs.pointee.error = error
    _ = scenario(Desk(vfs: name))
    let operations = vfs.pointee.count
    #expect(operations > 50)
    for number in 1...operations {
      vfs.pointee.fails_at = 0
      vfs.pointee.count = 0
      let desk = Desk(vfs: name)
      vfs.pointee.fails_at = number
      let words = scenario(desk)
      desk.recover()
      #expect(desk.store.condition == .durable, "operation \(number)")
      #expect(desk.titles == words.live)
      let next = desk.afterKill()
      #expect(next.titles == words.live, "operation \(number): \(desk.log)")
      #expect(next.integrity == "ok", "operation \(number)")
      desk.store.close()
    }
  }

  @Test(
    "FD-298 whatever fails for good: what was said to be durable is there",
    arguments: [diskIsFull, inputOutput]
  )
  func forGood(error: Int32) {
    let (name, vfs) = faulty()
    vfs.pointee.kinds = Int32(Self.writing)
    vfs.pointee.error = error
    vfs.pointee.fails_on = 1
    _ = scenario(Desk(vfs: name))
    for number in 1...vfs.pointee.count {
      vfs.pointee.fails_at = 0
      vfs.pointee.count = 0
      let desk = Desk(vfs: name)
      vfs.pointee.fails_at = number
      let words = scenario(desk)
      #expect(desk.titles == words.live)
      let next = desk.afterKill()
      // Of what came later some may be there.
      #expect(
        Set(next.titles + ["last", "replaced"]).isSuperset(of: words.durable)
          || words.durable.isEmpty,
        "operation \(number)"
      )
      #expect(next.integrity == "ok")
      // And when it is well again, all of it.
      vfs.pointee.fails_at = 0
      desk.recover()
      #expect(desk.store.condition == .durable, "operation \(number)")
      #expect(desk.afterKill().titles == words.live, "operation \(number)")
      desk.store.close()
    }
  }

  /// A file with something in every table, and no log.
  private func image() throws -> [UInt8] {
    let desk = Desk()
    desk.start()
    for number in 0..<40 {
      let id = desk.notify("number \(number)", body: String(repeating: "word ", count: 50)) {
        $0.image = number == 5 ? Notifications.Notification.filled.image : nil
      }
      if number % 2 == 0 { desk.close(id) }
    }
    desk.apply(.permission(.set(app: Desk.bob.principal, .denied, desk.call())))
    desk.apply(.quiet(.manual(true, nil)))
    desk.wait()
    desk.store.close()
    return try #require(desk.folder.files["hark.db"])
  }

  /// What a daemon makes of a file: it starts, keeps what comes, and reads it back.
  private func live(with bytes: [UInt8], _ what: String) {
    let folder = Folder()
    folder.put(["hark.db": bytes])
    let desk = Desk(folder)
    desk.start()
    desk.notify("new")
    desk.history()
    desk.history { $0.text = "word" }
    desk.close(desk.notify("past"))
    desk.wait()
    #expect(desk.store.condition == .durable, "\(what)")
    #expect(desk.titles.contains("new"))
    #expect(desk.afterKill().titles == desk.titles, "\(what): \(desk.log)")
    desk.store.close()
  }

  @Test("FD-298 a file cut off anywhere is put aside, or read as far as it goes", arguments: 0..<4)
  func truncated(quarter: Int) throws {
    let image = try image()
    #expect(image.count > 1 << 16)
    for end in stride(from: quarter * 512, to: image.count, by: 4 * 512) {
      live(with: Array(image[..<end]), "cut at \(end)")
    }
  }

  @Test(
    "FD-298 with the file cut off anywhere, what the journal alone has is there",
    arguments: 0..<4
  )
  func truncatedBelowJournal(quarter: Int) throws {
    let first = Desk()
    first.start()
    for number in 0..<20 {
      first.notify("number \(number)", body: String(repeating: "word ", count: 300))
    }
    first.store.close()
    let desk = Desk(first.folder)
    desk.start()
    desk.wait()
    #expect(desk.folder.files["hark.journal"]?.isEmpty == true)
    let old = try #require(desk.core.live.first?.id.rawValue)
    desk.close(old)
    let kept = ["kept 1", "kept 2", "kept 3"]
    let ids = kept.map { desk.notify($0) }
    desk.close(desk.notify("past"))
    desk.notify(kept[1], body: "changed", replaces: ids[1])
    let files = desk.folder.files
    let size = try #require(files["hark.db"]).count
    #expect(size > 1 << 16)
    for end in stride(from: quarter * 512, to: size, by: 4 * 512) {
      let folder = Folder()
      folder.put(files.merging(["hark.db": Array(files["hark.db", default: []][..<end])]) { $1 })
      let next = Desk(folder)
      next.start()
      #expect(Set(next.titles).isSuperset(of: kept), "cut at \(end): \(next.log)")
      #expect(!next.titles.contains("past") && Set(next.titles).count == next.titles.count)
      #expect(next.history().contains("past"), "cut at \(end)")
      let new = next.notify("new")
      #expect(new > ids[2])
      next.wait()
      #expect(next.store.condition == .durable, "cut at \(end)")
      let isNew = next.log.contains { $0.contains("is damaged: it is now") }
      #expect(!isNew || next.integrity == "ok", "cut at \(end)")
      #expect(next.afterKill().titles == next.titles, "cut at \(end)")
      next.store.close()
    }
  }

  @Test("a changed byte in any page costs what it is in, and no more than the file")
  func flipped() throws {
    let image = try image()
    var random = SystemRandomNumberGenerator()
    for page in 0..<image.count / 4096 {
      for place in [0, 5, 6, Int.random(in: 0..<4096, using: &random)] {
        var bytes = image
        bytes[page * 4096 + place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        live(with: bytes, "byte \(place) of page \(page)")
      }
    }
  }

  @Test("what is no database is kept under another name")
  func notADatabase() throws {
    let folder = Folder()
    let text =
      Array("this is no database, but it may be somebody's ".utf8)
      + Array(repeating: 7, count: 9000)
    folder.put(["hark.db": text])
    let desk = Desk(folder)
    #expect(desk.start()?.live.isEmpty == true)
    #expect(desk.log.count == 1)
    #expect(desk.log.first?.contains("is damaged: it is now") == true)
    #expect(desk.damage == desk.log)
    #expect(desk.notify("new") > 1_000_000, "ids that it may have given are not given again")
    let aside = try #require(folder.files.first { $0.key.hasPrefix("hark.db.damaged-") })
    #expect(aside.value == text)
  }

  @Test("a directory that cannot be made is said in words, and tried again")
  func directory() throws {
    let folder = Folder()
    // Root may write anywhere, but not make a directory below a file.
    _ = FileManager.default.createFile(atPath: folder.path + "/state", contents: Data())
    let desk = Desk(folder)
    #expect(desk.start() == nil)
    guard case .memory(let words) = desk.store.condition else {
      Issue.record("it was opened")
      return
    }
    let remedy = "\(folder.path)/state is no folder: move it away"
    #expect(words == "\(folder.state): Not a directory; \(remedy)")
    desk.notify("kept in memory")
    #expect(desk.titles == ["kept in memory"])
    unlink(folder.path + "/state")
    desk.wait(5)
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles == ["kept in memory"])
    #expect(desk.conditions.last == .durable)
  }

  @Test("FD-298 nobody waits for a slow disk, and it is said, until it is quick again")
  func slow() throws {
    let (name, vfs) = faulty()
    let desk = Desk(vfs: name)
    desk.start()
    desk.notify("quick")
    vfs.pointee.sleep_ms = 60
    desk.notify("held once")
    #expect(desk.store.condition == .behind("the disk under \(desk.folder.state) is slow"))
    let start = ContinuousClock.now
    for number in 0..<20 { desk.notify("number \(number)") }
    #expect(ContinuousClock.now - start < .milliseconds(50))
    vfs.pointee.sleep_ms = 0
    desk.store.settle()
    #expect(desk.afterKill().titles == desk.titles)
    desk.wait(8)
    #expect(desk.store.condition == .durable)
  }

  @Test("FD-298 a disk that hangs holds nobody, from the start or later")
  func hanging() throws {
    let (name, vfs) = faulty()
    vfs.pointee.hangs = Self.slowOnes
    let desk = Desk(vfs: name)
    let start = ContinuousClock.now
    #expect(desk.start(patience: 100) == nil)
    for number in 0..<100 { desk.notify("number \(number)") }
    #expect(ContinuousClock.now - start < .milliseconds(400))
    #expect(desk.store.condition == .memory("\(desk.folder.state) does not answer"))
    vfs.pointee.hangs = 0
    desk.store.settle()
    #expect(desk.opened != nil)
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles == desk.titles)

    // Later: the commit that meets it waits on the loop, as on any local disk; one on the thread not.
    vfs.pointee.sleep_ms = 60
    desk.notify("held once")
    vfs.pointee.hangs = Self.slowOnes
    vfs.pointee.sleep_ms = 0
    let later = ContinuousClock.now
    for number in 0..<100 { desk.notify("later \(number)") }
    var isFound = false
    desk.store.findPast(PastQuery()) { _ in isFound = true }
    #expect(!isFound)
    desk.store.close()
    #expect(ContinuousClock.now - later < .milliseconds(1500))
    vfs.pointee.hangs = 0
  }

  @Test("FD-298 a commit waits for nothing that the thread does")
  func apart() {
    let (name, vfs) = faulty()
    let desk = Desk(vfs: name)
    desk.start()
    desk.close(desk.notify("past"))
    vfs.pointee.hangs = Int32(FAULTY_SYNC)
    // Upkeep moves the log into the file by now, and waits for the disk.
    desk.loop.advance(to: desk.loop.now + 11_000_000_000)
    for _ in 0..<20 { _ = desk.store.thread?.wait(milliseconds: 50) }
    #expect(desk.store.thread?.isBusy == true)
    let start = ContinuousClock.now
    for number in 0..<100 { desk.notify("number \(number)") }
    #expect(ContinuousClock.now - start < .milliseconds(500))
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles == desk.titles)
    vfs.pointee.hangs = 0
    desk.store.settle()
    #expect(desk.history() == ["past"])
    desk.wait()
    #expect(desk.afterKill().titles == desk.titles)
    #expect(desk.folder.files["hark.journal"] == [] && desk.folder.files["hark.journal2"] == [])
  }

  @Test("FD-227 FD-298 a start on a full disk has all that was answered", arguments: 1..<12)
  func fullFromTheStart(place: Int32) {
    let before = Desk()
    before.start()
    for number in 0..<20 { before.close(before.notify("past \(number)")) }
    before.notify("in the tables")
    before.wait()
    before.notify("in the log")
    before.history()
    before.notify("in the journal")
    let (name, vfs) = faulty()
    let folder = before.folder.copy()
    vfs.pointee.kinds = Int32(FAULTY_WRITE)
    vfs.pointee.error = diskIsFull
    vfs.pointee.fails_on = 1
    vfs.pointee.fails_at = place
    let desk = Desk(folder, vfs: name)
    desk.start()
    #expect(desk.titles == before.titles)
    desk.notify("new")
    vfs.pointee.fails_at = 0
    desk.recover()
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles == before.titles + ["new"])
    #expect(desk.history { $0.limit = 50 }.count == 20)
  }

  @Test("WEB-045 that the bus is another one is kept, if the first commit fails, too")
  func otherBus() throws {
    let before = Desk()
    before.start()
    before.close(before.notify("past"))
    let (name, vfs) = faulty()
    let desk = Desk(before.folder.copy(), vfs: name)
    let saved = try #require(desk.store.open(patience: 10_000))
    vfs.pointee.kinds = Int32(Self.writing)
    vfs.pointee.error = diskIsFull
    vfs.pointee.fails_on = 1
    vfs.pointee.fails_at = 1
    desk.store.forgetPeers()
    desk.apply(.restore(saved, present: []))
    desk.notify("new")
    #expect(desk.store.condition != .durable)
    vfs.pointee.fails_at = 0
    desk.recover()
    #expect(desk.store.condition == .durable)
    let owners = desk.afterKill().past()?.map { $0.owner.peer }
    #expect(owners?.count == 1 && owners?.first != Desk.alice.peer)
  }

  @Test(
    "what was in the file and ended while nothing could be written is past afterwards",
    arguments: [false, true]
  )
  func endedMeanwhile(othersLive: Bool) {
    let (name, vfs) = faulty()
    let desk = Desk(vfs: name)
    desk.start()
    let ids = (0..<4).map { desk.notify("in the file \($0)") }
    desk.wait()
    vfs.pointee.sleep_ms = 60
    desk.notify("held once")
    vfs.pointee.hangs = Self.slowOnes
    vfs.pointee.sleep_ms = 0
    // The thread is at one, and another waits.
    desk.close(ids[0])
    desk.close(ids[3])
    let body = String(repeating: "x", count: 60_000)
    for number in 0..<100 {
      let id = desk.notify("number \(number)", body: body)
      if !othersLive { desk.close(id) }
    }
    desk.close(ids[1])
    vfs.pointee.hangs = 0
    desk.store.settle()
    desk.recover()
    #expect(desk.store.condition == .durable)
    let next = desk.afterKill()
    #expect(next.titles.starts(with: ["in the file 2", "held once"]))
    #expect(next.titles.count == (othersLive ? 102 : 2))
    let past = next.history { $0.limit = 10 }
    #expect(past.first == "in the file 1")
    let others =
      othersLive
      ? ["in the file 3", "in the file 0"] : (91..<100).reversed().map { "number \($0)" }
    #expect(past.dropFirst() == others[...])
    desk.store.close()
  }

  @Test("FD-298 a store that goes on behind a disk that hangs says that it is in memory")
  func reopened() {
    let (name, vfs) = faulty()
    let desk = Desk(vfs: name)
    desk.start()
    desk.notify("one")
    desk.store.close()
    vfs.pointee.hangs = Int32(FAULTY_OPEN)
    desk.store.reopen()
    #expect(desk.store.condition == .memory("\(desk.folder.state) does not answer"))
    desk.notify("two")
    vfs.pointee.hangs = 0
    desk.store.settle()
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles == ["one", "two"])
  }

  @Test("what waits for a disk in trouble is bounded")
  func bounded() {
    let (name, vfs) = faulty()
    let desk = Desk(vfs: name)
    desk.start()
    vfs.pointee.kinds = Int32(Self.writing)
    vfs.pointee.error = diskIsFull
    vfs.pointee.fails_on = 1
    vfs.pointee.fails_at = 1
    let body = String(repeating: "x", count: 60_000)
    for number in 0..<700 { desk.close(desk.notify("number \(number)", body: body)) }
    desk.notify("live")
    vfs.pointee.fails_at = 0
    desk.recover()
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles == ["live"])
  }

  @Test(
    "FD-298 a disk that was away for too long gets all there is, and what ended if there is room"
  )
  func away() {
    let (name, vfs) = faulty()
    let desk = Desk(vfs: name)
    desk.start()
    desk.close(desk.notify("before"))
    desk.notify("old")
    vfs.pointee.sleep_ms = 60
    desk.notify("held once")
    vfs.pointee.hangs = Self.slowOnes
    vfs.pointee.sleep_ms = 0
    let body = String(repeating: "x", count: 60_000)
    for number in 0..<100 { desk.close(desk.notify("number \(number)", body: body)) }
    desk.notify("new")
    vfs.pointee.hangs = 0
    desk.store.settle()
    #expect(desk.store.condition != .durable)
    desk.recover()
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles == ["old", "held once", "new"])
    #expect(desk.history().last == "before")
    desk.store.close()
  }

  @Test("a start waits for no disk, after a clean end and after a kill")
  func starting() {
    let (name, vfs) = faulty()
    vfs.pointee.kinds = Int32(FAULTY_SYNC)
    let desk = Desk(vfs: name)
    desk.start()
    desk.close(desk.notify("past"))
    let killed = desk.folder.copy()
    desk.store.close()
    for (folder, most) in [(desk.folder, 0), (killed, 1)] {
      let before = vfs.pointee.count
      let next = Desk(folder, vfs: name)
      next.start()
      next.notify("new")
      // After a kill the journal enters the tables: the log begins anew.
      #expect(vfs.pointee.count - before <= most)
      next.store.close()
      #expect(vfs.pointee.count - before > most)
    }
  }

  @Test("every commit is synced where power may be lost, as soon as that is wanted")
  func powerLoss() {
    let (name, vfs) = faulty()
    vfs.pointee.kinds = Int32(FAULTY_SYNC)
    for wantsIt in [false, true] {
      let desk = Desk(vfs: name)
      desk.store.survivesPowerLoss = wantsIt
      desk.start()
      for isFull in [wantsIt, !wantsIt, wantsIt] {
        desk.store.survivesPowerLoss = isFull
        desk.store.settle()
        let before = vfs.pointee.count
        for number in 0..<5 { desk.notify("number \(number)") }
        #expect(vfs.pointee.count - before == (isFull ? 5 : 0))
      }
    }
  }
}
