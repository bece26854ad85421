package import Display
import Notifications

/// Puts the cards of a stack one below the other.
///
/// Keeps what it laid out, so that an unchanged card costs nothing.
package final class Layout {
  private struct Entry {
    let card: Card
    let limit: Int
    let isCut: Bool
    var isUsed: Bool

    func serves(_ popup: Popup, limit: Int) -> Bool {
      guard card.id == popup.id, card.revision == popup.revision,
        card.count == popup.count
      else { return false }
      return isCut ? limit == self.limit : card.size.height <= limit
    }
  }

  /// What every kept card was laid out for.
  private struct Conditions: Equatable {
    let theme: Theme
    let scale: Scale
    let width: Int
  }

  private var entries: [Entry] = []
  private var row: RowScene?
  private var question: QuestionCard?
  private var conditions: Conditions?

  package init() {}

  /// What of `stack` is seen on an output with so much usable area, in logical pixels.
  package func scene(
    for stack: Stack,
    theme: Theme,
    scale: Scale,
    usable: Size,
    measurer: any TextMeasurer
  ) -> Scene {
    // On a tiny output the margins give way.
    let margin = max(min(theme.margin, usable.width / 10, usable.height / 10), 0)
    let width = scale.device(within: min(theme.width, usable.width - 2 * margin))
    let height = scale.device(within: usable.height - 2 * margin)
    let now = Conditions(theme: theme, scale: scale, width: width)
    if conditions != now {
      conditions = now
      entries = []
      row = nil
      question = nil
    }
    for index in entries.indices { entries[index].isUsed = false }
    let metrics = Metrics(theme: theme, scale: scale)

    let asking = ask(stack.question, metrics, width, height, measurer)
    // The popups give way to the question.
    let top = asking.map { $0.frame.maxY + metrics.gap } ?? 0

    var cards: [CardScene] = []
    if stack.waiting <= 0 {
      cards = fill(top, height, with: stack.popups, metrics, width, measurer)
    }
    var rowScene: RowScene?
    let rowHeight = min(metrics.rowHeight, height)
    if stack.waiting > 0 || cards.count < stack.popups.count, top + rowHeight <= height {
      let end = height - rowHeight - metrics.gap
      cards = fill(top, end, with: stack.popups, metrics, width, measurer)
      let y = cards.last.map { $0.frame.maxY + metrics.gap } ?? top
      rowScene = makeRow(
        Rect(x: 0, y: y, width: width, height: rowHeight),
        for: stack,
        shown: cards.count,
        metrics,
        measurer
      )
    }
    entries.removeAll { !$0.isUsed }
    row = rowScene
    let content =
      rowScene?.frame.maxY ?? cards.last?.frame.maxY ?? asking?.frame.maxY ?? 1
    return Scene(
      theme: theme,
      scale: scale,
      surface: Size(
        width: scale.logical(covering: width),
        height: scale.logical(covering: content)
      ),
      question: asking,
      cards: cards,
      more: rowScene,
      margin: margin
    )
  }

  private func ask(
    _ asked: Question?,
    _ metrics: Metrics,
    _ width: Int,
    _ height: Int,
    _ measurer: any TextMeasurer
  ) -> QuestionScene? {
    guard let asked else {
      question = nil
      return nil
    }
    if question?.question != asked || question?.limit != height {
      question = QuestionCard(
        asked,
        metrics,
        width: width,
        limit: height,
        measurer
      )
    }
    return question.map {
      QuestionScene(
        card: $0,
        frame: Rect(x: 0, y: 0, width: $0.size.width, height: $0.size.height)
      )
    }
  }

  /// The first cards that fit between two heights; the very first is cut rather than left out.
  private func fill(
    _ top: Int,
    _ height: Int,
    with popups: [Popup],
    _ metrics: Metrics,
    _ width: Int,
    _ measurer: any TextMeasurer
  ) -> [CardScene] {
    var cards: [CardScene] = []
    var y = top
    let room = height - top
    guard room >= metrics.title.lineHeight else { return [] }
    for popup in popups {
      let card = card(popup, metrics, width, limit: room, measurer)
      guard y + card.size.height <= height else { break }
      cards.append(
        CardScene(
          card: card,
          frame: Rect(x: 0, y: y, width: card.size.width, height: card.size.height)
        )
      )
      y += card.size.height + metrics.gap
    }
    return cards
  }

  private func card(
    _ popup: Popup,
    _ metrics: Metrics,
    _ width: Int,
    limit: Int,
    _ measurer: any TextMeasurer
  ) -> Card {
    if let index = entries.firstIndex(where: { $0.serves(popup, limit: limit) }) {
      entries[index].isUsed = true
      return entries[index].card
    }
    let known = entries.first { $0.card.id == popup.id }?.card.measured ?? []
    var layout = CardLayout(
      popup: popup,
      metrics: metrics,
      width: width,
      limit: limit,
      measurer: measurer,
      known: known
    )
    let (card, isCut) = layout.card()
    entries.append(Entry(card: card, limit: limit, isCut: isCut, isUsed: true))
    return card
  }

  private func makeRow(
    _ frame: Rect,
    for stack: Stack,
    shown: Int,
    _ metrics: Metrics,
    _ measurer: any TextMeasurer
  ) -> RowScene {
    let hidden = stack.popups.dropFirst(shown)
    let (sum, overflow) = max(stack.waiting, 0).addingReportingOverflow(hidden.count)
    let count = overflow ? Int.max : sum
    let app = commonApp(of: hidden, stack)
    let label: any ShapedText
    if let row, row.count == count, row.app == app, row.frame.width == frame.width {
      label = row.label
    } else {
      let text = app.map { "\(count) more from \(PlainText.isolated($0))" } ?? "\(count) more"
      label = measurer.shape(
        StyledText(text),
        metrics.label,
        width: max(frame.width - 2 * metrics.padding, 1),
        lines: 1
      )
    }
    return RowScene(
      count: count,
      app: app,
      frame: frame,
      labelFrame: frame.centred(label.size),
      label: label
    )
  }

  /// The app of everything that is not shown, or nil where they differ.
  private func commonApp(of hidden: ArraySlice<Popup>, _ stack: Stack) -> String? {
    var app = stack.waiting > 0 ? stack.waitingApp : hidden.first?.realName
    if hidden.contains(where: { $0.realName != app }) { app = nil }
    return app?.isEmpty == true ? nil : app
  }
}

extension Rect {
  /// As much of a size as fits, in the middle.
  func centred(_ size: Size) -> Rect {
    let width = min(size.width, width)
    let height = min(size.height, height)
    return Rect(
      x: x + (self.width - width) / 2,
      y: y + (self.height - height) / 2,
      width: width,
      height: height
    )
  }
}

extension Scale {
  /// The edge of a card that belongs to hark: nothing of a sender's is drawn there.
  package var rim: Int { max(device(4), 2) }
  /// Thin rather than soft or heavy: 1 pixel at 1.5.
  package var line: Int { max(of120 / 120, 1) }

  /// The device pixels that lie wholly within a length in logical pixels; at least one.
  fileprivate func device(within logical: Int) -> Int {
    max(logical * of120 / 120, 1)
  }
}
