package import Display
package import Notifications

/// Everything that is on the surface, in device pixels from its top left corner.
package struct Scene: Equatable {
  package let theme: Theme
  package let scale: Scale
  /// The surface in logical pixels; never empty (F28).
  package let surface: Size
  /// Above the cards.
  package let question: QuestionScene?
  package let cards: [CardScene]
  /// "7 more": stands for what waits and what had no room.
  package let more: RowScene?
  /// Distance of the surface from the screen's edges in logical pixels.
  package let margin: Int

  /// The surface in device pixels: what the display makes of its logical size, so that nothing is
  /// stretched.
  package var size: Size {
    Size(width: scale.device(surface.width), height: scale.device(surface.height))
  }

  package var shown: [NotificationID] { cards.map { $0.card.id } }

  /// What lies at a point in device pixels.
  package func hit(_ p: Point) -> Hit? {
    if let question, question.frame.contains(p) {
      return question.card.hit(Point(x: p.x - question.frame.x, y: p.y - question.frame.y))
    }
    for card in cards where card.frame.contains(p) {
      return card.card.hit(Point(x: p.x - card.frame.x, y: p.y - card.frame.y))
    }
    if let more, more.frame.contains(p) { return .more }
    return nil
  }

  /// What lies at a point in logical pixels, as pointer events have it.
  package func hit(logical p: Point) -> Hit? {
    hit(Point(x: scale.device(p.x), y: scale.device(p.y)))
  }

  /// The surface's place and where it takes input, in logical pixels.
  package var placement: Placement {
    var input = cards.map { logical($0.frame) }
    if let question { input.append(logical(question.frame)) }
    if let more { input.append(logical(more.frame)) }
    return Placement(
      size: surface,
      margin: margin,
      input: input,
      cornerRadius: theme.radius,
      coversFullScreen: theme.coversFullScreen
    )
  }

  /// The hand is shown where a click does something that the user can see to be a link or button.
  package func cursor(over hit: Hit?) -> Cursor {
    switch hit {
    case nil: .arrow
    case .body(let id):
      cards.contains { $0.card.id == id && $0.card.isActivatable } ? .hand : .arrow
    case .button, .close, .link, .answer: .hand
    case .disabled, .more, .question: .arrow
    }
  }

  private func logical(_ r: Rect) -> Rect {
    let x = r.x * 120 / scale.of120
    let y = r.y * 120 / scale.of120
    return Rect(
      x: x,
      y: y,
      width: scale.logical(covering: r.maxX) - x,
      height: scale.logical(covering: r.maxY) - y
    )
  }
}

package struct CardScene: Equatable {
  package let card: Card
  package let frame: Rect

  package static func == (a: CardScene, b: CardScene) -> Bool {
    a.card === b.card && a.frame == b.frame
  }
}

package struct RowScene: Equatable {
  package let count: Int
  package let app: String?
  package let frame: Rect
  package let labelFrame: Rect
  package let label: any ShapedText

  package static func == (a: RowScene, b: RowScene) -> Bool {
    a.label === b.label && a.frame == b.frame
  }
}

package struct QuestionScene: Equatable {
  package let card: QuestionCard
  package let frame: Rect

  package static func == (a: QuestionScene, b: QuestionScene) -> Bool {
    a.card === b.card && a.frame == b.frame
  }
}

/// What a click would be on.
package enum Hit: Equatable {
  case body(NotificationID)
  case button(NotificationID, key: String)
  /// A button that leads nowhere.
  case disabled(NotificationID)
  case close(NotificationID)
  /// With the link's target.
  case link(NotificationID, String)
  case more
  /// What is asked, by the principal's key.
  case question(String)
  case answer(String, Permissions.Answer)

  /// The principal that a question is about.
  package var question: String? {
    switch self {
    case .question(let app), .answer(let app, _): app
    case .body, .button, .disabled, .close, .link, .more: nil
    }
  }

  package var card: NotificationID? {
    switch self {
    case .body(let id), .button(let id, _), .disabled(let id), .close(let id), .link(let id, _):
      id
    case .more, .question, .answer: nil
    }
  }
}
