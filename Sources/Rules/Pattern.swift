import Configuration

/// What a text is compared with: `/…/` is a regular expression found anywhere in it, anything else a
/// glob for the whole of it.
enum Pattern {
  case glob(Glob)
  case expression(Expression)

  /// Cheaper ones are asked first.
  var cost: Int {
    switch self {
    case .glob(let glob): glob.literal != nil ? 1 : 2
    case .expression: 3
    }
  }

  /// What is in each text that it matches.
  var pairs: Pairs {
    switch self {
    case .glob(let glob): glob.pairs
    case .expression(let expression): expression.pairs
    }
  }

  static var kind: Kind<Pattern> {
    let name = "a glob or a /regular expression/"
    return Kind(
      name,
      read: { value, report in
        guard case .string(let text) = value.content else {
          report.add(value.place, value.content.name, expected: name)
          return nil
        }
        guard let (source, flags) = expression(in: text) else { return .glob(Glob(text)) }
        switch Expression.make(source, flags) {
        case .success(let expression): return .expression(expression)
        case .failure(let error):
          let place = error.offset == 0 ? "" : " after \(error.offset) bytes"
          report.add(value.place, "a wrong regular expression: \(error.words)\(place)")
          return nil
        }
      },
      write: { pattern in
        switch pattern {
        case .glob(let glob): .string(glob.source)
        case .expression(let expression): .string(expression.source)
        }
      }
    )
  }

  /// What is between the slashes, and the letters that follow; nil where it is not of that form.
  private static func expression(in text: String) -> (source: String, flags: Expression.Flags)? {
    guard text.utf8.first == UInt8(ascii: "/"),
      let end = text.utf8.lastIndex(of: UInt8(ascii: "/")),
      end != text.startIndex
    else { return nil }
    var flags: Expression.Flags = []
    for letter in text.utf8[text.utf8.index(after: end)...] {
      switch letter {
      case UInt8(ascii: "i"): flags.insert(.ignoringCase)
      case UInt8(ascii: "m"): flags.insert(.byLine)
      case UInt8(ascii: "s"): flags.insert(.acrossLines)
      default: return nil
      }
    }
    return (String(text[text.utf8.index(after: text.startIndex)..<end]), flags)
  }
}
