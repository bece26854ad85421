/// Plain text with styles and links on parts of it.
package struct StyledText: Equatable {
  package var text: String
  /// In order, without overlap; text outside every run is unstyled.
  package var runs: [Run]
  /// The targets that runs point at (FD-131).
  package var links: [String]

  package init(_ text: String = "") {
    self.text = text
    self.runs = []
    self.links = []
  }

  package struct Run: Equatable {
    /// Offsets in the UTF-8 form of the text.
    package var range: Range<Int>
    package var style: Style
    /// Index in `links`, or nil.
    package var link: Int?

    package init(range: Range<Int>, style: Style, link: Int? = nil) {
      self.range = range
      self.style = style
      self.link = link
    }
  }

  package struct Style: OptionSet, Equatable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let bold = Style(rawValue: 1)
    package static let italic = Style(rawValue: 2)
    package static let underline = Style(rawValue: 4)
  }
}
