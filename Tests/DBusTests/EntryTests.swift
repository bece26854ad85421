import CLibc
import EventLoop
import Foundation
import TestSupport
import Testing

@testable import DBus

@Suite("Into a bus without waiting") struct EntryTests {
  @Test(
    "of an address the Unix sockets are taken, in order",
    arguments: [
      ("unix:path=/run/bus", ["/run/bus"]),
      ("unix:abstract=/tmp/x,guid=12;unix:guid=12,path=/a%20%2Cb", ["\0/tmp/x", "/a ,b"]),
      ("tcp:host=localhost,port=1;unix:path=/run/bus", ["/run/bus"]),
      ("unix:tmpdir=/tmp", []), ("", []), ("unix", []), ("unix:path=", []), (";:;=,:=", []),
      ("unix:path=/a%2", []), ("unix:path=/a%zz", []), ("unix:path=/a%00b", []),
    ]
  )
  func addresses(text: String, names: [String]) {
    #expect(BusAddress(text).sockets == names.map { Array($0.utf8) })
  }

  @Test("DBUS_SYSTEM_BUS_ADDRESS, or the usual place")
  func system() {
    let usual = BusAddress("unix:path=/run/dbus/system_bus_socket")
    #expect(BusAddress.system { _ in nil } == usual)
    #expect(BusAddress.system { _ in "" } == usual)
    let set = BusAddress.system { $0 == "DBUS_SYSTEM_BUS_ADDRESS" ? "unix:path=/x" : nil }
    #expect(set == BusAddress("unix:path=/x"))
  }

  @Test("a bus that takes the call and says nothing is given up")
  func silent() throws {
    let bus = try Listener()
    let loop = ManualLoop()
    var results: [Result<Connection, DBusError>] = []
    let entry = BusEntry(loop, bus.address) { results.append($0) }
    loop.advance(to: BusEntry.limit - 1)
    #expect(results.isEmpty)
    loop.advance(to: BusEntry.limit)
    #expect(results.count == 1 && results[0].error?.name == ErrorName.noReply.text)
    withExtendedLifetime(entry) {}
  }

  @Test(
    "an answer that is no yes ends it",
    arguments: [
      ("REJECTED EXTERNAL\r\n", ErrorName.accessDenied),
      ("OKAY\r\n", .accessDenied), ("\n", .accessDenied),
      ("", .disconnected), ("OK 12", .disconnected),
      // Then it hangs up, with Hello unanswered.
      ("OK 12\r\n", .disconnected),
    ]
  )
  func refusal(answer: String, error: ErrorName) throws {
    try expect(error, for: answer)
  }

  @Test("a line without an end is none")
  func endless() throws {
    try expect(.accessDenied, for: String(repeating: "OK ", count: 1000))
  }

  private func expect(_ error: ErrorName, for answer: String) throws {
    let bus = try Listener()
    let loop = MainLoop()
    var results: [Result<Connection, DBusError>] = []
    let entry = BusEntry(loop, bus.address) {
      results.append($0)
      loop.quit()
    }
    try bus.answer(answer)
    loop.run()
    #expect(results.count == 1 && results[0].error?.name == error.text)
    withExtendedLifetime(entry) {}
  }

  @Test("no bus is told at once, but from the loop")
  func absent() {
    let loop = ManualLoop()
    for address in ["unix:path=/nonexistent/bus", "tcp:host=localhost", ""] {
      var results: [Result<Connection, DBusError>] = []
      let entry = BusEntry(loop, BusAddress(address)) { results.append($0) }
      #expect(results.isEmpty)
      loop.advance(to: loop.now)
      #expect(results.count == 1 && results[0].error?.name == ErrorName.disconnected.text)
      withExtendedLifetime(entry) {}
    }
  }
}

extension Result {
  fileprivate var error: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}

/// Takes calls, as a bus that hangs does.
extension Listener {
  fileprivate var address: BusAddress { BusAddress("unix:path=\(path)") }

  /// Says this to whoever called, and hangs up.
  fileprivate func answer(_ text: String) throws {
    let caller = accept()
    try #require(caller >= 0)
    var asked = [UInt8](repeating: 0, count: 100)
    let count = read(caller, &asked, asked.count)
    let digits = "\(geteuid())".utf8.map { "3" + String(UnicodeScalar($0)) }.joined()
    #expect(
      String(decoding: asked.prefix(max(count, 0)), as: UTF8.self)
        == "\0AUTH EXTERNAL \(digits)\r\n"
    )
    let bytes = Array(text.utf8)
    #expect(write(caller, bytes, bytes.count) == bytes.count)
    shutdown(caller, Int32(SHUT_WR))
    Thread.detachNewThread {
      // What comes is read, so that hanging up is no reset.
      var rest = [UInt8](repeating: 0, count: 1000)
      while read(caller, &rest, rest.count) > 0 {}
      close(caller)
    }
  }
}
