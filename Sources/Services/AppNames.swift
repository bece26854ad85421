import Notifications

/// The ids by which `Permissions1` speaks of apps: a principal's whole key, or the bare id in it
/// where that means one app (ID-050).
struct AppNames {
  /// Whether anything is known of a principal.
  let isKnown: (String) -> Bool

  private static let kinds = ["app:", "flatpak:", "snap:", "exe:", "script:"]

  enum Resolution: Equatable {
    case key(String)
    /// It may be any of these; none: nobody knows it.
    case unclear([String])
  }

  func resolve(_ text: String) -> Resolution {
    guard Standing(of: text) == .unknown else { return .key(text) }
    let candidates = text.isEmpty ? [] : Self.kinds.map { $0 + text }.filter(isKnown)
    return candidates.count == 1 ? .key(candidates[0]) : .unclear(candidates)
  }

  /// The name to give an app: the bare id, unless another one has it too.
  func name(of key: String) -> String {
    guard let kind = Self.kinds.first(where: { key.hasPrefix($0) }) else { return key }
    let bare = String(key.dropFirst(kind.count))
    guard !bare.isEmpty, Standing(of: bare) == .unknown else { return key }
    let others = Self.kinds.contains { $0 != kind && isKnown($0 + bare) }
    return others ? key : bare
  }
}
