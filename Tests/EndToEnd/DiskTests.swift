import Foundation
import TestSupport
import Testing

/// Disks and clocks that real machines have.
@Suite(.needsHark) struct DiskTests {
  @Test("FD-298 a directory that may not be written from now on, and a file")
  func readOnly() async throws {
    try await inWorld(daemon: nil) { world, client in
      let place = world.folder + "/home/.local/state"
      try world.startPlainDaemon()
      try wait(until: "its file") { try world.store() == "durable" }
      // Its own directory it mends when it starts; its files are what is left to it.
      chmod(place + "/hark", 0o500)
      let late = try client.notify(Notify("late", timeout: 0))
      #expect(try world.store() == "durable")
      try world.kill()
      try world.startPlainDaemon()
      try wait(until: "its file") { try world.store() == "durable" }
      #expect(try client.live().keys.sorted() == [late])
      let file = place + "/hark/hark.db"
      chmod(file, 0o400)
      try world.kill()
      try world.startPlainDaemon()
      try wait(until: "its file") { try world.store() == "durable" }

      func trouble(_ words: String) throws {
        try world.kill()
        try world.startPlainDaemon()
        try wait(until: words) {
          let store = try world.store()
          return store.hasPrefix(place) && store.hasSuffix(words)
        }
        #expect(try world.hark("doctor").lines.count { $0.contains(words) } == 1)
      }
      for path in [file, place + "/hark"] {
        chown(path, 65534, 65534)
        try trouble("; \(path) is not yours: sudo chown -R 0 \(path)")
        chown(path, 0, 0)
      }
      let last = try client.notify(Notify("last", timeout: 0))
      try wait(until: "its file") { try world.store() == "durable" }
      #expect(try client.live().keys.sorted() == [late, last])

      try world.kill()
      rename(place + "/hark", place + "/kept")
      chmod(place, 0o500)
      try trouble("/hark: Permission denied; chmod u+rwX \(place)")
      chmod(place, 0o700)
      try world.kill()
      try "".write(toFile: place + "/hark", atomically: true, encoding: .utf8)
      try trouble("; \(place)/hark is no folder: move it away")
      unlink(place + "/hark")
      mkdir(place + "/hark", 0o700)
      mkdir(file, 0o700)
      try trouble("; \(file) is a folder: move it away")
    }
  }

  @Test("FD-298 two daemons on one state directory: the second waits for the first to end")
  func two() async throws {
    try await inWorld { world, client in
      _ = try client.notify(Notify("of the first", timeout: 0))
      let second = try World()
      defer { second.close() }
      second.environment["XDG_STATE_HOME"] = world.environment["XDG_STATE_HOME"]
      try second.startDaemon()
      let other = try second.connect()
      let id = try other.notify(Notify("of the second", timeout: 0))
      let owner = try #require(world.daemon).pid
      let store = try second.store()
      #expect(
        store.hasPrefix("another harkd has ") && store.hasSuffix(", process \(owner): end that one")
      )
      #expect(try world.store() == "durable")
      try world.daemon?.stop(SIGKILL)
      try wait(until: "the file") { try second.store() == "durable" }
      #expect(try other.live()[id]?["title"] == "of the second")
      try second.kill()
      try second.startDaemon()
      let titles = try other.live().values.compactMap { $0["title"].string }
      #expect(titles.sorted() == ["of the first", "of the second"])
    }
  }

  @Test("FD-298 a disk that sleeps: replies do not wait for it, doctor tells, and it recovers")
  func sleeps() async throws {
    let library = Programs.tools + "/disk.so"
    try #require(access(library, R_OK) == 0, "run `make test-setup`")
    try await inWorld(daemon: nil) { world, client in
      let order = world.folder + "/order"
      try world.startDaemon(
        with: [
          "LD_PRELOAD": library, "DISK_ORDER": order,
          "DISK_FOLDER": world.folder + "/home/.local/state/hark",
        ]
      )
      try client.notify(Notify("before", timeout: 0))
      #expect(try world.store() == "durable")
      try "sleep 200".write(toFile: order, atomically: true, encoding: .utf8)
      try client.answers(10)
      #expect(try world.store().hasSuffix(" is slow"))
      try "".write(toFile: order, atomically: true, encoding: .utf8)
      try wait(until: "a quick disk", limit: .seconds(20)) { try world.store() == "durable" }
      let ids = try client.live().keys.sorted()
      try world.kill()
      try world.startDaemon()
      #expect(try client.live().keys.sorted() == ids && ids.count == 11)
    }
  }

  /// Containers have no /dev/fuse, as a rule.
  private static let hasFUSE =
    access("/dev/fuse", F_OK) == 0
    && (try? run([Programs.python, "-c", "import fuse"], environment: [:]))?.succeeded == true

  @Test(
    "FD-298 a file system that sleeps, and one that hangs, from the start and later",
    .enabled(if: hasFUSE, "there is no /dev/fuse here, or no python3-fuse")
  )
  func hangs() async throws {
    try await inWorld(daemon: nil) { world, client in
      let place = world.folder + "/home/.local/state/hark"
      let order = world.folder + "/order"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try FileManager.default.createDirectory(
        atPath: world.folder + "/files",
        withIntermediateDirectories: true
      )
      func say(_ text: String) throws {
        try text.write(toFile: order, atomically: true, encoding: .utf8)
      }
      try say("")
      let disk = try world.start(
        [
          Programs.python, Programs.clients + "/fuse_disk.py", place, world.folder + "/files",
          order,
        ]
      )
      // What hangs in the kernel ends with the program.
      defer {
        disk.signal(SIGKILL)
        _ = try? world.run("fusermount", "-u", "-z", place)
      }
      try wait(until: "the file system") {
        guard disk.isRunning else { throw Trouble("it ended: \(String(describing: disk.status))") }
        return text(of: "/proc/mounts").contains(place)
      }
      try say("hang")
      try world.startDaemon()
      // It waits half a second for what the one before has left.
      try client.settle()
      try client.answers(5)
      #expect(try world.store() == "\(place) does not answer")
      try say("")
      let behind = "\(place) is on a network, or behind a program"
      try wait(until: "what was behind", limit: .seconds(20)) { try world.store() == behind }
      try say("sleep 0.2")
      try client.answers(5)
      try say("hang")
      try client.answers(5)
      try say("")
      try world.daemon?.stop()
      try world.startDaemon()
      #expect(try client.live().count == 15)
      #expect(try world.store() == behind)
      try world.daemon?.stop()
    }
  }

  private static let faketime: String? = {
    let places = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    let libraries = places.map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
    return libraries.first { access($0, R_OK) == 0 }
  }()

  @Test(
    "FD-227 the wall clock goes back and forth by a day, and what is left of a time stays",
    .enabled(if: faketime != nil, "libfaketime is not installed")
  )
  func clock() async throws {
    let library = Self.faketime ?? ""
    try await inWorld(daemon: nil) { world, client in
      let file = world.folder + "/clock"
      func set(_ text: String) throws {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
      }
      func start() throws {
        try world.startDaemon(
          with: [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
          ]
        )
      }
      try set("+0")
      try start()
      let begun = monotonicNanoseconds()
      let stays = try client.notify(Notify("stays", timeout: 0))
      let low = "{'urgency': <byte 0>}"
      let goes = try client.notify(Notify("goes", hints: low, timeout: 4000))
      for step in ["+1d", "-1d", "+1d"] {
        try set(step)
        let id = try client.notify(Notify("now", timeout: 0))
        let created = try client.inspect(id)["created"].integer ?? 0
        let off = Double(created) / 1000 - Date().timeIntervalSince1970
        #expect(abs(abs(off) - 86400) < 60, "\(step): \(off) s")
        _ = try client.closeNotification(id)
      }
      for step in ["-1d", "+1d"] {
        try set(step)
        try world.kill()
        try start()
        #expect(try client.live().keys.sorted() == [stays, goes])
      }
      let end = try client.signal("NotificationClosed", of: goes)
      #expect(try client.closed(goes) == 1)
      let took = milliseconds(from: begun, to: end.json["time"].integer ?? 0)
      #expect(took >= 4000 && took < 7000, "\(took) ms")
      #expect(try client.live().keys.sorted() == [stays])
    }
  }
}

extension World {
  /// What `hark doctor` says of the store.
  fileprivate func store() throws -> String {
    try harkJSON("doctor").first?["status"]["store"].string ?? ""
  }

  fileprivate func kill() throws {
    try daemon?.stop(SIGKILL)
    let client = try helperClient()
    try wait(until: "the bus to know") { try client.owner(of: busName) == nil }
  }

  /// By whom permissions hold, also where the tests are root's.
  fileprivate func startPlainDaemon() throws {
    let plain = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"]
    try startDaemon(command: (geteuid() == 0 ? plain : []) + Programs.daemon)
  }
}

extension Client {
  /// Nobody waits for more than 50 ms; on a busy machine for tenfold that.
  fileprivate func answers(_ count: Int) throws {
    for number in 0..<count {
      let start = monotonicNanoseconds()
      try notify(Notify("number \(number)", timeout: 0))
      let took = milliseconds(from: start, to: monotonicNanoseconds())
      #expect(took < 500, "number \(number): \(took) ms")
    }
  }
}
