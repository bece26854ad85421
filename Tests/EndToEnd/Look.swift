import Presentation
import TestSupport

/// What hark's theme looks like, as far as tests must know it.
enum Look {
  static let card = Colour(Palette.plain.background.rgb)
  static let button = Colour(Palette.plain.button.rgb)
  static let title = Colour(Palette.plain.title.rgb)
  static let accent = Colour(Palette.plain.accent.rgb)
  static let critical = Colour(Palette.urgent.background.rgb)

  /// Where a popup is, on a screen that is not empty.
  static func card(in picture: Picture) -> Area? {
    picture.regions(of: card, tolerance: 3, smallest: 5000).first
  }

  /// The buttons of a popup, from left to right.
  static func buttons(of popup: Area, in picture: Picture) -> [Area] {
    picture.regions(of: button, tolerance: 3, in: popup, smallest: 200)
      .filter { $0.height >= 16 && $0.width >= 24 }.sorted { $0.x < $1.x }
  }

  /// What the pointer brought up in the popup's right upper corner.
  static func closeButton(of popup: Area, before: Picture, after: Picture) -> Area? {
    let corner = Area(x: popup.maxX - 48, y: popup.y, width: 48, height: min(48, popup.height))
    var changed: Area?
    for y in corner.y..<corner.maxY {
      for x in corner.x..<corner.maxX where before[x, y].distance(to: after[x, y]) > 8 {
        let (left, top) = (min(changed?.x ?? x, x), min(changed?.y ?? y, y))
        changed = Area(
          x: left,
          y: top,
          width: max(changed?.maxX ?? 0, x + 1) - left,
          height: max(changed?.maxY ?? 0, y + 1) - top
        )
      }
    }
    return changed
  }
}
