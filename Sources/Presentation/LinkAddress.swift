/// What of a link's target the user sees before following it: the host, or whom it writes to or
/// calls (FD-133).
///
/// In ASCII, as URLs are written: a letter that looks like another, and a character that turns the
/// direction or has no shape, show as what they are.
package struct LinkAddress: Equatable {
  package let text: String
  /// Hosts and mail addresses are told by their ends, numbers by their beginnings.
  package let cut: TextStyle.Cut

  /// More than a host name may have.
  private static let limit = 256

  package init(of target: String) {
    let scheme = target.prefix { $0 != ":" }.lowercased()
    let rest = target.unicodeScalars.drop { $0 != ":" }.dropFirst()
    var address = ""
    switch scheme {
    case "http", "https": address = Self.host(in: rest)
    case "mailto", "tel": address = Self.escaped(String(rest.prefix { $0 != "?" }))
    default: break
    }
    if address.isEmpty { address = Self.escaped(target) }
    cut = scheme == "tel" ? .end : .start
    guard address.utf8.count > Self.limit else {
      text = address
      return
    }
    switch cut {
    case .start: text = "…" + address.suffix(Self.limit - 1)
    case .end: text = address.prefix(Self.limit - 1) + "…"
    }
  }

  /// As browsers find it: `\` counts as `/`, and what stands before an `@` is a user's name.
  private static func host(in rest: Substring.UnicodeScalarView) -> String {
    let authority = rest.drop { $0 == "/" || $0 == "\\" }
      .prefix { $0 != "/" && $0 != "\\" && $0 != "?" && $0 != "#" }
    let start = authority.lastIndex(of: "@").map { authority.index(after: $0) }
    let host = String(authority[(start ?? authority.startIndex)...]).lowercased()
    var text = ""
    var label: [Unicode.Scalar] = []
    for scalar in host.unicodeScalars {
      switch scalar {
      // All that browsers take for a dot.
      case ".", "\u{3002}", "\u{FF0E}", "\u{FF61}":
        text += ascii(label) + "."
        label = []
      case ":":
        text += ascii(label) + ":"
        label = []
      default:
        label.append(scalar)
      }
    }
    return text + ascii(label)
  }

  private static func ascii(_ label: [Unicode.Scalar]) -> String {
    if label.contains(where: { !$0.isASCII }) { return escaped("xn--" + Punycode.encode(label)) }
    var text = ""
    text.unicodeScalars.append(contentsOf: label)
    return escaped(text)
  }

  /// With `%` and two digits for every byte that is not a visible character of ASCII.
  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if (0x21...0x7E).contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
