import DBus
import Notifications
import Testing

@testable import Services

/// What the options of one call are read as, without a bus.
struct HarkOptionsTests {
  private func reader(_ options: (inout Writer) -> Void) -> Reader {
    let call = OutgoingMessage.call(
      "org.hark.Daemon",
      Center.path,
      HarkNotifications.name,
      "Show"
    )
    call.append { $0.dictionary("sv", options) }
    return call.received.reader()
  }

  private let context = HarkOptions.Context(appName: "app", links: .remote, receivedAt: 7)

  private func show(_ options: (inout Writer) -> Void = { _ in }) throws -> Notification {
    var reader = reader(options)
    return try HarkOptions(.show, &reader).notification("title", context)
  }

  private func create(_ options: (inout Writer) -> Void) throws -> Notification {
    var reader = reader(options)
    return try HarkOptions(.create, &reader).notification(created: "n", context)
  }

  private func basic(_ type: String = "basic", _ options: (inout Writer) -> Void = { _ in }) throws
    -> Notification
  {
    try create {
      $0.entry("type", "s") { $0.string(type) }
      $0.entry("icon", "s") { $0.string("mail") }
      $0.entry("title", "s") { $0.string("") }
      $0.entry("message", "s") { $0.string("") }
      options(&$0)
    }
  }

  private func update(_ old: Notification, _ options: (inout Writer) -> Void) throws
    -> Notification
  {
    var reader = reader(options)
    return try HarkOptions(.update, &reader).updated(old, context)
  }

  private func words(_ body: () throws -> Notification) -> String {
    do {
      _ = try body()
      return "accepted"
    } catch {
      return (error as? HarkOptions.Invalid)?.words ?? "\(error)"
    }
  }

  private func actions(_ writer: inout Writer, _ name: String, _ titles: [String]) {
    writer.entry(name, "aa{sv}") {
      $0.array("a{sv}") {
        for title in titles {
          $0.dictionary {
            if name == "actions" { $0.entry("action", "s") { $0.string(title) } }
            $0.entry("title", "s") { $0.string(title) }
          }
        }
      }
    }
  }

  private func persistent(_ writer: inout Writer) {
    writer.entry("persistent", "b") { $0.boolean(true) }
  }

  @Test("Show: every option has one type, and the error names the option")
  func types() throws {
    let options = [
      ("dir", "s"), ("lang", "s"), ("body", "s"), ("navigate", "s"), ("tag", "s"), ("data", "ay"),
      ("timestamp", "x"), ("renotify", "b"), ("silent", "b"), ("requireInteraction", "b"),
      ("vibrate", "au"), ("actions", "aa{sv}"), ("persistent", "b"), ("body-markup", "b"),
      ("category", "s"), ("urgency", "y"), ("expire", "i"), ("autoClose", "b"),
      ("image", "s, h or (iiibiiay)"), ("icon", "s, h or (iiibiiay)"),
      ("badge", "s, h or (iiibiiay)"),
    ]
    for (name, type) in options {
      let wrong = words { try show { $0.entry(name, "d") { $0.double(1) } } }
      #expect(wrong == "\(name) is of type \(type), not d")
    }
    #expect(try show { $0.entry("x-else", "d") { $0.double(1) } }.title == "title")
    // What is another method's is not known here.
    #expect(try show { $0.entry("priority", "s") { $0.string("") } }.title == "title")
  }

  @Test("WEB-005 WEB-023 WEB-006 WEB-007 WEB-008 combinations that cannot be")
  func combinations() {
    let silent = words {
      try show {
        $0.entry("silent", "b") { $0.boolean(true) }
        $0.entry("vibrate", "au") { $0.array("u") { _ in } }
      }
    }
    #expect(silent.hasPrefix("vibrate"))
    for tag in [nil, ""] {
      let again = words {
        try show {
          $0.entry("renotify", "b") { $0.boolean(true) }
          if let tag { $0.entry("tag", "s") { $0.string(tag) } }
        }
      }
      #expect(again.hasPrefix("renotify"))
    }
    #expect(words { try show { actions(&$0, "actions", ["a"]) } } == "actions take persistent")
    #expect(words { try show { actions(&$0, "actions", []) } } == "accepted")
    for missing in ["action", "title"] {
      let incomplete = words {
        try show {
          persistent(&$0)
          $0.entry("actions", "aa{sv}") {
            $0.array("a{sv}") {
              $0.dictionary {
                $0.entry(missing == "action" ? "title" : "action", "s") { $0.string("x") }
              }
            }
          }
        }
      }
      #expect(incomplete == "actions[0] has no \(missing)")
    }
    let direction = words { try show { $0.entry("dir", "s") { $0.string("up") } } }
    #expect(direction.hasPrefix("dir"))
    let tag = String(repeating: "t", count: 513)
    #expect(words { try show { $0.entry("tag", "s") { $0.string(tag) } } }.hasPrefix("tag"))
  }

  @Test("WEB-009 of seven actions four are kept; WEB-046 what closes by itself")
  func maxActions() throws {
    let many = try show {
      persistent(&$0)
      actions(&$0, "actions", ["a", "b", "c", "d", "e", "f", "g"])
    }
    #expect(many.actions.map(\.name) == ["a", "b", "c", "d"])
    #expect(many.web?.fields.closesOnClick == false)
    #expect(try show().web?.fields.closesOnClick == true)
    #expect(try basic().web?.fields.closesOnClick == true)
  }

  @Test("WEB-010 WEB-013 WEB-014 WEB-025 WEB-042 what is given is kept")
  func fields() throws {
    let bytes: [UInt8] = [0, 255, 1, 0]
    let shown = try show {
      $0.entry("dir", "s") { $0.string("rtl") }
      $0.entry("body", "s") { $0.string("<b>a & b</b>") }
      $0.entry("data", "ay") { $0.bytes(bytes) }
      $0.entry("timestamp", "x") { $0.int64(0) }
      $0.entry("silent", "b") { $0.boolean(false) }
      $0.entry("vibrate", "au") {
        $0.array("u") { for time in [200, 100] { $0.uint32(UInt32(time)) } }
      }
      $0.entry("navigate", "s") { $0.string("https://a.example/?x=1&amp;y") }
      $0.entry("urgency", "y") { $0.byte(2) }
      $0.entry("expire", "i") { $0.int32(0) }
    }
    let fields = try #require(shown.web?.fields)
    #expect(shown.body.text == "<b>a & b</b>" && shown.body.runs.isEmpty)
    #expect(fields.data == bytes && fields.timestamp == 0 && fields.isSilent == false)
    #expect(fields.vibration == [200, 100], "WEB-023")
    #expect(fields.direction == .rtl && fields.navigate == "https://a.example/?x=1&amp;y")
    #expect(shown.urgency == .critical && shown.timeout == .never)
    for target in ["javascript:alert(1)", "no url", "", "file:///etc/passwd"] {
      let other = try show { $0.entry("navigate", "s") { $0.string(target) } }
      #expect(other.web?.fields.navigate == "")
    }
    let marked = try show {
      $0.entry("body", "s") { $0.string("<b>a</b>") }
      $0.entry("body-markup", "b") { $0.boolean(true) }
    }
    #expect(marked.body.text == "a" && marked.body.runs.count == 1)
  }

  @Test("WEB-016 WEB-017 WEB-018 pictures that cannot be had are absent; the image before the icon")
  func pictures() throws {
    func raw(_ writer: inout Writer, _ name: String, width: Int32) {
      writer.entry(name, "(iiibiiay)") {
        $0.structure {
          $0.int32(width)
          $0.int32(1)
          $0.int32(width * 3)
          $0.boolean(false)
          $0.int32(8)
          $0.int32(3)
          $0.bytes([UInt8](repeating: 9, count: Int(width) * 3))
        }
      }
    }
    for text in ["https://a.example/x.png", "/nowhere.png", "mail-unread", ""] {
      #expect(try show { $0.entry("image", "s") { $0.string(text) } }.image == nil)
    }
    let both = try show {
      raw(&$0, "image", width: 2)
      raw(&$0, "icon", width: 1)
      raw(&$0, "badge", width: 3)
    }
    #expect(both.image?.width == 2)
    let fallback = try show {
      $0.entry("image", "s") { $0.string("/nowhere") }
      $0.entry("icon", "v") {
        $0.variant("s") { $0.string("x") }
      }
      raw(&$0, "badge", width: 3)
    }
    #expect(fallback.image?.width == 3)
  }

  // MARK: Create and Update

  @Test("WEB-204 WEB-211 WEB-217 Create names what is missing or out of range")
  func required() {
    let given = ["type", "icon", "title", "message"]
    for missing in given {
      let answer = words {
        try create {
          for name in given where name != missing {
            $0.entry(name, "s") { $0.string(name == "type" ? "basic" : "") }
          }
        }
      }
      #expect(answer == "\(missing) is missing")
    }
    #expect(words { try basic() } == "accepted")
    #expect(words { try basic("web") }.hasPrefix("type"))
    for priority: Int32 in [-3, 3] {
      let answer = words { try basic { $0.entry("priority", "i") { $0.int32(priority) } } }
      #expect(answer.hasPrefix("priority"))
    }
    #expect(
      words { try basic { $0.entry("progress", "i") { $0.int32(101) } } }.hasPrefix("progress")
    )
  }

  @Test("WEB-212 WEB-214 WEB-215 WEB-221 what goes with which template")
  func templates() throws {
    func items(_ writer: inout Writer) {
      writer.entry("items", "a(ss)") {
        $0.array("(ss)") {
          for index in 1...7 {
            $0.structure {
              $0.string("<t\(index)>")
              $0.string("m\(index)")
            }
          }
        }
      }
    }
    #expect(words { try basic("image") } == "image is missing")
    #expect(words { try basic("list") } == "items are missing")
    #expect(words { try basic { items(&$0) } } == "items take the type list")
    let list = try basic("list") { items(&$0) }
    #expect(list.body.text == "<t1> m1\n<t2> m2\n<t3> m3\n<t4> m4\n<t5> m5\n+2", "WEB-213")
    #expect(list.body.runs.count == 5 && list.body.runs[0].style == .bold)
    #expect(list.web?.fields.items.count == 7)
    let buttons = try basic { actions(&$0, "buttons", ["A", "B", "C"]) }
    #expect(buttons.actions.map(\.name) == ["button:0", "button:1"])
    #expect(buttons.actions.map(\.label) == ["A", "B"])
    #expect(try basic("simple") { actions(&$0, "buttons", ["A"]) }.actions.isEmpty)
    #expect(try basic("progress") { $0.entry("progress", "i") { $0.int32(40) } }.progress == 40)
    let priorities: [(Int32, Notification.Urgency)] = [
      (-2, .low), (-1, .low), (0, .normal), (1, .normal), (2, .critical),
    ]
    for (priority, urgency) in priorities {
      let one = try basic { $0.entry("priority", "i") { $0.int32(priority) } }
      #expect(one.urgency == urgency && one.web?.fields.priority == Int(priority))
    }
  }

  @Test("WEB-218 an eventTime that is no time is the time of receipt")
  func eventTime() throws {
    for (time, kept) in [(5.5, 5 as Int64?), (0, 0), (-1, nil), (.nan, nil), (1e300, nil)] {
      let one = try basic { $0.entry("eventTime", "d") { $0.double(time) } }
      #expect(one.web?.fields.timestamp == kept)
    }
  }

  @Test("WEB-207 Update changes what is given, and the rest stays")
  func update() throws {
    let old = try basic {
      $0.entry("expandedMessage", "s") { $0.string("more") }
      $0.entry("priority", "i") { $0.int32(1) }
      actions(&$0, "buttons", ["A"])
    }
    let new = try update(old) { $0.entry("message", "s") { $0.string("a<b") } }
    #expect(new.body.text == "a<b\nmore" && new.actions == old.actions)
    #expect(new.web?.fields.priority == 1 && new.web?.fields.nid == "n")
    let titled = try update(new) { $0.entry("title", "s") { $0.string("T") } }
    #expect(titled.title == "T" && titled.body == new.body)
    #expect(
      words { try update(old) { $0.entry("type", "s") { $0.string("image") } } } != "accepted"
    )
  }
}
