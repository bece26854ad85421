package import Notifications

/// A rule's template of title and text (`format`).
///
/// Its first line makes the title, the rest the text. `%a` is the app's name as shown, `%s` the
/// title, `%b` the text, `%c` the category, `%p` the progress and `%%` a percent sign; anything
/// else is taken as it stands. What is filled in is never read again, as a template or as markup.
package struct Format {
  private let template: String

  package init(_ template: String) {
    self.template = template
  }

  package func title(of notification: Notification) -> String {
    let first = template.utf8.prefix { $0 != Self.newline }
    let filled = fill(Substring(first), from: notification)
    return PlainText.line(filled.text, limit: 4 << 10)
  }

  package func body(of notification: Notification) -> StyledText {
    guard let end = template.utf8.firstIndex(of: Self.newline) else { return StyledText() }
    return fill(template[template.utf8.index(after: end)...], from: notification)
  }

  private static let newline = UInt8(ascii: "\n")
  private static let sign = UInt8(ascii: "%")
  /// As much as a sender's own text may have.
  private static let limit = 64 << 10

  private func fill(_ part: Substring, from notification: Notification) -> StyledText {
    var text = StyledText()
    var rest = part.utf8[...]
    while let place = rest.firstIndex(of: Self.sign) {
      text.text += String(Substring(rest[..<place]))
      let letter = rest.index(after: place)
      guard letter < rest.endIndex else {
        rest = rest[place...]
        break
      }
      guard text.text.utf8.count < Self.limit else { return text }
      rest = rest[rest.index(after: letter)...]
      switch part.utf8[letter] {
      case UInt8(ascii: "a"): text.text += notification.appName
      case UInt8(ascii: "s"): text.text += notification.title
      case UInt8(ascii: "b"): text.add(notification.body)
      case UInt8(ascii: "c"): text.text += PlainText.line(notification.category, limit: 512)
      case UInt8(ascii: "p"): text.text += notification.progress.map { "\($0) %" } ?? ""
      case Self.sign: text.text += "%"
      default: rest = part.utf8[letter...]; text.text += "%"
      }
    }
    text.text += String(Substring(rest))
    return text
  }
}

extension StyledText {
  fileprivate mutating func add(_ other: StyledText) {
    let offset = text.utf8.count
    text += other.text
    for run in other.runs {
      runs.append(
        Run(
          range: run.range.lowerBound + offset..<run.range.upperBound + offset,
          style: run.style,
          link: run.link.map { $0 + links.count }
        )
      )
    }
    links += other.links
  }
}
