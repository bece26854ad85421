import Display
import Notifications
import Presentation

// The question: a frame and a band in hark's own colour, up to the edges of the card.

extension Painter {
  func paintAreas(of item: QuestionScene, _ painting: Painting, on canvas: borrowing Canvas) {
    let palette = QuestionPalette.standard
    let scale = painting.scene.scale
    let radius = scale.device(painting.scene.theme.radius)
    let frame = item.frame
    plates.paint(
      Plate(radius: radius, line: 0, fill: palette.band, border: palette.band, ground: nil),
      in: frame,
      on: canvas
    )
  }

  func paintInk(
    of item: QuestionScene,
    _ painting: Painting,
    on canvas: borrowing Canvas,
    with pen: borrowing Pen
  ) {
    let card = item.card
    let palette = QuestionPalette.standard
    let frame = item.frame
    let inside = frame.inset(by: painting.scene.scale.rim)
    let scale = painting.scene.scale
    // Its corners lie within those of the frame, which a plate's would not.
    pen.clip(to: frame)
    pen.fillRounded(
      Rect(
        x: frame.x + card.line,
        y: frame.y + card.band.maxY,
        width: frame.width - 2 * card.line,
        height: frame.height - card.band.maxY - card.line
      ),
      radius: max(scale.device(painting.scene.theme.radius) - card.line, 0),
      palette.background
    )
    for button in card.buttons {
      let hit = Hit.answer(card.question.app, button.answer)
      plates.paint(
        Plate(
          radius: scale.device(painting.scene.theme.buttonRadius),
          line: scale.line,
          fill: painting.hover == hit ? palette.buttonUnderPointer : palette.button,
          border: palette.buttonBorder,
          ground: palette.background
        ),
        in: button.rect.offset(x: frame.x, y: frame.y),
        on: canvas
      )
    }
    pen.clip(to: inside)
    pen.drawShield(in: card.sign.offset(x: frame.x, y: frame.y), palette.bandText, on: palette.band)
    pen.drawCross(
      in: card.closeMark.offset(x: frame.x, y: frame.y),
      line: painting.scene.scale.factor
        * (painting.hover == .answer(card.question.app, .dismissed) ? 2.5 : 1.5),
      palette.bandText
    )
    for block in card.texts {
      // The name is the app's own in the end, however well it is proved: it stays below the band.
      let room = block.role == .heading ? inside : inside.below(frame.y + card.band.maxY)
      show(
        block.text,
        palette.color(of: block.role),
        in: block.frame.offset(x: frame.x, y: frame.y),
        clip: room,
        on: canvas,
        with: pen
      )
    }
    for button in card.buttons {
      show(
        button.label,
        palette.buttonLabel,
        in: button.labelFrame.offset(x: frame.x, y: frame.y),
        clip: inside,
        on: canvas,
        with: pen
      )
    }
  }
}

extension QuestionPalette {
  fileprivate func color(of role: QuestionText.Role) -> Color {
    switch role {
    case .heading: bandText
    case .name: name
    case .grounds: grounds
    case .words: words
    }
  }
}

extension Rect {
  fileprivate func below(_ top: Int) -> Rect {
    Rect(x: x, y: max(y, top), width: width, height: max(maxY - max(y, top), 0))
  }
}
