/// How `hark` ends; the numbers are documented in `hark --help`.
package enum ExitCode: Int32, Sendable {
  case success = 0
  /// The daemon refused, or something failed.
  case failure = 1
  case usage = 2
  /// Nobody is there to ask.
  case noDaemon = 3
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
