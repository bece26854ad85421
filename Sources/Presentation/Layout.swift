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
      guard card.id == popup.id, card.revision == popup.revision else { return false }
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
    }
    for index in entries.indices { entries[index].isUsed = false }
    let metrics = Metrics(theme: theme, scale: scale)

    var cards: [CardScene] = []
    if stack.waiting <= 0 {
      cards = fill(height, with: stack.popups, metrics, width, measurer)
    }
    var rowScene: RowScene?
    if stack.waiting > 0 || cards.count < stack.popups.count {
      let rowHeight = min(metrics.rowHeight, height)
      cards = fill(height - rowHeight - metrics.gap, with: stack.popups, metrics, width, measurer)
      let y = cards.last.map { $0.frame.maxY + metrics.gap } ?? 0
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
    let content = rowScene?.frame.maxY ?? cards.last?.frame.maxY ?? 1
    return Scene(
      theme: theme,
      scale: scale,
      surface: Size(
        width: scale.logical(covering: width),
        height: scale.logical(covering: content)
      ),
      cards: cards,
      more: rowScene,
      margin: margin
    )
  }

  /// The first cards that fit; the very first is cut to the height rather than left out.
  private func fill(
    _ height: Int,
    with popups: [Popup],
    _ metrics: Metrics,
    _ width: Int,
    _ measurer: any TextMeasurer
  ) -> [CardScene] {
    var cards: [CardScene] = []
    var y = 0
    guard height >= metrics.title.lineHeight else { return [] }
    for popup in popups {
      let card = card(popup, metrics, width, limit: height, measurer)
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
      let text = app.map { "\(count) more from \($0)" } ?? "\(count) more"
      label = measurer.shape(
        StyledText(text),
        metrics.label,
        width: max(frame.width - 2 * metrics.padding, 1),
        lines: 1
      )
    }
    let width = min(label.size.width, frame.width)
    let height = min(label.size.height, frame.height)
    return RowScene(
      count: count,
      app: app,
      frame: frame,
      labelFrame: Rect(
        x: frame.x + (frame.width - width) / 2,
        y: frame.y + (frame.height - height) / 2,
        width: width,
        height: height
      ),
      label: label
    )
  }

  /// The app of everything that is not shown, or nil where they differ.
  private func commonApp(of hidden: ArraySlice<Popup>, _ stack: Stack) -> String? {
    var app = stack.waiting > 0 ? stack.waitingApp : hidden.first?.appName
    if hidden.contains(where: { $0.appName != app }) { app = nil }
    return app?.isEmpty == true ? nil : app
  }
}

extension Scale {
  /// The device pixels that lie wholly within a length in logical pixels; at least one.
  fileprivate func device(within logical: Int) -> Int {
    max(logical * of120 / 120, 1)
  }
}
