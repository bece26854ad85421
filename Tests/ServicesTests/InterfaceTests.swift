import Glibc
import Notifications
import Testing

@testable import DBus
@testable import Services

/// Calls as they come over a bus, and what they are answered.
@Suite struct InterfaceTests {
  private let bus: FalseBus
  private let office: Office

  init() throws {
    bus = try FalseBus()
    office = Office(bus)
  }

  private func inhibit(from sender: String, processID: Int32?) throws -> Message? {
    try office.call(
      FreedesktopNotifications.path,
      FreedesktopNotifications.name,
      "Inhibit",
      from: sender,
      processID: processID
    ) {
      $0.string("org.x.App")
      $0.string("Presenting")
      $0.dictionary { _ in }
    }
  }

  @Test("KDE-014 who is denied, or left before it was known, holds no quiet on")
  func inhibition() throws {
    let refused = try inhibit(from: ":1.8", processID: nil)
    #expect(refused?.errorName == ErrorName.accessDenied.text)
    #expect(try inhibit(from: ":1.7", processID: getpid())?.kind == .methodReturn)
    let id = try #require(try office.notify("who am I"))
    let app = try #require(office.core[id]?.owner.principal)
    office.handle(.permission(.set(app: app, .denied, Call(token: 0))))
    #expect(try inhibit(from: ":1.7", processID: nil)?.errorName == ErrorName.accessDenied.text)
    #expect(office.core.quiet.inhibitions.live.count == 1)
  }

  @Test("KDE-040 WEB-326 however long a claimed name, who really sends stands behind it")
  func longClaim() throws {
    let claim = String(repeating: "Bank ", count: 100)
    let id = try #require(
      try office.notify("hi") {
        $0.entry("x-kde-display-appname", "s") { $0.string(claim) }
        $0.entry("x-kde-origin-name", "s") { $0.string("phone") }
      }
    )
    let entry = try #require(office.core[id])
    let name = claim.prefix(64) + "…"
    let sender = entry.owner.sender.name
    #expect(!sender.isEmpty && entry.notification.via == sender)
    #expect(entry.notification.appName == "\(name) · via \(sender)")
    #expect(entry.notification.shownName == "\(name) · phone · via \(sender)")
    #expect(entry.notification.claimedName == "Office")
  }

  @Test("WEB-326 ID-072 who left before it was known has no name, and what it says is a claim")
  func unknown() throws {
    for (name, shown) in [("Bank", "Bank · via Unknown program"), ("", "Unknown program")] {
      try office.notify("hi", from: ":1.8", named: name, processID: nil)
      let entry = try #require(office.core.live.first { $0.owner.peer == ":1.8" })
      #expect(entry.owner.sender.level == .none && entry.owner.principal.isEmpty)
      #expect(entry.notification.appName == shown)
      #expect(entry.notification.isDoubted == !name.isEmpty)
      office.handle(.dismissAll(nil))
    }
  }

  @Test("FD-016 a call that waits for its answer keeps nothing of its arguments")
  func pending() throws {
    let calls = OpenCalls()
    weak var message: Message?
    let token: Call
    do {
      let bytes = bus.call(7, Center.path, Center.interfaceName, "C") { $0.string("text") }
      let call = MethodCall(try #require(Message(bytes)), bus.connection)
      message = call.message
      token = calls.open(call)
      #expect(message != nil)
    }
    #expect(message == nil)
    #expect(calls.isOfCenter(token))
    calls.take(token)?.fail(.failed, "no")
    bus.connection.flush()
    #expect(bus.answer(to: 7)?.error == DBusError(name: ErrorName.failed.text, message: "no"))
    #expect(calls.take(token) == nil)
  }

  @Test(
    "List tells what its filter is for: an app, a text, an urgency",
    arguments: [
      ([:], ["A Red one", "blue"]), (["text": "red"], ["A Red one"]),
      (["text": "the BODY"], ["A Red one", "blue"]), (["text": "green"], []),
      (["urgency": "0"], ["blue"]), (["text": "red", "urgency": "0"], []),
      (["app": "KEY"], ["A Red one", "blue"]), (["app": "PATH"], ["A Red one", "blue"]),
      (["app": "app:org.else"], []), (["app": "nobody"], []),
      (["other": "x"], ["A Red one", "blue"]),
    ] as [([String: String], [String])]
  )
  func filter(given: [String: String], expected: [String]) throws {
    let id = try #require(try office.notify("A Red one"))
    try office.notify("blue") { $0.entry("urgency", "y") { $0.byte(0) } }
    let key = try #require(office.core[id]?.owner.principal)
    let path = String(key.drop { $0 != "/" })
    let answer = try office.call(Center.path, Center.interfaceName, "List") {
      $0.dictionary {
        for (name, value) in given {
          if name == "urgency" {
            $0.entry(name, "y") { $0.byte(UInt8(value) ?? 9) }
          } else {
            $0.entry(name, "s") { $0.string(["KEY": key, "PATH": path][value] ?? value) }
          }
        }
      }
    }
    var titles: [String] = []
    var reader = try #require(answer).reader()
    reader.forEach { $0.forEachEntry { if $0 == "title" { titles.append($1.string() ?? "") } } }
    #expect(titles.sorted() == expected)
  }

  @Test("a filter of a wrong type is refused by name", arguments: ["app", "text", "urgency"])
  func wrongFilter(name: String) throws {
    try office.notify("one")
    let answer = try office.call(Center.path, Center.interfaceName, "List") {
      $0.dictionary { $0.entry(name, "i") { $0.int32(1) } }
    }
    #expect(answer?.errorName == "org.hark.Error.InvalidOptions")
    #expect(answer?.error.message.hasPrefix("\(name) is of type") == true)
  }
}
