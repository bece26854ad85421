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
        guard let (source, letters) = expression(in: text) else { return .glob(Glob(text)) }
        var flags: Expression.Flags = []
        for letter in letters.unicodeScalars {
          switch letter {
          case "i": flags.insert(.ignoringCase)
          case "m": flags.insert(.byLine)
          case "s": flags.insert(.acrossLines)
          default:
            report.add(
              value.place,
              "unknown flag \(String(letter)) of the regular expression /\(source)/",
              expected: "i, m or s; a glob that begins with a slash begins with [/]"
            )
            return nil
          }
        }
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
  /// With other letters than flags, and slashes inside that are not escaped, it is a path.
  private static func expression(in text: String) -> (source: String, flags: String)? {
    guard text.utf8.first == UInt8(ascii: "/"),
      let end = text.utf8.lastIndex(of: UInt8(ascii: "/")),
      end != text.startIndex
    else { return nil }
    let source = String(text[text.utf8.index(after: text.startIndex)..<end])
    let flags = String(text[text.utf8.index(after: end)...])
    let areKnown = flags.utf8.allSatisfy { "ims".utf8.contains($0) }
    guard areKnown || flags.utf8.allSatisfy(isLetter) && !hasBareSlash(source) else { return nil }
    return (source, flags)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func hasBareSlash(_ source: String) -> Bool {
    var isEscaped = false
    for byte in source.utf8 {
      if byte == UInt8(ascii: "/"), !isEscaped { return true }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return false
  }
}
