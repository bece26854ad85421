package import Display
package import Notifications
package import Presentation

/// Sets texts and paints scenes.
///
/// One for the whole program: make it when the first popup comes,
/// for it brings the fonts with it.
package final class Painter: TextMeasurer {
  private let texts = TextSetter()
  let plates = Plates()
  private let glyphs = Glyphs()

  package init() {}

  package func shape(_ text: StyledText, _ style: TextStyle, width: Int, lines: Int)
    -> any ShapedText
  {
    texts.set(text, style, width: width, lines: lines)
  }

  /// Makes a frame that shows `old` (nil: anything) show `painting`.
  package func paint(_ painting: Painting, over old: Painting?, into frame: borrowing Frame) {
    let changes = painting.changes(since: old)
    guard !changes.isEmpty else { return }
    let canvas = Canvas(frame)
    // A frame of another size than the scene's has parts that no card covers.
    if old == nil {
      canvas.fill(Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height), 0)
    } else {
      for rect in changes.cleared { canvas.fill(rect, 0) }
    }
    // Areas first, then what lies on them.
    let scene = painting.scene
    for index in changes.cards { paintAreas(of: scene.cards[index], painting, on: canvas) }
    if changes.paintsQuestion, let question = scene.question {
      paintAreas(of: question, painting, on: canvas)
    }
    if changes.paintsMore, let row = scene.more { paintArea(of: row, painting, on: canvas) }
    canvas.draw { pen in
      for index in changes.cards {
        self.paintInk(of: scene.cards[index], painting, on: canvas, with: pen)
      }
      if changes.paintsQuestion, let question = scene.question {
        self.paintInk(of: question, painting, on: canvas, with: pen)
      }
      if changes.paintsMore, let row = scene.more {
        pen.clip(to: row.frame)
        self.show(
          row.label,
          scene.theme.normal.appName,
          in: row.labelFrame,
          clip: row.frame,
          on: canvas,
          with: pen
        )
      }
    }
  }

  // MARK: Areas

  private func paintAreas(of item: CardScene, _ painting: Painting, on canvas: borrowing Canvas) {
    let scene = painting.scene
    let card = item.card
    let palette = card.palette
    let x = item.frame.x
    let y = item.frame.y
    plates.paint(
      Plate(
        radius: scene.scale.device(scene.theme.radius),
        line: scene.scale.line,
        fill: palette.background,
        border: palette.border,
        ground: nil
      ),
      in: item.frame,
      on: canvas
    )
    for button in card.buttons {
      let isUnderPointer = painting.hover == .button(card.id, key: button.key)
      plates.paint(
        Plate(
          radius: scene.scale.device(scene.theme.buttonRadius),
          line: scene.scale.line,
          fill: button.isDisabled
            ? palette.background : isUnderPointer ? palette.buttonUnderPointer : palette.button,
          border: palette.buttonBorder,
          ground: palette.background
        ),
        in: button.rect.offset(x: x, y: y),
        on: canvas
      )
    }
    if let progress = card.progress {
      for (rect, color) in [(progress.track, palette.track), (progress.filled, palette.accent)]
      where !rect.isEmpty {
        plates.paint(
          Plate(
            radius: rect.height / 2,
            line: 0,
            fill: color,
            border: color,
            ground: palette.background
          ),
          in: rect.offset(x: x, y: y),
          on: canvas
        )
      }
    }
    if let doubt = card.doubt {
      canvas.fill(doubt.stripe.offset(x: x, y: y), DoubtMark.color.argb)
    }
    if let count = card.countBlock {
      plates.paint(
        Plate(
          radius: count.rect.height / 2,
          line: 0,
          fill: palette.button,
          border: palette.button,
          ground: palette.background
        ),
        in: count.rect.offset(x: x, y: y),
        on: canvas
      )
    }
    for link in card.links {
      let isUnderPointer = painting.hover == .link(card.id, link.target)
      let color = isUnderPointer ? palette.accent : palette.accent.half(with: palette.background)
      canvas.fill(link.underline.offset(x: x, y: y), color.argb)
    }
  }

  private func paintArea(of row: RowScene, _ painting: Painting, on canvas: borrowing Canvas) {
    let scene = painting.scene
    let palette = scene.theme.normal
    plates.paint(
      Plate(
        radius: scene.scale.device(scene.theme.radius),
        line: scene.scale.line,
        fill: painting.hover == .more ? palette.button : palette.background,
        border: palette.border,
        ground: nil
      ),
      in: row.frame,
      on: canvas
    )
  }

  // MARK: Ink

  private func paintInk(
    of item: CardScene,
    _ painting: Painting,
    on canvas: borrowing Canvas,
    with pen: borrowing Pen
  ) {
    let scene = painting.scene
    let card = item.card
    let palette = card.palette
    let inside = item.frame.inset(by: scene.scale.rim)
    let x = item.frame.x
    let y = item.frame.y
    // The rim is hark's own: a text may reach beyond its own frame.
    pen.clip(to: inside)
    if let image = card.image {
      pen.draw(
        image.picture,
        in: image.frame.offset(x: x, y: y),
        radius: scene.scale.device(scene.theme.imageRadius)
      )
    }
    let address = painting.address(on: card)
    if let address {
      var style = card.address.style
      style.cut = address.cut
      let frame = card.address.frame
      show(
        shape(StyledText(address.text), style, width: frame.width, lines: 1),
        palette.accent,
        in: frame.offset(x: x, y: y),
        clip: inside,
        on: canvas,
        with: pen
      )
    }
    for block in card.texts.dropFirst(address == nil ? 0 : 1) {
      show(
        block.text,
        palette.color(of: block.role),
        in: block.frame.offset(x: x, y: y),
        clip: inside,
        on: canvas,
        with: pen
      )
    }
    if let count = card.countBlock {
      show(
        count.label,
        palette.buttonLabel,
        in: count.labelFrame.offset(x: x, y: y),
        clip: inside,
        on: canvas,
        with: pen
      )
    }
    if let sign = card.doubt?.sign, address == nil {
      pen.drawWarning(in: sign.offset(x: x, y: y), DoubtMark.color, on: palette.background)
    }
    for button in card.buttons {
      show(
        button.label,
        button.isDisabled ? palette.dimmed : palette.buttonLabel,
        in: button.labelFrame.offset(x: x, y: y),
        clip: inside,
        on: canvas,
        with: pen
      )
    }
    if painting.hover?.card == card.id {
      let isUnderPointer = painting.hover == .close(card.id)
      let mark = card.closeMark.offset(x: x, y: y)
      // Where a tiny output left out the app's name, the title may reach below the cross.
      pen.fillRounded(mark.inset(by: -mark.width / 2), radius: mark.width, palette.background)
      pen.drawCross(
        in: mark,
        line: scene.scale.factor * 1.5,
        isUnderPointer ? palette.title : palette.appName
      )
    }
  }

  func show(
    _ text: any ShapedText,
    _ color: Color,
    in frame: Rect,
    clip: Rect,
    on canvas: borrowing Canvas,
    with pen: borrowing Pen
  ) {
    guard let text = text as? SetText else { return }
    text.show(color, in: frame, clip: clip, on: canvas, with: pen, glyphs)
  }
}

extension Palette {
  fileprivate func color(of role: TextBlock.Role) -> Color {
    switch role {
    case .appName: appName
    case .title: title
    case .body: body
    case .reason: dimmed
    }
  }
}

extension Color {
  fileprivate func half(with other: Color) -> Color {
    Color(((rgb & 0xfe_fefe) >> 1) + ((other.rgb & 0xfe_fefe) >> 1))
  }
}
