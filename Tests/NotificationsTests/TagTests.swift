import Testing

@testable import Notifications

struct TagTests {
  @Test("CAN-001 CAN-002 DUN-001 an equal tag replaces: new id, the old one closed with 4 first")
  func tag() throws {
    var f = Fixture()
    let old = f.notify("10 %") { $0.tag = "volume" }
    f.notify("other")
    let new = f.notify("20 %") { $0.tag = "volume" }
    #expect(new != old)
    #expect(f.closes(old) == [.undefined])
    let close = try #require(
      f.effects.firstIndex(of: .closed(id(old), .undefined, .peer(":1.1")))
    )
    let reply = try #require(
      f.effects.firstIndex { if case .replyID = $0 { true } else { false } }
    )
    #expect(close < reply)
    #expect(f.core.live.map(\.id.rawValue) == [2, new])
  }

  @Test("CAN-001 the same tag of another app is another tag")
  func foreignTag() {
    var f = Fixture()
    let mine = f.notify { $0.tag = "t" }
    f.notify(from: Fixture.bob) { $0.tag = "t" }
    #expect(f.isLive(mine))
  }

  @Test("CAN-003 WEB-034 replaces_id beats a tag, and the tag's bearer closes")
  func both() {
    var f = Fixture()
    let tagged = f.notify { $0.tag = "t" }
    let plain = f.notify()
    #expect(f.notify(replaces: plain) { $0.tag = "t" } == plain)
    #expect(f.closes(tagged) == [.undefined])
    #expect(f.notify { $0.tag = "t" } == 3)
    #expect(!f.isLive(plain))
  }

  @Test("CAN-004 an on-screen display leaves no record")
  func display() {
    var f = Fixture()
    let osd = f.notify {
      $0.tag = "volume"
      $0.progress = 40
    }
    f.apply(.dismiss([osd], nil))
    #expect(f.core.history.record(of: id(osd)) == nil)
  }

  @Test("CAN-005 an appended body joins the app's last notification of equal title")
  func append() {
    var f = Fixture()
    func line(_ text: String) -> (inout Notification) -> Void {
      {
        $0.appends = true
        $0.body = StyledText(text)
        $0.rawBody = text
      }
    }
    let first = f.notify("chat", line("hello"))
    let second = f.notify("chat", line("world"))
    #expect(f.closes(first) == [.undefined])
    #expect(f.core[second]?.notification.body.text == "hello\nworld")
    #expect(f.core[second]?.notification.rawBody == "hello\nworld")
    let other = f.notify("another title", line("x"))
    #expect(f.core[other]?.notification.body.text == "x")
    #expect(f.isLive(second))
  }

  @Test("CAN-006 an appended body keeps its last ten lines, with their styles")
  func appendLimit() {
    var f = Fixture()
    var last: UInt32 = 0
    for index in 1...12 {
      last = f.notify("chat") {
        $0.appends = true
        $0.rawBody = "line \(index)"
        $0.body = StyledText("line \(index)")
        $0.body.runs = [.init(range: 0..<4, style: .bold)]
      }
    }
    let body = f.core[last]?.notification.body
    let lines = (3...12).map { "line \($0)" }.joined(separator: "\n")
    #expect(body?.text == lines)
    #expect(f.core[last]?.notification.rawBody == lines)
    #expect(body?.runs.count == 10)
    #expect(body?.runs.first?.range == 0..<4)
    #expect(body?.runs.last?.range.upperBound == lines.utf8.count - 3)
  }
}
