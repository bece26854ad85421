import CLibc

/// Writes to standard output, in one piece.
func put(_ text: String) throws(Failure) {
  guard write(text, to: 1) else {
    // Whoever read it has had enough.
    throw .failed(c_errno() == EPIPE ? "" : "standard output cannot be written")
  }
}

/// Writes a line to standard error.
func complain(_ text: String) {
  _ = write(printable(text, keepsLines: true) + "\n", to: 2)
}

private func write(_ text: String, to descriptor: Int32) -> Bool {
  var text = text
  return text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = write(descriptor, start, rest.count)
      if count < 0 && c_errno() == EINTR { continue }
      guard count > 0 else { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
    return true
  }
}

/// The columns of the terminal that standard output is; nil where it is none.
var terminalWidth: Int? {
  let columns = Int(c_terminal_columns(1))
  return columns >= 20 ? columns : nil
}

/// A variable of the environment; an empty one counts as none.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
