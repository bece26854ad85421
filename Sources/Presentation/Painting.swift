package import Display

/// What a buffer shows: a scene, and the pointer's place on it.
package struct Painting: Equatable {
  package var scene: Scene
  /// What lies under the pointer.
  package var hover: Hit?

  package init(scene: Scene, hover: Hit? = nil) {
    self.scene = scene
    self.hover = hover
  }

  /// What must be done to a buffer that shows `old` so that it shows this; nil: unknown content.
  package func changes(since old: Painting?) -> Changes {
    guard let old, old.scene.theme == scene.theme, old.scene.scale == scene.scale,
      old.scene.size == scene.size
    else {
      return Changes(
        cleared: [Rect(x: 0, y: 0, width: scene.size.width, height: scene.size.height)],
        cards: Array(scene.cards.indices),
        paintsQuestion: scene.question != nil,
        paintsMore: scene.more != nil
      )
    }
    var changes = Changes(cleared: [], cards: [], paintsQuestion: false, paintsMore: false)
    for card in old.scene.cards where !scene.cards.contains(where: { $0.frame == card.frame }) {
      changes.cleared.append(card.frame)
    }
    if let row = old.scene.more, row.frame != scene.more?.frame {
      changes.cleared.append(row.frame)
    }
    if let question = old.scene.question, question.frame != scene.question?.frame {
      changes.cleared.append(question.frame)
    }
    if let question = scene.question {
      changes.paintsQuestion =
        question != old.scene.question || hoveredAnswer != old.hoveredAnswer
    }
    for (index, card) in scene.cards.enumerated() {
      let isSame =
        old.scene.cards.contains(card) && hover(on: card) == old.hover(on: card)
      if !isSame { changes.cards.append(index) }
    }
    if let row = scene.more {
      changes.paintsMore = row != old.scene.more || (hover == .more) != (old.hover == .more)
    }
    return changes
  }

  /// Where the link under the pointer leads, if it is on this card (FD-133).
  package func address(on card: Card) -> LinkAddress? {
    guard case .link(card.id, let target) = hover,
      card.links.contains(where: { $0.target == target })
    else { return nil }
    return LinkAddress(of: target)
  }

  /// The parts of the surface in which this differs from `old`, in device pixels.
  package func damage(since old: Painting?) -> [Rect] {
    changes(since: old).damage(in: scene)
  }

  private var hoveredAnswer: Hit? {
    hover?.question == nil ? nil : hover
  }

  private func hover(on card: CardScene) -> Hit? {
    hover?.card == card.card.id ? hover : nil
  }
}

package struct Changes: Equatable {
  /// To be made transparent before anything is painted.
  package var cleared: [Rect]
  /// Indices in the scene's cards.
  package var cards: [Int]
  package var paintsQuestion: Bool
  package var paintsMore: Bool

  package var isEmpty: Bool {
    cleared.isEmpty && cards.isEmpty && !paintsQuestion && !paintsMore
  }

  package func damage(in scene: Scene) -> [Rect] {
    var rects = cleared + cards.map { scene.cards[$0].frame }
    if paintsQuestion, let question = scene.question { rects.append(question.frame) }
    if paintsMore, let row = scene.more { rects.append(row.frame) }
    return rects
  }
}
