package import Display
package import Notifications
package import Presentation

/// Measures texts and paints scenes. One for the whole program; make it when the first popup comes.
package final class Painter: TextMeasurer {
  package init() {}

  package func shape(_ text: StyledText, _ style: TextStyle, width: Int, lines: Int)
    -> any ShapedText
  {
    fatalError()
  }

  /// Makes a frame that shows `old` (nil: anything) show `painting`.
  package func paint(_ painting: Painting, over old: Painting?, into frame: borrowing Frame) {}
}
