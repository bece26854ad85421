import CLibc

/// Why there is no connection to an X server.
package enum X11Error: Error, Equatable {
  /// `DISPLAY` is no display name.
  case badName(String)
  /// A host name: looking it up could take for ever.
  case hostName(String)
  /// No socket took the connection; the number is the last `errno`.
  case unreachable(server: String, Int32)
  /// The server answered no, in its own words.
  case refused(String)
  /// The server took the connection and then said nothing for too long.
  case silent
  case hungUp
  /// libxcb did not take over the connection.
  case notAdopted
  /// The server has not what the window needs.
  case unsupported(String)

  package var message: String {
    switch self {
    case .badName(let name): "not an X display name: \(name)"
    case .hostName(let host): "X server on another host: give its address, not its name: \(host)"
    case .unreachable(let server, let number):
      "no X server at \(server): \(String(cString: strerror(number)))"
    case .refused(let words): "the X server refuses: \(words)"
    case .silent: "the X server does not answer"
    case .hungUp: "the X server hung up"
    case .notAdopted: "libxcb does not take the connection over"
    case .unsupported(let what): "the X server has no \(what)"
    }
  }
}
