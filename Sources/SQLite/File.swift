import CLibc
import CSQLite

/// A file of one's own beside a database, by the same way to files, so that both meet the same faults.
/// It belongs to one thread at a time. The corresponding C types are `sqlite3_vfs` and `sqlite3_file`.
package final class File {
  private let file: UnsafeMutablePointer<sqlite3_file>
  private let methods: sqlite3_io_methods
  /// SQLite keeps no copy.
  private let path: UnsafeMutablePointer<CChar>

  /// Opens the file at a full path, or makes it. `vfs` names another way than SQLite's own.
  package init(_ path: String, vfs: String? = nil) throws(SQLiteError) {
    guard let system = sqlite3_vfs_find(vfs), let open = system.pointee.xOpen,
      let copy = strdup(path)
    else { throw SQLiteError(code: SQLITE_CANTOPEN, words: "no way to \(path)") }
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: Int(system.pointee.szOsFile),
      alignment: 16
    )
    memset(memory, 0, Int(system.pointee.szOsFile))
    let file = memory.assumingMemoryBound(to: sqlite3_file.self)
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_JOURNAL
    let code = open(system, copy, file, flags, nil)
    guard code == SQLITE_OK, let methods = file.pointee.pMethods else {
      if let methods = file.pointee.pMethods { _ = methods.pointee.xClose?(file) }
      memory.deallocate()
      free(copy)
      throw SQLiteError(file: code)
    }
    self.file = file
    self.methods = methods.pointee
    self.path = copy
  }

  deinit {
    _ = methods.xClose?(file)
    UnsafeMutableRawPointer(file).deallocate()
    free(path)
  }

  /// In bytes.
  package func size() throws(SQLiteError) -> Int64 {
    var size: Int64 = 0
    try check(methods.xFileSize?(file, &size))
    return size
  }

  /// Fills `bytes`; what is beyond the end of the file is zero.
  package func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SQLiteError) {
    for start in stride(from: 0, to: bytes.count, by: Self.most) {
      let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[start...].prefix(Self.most))
      let place = offset + Int64(start)
      let code = methods.xRead?(file, piece.baseAddress, Int32(piece.count), place)
      // SQLITE_IOERR_SHORT_READ
      if code != SQLITE_IOERR | 2 << 8 { try check(code) }
    }
  }

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SQLiteError) {
    for start in stride(from: 0, to: bytes.count, by: Self.most) {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(Self.most))
      let place = offset + Int64(start)
      try check(methods.xWrite?(file, piece.baseAddress, Int32(piece.count), place))
    }
  }

  /// No page is longer, and so no write of SQLite's is; of more it would take a part.
  private static let most = 1 << 16

  package func truncate(to size: Int64) throws(SQLiteError) {
    try check(methods.xTruncate?(file, size))
  }

  /// What was written outlives the machine.
  package func synchronize() throws(SQLiteError) {
    try check(methods.xSync?(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY))
  }

  private func check(_ code: Int32?) throws(SQLiteError) {
    guard code == SQLITE_OK else { throw SQLiteError(file: code ?? SQLITE_IOERR) }
  }
}

extension SQLiteError {
  /// What a file failed with.
  fileprivate init(file code: Int32) {
    let words = String(cString: sqlite3_errstr(code & 0xff))
    self.init(code: code, words: "\(words): \(String(cString: strerror(c_errno())))")
  }
}
