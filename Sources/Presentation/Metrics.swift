import Display
import Notifications

/// The theme at one scale, in device pixels.
struct Metrics {
  let theme: Theme
  let scale: Scale

  var padding: Int { scale.device(theme.padding) }
  var gap: Int { scale.device(theme.gap) }
  var imageBox: Int { scale.device(theme.imageBox) }
  var imageGap: Int { scale.device(12) }
  var titleGap: Int { scale.device(2) }
  var bodyGap: Int { scale.device(2) }
  var progressGap: Int { scale.device(10) }
  var progressHeight: Int { max(scale.device(4), 2) }
  var buttonGap: Int { scale.device(6) }
  var buttonsGap: Int { scale.device(12) }
  var buttonPadding: Int { scale.device(10) }
  var buttonHeight: Int { max(scale.device(28), label.lineHeight) }
  var rowHeight: Int { max(scale.device(28), label.lineHeight) }
  var closeWidth: Int { scale.device(32) }
  var closeHeight: Int { scale.device(28) }
  func closeMark(cardWidth: Int) -> Rect {
    let edge = scale.device(9)
    return Rect(
      x: cardWidth - padding - edge,
      y: padding + (appName.lineHeight - edge) / 2,
      width: edge,
      height: edge
    )
  }

  var appName: TextStyle { style(0.85, lines: 1.35, link: theme.normal.accent) }
  var title: TextStyle { style(1.05, lines: 1.35, isBold: true, link: theme.normal.accent) }
  var label: TextStyle { style(0.92, lines: 1.35, link: theme.normal.accent) }

  func body(_ urgency: Notification.Urgency) -> TextStyle {
    style(1, lines: 1.38, link: theme.palette(for: urgency).accent)
  }

  private func style(_ ratio: Double, lines: Double, isBold: Bool = false, link: Color)
    -> TextStyle
  {
    let points = theme.font.points >= 1 ? min(theme.font.points, 200) : 10
    let size = points * 96 / 72 * ratio * scale.factor
    return TextStyle(
      family: theme.font.family,
      size: size,
      isBold: isBold,
      lineHeight: max(Int(size * lines + 0.5), 1),
      link: link
    )
  }
}
