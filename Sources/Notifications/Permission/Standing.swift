/// What the key of a principal says about its proof, as far as permission goes by it.
package enum Standing: Equatable, Sendable {
  /// Proved by a sandbox, whose portal keeps permissions of its own (PT-103).
  case sandboxed
  case verified
  /// A program without an app: is never asked about loudly.
  case unverified
  /// Nobody knows who it is: nothing can be asked, and nothing is kept.
  case unknown

  /// A path, and what stands before it.
  private static let longest = 4200

  package init(of app: String) {
    if app.utf8.count > Self.longest {
      self = .unknown
    } else if app.hasPrefix("flatpak:") || app.hasPrefix("snap:") {
      self = .sandboxed
    } else if app.hasPrefix("app:") {
      self = .verified
    } else if app.hasPrefix("exe:") || app.hasPrefix("script:") || app == "cli" {
      self = .unverified
    } else {
      self = .unknown
    }
  }

  var isVerified: Bool { self == .sandboxed || self == .verified }
}

/// A word of the portal's permission store (PT-100).
package enum StoreWord: String, Equatable, Sendable {
  case yes
  case no
  case ask
  case unset

  /// Any other length or word counts as unset.
  package init(permissions: [String]) {
    self = permissions.count == 1 ? StoreWord(rawValue: permissions[0]) ?? .unset : .unset
  }

  /// What is written: nothing stands for a deletion.
  package var permissions: [String] {
    self == .unset ? [] : [rawValue]
  }

  /// The store's name of an app; nil where it has none: host apps, and sites of a browser.
  package static func storeID(of app: String) -> String? {
    guard !app.utf8.contains(UInt8(ascii: "#")) else { return nil }
    if app.hasPrefix("flatpak:") { return String(app.dropFirst("flatpak:".count)) }
    if app.hasPrefix("snap:") { return "snap." + app.dropFirst("snap:".count) }
    return nil
  }

  package static func app(ofStoreID id: String) -> String? {
    guard !id.isEmpty, !id.utf8.contains(UInt8(ascii: "#")) else { return nil }
    return id.hasPrefix("snap.") ? "snap:" + id.dropFirst("snap.".count) : "flatpak:" + id
  }
}
