package import Display
package import Notifications

/// A question laid out at one scale: device pixels from its own top left corner.
///
/// No notification can make one, nor anything that looks like it: it has a frame and a band of hark's
/// own, in the rim of the card where nothing that a sender sends is ever drawn.
package final class QuestionCard {
  package let question: Question
  package let size: Size
  /// Across the whole card; what is below it has the frame's line round it.
  package let band: Rect
  package let line: Int
  package let sign: Rect
  package let texts: [QuestionText]
  package let buttons: [AnswerButton]
  /// Where a click dismisses.
  package let close: Rect
  package let closeMark: Rect
  let limit: Int

  /// Nil where there is no room for a name and both answers.
  init?(
    _ question: Question,
    _ metrics: Metrics,
    width: Int,
    limit: Int,
    _ measurer: any TextMeasurer
  ) {
    let padding = min(metrics.padding, width / 8)
    let inner = max(width - 2 * padding, 1)
    let bandHeight = metrics.closeHeight
    let foot = metrics.buttonsGap + metrics.buttonHeight + padding
    let room = limit - bandHeight - padding - foot
    guard room >= metrics.title.lineHeight else { return nil }

    var texts: [QuestionText] = []
    let edge = metrics.signEdge
    let sign = Rect(x: padding, y: (bandHeight - edge) / 2, width: edge, height: edge)
    let headingX = sign.maxX + metrics.signGap
    let heading = measurer.shape(
      StyledText(Question.heading),
      metrics.label,
      width: max(width - metrics.closeWidth - headingX, 1),
      lines: 1
    )
    texts.append(
      QuestionText(
        role: .heading,
        frame: Rect(
          x: headingX,
          y: (bandHeight - heading.size.height) / 2,
          width: max(width - metrics.closeWidth - headingX, 1),
          height: heading.size.height
        ),
        text: heading
      )
    )

    // The name first, then what it rests on, then the words: in this order they find room.
    var height = 0
    func lines(_ style: TextStyle, _ most: Int, gap: Int) -> Int {
      min((room - height - gap) / style.lineHeight, most)
    }
    func add(_ role: QuestionText.Role, _ text: String, _ style: TextStyle, _ most: Int, gap: Int) {
      let count = lines(style, most, gap: gap)
      guard count > 0 else { return }
      let shaped = measurer.shape(StyledText(text), style, width: inner, lines: count)
      height += gap
      texts.append(
        QuestionText(
          role: role,
          frame: Rect(
            x: padding,
            y: bandHeight + padding + height,
            width: inner,
            height: shaped.size.height
          ),
          text: shaped
        )
      )
      height += shaped.size.height
    }
    var nameStyle = metrics.title
    nameStyle.cut = question.nameCut
    add(.name, question.name, nameStyle, question.nameCut == .start ? 1 : 2, gap: 0)
    add(.grounds, question.grounds, metrics.appName, 3, gap: metrics.titleGap)
    add(
      .words,
      Question.words,
      metrics.body(metrics.theme.normal.accent),
      1,
      gap: metrics.questionGap
    )

    let top = bandHeight + padding + height + metrics.buttonsGap
    let half = (inner - metrics.buttonGap) / 2
    let answers: [(Permissions.Answer, String, Int, Int)] = [
      (.granted, "Allow", 0, half), (.denied, "Block", inner - half, half),
    ]
    buttons = answers.map { answer, label, x, width in
      let rect = Rect(x: padding + x, y: top, width: width, height: metrics.buttonHeight)
      let shaped = measurer.shape(StyledText(label), metrics.label, width: width, lines: 1)
      return AnswerButton(
        answer: answer,
        rect: rect,
        labelFrame: rect.centred(shaped.size),
        label: shaped
      )
    }
    self.question = question
    self.limit = limit
    self.sign = sign
    self.texts = texts
    size = Size(width: width, height: top + metrics.buttonHeight + padding)
    band = Rect(x: 0, y: 0, width: width, height: bandHeight)
    line = metrics.questionLine
    close = Rect(
      x: max(width - metrics.closeWidth, 0),
      y: 0,
      width: min(metrics.closeWidth, width),
      height: bandHeight
    )
    let mark = metrics.closeMark(cardWidth: width)
    closeMark = Rect(
      x: mark.x,
      y: (bandHeight - mark.height) / 2,
      width: mark.width,
      height: mark.height
    )
  }

  func hit(_ p: Point) -> Hit {
    if close.contains(p) { return .answer(question.app, .dismissed) }
    for button in buttons where button.rect.contains(p) {
      return .answer(question.app, button.answer)
    }
    return .question(question.app)
  }
}

package struct QuestionText {
  package enum Role {
    case heading
    case name
    case grounds
    case words
  }

  package let role: Role
  package let frame: Rect
  package let text: any ShapedText
}

package struct AnswerButton {
  package let answer: Permissions.Answer
  package let rect: Rect
  package let labelFrame: Rect
  package let label: any ShapedText
}
