/// The elements that are open at some point of the markup, cut at a depth of 32 (FD-128).
struct OpenElements {
  enum Element: UInt64 {
    case bold, italic, underline, anchor
  }

  /// Two bits for each element, the innermost lowest.
  private var stack: UInt64 = 0
  private var depth = 0
  /// How many are open beyond the cut.
  private var beyond = 0
  private var counts = SIMD4<UInt8>()
  /// Which of the open anchors, counted from outside, is the link; 0 for none.
  private var linkLevel: UInt8 = 0

  private static let maximalDepth = 32

  var style: StyledText.Style {
    var style: StyledText.Style = []
    if isOpen(.bold) { style.insert(.bold) }
    if isOpen(.italic) { style.insert(.italic) }
    if isOpen(.underline) { style.insert(.underline) }
    return style
  }

  /// Inside the link itself, not inside an anchor within it (FD-135).
  var isLinked: Bool { linkLevel > 0 && linkLevel == counts[Element.anchor.index] }

  var hasLink: Bool { linkLevel > 0 }

  mutating func open(_ element: Element) {
    guard depth < Self.maximalDepth else {
      beyond += 1
      return
    }
    stack = stack << 2 | element.rawValue
    depth += 1
    counts[element.index] += 1
  }

  mutating func openLink() {
    open(.anchor)
    if beyond == 0 { linkLevel = counts[Element.anchor.index] }
  }

  /// Closes everything up to the innermost one of this name; nothing if there is none (FD-126).
  mutating func close(_ element: Element) {
    guard beyond == 0 else {
      beyond -= 1
      return
    }
    guard isOpen(element) else { return }
    var innermost: Element
    repeat {
      innermost = Element(rawValue: stack & 3) ?? element
      stack >>= 2
      depth -= 1
      counts[innermost.index] -= 1
    } while innermost != element
    linkLevel = counts[Element.anchor.index] < linkLevel ? 0 : linkLevel
  }

  private func isOpen(_ element: Element) -> Bool { counts[element.index] > 0 }
}

extension OpenElements.Element {
  fileprivate var index: Int { Int(rawValue) }
}
