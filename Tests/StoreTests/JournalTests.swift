import CFaultyVFS
import Foundation
import Notifications
import SQLite
import Testing

@testable import Store

/// What is committed and not yet in the tables.
@Suite struct JournalTests {
  private static let name = "hark.journal"

  /// A folder of a daemon that was killed with all of this in its journal, and the bytes of that.
  private func killed(_ titles: [String] = ["one", "two", "three"]) throws -> (Folder, [UInt8]) {
    let desk = Desk()
    desk.start()
    for title in titles { desk.notify(title) }
    let folder = desk.folder.copy()
    return (folder, try #require(folder.files[Self.name]))
  }

  private func next(_ folder: Folder, _ journal: [UInt8]) -> Desk {
    let copy = folder.copy()
    copy.put([Self.name: journal])
    let desk = Desk(copy)
    desk.start()
    return desk
  }

  @Test("FD-298 cut anywhere, the journal has all that was whole before that place")
  func cut() throws {
    let (folder, bytes) = try killed()
    var most: [String] = []
    for end in stride(from: 0, through: bytes.count, by: 1) {
      let desk = next(folder, Array(bytes[..<end]))
      #expect(desk.store.condition == .durable, "cut at \(end)")
      #expect(desk.titles.starts(with: most), "cut at \(end)")
      most = desk.titles
      // What follows is not mixed with the rest of what was cut.
      desk.notify("after")
      #expect(desk.afterKill().titles == most + ["after"], "cut at \(end)")
    }
    #expect(most == ["one", "two", "three"])
  }

  @Test("a changed byte in the journal costs no more than what it is in, and what follows a length")
  func flipped() throws {
    let (folder, bytes) = try killed()
    // The header, and before each record its length and checksum.
    var frames = IndexSet(0..<16)
    var start = 16
    while start < bytes.count {
      frames.insert(integersIn: start..<start + 12)
      start += 12 + bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    #expect(start == bytes.count)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x10
      let desk = next(folder, changed)
      #expect(desk.store.condition == .durable)
      #expect(Set(["one", "two", "three"]).isSuperset(of: desk.titles), "byte \(place)")
      if !frames.contains(place) { #expect(desk.titles.count >= 2, "byte \(place)") }
      #expect(desk.notify("new") > 3, "byte \(place)")
      #expect(desk.afterKill().titles == desk.titles, "byte \(place)")
    }
    var changed = bytes
    let text = try #require(bytes.firstRange(of: Array("two".utf8)))
    changed[text.lowerBound] ^= 1
    let desk = next(folder, changed)
    #expect(desk.titles == ["one", "three"])
    #expect(desk.notify("new") > 1000, "the ids of what was lost are not given again")
    #expect(desk.log.contains { $0.hasSuffix("1 damaged entries are left out") })
  }

  @Test("FD-227 each record enters the tables once, wherever the daemon is killed")
  func once() throws {
    let desk = Desk()
    desk.start()
    desk.close(desk.notify("past"))
    desk.notify("live")
    // The tables have it, and the journal too.
    #expect(desk.history() == ["past"])
    let between = desk.folder.copy()
    #expect(between.files[Self.name] != [])
    for folder in [between, desk.folder.copy()] {
      let second = Desk(folder)
      second.start()
      #expect(second.titles == ["live"])
      #expect(second.history() == ["past"])
      let third = second.afterKill()
      #expect(third.history() == ["past"])
      third.wait()
      #expect(third.folder.files[Self.name] == [])
      #expect(third.afterKill().history() == ["past"])
      #expect(third.afterKill().titles == ["live"])
    }
  }

  @Test("what came and went in the journal never enters the tables; what remains does")
  func brief() throws {
    let desk = Desk()
    desk.start()
    let id = desk.notify("step 0")
    let other = desk.notify("other")
    for number in 1..<300 { desk.notify("step \(number)", replaces: id) }
    desk.apply(.shown([NotificationID(rawValue: id)].compactMap { $0 }, output: "OUT"))
    desk.close(other)
    let before = try #require(desk.store.database?.connection.changes)
    #expect(desk.history() == ["other"])
    let changes = try #require(desk.store.database?.connection.changes) - before
    #expect(changes < 100, "of 300 rows")
    #expect(try desk.number("SELECT count(*) FROM content") == 1)
    let next = desk.afterKill()
    #expect(next.titles == ["step 299"])
    #expect(next.core.live.map(\.isUnread) == desk.core.live.map(\.isUnread))
    #expect(next.history() == ["other"])
  }

  /// Turns to the other file, as upkeep has it turn.
  private func turn(_ desk: Desk) {
    let generation = desk.store.journal?.extent.current.generation
    desk.store.journal?.follow(JournalReader.News(clearing: generation))
  }

  private func size(_ folder: Folder) -> Int {
    let names = [Self.name, Self.name + "2"]
    return names.reduce(0) { $0 + (folder.files[$1]?.count ?? 0) }
  }

  @Test("FD-227 the journal's two files are read in their order, and both are emptied")
  func turns() throws {
    let desk = Desk()
    desk.start()
    let id = desk.notify("first")
    var folders: [(Folder, [String], [String])] = []
    func look(_ past: [String]) { folders.append((desk.folder.copy(), desk.titles, past)) }
    for round in 0..<3 {
      turn(desk)
      desk.notify("round \(round)", replaces: id)
      look([])
      turn(desk)
      desk.notify("again \(round)")
      look([])
      desk.wait()
      #expect(size(desk.folder) == 0)
      look([])
    }
    desk.notify("last")
    turn(desk)
    desk.close(id)
    look(["round 2"])
    desk.history()
    look(["round 2"])
    for (folder, titles, past) in folders {
      let second = Desk(folder)
      second.start()
      #expect(second.titles == titles)
      second.notify("new")
      let third = second.afterKill()
      #expect(third.titles == titles + ["new"])
      #expect(third.history() == past)
      // A file that the daemon before this one had not emptied.
      third.wait(24)
      #expect(size(third.folder) == 0)
      #expect(third.folder.files["hark.db-wal"] == [])
      #expect(third.afterKill().titles == titles + ["new"])
      #expect(third.afterKill().history() == past)
    }
  }

  @Test("FD-298 the power took any part of the journal's later file, or all of it")
  func laterFile() throws {
    for hasTables in [false, true] {
      let desk = Desk()
      desk.start()
      desk.notify("one")
      turn(desk)
      desk.notify("two")
      desk.notify("three")
      // The tables know of what is gone then.
      if hasTables { desk.history() }
      let bytes = try #require(desk.folder.files[Self.name + "2"])
      for end in stride(from: 0, through: bytes.count, by: 7) {
        let folder = desk.folder.copy()
        folder.put([Self.name + "2": Array(bytes[..<end])])
        let second = Desk(folder)
        second.start()
        let titles = second.titles
        #expect(hasTables ? titles == ["one", "two", "three"] : titles.first == "one")
        second.notify("new")
        #expect(second.afterKill().titles == titles + ["new"], "cut at \(end)")
        second.wait(24)
        #expect(size(second.folder) == 0)
        second.notify("newer")
        #expect(second.afterKill().titles == titles + ["new", "newer"], "cut at \(end)")
      }
    }
  }

  @Test("nothing that was lost with the power comes back behind what was written since")
  func stale() throws {
    let (folder, bytes) = try killed(["aaa", "bbb", "ccc", "ddd"])
    // The second record never reached the disk.
    let second = try #require(bytes.firstRange(of: Array("bbb".utf8))).lowerBound
    let third = try #require(bytes.firstRange(of: Array("ccc".utf8))).lowerBound
    var torn = bytes
    for place in second - 60..<third - 120 { torn[place] = 0 }
    let desk = next(folder, torn)
    let found = desk.titles
    #expect(found.first == "aaa" && !found.contains("bbb"))
    desk.notify("eee")
    let after = desk.afterKill()
    #expect(after.titles == found + ["eee"])
    desk.wait()
    desk.notify("fff")
    #expect(desk.afterKill().titles == found + ["eee", "fff"])
  }

  @Test("the power took of the journal what the tables have: what follows is taken in all the same")
  func shorter() throws {
    let desk = Desk()
    desk.start()
    for number in 0..<20 { desk.notify("number \(number)") }
    desk.history()
    let (folder, bytes) = (desk.folder.copy(), desk.folder.files[Self.name] ?? [])
    for end in [0, 16, 100, bytes.count / 2] {
      let second = next(folder, Array(bytes[..<end]))
      #expect(second.titles == desk.titles)
      second.notify("new")
      let third = second.afterKill()
      #expect(third.titles == desk.titles + ["new"], "cut at \(end)")
      third.wait()
      #expect(third.afterKill().titles == desk.titles + ["new"], "cut at \(end)")
    }
  }

  @Test("a store that is closed in the middle of its work ends it, and says so to who waits")
  func closing() {
    for milliseconds in 0..<8 {
      let desk = Desk()
      desk.start()
      for number in 0..<50 { desk.close(desk.notify("number \(number)")) }
      var answers = 0
      var query = PastQuery()
      query.text = "number"
      desk.store.deletePast(query) { _ in answers += 1 }
      desk.store.findPast(PastQuery()) { _ in answers += 1 }
      usleep(UInt32(milliseconds * 500))
      desk.store.close()
      #expect(answers == 2)
    }
  }

  @Test("a record of any size is written whole, at the sizes that files take as well")
  func sizes() throws {
    let desk = Desk()
    desk.start()
    var lengths: [Int] = []
    for power in [1 << 16, 1 << 17, 1 << 18] {
      for length in [power - 600, power - 1, power, power + 1, power + 600] {
        // A body is bounded: several in one turn are one record.
        for part in 0...(length / 60_000) {
          let rest = min(60_000, length - part * 60_000)
          let notification = Notifications.Notification(
            appName: "test",
            title: String(repeating: "x", count: max(rest, 0)),
            receivedAt: 0
          )
          _ = desk.core.apply(
            .notify(notification, replaces: 0, from: Desk.alice, desk.call()),
            at: desk.now
          )
          lengths.append(max(rest, 0))
        }
        desk.commit()
      }
    }
    #expect(desk.store.condition == .durable)
    #expect(desk.afterKill().titles.map(\.utf8.count) == lengths)
  }

  @Test("every operation of a batch is the same when it was read")
  func operations() throws {
    var batch = Batch()
    let (some, _) = batch.seal { $0.text(1, "text") }
    let picture = Picture(width: 2, height: 1, pixels: [1, 0xffff_ffff])
    let id = try #require(NotificationID(rawValue: .max))
    for (notification, treatment, image) in [(nil, nil, nil), (some, some, picture)]
      as [(Batch.Bytes?, Batch.Bytes?, Picture?)]
    {
      batch.add(
        .content(
          Batch.Content(
            row: .max,
            id: id,
            standing: some,
            owner: some,
            notification: notification,
            treatment: treatment,
            picture: image
          )
        )
      )
    }
    batch.add(.standing(row: 1, some))
    batch.add(.ended(number: 2, row: 3, some))
    batch.add(.drop(row: 4))
    batch.add(.forgetPermissions)
    batch.add(.permission(app: some, record: nil))
    batch.add(.permission(app: some, record: some))
    batch.add(.settings(some))
    batch.add(.counter(.max))
    batch.add(.clock(boot: some, offset: -5))
    batch.add(.forgetPeers)
    batch.add(.writer(-1))
    var archive = Archive()
    archive.write(batch)
    let read = try archive.bytes.withUnsafeBytes { try Batch(ArchiveReader($0)) }
    #expect(read.archive.bytes == batch.archive.bytes)
    #expect(read.operations.map { "\($0)" } == batch.operations.map { "\($0)" })
    // Places outside of the archive are never read.
    for count in 0..<archive.bytes.count {
      archive.bytes.prefix(count).withUnsafeBytes { bytes in
        guard let part = try? Batch(ArchiveReader(bytes)) else { return }
        #expect(part.operations.count <= batch.operations.count)
      }
    }
  }
}
