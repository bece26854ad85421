import Display
import Notifications

/// Lays out one card in at most `limit` pixels of height.
///
/// Where they do not suffice, the body gives way first, then the reason why buttons are disabled, the
/// last buttons, the progress bar, the app's name and the title's second line.
struct CardLayout {
  let popup: Popup
  let metrics: Metrics
  let width: Int
  let limit: Int
  let measurer: any TextMeasurer
  /// What was set for this id before: replacing a notification often leaves some texts as they are.
  let known: [Measured]
  private let palette: Palette
  private var measured: [Measured] = []

  init(
    popup: Popup,
    metrics: Metrics,
    width: Int,
    limit: Int,
    measurer: any TextMeasurer,
    known: [Measured]
  ) {
    self.popup = popup
    self.metrics = metrics
    self.width = width
    self.limit = limit
    self.measurer = measurer
    self.known = known
    palette = metrics.theme.palette(for: popup.urgency).with(popup.style)
  }

  /// The card, and whether `limit` took something from it.
  mutating func card() -> (card: Card, isCut: Bool) {
    let padding = min(metrics.padding, width / 8, limit / 4)
    let inner = max(width - 2 * padding, 1)
    let room = max(limit - 2 * padding, 1)
    let image = imageFrame(inner: inner, room: room)
    let close = Rect(
      x: max(width - metrics.closeWidth, 0),
      y: 0,
      width: min(metrics.closeWidth, width),
      height: min(metrics.closeHeight, limit)
    )

    let x = image == nil ? 0 : metrics.imageBox + metrics.imageGap
    var column = Column(x: x, width: max(inner - x, 1))
    // The first line leaves room for the close button.
    let besideClose = max(min(column.width, close.x - padding - x), 1)
    let count = countLabel()
    let countWidth = count.map { $0.size.width + 2 * metrics.countPadding }
    let first = FirstLine(
      // What stands before the name and what behind it.
      lead: popup.isDoubted ? metrics.signEdge + metrics.signGap : 0,
      width: besideClose - (countWidth.map { $0 + metrics.signGap } ?? 0)
    )
    var isCut = addHeading(to: &column, first, room: room)
    isCut = isCut || padding < metrics.padding || room < metrics.imageBox

    let imageBottom = image == nil ? 0 : metrics.imageBox
    let labels = labels(inner: inner)
    let reason = reason(width: inner)
    let foot = foot(
      labels,
      reason,
      inner: inner,
      room: room - max(column.height, imageBottom)
    )
    let cutBody = addBody(to: &column, room: room - foot.height)
    isCut = isCut || foot.isCut || cutBody

    // A short text stands beside the middle of its image.
    let top = padding + max((imageBottom - column.height) / 2, 0)
    let footTop = padding + max(column.height, imageBottom)
    let height = max(min(footTop + foot.height + padding, limit), 1)
    let bounds = Rect(x: 0, y: 0, width: width, height: height)

    var texts = column.texts.map { $0.moved(x: padding, y: top, within: bounds) }
    if let reason = foot.reason {
      texts.append(reason.moved(x: padding, y: footTop, within: bounds))
    }
    let card = Card(
      popup: popup,
      palette: palette,
      size: Size(width: width, height: height),
      texts: texts,
      image: image.flatMap { frame in
        popup.image.map { ImageBlock(picture: $0, frame: frame.offset(x: padding, y: padding)) }
      },
      progress: foot.progress.map { progress($0.offset(x: padding, y: footTop)) },
      buttons: foot.buttons.indices.map {
        button(
          popup.buttons[$0],
          labels[$0],
          foot.buttons[$0].offset(x: padding, y: footTop)
        )
      },
      links: column.links.map { $0.moved(x: padding, y: top, within: bounds) },
      address: address(insteadOf: texts.first),
      countBlock: count.flatMap { label in
        texts.first.flatMap {
          countBlock(label, endingAt: padding + x + besideClose, beside: $0, within: bounds)
        }
      },
      doubt: popup.isDoubted ? doubt(before: texts.first, x: padding + x, height: height) : nil,
      close: close.intersection(bounds),
      closeMark: metrics.closeMark(cardWidth: width).intersection(bounds),
      measured: measured
    )
    return (card, isCut)
  }

  /// The texts below each other, beside the image.
  private struct Column {
    let x: Int
    let width: Int
    var height = 0
    var texts: [TextBlock] = []
    var links: [LinkBlock] = []

    init(x: Int, width: Int) {
      self.x = x
      self.width = width
    }

    /// Adds a text and returns its place.
    @discardableResult
    mutating func add(
      _ role: TextBlock.Role,
      _ text: any ShapedText,
      lead: Int = 0,
      width: Int
    ) -> Rect {
      let frame = Rect(x: x + lead, y: height, width: width, height: text.size.height)
      texts.append(TextBlock(role: role, frame: frame, text: text))
      height += frame.height
      return frame
    }
  }

  /// What is below texts and image, from its own top left corner.
  private struct Foot {
    var height = 0
    var isCut = false
    var progress: Rect?
    var reason: TextBlock?
    var buttons: [Rect] = []
  }

  /// The line beside the close button.
  private struct FirstLine {
    let lead: Int
    let width: Int

    init(lead: Int, width: Int) {
      self.lead = lead
      self.width = max(width - lead, 1)
    }
  }

  /// An empty title is replaced by the app's name (FD-053).
  private mutating func addHeading(to column: inout Column, _ first: FirstLine, room: Int) -> Bool {
    let app = popup.appName.isBlank ? nil : popup.appName
    let standsAlone = popup.title.isBlank
    let hasAppLine = app != nil && !standsAlone
    let titleWidth = hasAppLine ? column.width : first.width
    var style = metrics.title
    var nameStyle = metrics.appName
    var lines = metrics.theme.maxTitleLines
    if !popup.via.isEmpty || !popup.about.isEmpty {
      // However long the name, who it really is stays, and of a site who has it.
      nameStyle.cut = .start
      if standsAlone {
        style.cut = .start
        lines = 1
      }
    }
    var isCut = room < lines * style.lineHeight
    let title = shape(
      standsAlone
        ? StyledText(app ?? "Unknown") : StyledText(popup.title).directed(popup.direction),
      style,
      width: titleWidth,
      lines: isCut ? 1 : lines
    )
    if let app, hasAppLine {
      let needed = metrics.appName.lineHeight + metrics.titleGap
      if needed + title.size.height > room {
        isCut = true
      } else {
        column.add(
          .appName,
          shape(StyledText(app), nameStyle, width: first.width, lines: 1),
          lead: first.lead,
          width: first.width
        )
        column.height += metrics.titleGap
      }
    }
    column.add(.title, title, lead: hasAppLine ? 0 : first.lead, width: titleWidth)
    return isCut || column.height > room
  }

  private mutating func addBody(to column: inout Column, room: Int) -> Bool {
    guard !popup.body.text.isEmpty else { return false }
    let style = metrics.body(palette.accent)
    let fitting = (room - column.height - metrics.bodyGap) / style.lineHeight
    guard fitting > 0 else { return true }
    let text = shape(
      popup.body.directed(popup.direction),
      style,
      width: column.width,
      lines: min(fitting, metrics.theme.maxBodyLines)
    )
    column.height += metrics.bodyGap
    let frame = column.add(.body, text, width: column.width)
    for area in text.links where popup.body.links.indices.contains(area.link) {
      let rect = area.rect.offset(x: frame.x, y: frame.y).intersection(frame)
      guard !rect.isEmpty else { continue }
      column.links.append(
        LinkBlock(
          target: popup.body.links[area.link],
          rect: rect,
          underline: area.underline.offset(x: frame.x, y: frame.y).intersection(frame)
        )
      )
    }
    // As many lines as there was room for may be fewer than the text has.
    return fitting < metrics.theme.maxBodyLines
      && text.size.height > (fitting - 1) * style.lineHeight
  }

  /// Progress bar, reason and buttons, as far as there is room for them.
  private func foot(
    _ labels: [any ShapedText],
    _ reason: (any ShapedText)?,
    inner: Int,
    room: Int
  ) -> Foot {
    var foot = Foot()
    if popup.progress != nil {
      let height = metrics.progressGap + metrics.progressHeight
      if height <= room {
        foot.progress = Rect(
          x: 0,
          y: metrics.progressGap,
          width: inner,
          height: metrics.progressHeight
        )
        foot.height = height
      } else {
        foot.isCut = true
      }
    }
    var top = foot.height + metrics.buttonsGap
    if let reason {
      let below = top + reason.size.height + metrics.buttonGap
      if below + metrics.buttonHeight <= room {
        let frame = Rect(x: 0, y: top, width: inner, height: reason.size.height)
        foot.reason = TextBlock(role: .reason, frame: frame, text: reason)
        top = below
      } else {
        foot.isCut = true
      }
    }
    foot.buttons = ButtonRows.rects(
      natural: labels.map { $0.size.width + 2 * metrics.buttonPadding },
      width: inner,
      rowHeight: metrics.buttonHeight,
      gap: metrics.buttonGap,
      height: room - top
    ).map {
      let x = popup.direction == .rtl ? inner - $0.maxX : $0.x
      return Rect(x: x, y: $0.y + top, width: $0.width, height: $0.height)
    }
    if let last = foot.buttons.last { foot.height = last.maxY }
    if foot.buttons.count < labels.count { foot.isCut = true }
    return foot
  }

  /// The image with its aspect kept, in the middle of its box; at most twice its size (FD-166).
  private func imageFrame(inner: Int, room: Int) -> Rect? {
    let box = metrics.imageBox
    guard let picture = popup.image, box > 0, inner >= 3 * box, room >= box else { return nil }
    let edge = max(picture.width, picture.height)
    let target = min(box, edge > box ? box : edge * 2)
    let width = max(picture.width * target / edge, 1)
    let height = max(picture.height * target / edge, 1)
    return Rect(x: (box - width) / 2, y: (box - height) / 2, width: width, height: height)
  }

  /// Many buttons share rows even when their labels are long.
  private mutating func labels(inner: Int) -> [any ShapedText] {
    let space = popup.buttons.count > 3 ? (inner - metrics.buttonGap) / 2 : inner
    var labels: [any ShapedText] = []
    for action in popup.buttons {
      labels.append(
        shape(
          StyledText(action.label).directed(popup.direction),
          metrics.label,
          width: max(space - 2 * metrics.buttonPadding, 1),
          lines: 1
        )
      )
    }
    return labels
  }

  /// One line, whose end tells what is the matter.
  private mutating func reason(width: Int) -> (any ShapedText)? {
    guard popup.buttons.contains(where: { popup.disabled.contains($0.key) }) else { return nil }
    var style = metrics.appName
    style.cut = .start
    let name = PlainText.isolated(popup.sender)
    return shape(
      StyledText(name.isBlank ? "Sender is gone" : "\(name) is closed"),
      style,
      width: width,
      lines: 1
    )
  }

  private mutating func shape(_ text: StyledText, _ style: TextStyle, width: Int, lines: Int)
    -> any ShapedText
  {
    let same = known.first {
      $0.width == width && $0.lines == lines && $0.style == style && $0.text == text
    }
    let shaped =
      same?.shaped ?? measurer.shape(text, style, width: width, lines: lines)
    measured.append(
      Measured(text: text, style: style, width: width, lines: lines, shaped: shaped)
    )
    return shaped
  }

  private mutating func countLabel() -> (any ShapedText)? {
    guard popup.count > 1 else { return nil }
    return shape(
      StyledText(popup.count > 999 ? "×999+" : "×\(popup.count)"),
      metrics.appName,
      width: metrics.imageBox * 2,
      lines: 1
    )
  }

  private func countBlock(
    _ label: any ShapedText,
    endingAt end: Int,
    beside first: TextBlock,
    within bounds: Rect
  ) -> CountBlock? {
    let width = label.size.width + 2 * metrics.countPadding
    let rect = Rect(
      x: max(end - width, 0),
      y: first.frame.y + (lineHeight(of: first) - metrics.appName.lineHeight) / 2,
      width: width,
      height: metrics.appName.lineHeight
    ).intersection(bounds)
    // On a tiny output the first line may have the whole width.
    guard first.frame.maxX <= rect.x else { return nil }
    return CountBlock(rect: rect, labelFrame: rect.centred(label.size), label: label)
  }

  private func lineHeight(of first: TextBlock) -> Int {
    first.role == .appName ? metrics.appName.lineHeight : metrics.title.lineHeight
  }

  private func doubt(before first: TextBlock?, x: Int, height: Int) -> DoubtMark {
    let line = metrics.scale.line
    let edge = metrics.signEdge
    let radius = min(metrics.radius, height / 2)
    return DoubtMark(
      stripe: Rect(
        x: line,
        y: radius,
        width: max(metrics.rim - line, 1),
        height: max(height - 2 * radius, 1)
      ),
      sign: first.flatMap {
        guard $0.frame.x >= x + edge else { return nil }
        return Rect(
          x: x,
          y: $0.frame.y + (lineHeight(of: $0) - edge) / 2,
          width: edge,
          height: edge
        )
      }
    )
  }

  private func button(
    _ action: Notification.Action,
    _ label: any ShapedText,
    _ rect: Rect
  ) -> ButtonBlock {
    ButtonBlock(
      key: action.key,
      isDisabled: popup.disabled.contains(action.key),
      rect: rect,
      labelFrame: rect.centred(label.size),
      label: label
    )
  }

  private func address(insteadOf first: TextBlock?) -> AddressLine {
    let style = metrics.appName
    var frame = first?.frame ?? Rect(x: 0, y: 0, width: 0, height: 0)
    frame.height = min(frame.height, style.lineHeight)
    return AddressLine(frame: frame, style: style)
  }

  private func progress(_ track: Rect) -> ProgressBlock {
    let percent = min(max(popup.progress ?? 0, 0), 100)
    var filled = track
    filled.width = track.width * percent / 100
    // Less than a dot would not show round ends.
    if percent > 0 { filled.width = min(max(filled.width, track.height), track.width) }
    return ProgressBlock(track: track, filled: filled)
  }
}

extension TextBlock {
  fileprivate func moved(x: Int, y: Int, within bounds: Rect) -> TextBlock {
    TextBlock(role: role, frame: frame.offset(x: x, y: y).intersection(bounds), text: text)
  }
}

extension LinkBlock {
  fileprivate func moved(x: Int, y: Int, within bounds: Rect) -> LinkBlock {
    LinkBlock(
      target: target,
      rect: rect.offset(x: x, y: y).intersection(bounds),
      underline: underline.offset(x: x, y: y).intersection(bounds)
    )
  }
}
