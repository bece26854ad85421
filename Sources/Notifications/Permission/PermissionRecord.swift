extension Permissions {
  /// What is kept of an app: what the user decided, and what is known from prompts and the store.
  package struct Record: Equatable, Sendable {
    package var user: UserDecision?
    package var block: Block?
    package var dismissals = 0
    package var ignores = 0
    /// Those of quiet prompts, which block sooner (WEB-109).
    package var quietDismissals = 0
    package var quietIgnores = 0
    /// A block has ended: the next dismissal blocks again (WEB-108).
    package var wasBlocked = false

    package var stored = StoreWord.unset
    package var storedSince: Int64 = 0
    /// The store's `yes` came when the app was denied, or had been blocked. The portal writes one for
    /// whoever asks, so it does not count, later either (WEB-452).
    package var distrustsYes = false
    /// Our own word, until the store has it (PT-107, PT-108).
    package var unwritten: StoreWord?

    /// Since when the app is not installed (WEB-139).
    package var missingSince: Int64?

    package init() {}

    package struct UserDecision: Equatable, Sendable {
      package var decision: Decision
      package var since: Int64
      package var reason: String

      package init(_ decision: Decision, since: Int64, reason: String) {
        self.decision = decision
        self.since = since
        self.reason = reason
      }
    }

    /// The app has asked often enough (WEB-108).
    package struct Block: Equatable, Sendable {
      package var reason: String
      package var since: Int64
      package var expires: Int64
      /// The portal's store was told (PT-109).
      package var isStored: Bool

      package init(reason: String, since: Int64, expires: Int64, isStored: Bool = false) {
        self.reason = reason
        self.since = since
        self.expires = expires
        self.isStored = isStored
      }
    }

    /// Nothing worth keeping.
    var isEmpty: Bool {
      var rest = self
      rest.missingSince = nil
      rest.storedSince = 0
      return rest == Record()
    }
  }
}

// MARK: Prompts that ended without a choice

extension Permissions.Record {
  private static let week: Int64 = 7 * 24 * 3_600_000

  enum Outcome {
    case dismissed
    case ignored
  }

  /// Counts a prompt without a choice, and blocks when that is enough (WEB-108, WEB-109).
  mutating func count(_ outcome: Outcome, ofQuietPrompt isQuiet: Bool, at wall: Int64) {
    switch outcome {
    case .dismissed:
      dismissals += 1
      if isQuiet { quietDismissals += 1 }
      if dismissals >= 3 || wasBlocked {
        block("dismissed-\(dismissals)", at: wall)
      } else if isQuiet {
        block("dismissed-\(quietDismissals)", at: wall)
      }
    case .ignored:
      ignores += 1
      if isQuiet { quietIgnores += 1 }
      if ignores >= 4 {
        block("ignored-\(ignores)", at: wall)
      } else if isQuiet, quietIgnores >= 2 {
        block("ignored-\(quietIgnores)", at: wall)
      }
    }
  }

  private mutating func block(_ reason: String, at wall: Int64) {
    block = Block(reason: reason, since: wall, expires: wall &+ Self.week)
  }

  /// When a block or the memory of an app that is gone ends.
  var end: Int64? {
    guard let block, let forgotten = forgottenAt else { return block?.expires ?? forgottenAt }
    return min(block.expires, forgotten)
  }

  /// After thirty days without its desktop file (WEB-139).
  private var forgottenAt: Int64? { missingSince.map { $0 &+ 30 * 24 * 3_600_000 } }

  mutating func endByItself(at wall: Int64) {
    if let forgottenAt, forgottenAt <= wall {
      // What the store says is the store's to forget.
      user = nil
      forgetPrompts()
      missingSince = nil
    } else {
      block = nil
      wasBlocked = true
    }
  }

  /// The user spoke: what prompts taught is void (WEB-110).
  mutating func forgetPrompts() {
    block = nil
    wasBlocked = false
    (dismissals, ignores, quietDismissals, quietIgnores) = (0, 0, 0, 0)
  }
}

// MARK: The portal's store

extension Permissions.Record {
  /// Takes over what the store says (PT-102); `isBarred`: something above the store denies.
  mutating func read(_ word: StoreWord, isBarred: Bool, at wall: Int64) {
    if let own = unwritten {
      // What the store missed it will be told; what it says until then is old.
      guard own == word else { return }
      unwritten = nil
    }
    if word != .yes {
      distrustsYes = false
    } else if isBarred || wasBlocked, stored == .unset || stored == .ask {
      distrustsYes = true
    }
    setStored(distrustsYes ? .unset : word, at: wall)
  }

  /// The store is about to be told.
  mutating func write(_ word: StoreWord, at wall: Int64) {
    unwritten = word
    distrustsYes = false
    setStored(word, at: wall)
  }

  private mutating func setStored(_ word: StoreWord, at wall: Int64) {
    guard word != stored else { return }
    stored = word
    storedSince = word == .unset ? 0 : wall
  }
}
