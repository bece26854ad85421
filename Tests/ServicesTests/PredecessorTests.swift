import Testing

@testable import DBus
@testable import Services

@Suite struct PredecessorTests {
  private static let before: BusName = ":1.3"

  /// Whether the one before may tell that it holds no more.
  private func replay(_ serial: UInt32, _ bus: FalseBus) throws -> Bool {
    let message = bus.call(
      serial,
      Center.path,
      Center.interfaceName,
      "Replay",
      from: Self.before.text
    ) {
      $0.string("")
      $0.string("")
      $0.clicks([])
    }
    try bus.send([message])
    // Who asks is looked for only where nobody was asked to hand over.
    for question in bus.questions() where question.member == "GetConnectionCredentials" {
      try bus.refuse(question, .nameHasNoOwner)
    }
    return bus.answer(to: serial)?.kind == .methodReturn
  }

  @Test("FD-005 as long as the one before replays, it may; four seconds after the last no more")
  func patience() throws {
    let bus = try FalseBus()
    let office = Office(bus)
    office.services?.predecessor.follow(Self.before)
    bus.connection.flush()
    for serial in 1...4 as ClosedRange<UInt32> {
      bus.advance(by: 3500)
      #expect(try replay(serial, bus), "\(serial)")
    }
    bus.advance(by: 4100)
    #expect(try !replay(5, bus))
  }

  @Test("FD-005 what it held that is no call prolongs its time as well")
  func early() throws {
    let bus = try FalseBus()
    let office = Office(bus)
    office.services?.predecessor.follow(Self.before)
    for serial in 10...13 as ClosedRange<UInt32> {
      bus.advance(by: 3500)
      let message = bus.call(
        serial,
        Center.path,
        Center.interfaceName,
        "Replay",
        from: Self.before.text
      ) {
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
