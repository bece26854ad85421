import DBus
import Services
import Testing

@testable import Control

@Suite struct SendTests {
  @Test(
    "hints by type, name and value",
    arguments: [
      ("string:x:a:b", Hint("x", .string("a:b"))), ("string:x:", Hint("x", .string(""))),
      ("boolean:x:true", Hint("x", .boolean(true))), ("boolean:x:0", Hint("x", .boolean(false))),
      ("byte:x:255", Hint("x", .byte(255))), ("int:x:-5", Hint("x", .int(-5))),
      ("uint:x:4294967295", Hint("x", .uint(.max))), ("int64:x:-9", Hint("x", .int64(-9))),
      ("double:x:1.25", Hint("x", .double(1.25))), ("double:x:1e3", Hint("x", .double(1000))),
    ]
  )
  func hints(text: String, expected: Hint) throws {
    #expect(try Hint(text) == expected)
  }

  @Test(
    "what is no hint",
    arguments: [
      "", "x", "string:x", "string::v", "byte:x:256", "int:x:1.5", "uint:x:-1", "boolean:x:yes",
      "double:x:", "double:x:1z", "variant:x:1",
    ]
  )
  func badHints(text: String) {
    #expect(throws: Failure.self) { try Hint(text) }
  }

  private static func request(_ words: [String]) throws -> NotifyRequest {
    try NotifyRequest(try Command.send.parse(words))
  }

  @Test("the options become the arguments of Notify")
  func request() throws {
    let request = try Self.request([
      "--app", "Mail", "--icon", "mail", "--urgency=critical", "--timeout", "0", "--replace", "7",
      "--action", "default=Open", "--action", "yes=a=b", "--hint", "byte:urgency:0",
      "--category", "email", "--tag", "t", "--progress", "40", "--transient", "--resident",
      "Title", "Body",
    ])
    #expect(request.message.received.signature == "susssasa{sv}i")
    #expect(request.appName == "Mail")
    #expect(request.icon == "mail")
    #expect(request.replaces == 7)
    #expect(request.title == "Title")
    #expect(request.body == "Body")
    #expect(request.timeout == 0)
    #expect(request.actions == ["default", "Open", "yes", "a=b"])
    #expect(
      request.hints == [
        Hint("urgency", .byte(2)), Hint("category", .string("email")),
        Hint("x-dunst-stack-tag", .string("t")), Hint("value", .int(40)),
        Hint("transient", .boolean(true)), Hint("resident", .boolean(true)),
      ]
    )
  }

  @Test("what is left out has its default")
  func defaults() throws {
    let request = try Self.request(["Title"])
    #expect(request.appName == "hark")
    #expect(request.body == "")
    #expect(request.replaces == 0)
    #expect(request.timeout == -1)
    #expect(request.hints.isEmpty)
  }

  @Test(
    "wrong use is told",
    arguments: [
      ["--urgency", "high", "T"], ["--action", "key", "T"], ["--action", "=label", "T"],
      ["--progress", "101", "T"], ["--replace", "0", "T"], ["--timeout", "-2", "T"],
      ["--body", "x", "T", "y"],
    ]
  )
  func wrong(words: [String]) {
    #expect(throws: Failure.self) { try Self.request(words) }
  }

  @Test("hark and harkd have one version")
  func versions() {
    #expect(Control.version == harkVersion)
  }
}
