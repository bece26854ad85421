/// What quiet kept from the screen, in numbers, for the one line at its end (WEB-307).
struct Missed {
  private var counts: [String: Int] = [:]
  private(set) var notifications = 0

  var apps: Int { counts.count }

  mutating func add(_ app: String) {
    counts[app, default: 0] += 1
    notifications += 1
  }

  mutating func remove(_ app: String) {
    guard let count = counts[app] else { return }
    counts[app] = count > 1 ? count - 1 : nil
    notifications -= 1
  }
}

/// Dismissals that their owners do not hear of before the user is back (WEB-321).
///
/// Until then the id counts as live towards its owner, so that nothing tells that the user was there.
package struct DeferredCloses {
  private var closes: [Close] = []

  package struct Close: Equatable {
    package var id: NotificationID
    package var reason: CloseReason
    package var owner: Owner
    /// As it was, for the owner that looks at what it has.
    var entry: Entry?

    package init(_ id: NotificationID, _ reason: CloseReason, _ owner: Owner) {
      self.id = id
      self.reason = reason
      self.owner = owner
    }

    init(_ entry: Entry, _ reason: CloseReason) {
      self.init(entry.id, reason, entry.owner)
      self.entry = entry
      self.entry?.sent.image = nil
    }

    package static func == (a: Close, b: Close) -> Bool {
      a.id == b.id && a.reason == b.reason && a.owner == b.owner
    }
  }

  package init() {}

  package var isEmpty: Bool { closes.isEmpty }
  var entries: [Entry] { closes.compactMap { $0.entry } }

  package mutating func add(_ close: Close) {
    closes.append(close)
  }

  package func contains(_ id: NotificationID) -> Bool {
    closes.contains { $0.id == id }
  }

  subscript(id: NotificationID) -> Close? { closes.first { $0.id == id } }

  func owner(of id: NotificationID) -> Owner? {
    closes.first { $0.id == id }?.owner
  }

  func concerns(_ peer: String) -> Bool {
    closes.contains { $0.owner.peer == peer }
  }

  /// The owner itself closes or replaces it: the dismissal need not be told any more.
  package mutating func take(_ id: NotificationID) -> Close? {
    closes.firstIndex { $0.id == id }.map { closes.remove(at: $0) }
  }

  /// All of them, in the order in which the user dismissed them.
  package mutating func takeAll() -> [Close] {
    let all = closes
    closes = []
    return all
  }
}
