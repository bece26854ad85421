import EventLoop
import Testing

@testable import DBus

/// Messages inside messages (FD-005).
@Suite struct CarryingTests {
  private func call(_ serial: UInt32) throws -> Message {
    let call = OutgoingMessage.call(":1.9", "/a/b", "a.b", "Do")
    call.append { $0.variant("au") { $0.array("u") { $0.uint32(7) } } }
    return try #require(Message(call.marshalled(serial: serial)))
  }

  @Test("FD-005 a message comes out of another as it went in")
  func carried() throws {
    let inner = try call(42)
    let outer = OutgoingMessage.call(":1.2", "/", "a.b", "Carry")
    outer.append { $0.carry(inner) }
    let out = try #require(outer.received.reader().carried())
    #expect(out.bytes == inner.bytes)
    #expect(out.serial == 42 && out.path == "/a/b" && out.interface == "a.b" && out.member == "Do")
    let other = OutgoingMessage.call(":1.2", "/", "a.b", "Carry")
    other.append { $0.variant("ay") { $0.bytes([1, 2, 3]) } }
    #expect(other.received.reader().carried() == nil)
  }

  @Test("FD-005 only an answer to the call is passed on as one, with a serial of its own")
  func answers() throws {
    let call = try call(42)
    func passed(_ message: OutgoingMessage) throws -> Message? {
      let written = try #require(Message(message.marshalled(serial: 1)))
      return OutgoingMessage.carried(written, to: call).flatMap {
        Message($0.marshalled(serial: 9))
      }
    }
    let reply = OutgoingMessage.reply(to: "", 42)
    reply.append { $0.string("done") }
    let answer = try #require(try passed(reply))
    var reader = answer.reader()
    #expect(answer.serial == 9 && answer.replySerial == 42 && reader.string() == "done")
    #expect(try passed(.error(to: "", 42, .failed, "no"))?.errorName == ErrorName.failed.text)
    #expect(try passed(.reply(to: "", 43)) == nil)
    #expect(try passed(.call("a.b", "/", "a.b", "Do")) == nil)
  }
}
