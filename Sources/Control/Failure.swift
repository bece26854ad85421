/// How `hark` ends; the numbers are documented in `hark --help`.
///
/// A struct, since `hark quiet --while` passes on the code of another program.
package struct ExitCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  package static let success = ExitCode(rawValue: 0)
  /// The daemon refused, or something failed.
  package static let failure = ExitCode(rawValue: 1)
  package static let usage = ExitCode(rawValue: 2)
  /// Nobody is there to ask.
  package static let noDaemon = ExitCode(rawValue: 3)
}

/// Why a command could not be done, in words for the user that name the cure.
package struct Failure: Error, Equatable {
  package var code: ExitCode
  package var message: String

  package init(_ code: ExitCode, _ message: String) {
    self.code = code
    self.message = message
  }

  package static func usage(_ message: String) -> Failure { Failure(.usage, message) }
  package static func failed(_ message: String) -> Failure { Failure(.failure, message) }
  package static func noDaemon(_ message: String) -> Failure { Failure(.noDaemon, message) }
}
