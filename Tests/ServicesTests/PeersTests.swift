import CLibc
import EventLoop
import Foundation
import Identity
import Notifications
import TestSupport
import Testing

@testable import DBus
@testable import Services

/// Look-ups, with a bus that answers when a test says so.
@Suite struct PeersTests {
  private let bus: FalseBus
  private let peers: Peers

  init() throws {
    bus = try FalseBus()
    peers = bus.peers()
  }

  @Test("FD-017 what a new peer sends in one write is handled in its order, after one look-up")
  func order() throws {
    try bus.send((1...3).map { bus.call($0) })
    let questions = bus.questions()
    #expect(questions.map { $0.member } == ["AddMatch", "GetConnectionCredentials"])
    #expect(bus.handled.isEmpty)
    try bus.answer(questions[1], processID: getpid())
    #expect(bus.handled == [1, 2, 3])
    #expect(peers[":1.7"].identity.level != .none)
    try bus.send([bus.call(4)])
    #expect(bus.handled == [1, 2, 3, 4] && bus.questions().isEmpty)
  }

  @Test("a call whose look-up ends at once is answered")
  func noName() throws {
    try bus.send([bus.call(1, from: "")])
    #expect(bus.handled == [1])
    #expect(peers[""].identity.level == .none)
  }

  @Test("ID-003 calls wait for two seconds in all; an answer that comes late counts from then on")
  func late() throws {
    try bus.send([bus.call(1)])
    let question = try #require(bus.questions().last)
    bus.advance(by: 1_999)
    #expect(bus.handled.isEmpty)
    bus.advance(by: 2)
    #expect(bus.handled == [1] && peers[":1.7"].identity.level == .none)
    try bus.send([bus.call(2)])
    #expect(bus.handled == [1, 2] && bus.questions().isEmpty)
    bus.advance(by: 3_000)
    try bus.answer(question, processID: getpid())
    #expect(peers[":1.7"].identity.level != .none)
    try bus.send([bus.call(3)])
    #expect(bus.handled == [1, 2, 3])
  }

  @Test("ID-003 several questions share the two seconds")
  func oneDeadline() throws {
    try bus.send([bus.call(1)])
    bus.advance(by: 1_500)
    try bus.tell(try #require(bus.questions().last), processID: getpid())
    #expect(bus.handled.isEmpty)
    // A program of no application: it may have the name of one.
    #expect(bus.questions().map { $0.member } == ["ListNames"])
    bus.advance(by: 499)
    #expect(bus.handled.isEmpty)
    bus.advance(by: 2)
    #expect(bus.handled == [1])
  }

  @Test("FD-016 what may wait is bounded for all together: who sent most is not waited for")
  func room() throws {
    let peers = bus.peers(roomInLanes: 1 << 20)
    try bus.send([bus.call(1, from: ":1.1", size: 600 << 10), bus.call(2, from: ":1.2")])
    #expect(bus.handled.isEmpty)
    try bus.send([bus.call(3, from: ":1.3", size: 500 << 10)])
    #expect(bus.handled == [1])
    #expect(peers[":1.1"].identity.evidence == ["sent too much before it was known"])
    for question in bus.questions() where question.member == "GetConnectionCredentials" {
      try bus.answer(question, processID: getpid())
    }
    #expect(bus.handled.sorted() == [1, 2, 3])
    #expect(peers[":1.1"].identity.level != .none, "known in the end")
  }

  @Test("what a new peer sends is answered as fast as the answers leave, also when it has gone")
  func congestion() throws {
    let connection = bus.connection
    var left: [String] = []
    peers.left = { left.append($0) }
    bus.reply = { [unowned connection] call in
      MethodCall(call, connection).reply { $0.bytes([UInt8](repeating: 1, count: 3 << 20)) }
    }
    try bus.send((1...64).map { bus.call($0) })
    try bus.answer(try #require(bus.questions().last), processID: getpid())
    // Some of them have left by now.
    #expect(bus.handled.count < 30)
    try bus.send([bus.left(":1.7")])
    for _ in 0..<10_000 where left.isEmpty {
      _ = bus.questions()
      bus.turn([.readable, .writable])
    }
    #expect(bus.handled == Array(1...64))
    #expect(left == [":1.7"])
    #expect(peers[":1.7"].identity.evidence == ["not looked up"])
  }

  @Test("ID-072 what a peer sent before it left is handled, and then it is forgotten")
  func leaving() throws {
    var left: [String] = []
    peers.left = { [bus] in left.append("\($0) after \(bus.handled)") }
    try bus.send([bus.call(1), bus.call(2), bus.left(":1.7")])
    #expect(bus.handled == [1, 2])
    #expect(left == [":1.7 after [1, 2]"])
    // The answer is for nobody now.
    let question = try #require(bus.questions().first { $0.member == "GetConnectionCredentials" })
    try bus.answer(question, processID: getpid())
    #expect(peers[":1.7"].identity.evidence == ["not looked up"])
  }

  @Test(
    "ID-002 a bus that gives no process with the credentials is asked for it alone",
    arguments: [true, false]
  )
  func processAlone(hasCredentials: Bool) throws {
    for isKnown in [true, false] {
      let name = isKnown ? ":1.7" : ":1.8"
      try bus.send([bus.call(1, from: name)])
      let question = try #require(bus.questions().last)
      if hasCredentials { try bus.tell(question, processID: nil) } else { try bus.refuse(question) }
      #expect(bus.handled.isEmpty)
      let questions = bus.questions()
      try #require(questions.map { $0.member } == ["GetConnectionUnixProcessID"])
      if isKnown {
        try bus.reply(to: questions[0]) { $0.uint32(UInt32(getpid())) }
        try bus.reply(to: try #require(bus.questions().last)) { $0.strings([]) }
      } else {
        try bus.refuse(questions[0])
      }
      #expect(bus.takeHandled() == [1])
      #expect((peers[name].identity.level != .none) == isKnown)
    }
    #expect(peers[":1.8"].identity.evidence == ["the bus names no process"])
  }

  @Test("ID-072 a peer that is gone before it can be followed is nobody, and forgotten")
  func alreadyGone() throws {
    var left: [String] = []
    peers.left = { left.append($0) }
    try bus.send([bus.call(1)])
    try bus.refuse(try #require(bus.questions().last), .nameHasNoOwner)
    #expect(bus.handled == [1] && left == [":1.7"])
    #expect(!bus.questions().contains { $0.member == "GetConnectionUnixProcessID" })
  }

  @Test(
    "ID-005 with the process' descriptor: one that has ended is nobody",
    arguments: [true, false]
  )
  func processDescriptor(hasEnded: Bool) throws {
    // A pipe is readable as a process' descriptor is: at the end.
    let pipe = try PipeEnds()
    try bus.send([bus.call(1)])
    let question = try #require(bus.questions().last)
    if hasEnded {
      try pipe.writing.close()
      #expect(pipe.hasEnded(within: .seconds(10)))
    }
    try bus.answer(question, processID: getpid(), descriptor: pipe.reading)
    #expect(bus.handled == [1])
    #expect((peers[":1.7"].identity.level == .none) == hasEnded)
  }
}
