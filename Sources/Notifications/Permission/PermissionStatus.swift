extension Permissions {
  package enum State: String, Equatable, Sendable {
    case `default`
    case granted
    case denied

    /// The same in the vocabulary of the Permissions API (WEB-101).
    package var promptState: String { self == .default ? "prompt" : rawValue }

    /// `Check` (WEB-138).
    package var number: UInt32 {
      switch self {
      case .granted: 0
      case .default: 1
      case .denied: 2
      }
    }
  }

  /// What a state rests on, the strongest first (WEB-130).
  package enum Source: String, Equatable, Sendable {
    case policy
    case user
    case heuristic
    case store
    case `default`
  }

  /// What `Query` tells, and every `Changed`.
  package struct Status: Equatable, Sendable {
    package var state: State
    package var source: Source
    /// A free code, such as `dismissed-3`; "" for none.
    package var reason = ""
    /// Milliseconds since the epoch, 0 for never.
    package var since: Int64 = 0
    /// When the state ends by itself; 0: it does not.
    package var expires: Int64 = 0
    /// Whether `Request` could show a prompt now (WEB-450).
    package var canPrompt = false
  }

  package enum Decision: String, Equatable, Sendable {
    case granted
    case denied

    var state: State { self == .granted ? .granted : .denied }
    var word: StoreWord { self == .granted ? .yes : .no }
  }

  /// What becomes of a legacy `Notify` in state default (WEB-134).
  package enum DefaultPolicy: Equatable, Sendable {
    case allow
    case prompt
    case deny
  }

  /// An entry of the administrator's files.
  package struct Policy: Equatable, Sendable {
    package var decision: Decision
    package var reason: String

    package init(_ decision: Decision, reason: String = "admin-file") {
      self.decision = decision
      self.reason = reason
    }
  }
}
