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

/// The other end of a connection.
private final class FalseBus {
  let loop = ManualLoop()
  let connection: Connection
  private let socket: Int32
  private let other: FileHandle
  private let transport: Transport
  private var serial: UInt32 = 0
  private var all: [Peers] = []
  /// Serials of the calls that were handled.
  private(set) var handled: [UInt32] = []
  var reply: (Message) -> Void = { _ in }

  init() throws {
    let ends = try socketPair()
    socket = ends.0
    other = FileHandle(fileDescriptor: ends.1, closeOnDealloc: true)
    connection = Connection(adopting: ends.0, loop)
    transport = Transport(ends.1)
    // More than any of the tests sends before the other side reads.
    var size: Int32 = 4 << 20
    for end in [ends.0, ends.1] {
      setsockopt(end, SOL_SOCKET, SO_SNDBUFFORCE, &size, 4)
    }
  }

  func peers(roomInLanes: Int = 256 << 20) -> Peers {
    let files = DesktopFiles(loop, folders: [], searchPath: [], locale: MessageLocale("C"))
    let peers = Peers(connection, Identifier(files), roomInLanes: roomInLanes)
    peers.handle = { [unowned self] call in
      handled.append(call.serial)
      reply(call)
    }
    connection.methodCall = { [unowned peers] in peers.receive($0) }
    connection.signal = { [unowned peers] in peers.handleSignal($0) }
    all.append(peers)
    return peers
  }

  func turn(_ readiness: Readiness) {
    loop.signal(socket, readiness)
    connection.flush()
  }

  func advance(by milliseconds: Int64) {
    loop.advance(to: loop.now + milliseconds * 1_000_000)
    connection.flush()
  }

  // MARK: What the bus passes on

  func call(_ serial: UInt32, from sender: String = ":1.7", size: Int = 0) -> [UInt8] {
    let call = OutgoingMessage.call("a.b", "/a", "a.b", "C")
    call.append { $0.bytes([UInt8](repeating: 0, count: size)) }
    return call.marshalled(serial: serial).from(sender)
  }

  func left(_ name: String) -> [UInt8] {
    let signal = OutgoingMessage.signal("/org/freedesktop/DBus", .bus, "NameOwnerChanged")
    signal.append {
      $0.string(name)
      $0.string(name)
      $0.string("")
    }
    return next(signal)
  }

  private func next(_ message: OutgoingMessage) -> [UInt8] {
    serial += 1
    return message.marshalled(serial: serial).from("org.freedesktop.DBus")
  }

  func send(_ messages: [[UInt8]]) throws {
    var rest = messages.flatMap { $0 }[...]
    while !rest.isEmpty {
      try other.write(contentsOf: rest.prefix(100 << 10))
      rest = rest.dropFirst(100 << 10)
      for _ in 0..<4 { turn(.readable) }
    }
  }

  func questions() -> [Message] {
    var questions: [Message] = []
    for _ in 0..<100 {
      transport.receive()
      while let message = transport.next() {
        if message.kind == .methodCall { questions.append(message) }
      }
    }
    return questions
  }

  /// Tells all that may be asked of a peer: it has no names.
  func answer(_ question: Message, processID: Int32, descriptor: FileHandle? = nil) throws {
    try tell(question, processID: processID, descriptor: descriptor)
    for question in questions() where question.member == "ListNames" {
      let reply = OutgoingMessage.reply(to: question)
      reply.append { $0.strings([]) }
      try send([next(reply)])
    }
  }

  func tell(_ question: Message, processID: Int32, descriptor: FileHandle? = nil) throws {
    let reply = OutgoingMessage.reply(to: question)
    reply.append {
      $0.dictionary {
        $0.entry("ProcessID", "u") { $0.uint32(UInt32(processID)) }
        $0.entry("UnixUserID", "u") { $0.uint32(getuid()) }
        // A descriptor is its place in the message; the writer has none of its own.
        if descriptor != nil { $0.entry("ProcessFD", "u") { $0.uint32(0) } }
      }
    }
    var bytes = next(reply)
    guard let descriptor else { return try send([bytes]) }
    let key = Array("ProcessFD\0\u{1}u".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: key) })
    bytes[place + key.count - 1] = UInt8(ascii: "h")
    bytes = bytes.adding(field: [9, 1, UInt8(ascii: "u"), 0, 1, 0, 0, 0])
    let sent = TestSupport.send(bytes, with: [descriptor.fileDescriptor], to: other.fileDescriptor)
    try #require(sent == bytes.count)
    turn(.readable)
  }
}

extension [UInt8] {
  /// As the bus passes it on.
  fileprivate func from(_ sender: String) -> [UInt8] {
    let count = Swift.withUnsafeBytes(of: UInt32(sender.utf8.count)) { Array($0) }
    return adding(field: [7, 1, UInt8(ascii: "s"), 0] + count + sender.utf8 + [0])
  }

  /// A message with one more field in its header: one that we never write ourselves.
  fileprivate func adding(field: [UInt8]) -> [UInt8] {
    var bytes = self
    let fields = 16 + bytes[12..<16].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = (fields + 7) / 8 * 8
    bytes.replaceSubrange(fields..<start, with: [UInt8](repeating: 0, count: start - fields))
    let padding = [UInt8](repeating: 0, count: (8 - field.count % 8) % 8)
    bytes.insert(contentsOf: field + padding, at: start)
    let length = Swift.withUnsafeBytes(of: UInt32(start + field.count - 16)) { Array($0) }
    bytes.replaceSubrange(12..<16, with: length)
    return bytes
  }
}
