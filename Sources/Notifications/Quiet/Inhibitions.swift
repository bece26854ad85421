/// Who holds quiet on for a time: `Inhibit` and its cookies (KDE-010..019).
package struct Inhibitions: Equatable, Sendable {
  /// Live cookies, in the order of coming.
  package private(set) var live: [Inhibition] = []
  /// What the user cleared: its owner may still give it back (KDE-016).
  package private(set) var cleared: [Cleared] = []
  package private(set) var lastCookie: UInt32 = 0

  private static let limit = 1024
  private static let limitPerPeer = 32

  package struct Cleared: Equatable, Sendable {
    package let cookie: UInt32
    package let peer: String

    package init(cookie: UInt32, peer: String) {
      self.cookie = cookie
      self.peer = peer
    }
  }

  package init(live: [Inhibition] = [], cleared: [Cleared] = [], lastCookie: UInt32 = 0) {
    self.live = live
    self.cleared = cleared
    self.lastCookie = lastCookie
  }

  /// Those of an earlier daemon, whose peers are still there, before those that came since.
  mutating func restore(_ old: Inhibitions, present: Set<String>) {
    live = old.live.filter { present.contains($0.peer) } + live
    cleared = old.cleared.filter { present.contains($0.peer) } + cleared
    lastCookie = max(lastCookie, old.lastCookie)
  }

  /// The cookie, or nil when there are too many (KDE-016).
  mutating func add(_ kind: Inhibition.Kind, _ peer: String, _ app: String, _ reason: String)
    -> UInt32?
  {
    guard live.count < Self.limit, live.count(where: { $0.peer == peer }) < Self.limitPerPeer
    else { return nil }
    repeat {
      lastCookie &+= 1
    } while lastCookie == 0 || live.contains { $0.cookie == lastCookie }
      || cleared.contains { $0.cookie == lastCookie }
    live.append(
      Inhibition(cookie: lastCookie, peer: peer, kind: kind, app: app, reason: reason)
    )
    return lastCookie
  }

  /// False when the peer holds no such cookie (KDE-013).
  mutating func release(_ cookie: UInt32, of peer: String) -> Bool {
    if let place = live.firstIndex(where: { $0.cookie == cookie && $0.peer == peer }) {
      live.remove(at: place)
      return true
    }
    guard let place = cleared.firstIndex(of: Cleared(cookie: cookie, peer: peer)) else {
      return false
    }
    cleared.remove(at: place)
    return true
  }

  mutating func clear() {
    for gone in live where gone.kind != .locker {
      cleared.append(Cleared(cookie: gone.cookie, peer: gone.peer))
    }
    live.removeAll { $0.kind != .locker }
  }

  /// How many peers' promises hold on to it, cleared ones too.
  var count: Int { live.count + cleared.count }

  func concerns(_ peer: String) -> Bool {
    live.contains { $0.peer == peer } || cleared.contains { $0.peer == peer }
  }

  mutating func forget(_ peer: String) {
    live.removeAll { $0.peer == peer }
    cleared.removeAll { $0.peer == peer }
  }
}

package struct Inhibition: Equatable, Sendable {
  package let cookie: UInt32
  /// The unique name of the owner; its leaving ends this (KDE-012).
  package let peer: String
  package let kind: Kind
  /// One clean line each.
  package let app: String
  package let reason: String

  package init(cookie: UInt32, peer: String, kind: Kind, app: String, reason: String) {
    self.cookie = cookie
    self.peer = peer
    self.kind = kind
    self.app = app
    self.reason = reason
  }

  package enum Kind: String, Sendable {
    case application
    /// `hark quiet --while COMMAND`; the reason is the command.
    case command
    /// `hark quiet --while --locked LOCKER`
    case locker
  }
}
