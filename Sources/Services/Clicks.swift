import DBus
package import Notifications

// What the user did at the popups of the daemon before while this one took over (FD-005), as
// `a(suss)`: what, of which notification, with which text, and how a question was answered.

extension Event {
  package var isClick: Bool { Click(self) != nil }
}

extension Writer {
  /// A variant.
  mutating func clicks(_ events: [Event]) {
    variant("a(suss)") {
      $0.array("(suss)") { array in
        for event in events {
          guard let click = Click(event) else { continue }
          array.structure {
            $0.string(click.kind)
            $0.uint32(click.id)
            $0.string(click.text)
            $0.string(click.answer)
          }
        }
      }
    }
  }
}

extension Reader {
  /// The events in the variant that comes next.
  mutating func clicks() -> [Event] {
    var events: [Event] = []
    guard var list = inside() else { return [] }
    list.forEach {
      _ = $0.enter { fields in
        let click = Click(
          kind: fields.string() ?? "",
          id: fields.uint32() ?? 0,
          text: fields.string() ?? "",
          answer: fields.string() ?? ""
        )
        if let event = click.event { events.append(event) }
      }
    }
    return events
  }
}

private struct Click {
  var kind: String
  var id: UInt32 = 0
  var text = ""
  var answer = ""
}

extension Click {
  init?(_ event: Event) {
    switch event {
    case .invoke(let id, let key, .pointer): self.init(kind: "invoke", id: id, text: key)
    case .dismiss(let ids, nil) where ids.count == 1: self.init(kind: "dismiss", id: ids[0])
    case .dismissWaiting: self.init(kind: "dismiss waiting")
    case .openLink(let target): self.init(kind: "open", text: target)
    case .permission(.answer(let app, let answer, nil)):
      self.init(kind: "answer", text: app, answer: answer.rawValue)
    default: return nil
    }
  }

  /// The press was another connection's to the display: no token comes of it here.
  var event: Event? {
    switch kind {
    case "invoke": .invoke(id, key: text, .pointer(nil))
    case "dismiss": .dismiss([id], nil)
    case "dismiss waiting": .dismissWaiting
    case "open": .openLink(text)
    case "answer":
      Permissions.Answer(rawValue: answer).map { .permission(.answer(app: text, $0, nil)) }
    default: nil
    }
  }
}
