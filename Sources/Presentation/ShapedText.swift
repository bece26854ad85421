package import Display
package import Notifications

/// How a text is set, in device pixels.
package struct TextStyle: Equatable, Sendable {
  package var family: String
  /// The size of the font's em square.
  package var size: Double
  package var isBold: Bool
  /// From one baseline to the next.
  package var lineHeight: Int
  package var link: Color
  /// What a single line loses when it is too long.
  package var cut = Cut.end

  package enum Cut: Equatable, Sendable {
    case start
    case end
  }

  package init(family: String, size: Double, isBold: Bool, lineHeight: Int, link: Color) {
    self.family = family
    self.size = size
    self.isBold = isBold
    self.lineHeight = lineHeight
    self.link = link
  }
}

/// Breaks texts into lines.
///
/// Drawing has the real one.
package protocol TextMeasurer: AnyObject {
  /// Sets `text` in at most `lines` lines of at most `width` pixels; the last one ends in … where
  /// text is left out, a single one as the style's `cut` says. Each text has its own base direction (FD-059).
  func shape(_ text: StyledText, _ style: TextStyle, width: Int, lines: Int) -> any ShapedText
}

/// A text broken into lines, ready to be painted.
package protocol ShapedText: AnyObject {
  /// The widest line and all lines' height.
  var size: Size { get }
  var links: [LinkArea] { get }
}

/// The part of a link on one line, from the text's top left corner.
package struct LinkArea: Equatable {
  package var rect: Rect
  /// Where the line's underline goes.
  package var underline: Rect
  /// Index in the text's links.
  package var link: Int

  package init(rect: Rect, underline: Rect, link: Int) {
    self.rect = rect
    self.underline = underline
    self.link = link
  }
}
