extension Quiet {
  /// Why it is quiet; each comes and goes by itself, and one is enough (WEB-305).
  package struct Causes: OptionSet, Equatable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let manual = Causes(rawValue: 1 << 0)
    package static let until = Causes(rawValue: 1 << 1)
    package static let hours = Causes(rawValue: 1 << 2)
    package static let inhibit = Causes(rawValue: 1 << 3)
    package static let command = Causes(rawValue: 1 << 4)
    package static let fullScreen = Causes(rawValue: 1 << 5)
    package static let locked = Causes(rawValue: 1 << 6)
    package static let level = Causes(rawValue: 1 << 7)
  }

  /// Who says that the session is locked; any of them is believed.
  package struct LockSources: OptionSet, Equatable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let logind = LockSources(rawValue: 1 << 0)
    package static let screenSaver = LockSources(rawValue: 1 << 1)
  }

  /// `QuietReasons`: a word for each cause, and what those said who hold it on (KDE-010).
  package var reasons: [String] {
    let causes = causes
    var words: [String] = []
    if causes.contains(.manual) { words.append("manual") }
    if causes.contains(.until) { words.append("until") }
    if causes.contains(.hours) { words.append("hours") }
    for inhibition in inhibitions.live {
      if let word = inhibition.words, !words.contains(word) { words.append(word) }
    }
    if causes.contains(.fullScreen) { words.append("full-screen") }
    if causes.contains(.locked) { words.append("locked") }
    if causes.contains(.level) { words.append("level") }
    return words
  }
}

extension Inhibition {
  /// Nil for a locker: that the session is locked says it all.
  fileprivate var words: String? {
    switch kind {
    case .application: reason.isEmpty ? "inhibit: \(app)" : "inhibit: \(app): \(reason)"
    case .command: "command: \(reason)"
    case .locker: nil
    }
  }
}
