import DBus
import Notifications
import Testing

@testable import Services

/// What launcher entries say, and how hark calls apps in its own.
struct LauncherEntriesTests {
  @Test("LE-002 the forms of an app_uri")
  func uris() {
    let table = [
      ("application://a.b.desktop", "a.b"), ("application:a.b.desktop", "a.b"), ("a.b", "a.b"),
      ("a.b.desktop", "a.b"), ("application://a.b", "a.b"), ("", ""), ("application://", ""),
      ("application://application:a", "application:a"), ("file:///a.desktop", "file:///a"),
    ]
    for (uri, id) in table { #expect(LauncherEntries.desktopID(uri) == id) }
  }

  @Test("LE-011 apps that a dock can know")
  func exports() {
    let table = [
      ("app:a.b", "application://a.b.desktop"), ("flatpak:a.b", "application://a.b.desktop"),
      ("script:/a", nil), ("cli", nil), ("app:browser#https://a.example", nil), ("", nil),
    ]
    for (app, uri) in table { #expect(LauncherEntries.uri(of: app) == uri) }
  }

  private func update(_ entries: (inout Writer) -> Void) -> LauncherUpdate {
    let signal = OutgoingMessage.signal("/a", LauncherEntries.interfaceName, "Update")
    signal.append { $0.dictionary("sv", entries) }
    var reader = signal.received.reader()
    return LauncherUpdate(&reader)
  }

  @Test("LE-003 LE-004 LE-013 every integer is a count; what has a wrong type is not there")
  func types() {
    let counts: [((inout Writer) -> Void, UInt64?)] = [
      ({ $0.entry("count", "n") { $0.int16(-1) } }, 0),
      ({ $0.entry("count", "q") { $0.uint16(1) } }, 1),
      ({ $0.entry("count", "i") { $0.int32(2) } }, 2),
      ({ $0.entry("count", "u") { $0.uint32(3) } }, 3),
      ({ $0.entry("count", "x") { $0.int64(.min) } }, 0),
      ({ $0.entry("count", "t") { $0.uint64(.max) } }, .max),
      ({ $0.entry("count", "y") { $0.byte(4) } }, 4),
      ({ $0.entry("count", "d") { $0.double(5) } }, nil),
      ({ $0.entry("count", "s") { $0.string("6") } }, nil),
      ({ $0.entry("count", "b") { $0.boolean(true) } }, nil),
      ({ $0.entry("quicklist", "s") { $0.string("/menu") } }, nil),
    ]
    for (write, count) in counts {
      var expected = LauncherUpdate()
      expected.count = count
      #expect(update(write) == expected)
    }
    for (progress, expected) in [
      (0.5, 0.5), (-1, 0), (7, 1), (.infinity, 1), (-.infinity, 0), (.nan, nil),
    ] as [(Double, Double?)] {
      #expect(update { $0.entry("progress", "d") { $0.double(progress) } }.progress == expected)
    }
    let wrong = update {
      $0.entry("progress", "u") { $0.uint32(1) }
      $0.entry("urgent", "i") { $0.int32(1) }
      $0.entry("count-visible", "s") { $0.string("true") }
      $0.entry("progress-visible", "b") { $0.boolean(false) }
    }
    var expected = LauncherUpdate()
    expected.isProgressVisible = false
    #expect(wrong == expected)
  }
}
