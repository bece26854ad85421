package import Display

/// Puts the cards of a stack one below the other.
///
/// Keeps what it laid out, so that an unchanged card costs nothing.
package final class Layout {
  package init() {}

  /// `usable` is the output's, in logical pixels.
  package func scene(
    for stack: Stack, theme: Theme, scale: Scale, usable: Size, measurer: any TextMeasurer
  ) -> Scene {
    Scene(
      theme: theme, scale: scale, size: Size(width: 1, height: 1), cards: [], more: nil,
      margin: theme.margin)
  }
}
