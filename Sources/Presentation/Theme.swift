package import Notifications

/// How cards look.
///
/// Lengths are logical pixels.
package struct Theme: Equatable, Sendable {
  package var width = 300
  /// Distance of the stack from the edges of the screen.
  package var margin = 10
  /// Between cards.
  package var gap = 8
  /// Between a card's edge and what it holds.
  package var padding = 12
  package var radius = 12
  package var font = Font(family: "Sans", points: 10)
  package var imageBox = 48
  package var imageRadius = 8
  package var buttonRadius = 7
  package var maxTitleLines = 2
  package var maxBodyLines = 8
  /// On Wayland: in front of full-screen windows too.
  package var coversFullScreen = false
  package var low = Palette.quiet
  package var normal = Palette.plain
  package var critical = Palette.urgent

  package init() {}

  package static let standard = Theme()

  package func palette(for urgency: Notification.Urgency) -> Palette {
    switch urgency {
    case .low: low
    case .normal: normal
    case .critical: critical
    }
  }
}

package struct Font: Equatable, Sendable {
  package var family: String
  package var points: Double

  package init(family: String, points: Double) {
    self.family = family
    self.points = points
  }
}

/// The colours of one kind of card.
package struct Palette: Equatable, Sendable {
  package var background: Color
  package var border: Color
  package var appName: Color
  package var title: Color
  package var body: Color
  /// Links and the filled part of a progress bar.
  package var accent: Color
  package var track: Color
  package var button: Color
  package var buttonBorder: Color
  package var buttonUnderPointer: Color
  package var buttonLabel: Color

  /// What is disabled, on the card's background.
  package var dimmed: Color { body.mixed(with: background) }

  /// These colours, but for those that the user gives one card.
  package func with(_ style: Treatment.Style) -> Palette {
    guard style != Treatment.Style() else { return self }
    var palette = self
    if let background = style.background {
      palette.background = Color(background)
      palette.track = Color(background).mixed(with: palette.body)
    }
    if let border = style.border { palette.border = Color(border) }
    if let appName = style.appName { palette.appName = Color(appName) }
    if let title = style.title { palette.title = Color(title) }
    if let body = style.body { palette.body = Color(body) }
    if let accent = style.accent { palette.accent = Color(accent) }
    if let button = style.button {
      palette.button = Color(button)
      palette.buttonBorder = Color(button).mixed(with: palette.buttonLabel)
      palette.buttonUnderPointer = palette.buttonBorder
    }
    return palette
  }

  package static let plain = Palette(
    background: Color(0x1d1f24),
    border: Color(0x33363e),
    appName: Color(0x9299a6),
    title: Color(0xf4f5f7),
    body: Color(0xc3c8d1),
    accent: Color(0x7fb2ff),
    track: Color(0x353942),
    button: Color(0x2c2f37),
    buttonBorder: Color(0x3a3e48),
    buttonUnderPointer: Color(0x3b404b),
    buttonLabel: Color(0xe3e6eb)
  )

  package static let quiet = Palette(
    background: Color(0x1a1b1f),
    border: Color(0x2a2c32),
    appName: Color(0x7c828d),
    title: Color(0xc9cdd4),
    body: Color(0x9ca2ad),
    accent: Color(0x7f9cc8),
    track: Color(0x2e3138),
    button: Color(0x26282e),
    buttonBorder: Color(0x32353d),
    buttonUnderPointer: Color(0x343841),
    buttonLabel: Color(0xbfc4cc)
  )

  package static let urgent = Palette(
    background: Color(0x2a1b1e),
    border: Color(0xc2464f),
    appName: Color(0xff8f92),
    title: Color(0xfff5f5),
    body: Color(0xe3cccd),
    accent: Color(0xff7b80),
    track: Color(0x4b2f33),
    button: Color(0x42272b),
    buttonBorder: Color(0x5a343a),
    buttonUnderPointer: Color(0x5b343a),
    buttonLabel: Color(0xffe4e4)
  )
}

/// An opaque colour, 0xRRGGBB.
package struct Color: Equatable, Hashable, Sendable {
  package var rgb: UInt32

  package init(_ rgb: UInt32) {
    self.rgb = rgb & 0xff_ffff
  }

  /// A fifth of another colour, the rest this.
  func mixed(with other: Color) -> Color {
    func channel(_ shift: UInt32) -> UInt32 {
      let (own, foreign) = (rgb >> shift & 0xff, other.rgb >> shift & 0xff)
      return ((own * 4 + foreign) / 5) << shift
    }
    return Color(channel(16) | channel(8) | channel(0))
  }

  /// The pixel of this colour in a `Frame`.
  package var argb: UInt32 { 0xff00_0000 | rgb }
}
