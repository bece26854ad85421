import CLibc
import CSQLite

/// What SQLite says when it cannot.
package struct SQLiteError: Error, Equatable {
  /// The extended result code.
  package let code: Int32
  /// SQLite's own words, with the system's where there are some. No bound value is in them.
  package let words: String

  package init(code: Int32, words: String) {
    self.code = code
    self.words = words
  }

  /// What `connection` failed with last.
  init(_ connection: OpaquePointer?) {
    guard let connection else {
      self.init(code: SQLITE_NOMEM, words: "out of memory")
      return
    }
    let code = sqlite3_extended_errcode(connection)
    var words = String(cString: sqlite3_errmsg(connection))
    // The system's number stays from an earlier failure.
    let isAboutFiles = [SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN].contains(code & 0xff)
    let system = sqlite3_system_errno(connection)
    if isAboutFiles, system != 0, let reason = strerror(system) {
      words += ": \(String(cString: reason))"
    }
    self.init(code: code, words: words)
  }

  /// The code without its extension.
  package var kind: Kind { Kind(rawValue: code & 0xff) ?? .other }

  package enum Kind: Int32, Sendable {
    case busy = 5
    case readOnly = 8
    case interrupted = 9
    case input = 10
    case corrupt = 11
    case full = 13
    case cannotOpen = 14
    /// SQLite itself has no use for this number: a file that a later program made.
    case newer = 24
    case notADatabase = 26
    case other = -1
  }
}
