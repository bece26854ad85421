extension StyledText {
  /// The body markup, as text with styles and links on parts of it.
  ///
  /// No markup is wrong: what is not understood is text. Every text is cleaned as paragraphs
  /// (FD-057 to FD-059), and cut to the limit, in bytes, with `…` (FD-060). What comes out is text
  /// and never markup again, whatever it looks like.
  package init(markup: String, links: LinkPolicy, limit: Int) {
    let source = markup.utf8.span
    guard !Self.isCleanText(source, limit: limit) else {
      self.init(markup)
      return
    }
    var parser = MarkupParser(links: links, limit: limit, capacity: source.count)
    parser.parse(source)
    self = parser.output.finish()
  }

  /// May answer no for a clean text, never yes for another, nor for one with markup.
  private static func isCleanText(_ source: borrowing Span<UInt8>, limit: Int) -> Bool {
    guard source.count <= limit else { return false }
    guard !source.isEmpty else { return true }
    let space = UInt8(ascii: " ")
    guard source[0] > space, source[source.count - 1] > space else { return false }
    for index in source.indices {
      let byte = source[index]
      if byte > space, byte < 0x7F {
        guard byte != UInt8(ascii: "<"), byte != UInt8(ascii: "&") else { return false }
      } else if byte == UInt8(ascii: "\n") {
        guard source[index + 1] > space else { return false }
      } else if byte != space {
        guard !source.needsCare(at: index) else { return false }
      }
    }
    return true
  }
}

private struct MarkupParser {
  var output: CleanText
  private let links: LinkPolicy
  private var open = OpenElements()
  private var declarations = DeclarationReader()

  init(links: LinkPolicy, limit: Int, capacity: Int) {
    output = CleanText(.paragraphs, limit: limit, capacity: capacity)
    self.links = links
  }

  mutating func parse(_ source: borrowing Span<UInt8>) {
    var textStart = 0
    var index = 0
    while index < source.count, !output.isFull {
      let byte = source[index]
      guard byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") else {
        if index - textStart > 4096, byte & 0xC0 != 0x80 {
          output.append(source, textStart..<index)
          textStart = index
        }
        index += 1
        continue
      }
      // Text goes out before what ends it; a literal `<` or `&` is part of the text.
      let text = textStart..<index
      if byte == UInt8(ascii: "&") {
        guard let entity = Entity(source, at: index, before: source.count) else {
          index += 1
          continue
        }
        output.append(source, text)
        output.append(entity.scalar)
        index = entity.end
      } else if let tag = MarkupTag(source, at: index) {
        output.append(source, text)
        apply(tag, source)
        index = tag.end
      } else if let declaration = declarations.read(source, at: index) {
        output.append(source, text)
        if let literal = declaration.text { output.append(source, literal) }
        index = declaration.end
      } else {
        index += 1
        continue
      }
      textStart = index
    }
    output.append(source, textStart..<source.count)
  }

  private mutating func apply(_ tag: MarkupTag, _ source: borrowing Span<UInt8>) {
    switch tag.name {
    case .bold: apply(tag, .bold)
    case .italic: apply(tag, .italic)
    case .underline: apply(tag, .underline)
    case .anchor: applyAnchor(tag, source)
    case .image:
      guard !tag.isClosing, let alt = tag.alt else { return }
      output.setStyle(open.style, isLinked: false)
      appendValue(source, alt)
    case .lineBreak:
      guard !tag.isClosing else { return }
      output.append("\n")
    case .other:
      return
    }
    output.setStyle(open.style, isLinked: open.isLinked)
  }

  private mutating func apply(_ tag: MarkupTag, _ element: OpenElements.Element) {
    if tag.isClosing {
      open.close(element)
    } else if !tag.isEmpty {
      open.open(element)
    }
  }

  private mutating func applyAnchor(_ tag: MarkupTag, _ source: borrowing Span<UInt8>) {
    if !tag.isClosing, !tag.isEmpty, !open.hasLink, let href = tag.href,
      let target = links.target(source, href: href)
    {
      open.openLink()
      output.setTarget(target)
    } else {
      apply(tag, .anchor)
    }
  }

  private mutating func appendValue(_ source: borrowing Span<UInt8>, _ range: Range<Int>) {
    var textStart = range.lowerBound
    var index = textStart
    while index < range.upperBound {
      guard let entity = Entity(source, at: index, before: range.upperBound) else {
        index += 1
        continue
      }
      output.append(source, textStart..<index)
      output.append(entity.scalar)
      index = entity.end
      textStart = index
    }
    output.append(source, textStart..<range.upperBound)
  }
}

extension String {
  /// As markup that shows it.
  package var escaped: String {
    guard utf8.contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "<") }) else {
      return self
    }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
