import DBus
import Identity
import Notifications

/// What people and programs call an app: a principal's whole key, or the bare id in it where that
/// means one app (ID-050).
struct AppNames {
  /// Whether anything is known of a principal.
  let isKnown: (String) -> Bool

  private static let kinds = ["app:", "flatpak:", "snap:", "exe:", "script:"]

  enum Resolution: Equatable {
    case key(String)
    /// It may be any of these; none: nobody knows it.
    case unclear([String])
    /// It begins as a key, and can be nobody's.
    case wrong
  }

  /// The key that an argument names; nil: the call has its error.
  func key(_ text: String, for call: MethodCall) -> String? {
    switch resolve(text) {
    case .key(let key): return key
    case .wrong:
      call.fail(.invalidArgs, "“\(text)” names no app; expected \(PrincipalKey.expected)")
    case .unclear([]):
      call.fail(.harkNotFound, "no app is known as “\(text)”; its whole key will do")
    case .unclear(let candidates):
      call.fail(.harkNotFound, "“\(text)” may be \(candidates.joined(separator: " or "))")
    }
    return nil
  }

  func resolve(_ text: String) -> Resolution {
    if PrincipalKey.hasKind(text) {
      // The path of a program that runs may have anything in it.
      return PrincipalKey.isRight(text) || isKnown(text) ? .key(text) : .wrong
    }
    let candidates = Self.candidates(text).filter(isKnown)
    return candidates.count == 1 ? .key(candidates[0]) : .unclear(candidates)
  }

  /// The keys that a bare id may stand for.
  static func candidates(_ id: String) -> [String] {
    id.isEmpty ? [] : kinds.map { $0 + id }
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

extension AppNames {
  /// Known is what the core or the bus has, and what is installed.
  init(_ desk: any Desk, _ peers: Peers) {
    self.init { [unowned(unsafe) desk, unowned(unsafe) peers] key in
      if desk.core.knows(key) || peers.contains(principal: key) { return true }
      let files = peers.identifier.desktopFiles
      if key.hasPrefix("app:") {
        return files.file(String(key.dropFirst(4)))?.isHostApplication == true
      }
      guard key.hasPrefix("flatpak:") else { return false }
      let id = String(key.dropFirst(8))
      return files.file(id)?.flatpakID == id
    }
  }
}
