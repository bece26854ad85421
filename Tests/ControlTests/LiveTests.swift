import DBus
import Testing

@testable import Control

/// What people read of a notification, from the daemon's dictionary.
@Suite struct LiveTests {
  private static func live(
    app: String,
    via: String = "",
    title: String,
    body: String = "",
    items: [(String, String)] = []
  ) -> Live {
    let message = OutgoingMessage.signal("/", "a.b", "C")
    message.append {
      $0.dictionary {
        $0.entry("id", "u") { $0.uint32(7) }
        $0.entry("app_name", "s") { $0.string(app) }
        if !via.isEmpty { $0.entry("via", "s") { $0.string(via) } }
        $0.entry("title", "s") { $0.string(title) }
        $0.entry("body", "s") { $0.string(body) }
        $0.entry("items", "a(ss)") {
          $0.array("(ss)") {
            for (title, message) in items {
              $0.structure {
                $0.string(title)
                $0.string(message)
              }
            }
          }
        }
        $0.entry("state", "s") { $0.string("shown") }
      }
    }
    var reader = message.received.reader()
    return Live(&reader)
  }

  @Test(
    "one line: a long app name is cut, one that is missing is Unknown, as on the screen",
    arguments: [
      ("mail", "t", "b", ["mail", "t · b"]),
      ("mail", "t", "", ["mail", "t"]),
      ("mail", " ", "b", ["mail", "b"]),
      ("", "t", "", ["Unknown", "t"]),
      ("", "", "", ["Unknown", ""]),
      ("\u{200D} ", "t", "", ["Unknown", "t"]),
      (String(repeating: "n", count: 24), "t", "", [String(repeating: "n", count: 24), "t"]),
      (String(repeating: "n", count: 25), "t", "", [String(repeating: "n", count: 23) + "…", "t"]),
      (String(repeating: "日", count: 99), "t", "", [String(repeating: "日", count: 11) + "…", "t"]),
    ]
  )
  func row(app: String, title: String, body: String, expected: [String]) {
    let row = Self.live(app: app, title: title, body: body).row
    #expect(row == ["7", "", "shown"] + expected)
  }

  @Test("WEB-326 of a long name who really sends stays to be read")
  func via() {
    let live = Self.live(app: "A bank of great renown · via fake.sh", via: "fake.sh", title: "t")
    #expect(live.row[3] == "…at renown · via fake.sh")
  }

  @Test("WEB-213 of a list one line has the first item, and how many more there are")
  func items() {
    let items = [("Ann", "Lunch?"), ("Bob", "Yes"), ("Cy", "No")]
    for (count, expected) in [
      (1, "t · Ann Lunch?"), (2, "t · Ann Lunch? +1"), (3, "t · Ann Lunch? +2"),
    ] {
      let live = Self.live(
        app: "mail",
        title: "t",
        body: "all of it",
        items: Array(items.prefix(count))
      )
      #expect(live.row.last == expected)
    }
  }

  @Test(
    "the heading of the page is what the popup has there",
    arguments: [("mail", "t", "t"), ("mail", "", "mail"), ("", "", "Unknown"), ("", "t", "t")]
  )
  func heading(app: String, title: String, expected: String) {
    #expect(Self.live(app: app, title: title).heading == expected)
  }

  @Test("WEB-111 a list ends with what is asked, and how to answer")
  func questions() {
    let message = OutgoingMessage.signal("/", "a.b", "C")
    message.append {
      $0.array("(sa{sv})") {
        for (key, question) in [("app:quiet", "quiet"), ("app:none", "")] {
          $0.structure {
            $0.string(key)
            $0.dictionary {
              $0.entry("name", "s") { $0.string("Mail") }
              if !question.isEmpty { $0.entry("question", "s") { $0.string(question) } }
            }
          }
        }
      }
    }
    for asJSON in [true, false] {
      var reader = message.received.reader()
      let text = Command.questions(&reader, asJSON: asJSON)
      #expect(
        text
          == (asJSON
            ? "{\"name\":\"Mail\",\"question\":\"quiet\"}\n"
            : "?  Mail asks to notify: hark permission answer app:quiet granted|denied\n")
      )
    }
  }
}
