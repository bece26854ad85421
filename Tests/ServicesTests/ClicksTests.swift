import Notifications
import Testing

@testable import DBus
@testable import Services

/// What one daemon tells the next that the user did.
@Suite struct ClicksTests {
  @Test("FD-005 each click comes as what it was, without its press; nothing else goes along")
  func clicks() {
    let call = Call(token: 1)
    let events: [Event] = [
      .invoke(7, key: "gó", .pointer(Press(serial: 9))), .hover(true), .dismiss([8], nil),
      .dismiss([9], call), .invoke(7, key: "x", .control(call)), .dismissWaiting, .deadline,
      .openLink("https://e.org"), .permission(.answer(app: "app:a", .denied, nil)),
    ]
    var reader = OutgoingMessage.lastReplay(events, to: ":1.2").received.reader()
    #expect(reader.string() == "" && reader.string() == "")
    let clicks: [Event] = [
      .invoke(7, key: "gó", .pointer(nil)), .dismiss([8], nil), .dismissWaiting,
      .openLink("https://e.org"), .permission(.answer(app: "app:a", .denied, nil)),
    ]
    #expect(reader.clicks().map { "\($0)" } == clicks.map { "\($0)" })
    #expect(events.filter(\.isClick).count == clicks.count)
  }
}
