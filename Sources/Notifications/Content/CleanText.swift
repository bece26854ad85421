/// Gathers text in the form in which it may be shown, together with its runs and links.
struct CleanText {
  enum Form {
    /// White space that holds newlines or tabs is one space; none at the ends (FD-056).
    case line
    /// No blank lines at the ends, never two in a row between (FD-057).
    case paragraphs
  }

  private let form: Form
  private let limit: Int
  private var bytes: [UInt8] = []
  private var controls = BidiControls()
  /// White space that stays only if text follows: in a line any, in paragraphs the indent.
  private var heldSpace: [UInt8] = []
  private var holdsBreak = false
  private var newlines = 0
  private var isLineBlank = true

  private var runs: [StyledText.Run] = []
  private var links: [String] = []
  private var runStart = 0
  private var style: StyledText.Style = []
  private var isLinked = false
  private var target = ""
  private var link: Int?

  init(_ form: Form, limit: Int, capacity: Int) {
    self.form = form
    self.limit = min(max(limit, 0), 1 << 30)
    bytes.reserveCapacity(min(capacity, self.limit + 64))
  }

  /// Whether more text could not change the result.
  var isFull: Bool { room <= 0 }

  /// How much more is needed at most to know that the text is too long.
  ///
  /// The last two bytes may be newlines that go at the end.
  private var room: Int { limit + 3 - bytes.count }

  mutating func append(_ source: borrowing Span<UInt8>, _ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound, !isFull {
      let start = index
      let end = min(range.upperBound, start + room)
      let takesSpaces = form == .paragraphs && !isLineBlank
      while index < end,
        !source.needsCare(at: index) || takesSpaces && source[index] == UInt8(ascii: " ")
      {
        index += 1
      }
      if index > start {
        beginText()
        bytes.append(source, start..<index)
      }
      guard index < end else { return }
      let (scalar, next) = source.scalar(at: index)
      append(scalar)
      index = next
    }
  }

  mutating func append(_ scalar: Unicode.Scalar) {
    let scalarClass = ScalarClass(scalar)
    switch scalarClass {
    case .removed:
      break
    case .newline where form == .paragraphs:
      endLine()
    case .newline:
      holdsBreak = true
    case .tab where form == .line:
      holdsBreak = true
    case .tab, .space:
      if form == .paragraphs, !isLineBlank {
        bytes.append(contentsOf: scalar.utf8)
      } else if heldSpace.count < limit {
        heldSpace.append(contentsOf: scalar.utf8)
      }
    case .text, .embedding, .endOfEmbedding, .isolate, .endOfIsolate:
      guard controls.admit(scalarClass) else { return }
      beginText()
      bytes.append(contentsOf: scalar.utf8)
    }
  }

  private mutating func beginText() {
    if holdsBreak || !heldSpace.isEmpty {
      let startsRun = runStart == bytes.count
      if holdsBreak, !bytes.isEmpty {
        bytes.append(UInt8(ascii: " "))
      } else if form == .paragraphs || !bytes.isEmpty {
        bytes.append(contentsOf: heldSpace)
      }
      // No underlined indents.
      if startsRun { runStart = bytes.count }
      heldSpace.removeAll(keepingCapacity: true)
      holdsBreak = false
    }
    isLineBlank = false
    newlines = 0
  }

  private mutating func endLine() {
    heldSpace.removeAll(keepingCapacity: true)
    isLineBlank = true
    closeControls()
    guard !bytes.isEmpty, newlines < 2 else { return }
    bytes.append(UInt8(ascii: "\n"))
    newlines += 1
  }

  private mutating func closeControls() {
    while let scalar = controls.close() {
      bytes.append(contentsOf: scalar.utf8)
    }
  }
}

// MARK: - Runs and links

extension CleanText {
  /// Sets the target that linked text points at from now on.
  mutating func setTarget(_ target: String) {
    endRun()
    self.target = target
    link = nil
  }

  mutating func setStyle(_ style: StyledText.Style, isLinked: Bool) {
    guard style != self.style || isLinked != self.isLinked else { return }
    endRun()
    self.style = style
    self.isLinked = isLinked
  }

  private mutating func endRun() {
    let range = runStart..<bytes.count
    runStart = bytes.count
    guard !range.isEmpty, isLinked || !style.isEmpty else { return }
    if isLinked, link == nil {
      link = links.count
      links.append(target)
    }
    let run = StyledText.Run(range: range, style: style, link: isLinked ? link : nil)
    if let last = runs.last, last.range.upperBound == range.lowerBound, last.style == run.style,
      last.link == run.link
    {
      runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
    } else {
      runs.append(run)
    }
  }
}

// MARK: - The end of the text

extension CleanText {
  mutating func finish() -> StyledText {
    endRun()
    var end = bytes.count
    while end > 0, bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
    truncate(to: end)
    if end > limit { cut() }
    closeControls()
    var result = StyledText(String(decoding: bytes, as: UTF8.self))
    result.runs = runs
    result.links = links
    return result
  }

  /// Shortens to the limit, the ellipsis included; the ends of bidi controls come on top (FD-060).
  private mutating func cut() {
    var end = graphemeBoundary(atMost: max(limit - "…".utf8.count, 0))
    while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
    truncate(to: end)
    controls = openControls()
    bytes.append(contentsOf: "…".utf8)
  }

  private func graphemeBoundary(atMost offset: Int) -> Int {
    let limit = scalarBoundary(atMost: offset)
    // A grapheme longer than this is a pile of marks, and loses some of them.
    let start = scalarBoundary(atMost: max(limit - 96, 0))
    let text = String(decoding: bytes[start..<min(limit + 64, bytes.count)], as: UTF8.self)
    var index = text.utf8.index(text.startIndex, offsetBy: limit - start)
    while index > text.startIndex, String.Index(index, within: text) == nil {
      index = text.unicodeScalars.index(before: index)
    }
    guard index == text.startIndex, start > 0 else {
      return start + text.utf8.distance(from: text.startIndex, to: index)
    }
    return limit
  }

  private func scalarBoundary(atMost offset: Int) -> Int {
    var offset = offset
    while offset > 0, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  private mutating func truncate(to end: Int) {
    guard end < bytes.count else { return }
    bytes.removeLast(bytes.count - end)
    while let last = runs.last, last.range.upperBound > end {
      runs.removeLast()
      guard last.range.lowerBound < end else { continue }
      runs.append(.init(range: last.range.lowerBound..<end, style: last.style, link: last.link))
    }
    // Links are numbered in the order of their runs.
    let used = runs.last { $0.link != nil }?.link.map { $0 + 1 } ?? 0
    links.removeLast(links.count - used)
  }

  /// The controls that are open at the end, which was somewhere inside the text.
  private func openControls() -> BidiControls {
    var open = BidiControls()
    let lineStart = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let source = bytes.span
    var index = lineStart
    while index < source.count {
      let (scalar, next) = source.scalar(at: index)
      _ = open.admit(ScalarClass(scalar))
      index = next
    }
    return open
  }
}

extension [UInt8] {
  mutating func append(_ source: borrowing Span<UInt8>, _ range: Range<Int>) {
    unsafe source.extracting(range).withUnsafeBufferPointer {
      unsafe append(contentsOf: $0)
    }
  }
}
