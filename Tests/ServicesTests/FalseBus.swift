import CLibc
import EventLoop
import Foundation
import Identity
import Notifications
import TestSupport
import Testing

@testable import DBus
@testable import Services

/// The other end of a connection.
final class FalseBus {
  let loop = ManualLoop()
  let connection: Connection
  private let socket: Int32
  private let other: FileHandle
  private let transport: Transport
  private var serial: UInt32 = 0
  private var all: [Peers] = []
  /// Serials of the calls that were handled.
  private(set) var handled: [UInt32] = []
  /// What was answered to the peers.
  private var replies: [Message] = []
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

  func peers(roomInLanes: Int = 256 << 20, applications: String? = nil) -> Peers {
    let files = DesktopFiles(
      loop,
      folders: applications.map { [$0] } ?? [],
      searchPath: [],
      locale: MessageLocale("C")
    )
    let peers = Peers(connection, Identifier(files), roomInLanes: roomInLanes)
    peers.handle = { [unowned self] call, _ in
      handled.append(call.serial)
      reply(call)
    }
    connection.methodCall = { [unowned peers] in peers.receive($0) }
    connection.signal = { [unowned peers] in peers.handleSignal($0) }
    all.append(peers)
    return peers
  }

  /// The answer to a call; nil where it waits.
  func answer(to serial: UInt32) -> Message? {
    _ = questions()
    return replies.first { $0.replySerial == serial }
  }

  func takeHandled() -> [UInt32] {
    defer { handled = [] }
    return handled
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

  func call(
    _ serial: UInt32,
    _ path: ObjectPath,
    _ interface: InterfaceName,
    _ member: MemberName,
    from sender: String = ":1.7",
    _ arguments: (inout Writer) -> Void
  ) -> [UInt8] {
    let call = OutgoingMessage.call("a.b", path, interface, member)
    call.append(arguments)
    return call.marshalled(serial: serial).from(sender)
  }

  func left(_ name: String) -> [UInt8] { owner("", of: name) }

  /// Somebody else owns a name now.
  func owner(_ owner: String, of name: String) -> [UInt8] {
    let signal = OutgoingMessage.signal("/org/freedesktop/DBus", .bus, "NameOwnerChanged")
    signal.append {
      $0.string(name)
      $0.string(owner.isEmpty ? name : "")
      $0.string(owner)
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

  /// A call with a descriptor, as the bus passes it on.
  func send(_ call: OutgoingMessage, serial: UInt32, from sender: String, with: Int32) throws {
    let bytes = call.with(descriptor: with).marshalled(serial: serial).from(sender)
    let sent = TestSupport.send(bytes, with: [with], to: other.fileDescriptor)
    try #require(sent == bytes.count)
    turn(.readable)
  }

  func questions() -> [Message] {
    var questions: [Message] = []
    for _ in 0..<100 {
      transport.receive()
      while let message = transport.next() {
        switch message.kind {
        case .methodCall: questions.append(message)
        case .methodReturn, .error: replies.append(message)
        case .signal, .other: break
        }
      }
    }
    return questions
  }

  func reply(to question: Message, _ body: (inout Writer) -> Void) throws {
    let reply = OutgoingMessage.reply(to: question)
    reply.append(body)
    try send([next(reply)])
  }

  func refuse(_ question: Message, _ name: ErrorName = "org.freedesktop.DBus.Error.Failed") throws {
    try send([next(.error(to: question, name, "no"))])
  }

  /// Tells all that may be asked of a peer: it has no names.
  func answer(_ question: Message, processID: Int32?, descriptor: FileHandle? = nil) throws {
    try tell(question, processID: processID, descriptor: descriptor)
    for question in questions() where question.member == "ListNames" {
      try reply(to: question) { $0.strings([]) }
    }
  }

  func tell(_ question: Message, processID: Int32?, descriptor: FileHandle? = nil) throws {
    let reply = OutgoingMessage.reply(to: question)
    reply.append {
      $0.dictionary {
        if let processID { $0.entry("ProcessID", "u") { $0.uint32(UInt32(processID)) } }
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
