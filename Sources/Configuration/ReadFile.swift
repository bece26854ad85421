import CLibc

/// What one types by hand is smaller; what is larger is something else.
private let largestFile = 1 << 20

/// The bytes of a file; nil when there is none.
func readFile(_ path: String) -> Result<[UInt8]?, Diagnostic> {
  // Not waiting for the other end of a pipe.
  let descriptor = c_open_to_read(path)
  guard descriptor >= 0 else {
    let code = c_errno()
    return code == ENOENT || code == ENOTDIR ? .success(nil) : .failure(unreadable(path, code))
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else {
    return .failure(Diagnostic(file: path, problem: "this is not a file"))
  }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 16 << 10)
  while true {
    let count = read(descriptor, &part, part.count)
    if count == 0 { return .success(bytes) }
    if count < 0 {
      let code = c_errno()
      if code == EINTR { continue }
      return .failure(unreadable(path, code))
    }
    bytes += part[..<count]
    guard bytes.count <= largestFile else {
      return .failure(Diagnostic(file: path, problem: "more than 1 MiB is not read"))
    }
  }
}

func unreadable(_ path: String, _ code: Int32) -> Diagnostic {
  let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
  return Diagnostic(file: path, problem: "cannot be read: \(reason)")
}
