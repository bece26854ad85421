/// A pattern for a whole text: `*` is any run of characters, `?` is one, `[a-z]` and `[!a-z]` one of
/// those or of all others, and a backslash takes the next one as it is.
package struct Glob: Equatable, Sendable {
  fileprivate enum Part: Equatable, Sendable {
    case run
    case any
    case one(Unicode.Scalar)
    case of([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  package let source: String
  private var parts: [Part] = []
  /// The text, where it is nothing but that.
  package private(set) var literal: String?
  /// The text that all begin with that match.
  private(set) var beginning = ""

  package init(_ pattern: String) {
    source = pattern
    var rest = pattern.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": if parts.last != .run { parts.append(.run) }
      case "?": parts.append(.any)
      case "[": parts.append(Self.set(&rest))
      case "\\": parts.append(.one(rest.popFirst() ?? "\\"))
      default: parts.append(.one(scalar))
      }
    }
    for part in parts {
      guard case .one(let scalar) = part else { return }
      beginning.unicodeScalars.append(scalar)
    }
    literal = beginning
    parts = []
  }

  /// What follows a `[`; one that nothing closes is itself.
  private static func set(_ rest: inout Substring.UnicodeScalarView) -> Part {
    var inside = rest
    var isNegated = false
    if inside.first == "!" || inside.first == "^" {
      isNegated = true
      inside.removeFirst()
    }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while var scalar = inside.popFirst() {
      if scalar == "]", !ranges.isEmpty {
        rest = inside
        return .of(ranges, isNegated: isNegated)
      }
      if scalar == "\\", let next = inside.popFirst() { scalar = next }
      var last = scalar
      if inside.first == "-", let end = inside.dropFirst().first, end != "]" {
        last = end
        inside = inside.dropFirst(2)
      }
      ranges.append(min(scalar, last)...max(scalar, last))
    }
    return .one("[")
  }

  package func matches(_ text: String) -> Bool {
    if let literal { return text == literal }
    let scalars = text.unicodeScalars
    var position = scalars.startIndex
    var part = 0
    // Where the last run began, and what it has taken: only that one is ever made longer.
    var retry: (part: Int, position: String.Index)?
    while position < scalars.endIndex {
      if part < parts.count, case .run = parts[part] {
        part += 1
        if part == parts.count { return true }
        retry = (part, position)
      } else if part < parts.count, parts[part].matches(scalars[position]) {
        part += 1
        scalars.formIndex(after: &position)
      } else if let last = retry {
        let next = scalars.index(after: last.position)
        retry = (last.part, next)
        part = last.part
        position = next
      } else {
        return false
      }
    }
    if part < parts.count, case .run = parts[part] { part += 1 }
    return part == parts.count
  }
}

extension Glob.Part {
  fileprivate func matches(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .run: false
    case .any: true
    case .one(let own): own == scalar
    case .of(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }
}
