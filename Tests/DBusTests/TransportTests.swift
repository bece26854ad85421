import CLibc
import Foundation
import TestSupport
import Testing

@testable import DBus

/// The socket, from the other end of it.
@Suite struct TransportTests {
  private let transport: Transport
  private let peer: FileHandle
  private let own: FileHandle

  init() throws {
    let ends = try socketPair()
    own = FileHandle(fileDescriptor: ends.0, closeOnDealloc: true)
    peer = FileHandle(fileDescriptor: ends.1, closeOnDealloc: true)
    transport = Transport(ends.0)
  }

  private func signal(_ text: String) -> [UInt8] {
    let message = OutgoingMessage.signal("/a", "b.c", "D")
    message.append { $0.string(text) }
    return message.marshalled(serial: 1)
  }

  private func texts() -> [String] {
    var texts: [String] = []
    while let message = transport.next() {
      var reader = message.reader()
      texts.append(reader.string() ?? "nothing")
    }
    return texts
  }

  @Test("a message is taken when it is here whole, wherever it was cut")
  func cuts() throws {
    let bytes = signal("first") + signal("second")
    for cut in 1..<bytes.count {
      try peer.write(contentsOf: bytes[..<cut])
      transport.receive()
      let before = texts()
      try peer.write(contentsOf: bytes[cut...])
      transport.receive()
      #expect(before + texts() == ["first", "second"], "cut at \(cut)")
      #expect(!transport.isBroken)
    }
  }

  @Test("large messages among small ones, in either order")
  func large() throws {
    let long = String(repeating: "x", count: 300_000)
    for text in [long, "short", "short", long, long, "short"] {
      let bytes = signal(text)
      var rest = bytes[...]
      var received: [String] = []
      while received.isEmpty, !transport.isBroken {
        try peer.write(contentsOf: rest.prefix(50_000))
        rest = rest.dropFirst(50_000)
        transport.receive()
        received = texts()
      }
      #expect(received == [text])
    }
  }

  @Test("a burst is told message by message, and what the buffer cannot hold stays in the socket")
  func burst() throws {
    let bytes = (0..<1000).flatMap { signal("\($0)") }
    var rest = bytes[...]
    var received: [String] = []
    while received.count < 1000, !transport.isBroken {
      try peer.write(contentsOf: rest.prefix(100_000))
      rest = rest.dropFirst(100_000)
      for _ in 0..<3 {
        transport.receive()
        received += texts()
      }
    }
    #expect(received == (0..<1000).map { "\($0)" })
  }

  @Test("the end of the other side breaks the connection")
  func end() throws {
    transport.receive()
    #expect(!transport.isBroken, "nothing there is not the end")
    shutdown(peer.fileDescriptor, Int32(SHUT_RDWR))
    transport.receive()
    #expect(transport.isBroken)
  }

  @Test(
    "bytes that are no D-Bus break the connection",
    arguments: ["GET / HTTP/1.1\r\n\r\n", "l\u{1}\u{0}\u{2}aaaaaaaaaaaaaaaa"]
  )
  func nonsense(text: String) throws {
    try peer.write(contentsOf: Data(text.utf8))
    transport.receive()
    #expect(transport.next() == nil)
    #expect(transport.isBroken)
  }

  @Test("FD-294 what the socket does not take now waits, and leaves in order")
  func slowReader() throws {
    let bytes = (0..<3).map { signal(String(repeating: "\($0)", count: 400_000)) }
    for message in bytes { transport.enqueue(message) }
    transport.send()
    #expect(transport.hasUnsent)
    var received: [UInt8] = []
    let all = bytes.flatMap { $0 }
    var part = [UInt8](repeating: 0, count: 100_000)
    while received.count < all.count {
      let count = read(peer.fileDescriptor, &part, part.count)
      try #require(count > 0)
      received += part.prefix(count)
      transport.send()
    }
    #expect(!transport.hasUnsent)
    #expect(received == all)
  }

  @Test("FD-018 descriptors belong to the message that names them, and end with it")
  func descriptors() throws {
    let pipe = try PipeEnds()
    try send(signal("with one", descriptors: 1), with: [pipe.writing.fileDescriptor])
    try peer.write(contentsOf: signal("with none"))
    try pipe.writing.close()

    transport.receive()
    transport.receive()
    var first = transport.next()
    let second = try #require(transport.next())
    #expect(first?.descriptors.count == 1)
    #expect(second.descriptors.isEmpty)
    #expect(!pipe.hasEnded())
    first = nil
    #expect(pipe.hasEnded(within: .seconds(10)), "a descriptor of the message is still open")
  }

  @Test("FD-018 a descriptor leaves with its own message, however the socket takes them")
  func sending() throws {
    var size: Int32 = 4096
    setsockopt(own.fileDescriptor, SOL_SOCKET, SO_SNDBUF, &size, 4)
    let receiver = Transport(peer.fileDescriptor)
    let pipe = Pipe()
    let long = String(repeating: "x", count: 100_000)
    for (text, hasDescriptor) in [
      ("a", true), (long, false), (long, true), ("b", true), ("c", false),
    ] {
      let message = OutgoingMessage.signal("/a", "b.c", "D")
      message.append {
        $0.string(text)
        if hasDescriptor { $0.descriptor() }
      }
      if hasDescriptor {
        _ = message.with(descriptor: pipe.fileHandleForWriting.fileDescriptor)
      }
      transport.enqueue(message.marshalled(serial: 1), message.descriptor)
    }
    var counts: [Int] = []
    while counts.count < 5, !transport.isBroken, !receiver.isBroken {
      transport.send()
      receiver.receive()
      while let message = receiver.next() { counts.append(message.descriptors.count) }
    }
    #expect(counts == [1, 0, 1, 1, 0] && !transport.hasUnsent)
  }

  @Test("FD-018 messages that wait hold 256 descriptors at most, and the rest is closed at once")
  func manyDescriptors() throws {
    let pipe = try PipeEnds()
    let set = [Int32](repeating: pipe.writing.fileDescriptor, count: 16)
    var held: [Message] = []
    for index in 0..<64 {
      try send(signal("\(index)", descriptors: 16), with: set)
      transport.receive()
      held.append(try #require(transport.next()))
    }
    #expect(held.map { $0.descriptors.count }.reduce(0, +) == 256)
    #expect(!transport.isBroken)
    // There is room again when they are gone.
    held.removeAll()
    try send(signal("later", descriptors: 16), with: set)
    transport.receive()
    #expect(transport.next()?.descriptors.count == 16)
    try pipe.writing.close()
    #expect(pipe.hasEnded(within: .seconds(10)))
  }

  @Test("FD-018 a set of descriptors that came cut short is nobody's, and the next one is whole")
  func cutDescriptors() throws {
    let pipe = try PipeEnds()
    let one = [pipe.writing.fileDescriptor]
    try send(signal("with two", descriptors: 2), with: one)
    transport.receive()
    try send(signal("with one", descriptors: 1), with: one)
    transport.receive()
    try pipe.writing.close()
    let cut = try #require(transport.next())
    var whole = transport.next()
    #expect(cut.descriptors.isEmpty && whole?.descriptors.count == 1)
    #expect(!transport.isBroken)
    whole = nil
    #expect(pipe.hasEnded(within: .seconds(10)))
  }

  private func signal(_ text: String, descriptors: Int) -> [UInt8] {
    signal(text).adding(field: [9, 1, UInt8(ascii: "u"), 0] + word(descriptors))
  }

  private func send(_ bytes: [UInt8], with descriptors: [Int32]) throws {
    let sent = TestSupport.send(bytes, with: descriptors, to: peer.fileDescriptor)
    try #require(sent == bytes.count)
  }
}

private func word(_ number: Int) -> [UInt8] {
  withUnsafeBytes(of: UInt32(number)) { Array($0) }
}

extension [UInt8] {
  /// A message with one more field in its header: one that we never write ourselves.
  func adding(field: [UInt8]) -> [UInt8] {
    var bytes = self
    let fields = 16 + bytes[12..<16].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = (fields + 7) / 8 * 8
    bytes.replaceSubrange(fields..<start, with: [UInt8](repeating: 0, count: start - fields))
    let padding = [UInt8](repeating: 0, count: (8 - field.count % 8) % 8)
    bytes.insert(contentsOf: field + padding, at: start)
    bytes.replaceSubrange(12..<16, with: word(start + field.count - 16))
    return bytes
  }
}
