import DBus
import Notifications
import TestSupport
import Testing

@testable import Services

/// What one `Notify` is read as, without a bus.
struct NotifyRequestTests {
  private func image(
    _ writer: inout Writer,
    _ name: String,
    width: Int32,
    red: UInt8,
    broken: Bool = false
  ) {
    writer.entry(name, "(iiibiiay)") {
      $0.structure {
        $0.int32(width)
        $0.int32(1)
        $0.int32(width * 3)
        $0.boolean(false)
        $0.int32(broken ? 16 : 8)
        $0.int32(3)
        $0.bytes([UInt8](repeating: red, count: Int(width) * 3))
      }
    }
  }

  @Test("FD-150 FD-151 FD-152 FD-153 the first usable image, the dashed name first, icon_data last")
  func imageOrder() {
    let all = request {
      image(&$0, "icon_data", width: 3, red: 3)
      image(&$0, "image_data", width: 2, red: 2)
      image(&$0, "image-data", width: 1, red: 1)
    }
    #expect(all.notification.image?.width == 1)
    let broken = request {
      image(&$0, "icon_data", width: 3, red: 3)
      image(&$0, "image-data", width: 1, red: 1, broken: true)
    }
    #expect(broken.notification.image?.width == 3)
    #expect(broken.problems == ["image-data that is no sound image"])
    #expect(broken.notification.hints.isEmpty)
  }

  @Test("PT-043 DUN-004 what may be seen of it on a locked screen; who says less is believed")
  func lockScreen() {
    typealias Row = (scope: String?, hides: Bool?, hidesContent: Bool?)
    let rows: [(Row, Notification.LockScreen)] = [
      ((nil, nil, nil), .name), (("user", nil, nil), .name), (("system", nil, nil), .content),
      (("system", false, false), .content), (("system", false, true), .name),
      (("system", true, false), .nothing), ((nil, true, nil), .nothing), (("", nil, nil), .name),
    ]
    for (row, expected) in rows {
      let read = request {
        if let scope = row.scope { $0.entry("x-gnome-privacy-scope", "s") { $0.string(scope) } }
        if let hides = row.hides {
          $0.entry("x-hark-hide-on-lock-screen", "b") { $0.boolean(hides) }
        }
        if let hides = row.hidesContent {
          $0.entry("x-hark-hide-content-on-lock-screen", "b") { $0.boolean(hides) }
        }
      }
      #expect(read.notification.onLockScreen == expected, "\(row)")
    }
    let wrong = request {
      $0.entry("x-gnome-privacy-scope", "u") { $0.uint32(1) }
      $0.entry("x-hark-hide-on-lock-screen", "s") { $0.string("true") }
    }
    #expect(wrong.notification.onLockScreen == .name && wrong.problems.count == 2)
  }

  @Test("FD-191 FD-192 FD-193 FD-194 FD-195 hints of other types, out of range, wrapped, doubled")
  func hintForms() {
    let forms = request {
      $0.entry("urgency", "v") { $0.variant("u") { $0.uint32(2) } }
      $0.entry("urgency", "y") { $0.byte(0) }
      $0.entry("transient", "i") { $0.int32(7) }
      $0.entry("resident", "s") { $0.string("true") }
      $0.entry("value", "t") { $0.uint64(.max) }
    }.notification
    #expect(forms.urgency == .critical)
    #expect(forms.isTransient)
    #expect(!forms.isResident)
    #expect(forms.progress == 100)
    for level: Int32 in [3, 255, -1, .min] {
      #expect(
        request { $0.entry("urgency", "i") { $0.int32(level) } }.notification.urgency == .normal
      )
    }
  }

  @Test(
    "FD-198 CAN-004 DUN-003 the progress bar",
    arguments: [
      (-5.0, nil as Int?, 0 as Int?), (0, 0, 0), (0.5, 0, 0), (99.9, 99, 99), (1e300, 100, 100),
    ]
  )
  func progress(_ value: Double, plain: Int?, tagged: Int?) {
    #expect(request { $0.entry("value", "d") { $0.double(value) } }.notification.progress == plain)
    let display = request {
      $0.entry("value", "d") { $0.double(value) }
      $0.entry("synchronous", "s") { $0.string("volume") }
    }
    #expect(display.notification.progress == tagged)
    #expect(request { $0.entry("value", "d") { $0.double(.nan) } }.notification.progress == nil)
  }

  @Test("CAN-003 the order of the tag hints")
  func tags() {
    let names = [
      "x-hark-tag", "synchronous", "private-synchronous", "x-canonical-private-synchronous",
      "x-dunst-stack-tag",
    ]
    for count in 1...names.count {
      let tag = request { writer in
        for name in names.prefix(count) { writer.entry(name, "s") { $0.string(name) } }
      }.notification.tag
      #expect(tag == names[count - 1])
    }
    #expect(request { $0.entry("synchronous", "s") { $0.string("") } }.notification.tag == nil)
  }

  @Test("FD-070 FD-071 FD-074 FD-075 FD-076 FD-077 FD-111 actions are pairs, and keys are no icons")
  func actions() {
    let odd = request(actions: ["a", "A", "", "nobody", "a", "twice", "app.x(<'y'>)", "", "left"])
      .notification.actions
    #expect(odd.map(\.key) == ["a", "app.x(<'y'>)"])
    #expect(odd.map(\.label) == ["A", "app.x(<'y'>)"])
    let many = (0..<40).flatMap { ["k\($0)", "l\($0)"] }
    #expect(request(actions: many).notification.actions.count == 16)
    #expect(request(actions: ["default", ""]).notification.actions.first?.label == "")
  }

  @Test("FD-016 of millions of actions, hints or options the first few are read")
  func masses() {
    let many = [String](repeating: "", count: 1 << 20)
    #expect(request(actions: many + ["k", "l"]).notification.actions.isEmpty)
    let hints = request { writer in
      for index in 0..<10_000 { writer.entry("x-\(index)", "i") { $0.int32(1) } }
    }.notification.hints
    #expect((1000...4096).contains(hints.count))
  }

  @Test("FD-062 FD-060 F21 a long body is kept and shown in part, whole characters only")
  func longBody() {
    let long = request(body: "<b>" + String(repeating: "é ", count: 100_000)).notification
    #expect(long.rawBody.utf8.count <= 64 << 10)
    #expect(!long.rawBody.unicodeScalars.contains("\u{FFFD}"))
    #expect(long.body.text.hasSuffix("…"))
    #expect(long.body.runs.count == 1)
  }

  @Test(
    "FD-190 FD-200 a hint of millions of values is left out without making them",
    arguments: 1...2
  )
  func heavyHint(count: Int) throws {
    let call = OutgoingMessage.call(
      "org.freedesktop.Notifications",
      FreedesktopNotifications.path,
      FreedesktopNotifications.name,
      "Notify"
    )
    let value = [1, UInt8(ascii: "y"), 0, 7]
    let values = [UInt8](unsafeUninitializedCapacity: 16 << 20) { buffer, size in
      for index in 0..<buffer.count { buffer[index] = value[index & 3] }
      size = buffer.count
    }
    call.append {
      $0.string("app")
      $0.uint32(0)
      for text in ["", "title", ""] { $0.string(text) }
      $0.strings([])
      $0.dictionary {
        for index in 0..<count { $0.entry("x\(index)", "ay") { $0.bytes(values) } }
        $0.entry("x-small", "i") { $0.int32(1) }
      }
      $0.int32(-1)
    }
    // A writer in a loop would take longer than what is measured.
    var bytes = call.marshalled(serial: 1)
    let key: [UInt8] = [2, UInt8(ascii: "a"), UInt8(ascii: "y"), 0]
    for place in [bytes.indices.prefix(512), bytes.indices.dropFirst(16 << 20).prefix(512)] {
      guard let found = place.first(where: { bytes[$0...].starts(with: key) }) else { continue }
      bytes[found + 2] = UInt8(ascii: "v")
    }
    let message = try #require(Message(bytes))
    var request: NotifyRequest?
    let time = processorTime {
      request = NotifyRequest(message, links: .remote, receivedAt: 0)
    }
    #expect(request?.notification.hints.map(\.name) == ["x-small"])
    #expect(time < .milliseconds(500), "\(time)")
  }

  @Test("FD-018 FD-190 FD-200 hints are kept for read-back, but not those that nest too deep")
  func readBack() {
    func nested(_ depth: Int, _ writer: inout Writer) {
      guard depth > 0 else { return writer.int32(1) }
      writer.variant(depth == 1 ? "i" : "v") { nested(depth - 1, &$0) }
    }
    let hints = request {
      $0.entry("x-plain", "(sai)") {
        $0.structure {
          $0.string("s")
          $0.array("i") { $0.int32(1) }
        }
      }
      $0.entry("x-deep", "v") { nested(50, &$0) }
    }.notification.hints
    #expect(
      hints == [
        Hint(
          name: "x-plain",
          value: .structure([
            .string("s", type: UInt8(ascii: "s")),
            .array([.integer(1, type: UInt8(ascii: "i"))], elements: "i"),
          ])
        )
      ]
    )
  }
}
