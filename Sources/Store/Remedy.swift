import CLibc
import SQLite

// What the user can do where the files cannot be used: behind the cause, in the same line.

extension Opening {
  /// Touches no file: the loop may ask.
  func words(_ error: SQLiteError) -> String {
    "\(path): \(error.words)" + (error.kind == .full ? "; make room there" : "")
  }

  /// Who has the file locked: SQLite's locks are bytes at one gigabyte.
  var holder: String {
    let process = c_lock_holder(path, 1 << 30, 512)
    return process > 0 ? ", process \(process): end that one" : ""
  }

  /// The first obstacle on the way to the files, and what removes it; "" where there is none to see.
  var remedy: String {
    for wanted in [directory, path, path + "-wal", journalPath] {
      let (place, status) = Self.nearest(wanted)
      let isFolder = status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
      if isFolder != (wanted == directory || place != wanted) {
        return "; \(place) is \(isFolder ? "a" : "no") folder: move it away"
      }
      if status.st_uid != geteuid() {
        return "; \(place) is not yours: sudo chown -R \(geteuid()) \(place)"
      }
      let needed: mode_t = isFolder ? 0o700 : 0o600
      if status.st_mode & needed != needed { return "; chmod u+rwX \(place)" }
      if access(place, W_OK) != 0, c_errno() == EROFS {
        return "; \(place) is mounted read-only: mount it for writing, or set XDG_STATE_HOME"
      }
    }
    return ""
  }

  /// A place, or what is there of the way to it.
  private static func nearest(_ path: String) -> (String, stat) {
    var path = path[...]
    var status = stat()
    while stat(String(path), &status) != 0, let slash = path.lastIndex(of: "/"),
      slash > path.startIndex
    { path = path[..<slash] }
    return (String(path), status)
  }
}
