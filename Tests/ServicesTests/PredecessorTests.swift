import Testing

@testable import DBus
@testable import Services

@Suite struct PredecessorTests {
  private static let before: BusName = ":1.3"

  private static func replay(
    _ serial: UInt32,
    _ bus: FalseBus,
    _ arguments: (inout Writer) -> Void
  ) -> [UInt8] {
    bus.call(serial, Center.path, Center.interfaceName, "Replay", from: before.text, arguments)
  }

  /// Whether the one before may tell that it holds no more.
  private func replay(_ serial: UInt32, _ bus: FalseBus) throws -> Bool {
    try bus.send([
      Self.replay(serial, bus) {
        $0.string("")
        $0.string("")
        $0.clicks([])
      }
    ])
    // Who asks is looked for only where nobody was asked to hand over.
    for question in bus.questions() where question.member == "GetConnectionCredentials" {
      try bus.refuse(question, .nameHasNoOwner)
    }
    return bus.answer(to: serial)?.kind == .methodReturn
  }

  @Test(
    "FD-005 until four seconds after it has told all, the one before may tell more, and no longer"
  )
  func patience() throws {
    let bus = try FalseBus()
    let office = Office(bus)
    office.services?.predecessor.follow(Self.before)
    bus.connection.flush()
    bus.advance(by: 3500)
    #expect(try replay(1, bus))
    bus.advance(by: 3000)
    #expect(try replay(2, bus))
    bus.advance(by: 1100)
    #expect(try !replay(3, bus))
  }

  @Test(
    "FD-005 its names are taken only while it waits for that",
    arguments: [
      (nil, 1700, true), (nil, 1900, false),
      // The answer was on its way for a second and a half, or for longer than there is.
      (500, 200, true), (500, 400, false), (-1000, 0, false), (.min, 0, false),
      // No longer than any harkd waits.
      (.max, 1700, true), (.max, 1900, false),
    ] as [(Int64?, Int64, Bool)]
  )
  func lateness(until: Int64?, after: Int64, isWaiting: Bool) throws {
    let bus = try FalseBus()
    let office = Office(bus)
    let predecessor = try #require(office.services?.predecessor)
    #expect(!predecessor.isWaiting)
    bus.advance(by: 5000)
    predecessor.follow(Self.before)
    let answer = OutgoingMessage.signal("/a", "a.b", "Answer")
    answer.append {
      $0.strings(["a.b", "c.d"])
      guard let until else { return }
      let (time, isTooMuch) = until.multipliedReportingOverflow(by: 1_000_000)
      $0.int64(isTooMuch ? until : 5_000_000_000 + time)
    }
    #expect(predecessor.take(answer: answer.received) == ["a.b", "c.d"])
    bus.advance(by: after)
    #expect(predecessor.isWaiting == isWaiting)
  }

  @Test("FD-005 what it held that is no call prolongs its time as well")
  func early() throws {
    let bus = try FalseBus()
    let office = Office(bus)
    office.services?.predecessor.follow(Self.before)
    for serial in 10...13 as ClosedRange<UInt32> {
      bus.advance(by: 3500)
      let message = Self.replay(serial, bus) {
        $0.string(":1.9")
        $0.string("Notify")
        $0.variant("b") { $0.boolean(true) }
      }
      try bus.send([message])
      _ = bus.questions()
      #expect(bus.answer(to: serial)?.error.message == "this holds no call of :1.9")
    }
  }
}
