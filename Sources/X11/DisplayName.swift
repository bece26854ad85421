/// What `DISPLAY` says: `[host]:number[.screen]`, or the path of a socket.
struct DisplayName: Equatable {
  enum Host: Equatable {
    case local
    case path(String)
    case network(String)
  }

  var host: Host
  var number: Int
  var screen: Int

  init?(_ text: String) {
    let path = text.hasPrefix("unix:/") ? String(text.dropFirst(5)) : text
    if path.hasPrefix("/") {
      host = .path(path)
      number = 0
      screen = 0
      return
    }
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let parts = text[text.utf8.index(after: colon)...]
      .split(separator: ".", omittingEmptySubsequences: false)
    guard let number = parts.first.flatMap({ Self.number($0) }), parts.count <= 2 else {
      return nil
    }
    self.number = number
    screen = 0
    if parts.count == 2 {
      guard let screen = Self.number(parts[1]) else { return nil }
      self.screen = screen
    }
    var name = String(text[..<colon])
    if let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) {
      let transport = name[..<slash]
      guard ["unix", "tcp", "inet", "inet6"].contains(transport) else { return nil }
      name = transport == "unix" ? "unix" : String(name[name.utf8.index(after: slash)...])
    }
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    host = name.isEmpty || name == "unix" ? .local : .network(name)
  }

  /// The port of a server that listens on the network.
  var port: UInt16 { UInt16(6000 + number) }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let value = Int(text),
      value <= 59_535
    else { return nil }
    return value
  }
}
