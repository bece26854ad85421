import CLibc

/// The errno of a call that failed.
struct SystemError: Error {
  let code: Int32
}

/// A descriptor of a file or a directory, closed with its owner.
struct OpenFile: ~Copyable {
  let descriptor: Int32

  /// Never waits, whatever stands at `path`, and never becomes a controlling terminal.
  init(
    _ path: String,
    in directory: Int32 = AT_FDCWD,
    flags: Int32 = 0
  ) throws(SystemError) {
    let descriptor = c_openat(
      directory,
      path,
      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags
    )
    guard descriptor >= 0 else { throw SystemError(code: c_errno()) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  var status: stat {
    get throws(SystemError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw SystemError(code: c_errno()) }
      return status
    }
  }

  /// What one `read` gives; files in /proc come whole.
  func bytes(atMost limit: Int) throws(SystemError) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      let read = read(descriptor, buffer.baseAddress, buffer.count)
      if read < 0 { code = c_errno() }
      count = max(0, read)
    }
    if code != 0 { throw SystemError(code: code) }
    return bytes
  }
}

extension stat {
  var isRegular: Bool { st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) }
  var isDirectory: Bool { st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) }
}

/// The target of a symbolic link.
func linkTarget(_ path: String, in directory: Int32 = AT_FDCWD) throws(SystemError) -> String {
  try withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) {
    buffer throws(SystemError) in
    guard let start = buffer.baseAddress else { return "" }
    let count = readlinkat(directory, path, start, buffer.count)
    guard count >= 0 else { throw SystemError(code: c_errno()) }
    return String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self)
  }
}

/// The one path of a file that exists, without links.
func canonicalPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

func baseName(_ path: some StringProtocol) -> String {
  path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? String(path)
}

/// Without a slash at the end; the empty string where `path` has none at all.
func parentDirectory(_ path: String) -> String {
  path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
}
