import CXcb
import EventLoop
import Foundation
import TestSupport
import Testing
import X11

@Suite("Connecting", .serialized, .timeLimit(.minutes(2)))
struct ConnectTests {
  private func connect(
    _ name: String,
    authority: String? = "/nonexistent",
    test: TestLoop = TestLoop()
  ) throws -> Result<X11Display, X11Error> {
    var results: [Result<X11Display, X11Error>] = []
    let attempt = X11Display.connect(test.loop, name: name, authority: authority) {
      results.append($0)
    }
    #expect(results.isEmpty, "the answer comes from the loop")
    test.until("an answer") { !results.isEmpty }
    test.turn(seconds: 0.02)
    #expect(results.count == 1)
    withExtendedLifetime(attempt) {}
    return try #require(results.first)
  }

  private func failure(_ result: Result<X11Display, X11Error>) -> X11Error? {
    guard case .failure(let error) = result else { return nil }
    return error
  }

  @Test("F51 no server: said at once, and why")
  func none() throws {
    #expect(failure(try connect("nonsense")) == .badName("nonsense"))
    #expect(failure(try connect("example.org:0")) == .hostName("example.org"))
    let error = failure(try connect(":999"))
    #expect(error == .unreachable(server: "/tmp/.X11-unix/X999", ENOENT))
    #expect(error?.message == "no X server at /tmp/.X11-unix/X999: No such file or directory")
    #expect(
      failure(try connect("127.0.0.1:998"))
        == .unreachable(server: "127.0.0.1 port 6998", ECONNREFUSED)
    )
    #expect(
      failure(try connect("/" + String(repeating: "x", count: 300)))
        == .unreachable(server: "/" + String(repeating: "x", count: 300), ENAMETOOLONG)
    )
  }

  @Test(
    "a server that takes the connection and says nothing costs two seconds, and no turn of the loop"
  )
  func hung() throws {
    let listener = try Listener()
    let test = TestLoop()
    var ticks = 0
    var tick: (() -> Void)?
    let timer = test.loop.timer { tick?() }
    tick = { [loop = test.loop] in
      ticks += 1
      timer.deadline = loop.now + 10_000_000
    }
    timer.deadline = test.loop.now
    let start = test.loop.now
    #expect(failure(try connect(listener.path, test: test)) == .silent)
    let took = Double(test.loop.now - start) / 1e9
    #expect(took > 1.9 && took < 10)
    #expect(ticks > 20)
    timer.deadline = nil
    tick = nil
  }

  @Test("a server whose queue is full")
  func full() throws {
    let listener = try Listener(queue: 0)
    let blockers = (0..<3).map { _ in connected(to: listener.path, nonBlocking: true) }
    defer { blockers.forEach { close($0) } }
    #expect(failure(try connect(listener.path)) == .unreachable(server: listener.path, EAGAIN))
  }

  @Test("a server that is stopped, one that hangs up, one that talks nonsense")
  func broken() throws {
    let server = try XServer()
    let witness = try Witness(server)
    server.signal(SIGSTOP)
    #expect(failure(try connect(server.name)) == .silent)
    server.signal(SIGCONT)
    withExtendedLifetime(witness) {}
    for answer: [UInt8] in [
      [], [1], [1, 0, 11, 0, 0, 0, 0, 0], [0, 2, 11, 0, 0, 0, 1, 0, 110, 111, 0, 0],
    ] {
      let listener = try Listener()
      // Given to whoever comes first, and then hung up.
      Thread.detachNewThread {
        let client = listener.accept()
        var request = [UInt8](repeating: 0, count: 12)
        _ = read(client, &request, 12)
        _ = write(client, answer, answer.count)
        close(client)
      }
      let error = failure(try connect(listener.path))
      #expect(
        error == (answer.first == 0 ? .refused("no") : answer.count < 8 ? .hungUp : .notAdopted)
      )
    }
  }

  @Test("the cookie decides, and the server's words are handed on")
  func cookie() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "hark-\(UUID().uuidString)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String, _ byte: UInt8) throws -> String {
      let path = folder.appendingPathComponent(name).path
      let method = Array("MIT-MAGIC-COOKIE-1".utf8)
      let bytes: [UInt8] = [255, 255, 0, 0, 0, 0, 0, 18] + method + [0, 16]
      try Data(bytes + [UInt8](repeating: byte, count: 16)).write(to: URL(fileURLWithPath: path))
      return path
    }
    let right = try file("right", 7)
    let server = try XServer(["-auth", right], endsItself: false)
    for path in [folder.path + "/none", try file("wrong", 8)] {
      guard case .refused(let words) = failure(try connect(server.name, authority: path)) else {
        Issue.record("not refused")
        continue
      }
      #expect(words.contains("uthoriz") || words.contains("MIT-MAGIC"), "\(words)")
    }
    try connect(server.name, authority: right).get().close()
  }

  @Test("a cancelled attempt says nothing and leaves nothing open")
  func cancelled() throws {
    let server = try XServer()
    let witness = try Witness(server)
    let test = TestLoop()
    // Other tests open descriptors meanwhile; a leak would be one for each attempt.
    let before = openDescriptors()
    var answered = 0
    var cancelled = 0
    for delay in 0..<60 {
      let answers = answered
      var attempt: X11Connecting? = X11Display.connect(
        test.loop,
        name: server.name,
        authority: nil
      ) {
        answered += 1
        if case .success(let display) = $0 { display.close() }
      }
      test.turn(seconds: Double(delay % 12) * 0.000_2)
      if answered > answers { continue }
      if delay % 2 == 0 { attempt?.cancel() }
      attempt = nil
      cancelled += 1
      test.turn(seconds: 0.003)
      #expect(answered == answers)
    }
    #expect(cancelled >= 5)
    #expect(openDescriptors() < before + 40)
    withExtendedLifetime(witness) {}
  }
}

func openDescriptors() -> Int {
  (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
}
