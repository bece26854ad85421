/// Whether what was answered is on the disk (FD-298).
package enum Condition: Equatable, Sendable {
  case durable
  /// It comes there later: the disk is too slow to wait for.
  case behind(String)
  /// It is in memory alone, until the file can be written again.
  case memory(String)

  package var words: String {
    switch self {
    case .durable: ""
    case .behind(let words), .memory(let words): words
    }
  }
}
