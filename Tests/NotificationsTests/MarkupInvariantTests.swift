import Glibc
import Notifications
import Testing

/// Random markup from a seed, made of the pieces that parsers stumble over.
private struct MarkupSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
  }

  private static let pieces = [
    "<", ">", "&", "'", "\"", "/", "=", ";", "#", "-", "!", "[", "]", "?", " ", "\n", "\t", "\r",
    "<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "<br>", "<a href='https://e.org'>", "</a>",
    "<a href=\"tel:1\">", "<a href='x:y'>", "<img alt='ä &amp; b'>", "<font color='red'>",
    "</font>",
    "<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "<!DOCTYPE ", "]>", "&lt;", "&amp;", "&#x202E;",
    "&#10;", "a", "b", "img", "ä", "日", "👨‍👩‍👧", "e\u{301}", "\u{202E}", "\u{202C}", "\u{2066}",
    "\u{2069}",
    "\u{2028}", "\u{A0}", "\u{FEFF}", "\u{85}", "\u{0}", "\u{FFFF}", "word ", "<x a='", "<b ", "  ",
  ]

  mutating func markup() -> String {
    let count = Int.random(in: 0..<40, using: &self)
    return (0..<count).map { _ in Self.pieces.randomElement(using: &self) ?? "" }.joined()
  }
}

struct MarkupInvariantTests {
  @Test("Runs are in order, in bounds, on scalar boundaries, apart, and say something")
  func runs() {
    var source = MarkupSource(seed: 1)
    for _ in 0..<2000 {
      let markup = source.markup()
      let limit = [1 << 16, 40, 3, 0].randomElement(using: &source) ?? 0
      let styled = StyledText(markup: markup, links: .remote, limit: limit)
      let bytes = Array(styled.text.utf8)
      var end = 0
      var previous: StyledText.Run?
      for run in styled.runs {
        #expect(run.range.lowerBound >= end && !run.range.isEmpty, "\(markup.debugDescription)")
        #expect(run.range.upperBound <= bytes.count, "\(markup.debugDescription)")
        for offset in [run.range.lowerBound, run.range.upperBound] where offset < bytes.count {
          #expect(bytes[offset] & 0xC0 != 0x80, "\(markup.debugDescription)")
        }
        #expect(run.link != nil || !run.style.isEmpty, "\(markup.debugDescription)")
        if let previous, previous.range.upperBound == run.range.lowerBound {
          #expect(previous.style != run.style || previous.link != run.link)
        }
        end = run.range.upperBound
        previous = run
      }
      let used = Set(styled.runs.compactMap(\.link))
      #expect(used == Set(styled.links.indices), "\(markup.debugDescription)")
      #expect(styled.links.allSatisfy { $0 == "https://e.org" || $0 == "tel:1" })
    }
  }

  @Test("FD-129 the text is the markup's text with the tags removed")
  func text() {
    var source = MarkupSource(seed: 2)
    for _ in 0..<2000 {
      let markup = source.markup()
      let styled = StyledText(markup: markup, links: .remote, limit: 1 << 16)
      #expect(styled.text == Reference.text(of: markup), "\(markup.debugDescription)")
    }
  }

  @Test("FD-057 FD-058 FD-059 no control characters, no stray blank lines, nothing unbalanced")
  func cleanliness() {
    var source = MarkupSource(seed: 3)
    for _ in 0..<2000 {
      let markup = source.markup()
      let limit = Bool.random(using: &source) ? 1 << 16 : 30
      for text in [
        StyledText(markup: markup, links: .remote, limit: limit).text,
        PlainText.line(markup, limit: limit),
      ] {
        #expect(!text.hasPrefix("\n") && !text.hasSuffix("\n"), "\(markup.debugDescription)")
        #expect(!text.contains("\n\n\n"), "\(markup.debugDescription)")
        #expect(Reference.isBalanced(text), "\(markup.debugDescription)")
        for scalar in text.unicodeScalars {
          let isControl = scalar.properties.generalCategory == .control
          #expect(!isControl || scalar == "\n" || scalar == "\t", "\(markup.debugDescription)")
          #expect(![0xFEFF, 0xFFFE, 0xFFFF, 0x2028].contains(scalar.value))
        }
      }
      let line = PlainText.line(markup, limit: limit)
      #expect(!line.contains("\n") && !line.contains("\t"))
      #expect(PlainText.line(line, limit: 1 << 16) == line, "cleaning twice changes nothing")
    }
  }

  @Test(
    "FD-128 64 KiB of anything take time in proportion",
    arguments: [
      "<b>", "<", "&", "<a href=", "<!--", "<im<im<im", "<a b='", "<a b=\"", "<a b='x' c=\"",
      "<a b=\"'\" c='", "<![CDATA[", "<!DOCTYPE[", "<!DOCTYPE ", "<?x ", "&#1", "</b>", "<b>x</b>",
      "<a href='tel:1'>y</a>", "<a href='tel:1'> </a>\n", "\u{202E}", "\n\u{202E}", "\n ", " ",
      "\u{301}", "<b a=b ",
    ]
  )
  func linear(piece: String) {
    let short = Self.time(String(repeating: piece, count: (1 << 13) / piece.utf8.count))
    let long = Self.time(String(repeating: piece, count: (1 << 17) / piece.utf8.count))
    // 16 times as much; were it quadratic, this would be 256.
    #expect(long < max(short, .microseconds(200)) * 80, "\(short) \(long)")
  }

  /// The least of three, in the time of this thread alone: other tests run beside it.
  private static func time(_ markup: String) -> Duration {
    (0..<3).map { _ in
      let start = threadTime()
      _ = StyledText(markup: markup, links: .remote, limit: 1 << 20)
      return threadTime() - start
    }.min() ?? .zero
  }

  private static func threadTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

/// The rules once more, plainly and slowly: with patterns for the tags, with scalars for the text.
private enum Reference {
  static func text(of markup: String) -> String {
    clean(strip(markup))
  }

  /// ASCII classes on scalars: the markup's syntax knows no graphemes.
  private static func pattern(_ text: String) -> Regex<Substring>? {
    try? Regex(text, as: Substring.self).asciiOnlyCharacterClasses()
      .matchingSemantics(.unicodeScalar)
  }

  private static func strip(_ markup: String) -> [Unicode.Scalar] {
    let attribute = #"\s+[a-zA-Z][\w.:-]*\s*=\s*(?:'[^']*'|"[^"]*"|[^\s'"<>]+)"#
    let cdata = pattern(#"(?s)<!\[CDATA\[.*?\]\]>"#)
    let tag = pattern("</?[a-zA-Z][a-zA-Z0-9_.:-]*(?:\(attribute))*\\s*/?>")
    let other = pattern(
      #"(?s)<!--.*?-->|<\?[a-zA-Z].*?\?>|<![a-zA-Z][^<>\[]*(?:>|\[.*?\]>)"#
    )
    var result: [Unicode.Scalar] = []
    var rest = Substring(markup)
    func match(_ regex: Regex<Substring>?) -> Substring? {
      regex.flatMap { rest.prefixMatch(of: $0)?.0 }
    }
    while let first = rest.unicodeScalars.first {
      if first == "<" {
        if let cdata = match(cdata) {
          result += cdata.unicodeScalars.dropFirst(9).dropLast(3)
          rest.unicodeScalars.removeFirst(cdata.unicodeScalars.count)
          continue
        }
        if let tag = match(tag) {
          if tag.hasPrefix("<br") { result.append("\n") }
          if tag.contains("alt=") { result += "ä & b".unicodeScalars }
          rest.unicodeScalars.removeFirst(tag.unicodeScalars.count)
          continue
        }
        if let declaration = match(other) {
          rest.unicodeScalars.removeFirst(declaration.unicodeScalars.count)
          continue
        }
      }
      let entities: [(String, Unicode.Scalar)] = [
        ("&lt;", "<"), ("&amp;", "&"), ("&#x202E;", "\u{202E}"), ("&#10;", "\n"),
      ]
      if first == "&",
        let (name, scalar) = entities.first(where: {
          rest.unicodeScalars.starts(with: $0.0.unicodeScalars)
        })
      {
        result.append(scalar)
        rest.unicodeScalars.removeFirst(name.unicodeScalars.count)
        continue
      }
      result.append(first)
      rest.unicodeScalars.removeFirst()
    }
    return result
  }

  private static func clean(_ scalars: [Unicode.Scalar]) -> String {
    var lines: [[Unicode.Scalar]] = [[]]
    for scalar in scalars {
      switch scalar.value {
      case 0x0A, 0x2028, 0x2029: lines.append([])
      case 0x09: lines[lines.count - 1].append(scalar)
      case ..<0x20, 0x7F...0x9F, 0xFEFF, 0xFFFE, 0xFFFF: break
      default: lines[lines.count - 1].append(scalar)
      }
    }
    lines = lines.map(balance).map { $0.allSatisfy(\.properties.isWhitespace) ? [] : $0 }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    while lines.last?.isEmpty == true { lines.removeLast() }
    var text = String.UnicodeScalarView()
    var blanks = 0
    for (index, line) in lines.enumerated() {
      blanks = line.isEmpty ? blanks + 1 : 0
      if blanks > 1 { continue }
      if index > 0 { text.append("\n") }
      text.append(contentsOf: line)
    }
    return String(text)
  }

  private static func balance(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var open: [Bool] = []
    var result: [Unicode.Scalar] = []
    for scalar in line {
      switch scalar.value {
      case 0x202A, 0x202B, 0x202D, 0x202E: open.append(false)
      case 0x2066...0x2068: open.append(true)
      case 0x202C:
        guard open.last == false else { continue }
        open.removeLast()
      case 0x2069:
        guard let isolate = open.lastIndex(of: true) else { continue }
        open.removeSubrange(isolate...)
      default: break
      }
      result.append(scalar)
    }
    return result + open.reversed().map { $0 ? "\u{2069}" : "\u{202C}" }
  }

  static func isBalanced(_ text: String) -> Bool {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).allSatisfy {
      balance(Array($0)) == Array($0)
    }
  }
}
