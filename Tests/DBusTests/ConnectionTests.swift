import CLibc
import EventLoop
import Foundation
import TestSupport
import Testing

@testable import DBus

/// A connection whose bus is the test.
@Suite struct ConnectionTests {
  private let loop = ManualLoop()
  private let connection: Connection
  private let bus: Transport
  private let busEnd: FileHandle
  private let own: Int32

  init() throws {
    let ends = try socketPair()
    own = ends.0
    connection = Connection(adopting: own, loop)
    bus = Transport(ends.1)
    busEnd = FileHandle(fileDescriptor: ends.1, closeOnDealloc: true)
  }

  /// One wake-up, and what ends it.
  private func turn(_ readiness: Readiness) {
    loop.signal(own, readiness)
    connection.flush()
  }

  private func call(_ serial: UInt32) -> [UInt8] {
    OutgoingMessage.call("a.b", "/a", "a.b", "List").marshalled(serial: serial)
  }

  private func arrived() -> [Message] {
    var messages: [Message] = []
    for _ in 0..<100 {
      bus.receive()
      while let message = bus.next() { messages.append(message) }
    }
    return messages
  }

  @Test("calls wait while too much is unsent, and go on when it has left")
  func congestion() throws {
    var handled = 0
    connection.methodCall = { [unowned connection] message in
      handled += 1
      MethodCall(message, connection).reply { $0.bytes([UInt8](repeating: 1, count: 3 << 20)) }
    }
    try busEnd.write(contentsOf: Data((1...64).flatMap { call($0) }))
    turn(.readable)
    let most = Connection.roomToSend / (3 << 20) + 1
    #expect(handled == most)
    // Nothing more is read meanwhile, and nothing wakes the loop but the socket that takes some.
    try busEnd.write(contentsOf: Data(call(65)))
    turn(.readable)
    turn([])
    #expect(handled == most)

    var answers: [UInt32] = []
    for _ in 0..<100_000 where answers.count < 65 {
      answers += arrived().map { $0.replySerial }
      turn([.readable, .writable])
    }
    #expect(answers == Array(1...65))
  }

  @Test("who was held back is told when there is room again")
  func relief() throws {
    for _ in 0..<2 {
      let signal = OutgoingMessage.signal("/a", "b.c", "D")
      signal.append { $0.bytes([UInt8](repeating: 1, count: 40 << 20)) }
      connection.enqueue(signal)
    }
    connection.flush()
    #expect(!connection.hasRoom())
    var wasRelieved = false
    connection.relieved = { wasRelieved = true }
    // Not before the bus has taken enough.
    turn(.writable)
    #expect(!wasRelieved)
    while !wasRelieved {
      _ = arrived()
      turn(.writable)
    }
    #expect(connection.hasRoom())
  }

  @Test("what is too long: an answer becomes an error, a call fails, a signal is dropped and told")
  func tooLong() throws {
    let tooMuch = [UInt8](repeating: 1, count: 64 << 20 + 1)
    var dropped: [String] = []
    connection.dropped = { dropped.append($0.text) }
    let signal = OutgoingMessage.signal("/a", "b.c", "D")
    signal.append { $0.bytes(tooMuch) }
    connection.enqueue(signal)
    var failure: DBusError?
    let question = OutgoingMessage.call("a.b", "/a", "a.b", "C")
    question.append { $0.bytes(tooMuch) }
    connection.call(question) { if case .failure(let error) = $0 { failure = error } }
    let asked = try #require(Message(call(7)))
    let answer = OutgoingMessage.reply(to: asked)
    answer.append { $0.bytes(tooMuch) }
    connection.enqueue(answer)
    connection.flush()

    #expect(dropped == ["D"])
    #expect(failure?.name == ErrorName.limitsExceeded.text)
    let messages = arrived()
    #expect(messages.map { $0.kind } == [.error])
    #expect(messages.first?.replySerial == 7)
    #expect(messages.first?.errorName == ErrorName.limitsExceeded.text)
  }

  @Test("what comes while a handler waits for an answer is handled after it, in order")
  func nested() throws {
    var handled: [UInt32] = []
    connection.methodCall = { [unowned connection, busEnd] message in
      handled.append(message.serial)
      guard handled.count <= 2 else { return }
      // The answer is there before the question, and calls in front of it.
      let asked = UInt32(100 + handled.count)
      let reply = OutgoingMessage.reply(
        to: Message(OutgoingMessage.call("a.b", "/a", "a.b", "C").marshalled(serial: asked))!
      )
      let next = UInt32(10 * handled.count)
      try? busEnd.write(contentsOf: Data(call(next) + call(next + 1) + reply.marshalled(serial: 9)))
      _ = try? connection.callAndWait(.call("a.b", "/a", "a.b", "C"), timeout: 2000)
    }
    try busEnd.write(contentsOf: Data(call(1) + call(2)))
    for _ in 0..<4 { turn(.readable) }
    #expect(handled == [1, 2, 10, 11, 20, 21])
  }
}
