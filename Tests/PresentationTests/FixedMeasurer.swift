import Display
import Notifications
import Presentation
import Testing

/// Sets every scalar as wide as half the font's size, and breaks anywhere.
final class FixedMeasurer: TextMeasurer {
  private(set) var asked: [String] = []
  private(set) var cuts: [(text: String, cut: TextStyle.Cut, lines: Int)] = []

  func shape(_ text: StyledText, _ style: TextStyle, width: Int, lines: Int) -> any ShapedText {
    asked.append(text.text)
    cuts.append((text.text, style.cut, lines))
    let advance = max(Int(style.size / 2), 1)
    let perLine = max(width / advance, 1)
    var rows: [Range<Int>] = []
    var offset = 0
    for paragraph in text.text.split(separator: "\n", omittingEmptySubsequences: false) {
      var left = paragraph.utf8.count
      repeat {
        let count = min(left, perLine)
        rows.append(offset..<offset + count)
        offset += count
        left -= count
      } while left > 0
      offset += 1
    }
    rows = Array(rows.prefix(max(lines, 1)))
    var links: [LinkArea] = []
    for (index, row) in rows.enumerated() {
      for run in text.runs {
        guard let link = run.link, run.range.overlaps(row) else { continue }
        let part = run.range.clamped(to: row)
        let rect = Rect(
          x: (part.lowerBound - row.lowerBound) * advance,
          y: index * style.lineHeight,
          width: part.count * advance,
          height: style.lineHeight
        )
        links.append(
          LinkArea(
            rect: rect,
            underline: Rect(x: rect.x, y: rect.maxY - 2, width: rect.width, height: 1),
            link: link
          )
        )
      }
    }
    let widest = rows.map(\.count).max() ?? 0
    return FixedText(
      size: Size(width: min(widest * advance, width), height: rows.count * style.lineHeight),
      links: links
    )
  }

  func forget() {
    asked = []
  }
}

final class FixedText: ShapedText {
  let size: Size
  let links: [LinkArea]

  init(size: Size, links: [LinkArea]) {
    self.size = size
    self.links = links
  }
}

func id(_ n: UInt32) -> NotificationID {
  guard let id = NotificationID(rawValue: n) else { preconditionFailure("0 is no id") }
  return id
}

func popup(
  _ n: UInt32,
  revision: UInt64 = 1,
  app: String = "App",
  title: String = "Title",
  body: String = "",
  buttons: Int = 0
) -> Popup {
  Popup(
    id: id(n),
    revision: revision,
    appName: app,
    title: title,
    body: StyledText(body),
    buttons: (0..<buttons).map { Notification.Action(key: "k\($0)", label: "Label \($0)") }
  )
}

/// How a popup is laid out, alone on the screen.
func card(
  _ popup: Popup,
  scale: Scale = .one,
  measurer: FixedMeasurer = FixedMeasurer()
) throws -> Card {
  let scene = Layout().scene(
    for: Stack(popups: [popup]),
    theme: .standard,
    scale: scale,
    usable: screen,
    measurer: measurer
  )
  return try #require(scene.cards.first?.card)
}

func picture(_ width: Int, _ height: Int) -> Picture? {
  Picture(
    width: width,
    height: height,
    pixels: Array(repeating: 0xff33_6699, count: width * height)
  )
}

let screen = Size(width: 1920, height: 1080)
let scales = [120, 150, 180, 240].map { Scale(of120: $0) }
