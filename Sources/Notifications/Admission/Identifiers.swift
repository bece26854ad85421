/// The one counter of ids, and who owned those that are closed (FD-032, FD-033, FD-040).
struct Identifiers {
  private(set) var counter: UInt32
  /// Where ids begin that are given before it is known which an earlier daemon gave.
  private var stray: UInt32?
  private var owners: [NotificationID: Past] = [:]
  /// The remembered ids, oldest first from `oldest` on, round the end.
  private var remembered: [NotificationID] = []
  private var oldest = 0

  private struct Past {
    var owner: Owner
    /// Index in `remembered`. An id that lived twice stands there twice; the newer place counts.
    var place: Int
  }

  init(counter: UInt32 = 0, stray: UInt32? = nil) {
    self.counter = counter
    self.stray = stray
  }

  /// Counts on from where an earlier daemon stopped, if that is further.
  mutating func restore(counter: UInt32) {
    stray = nil
    self.counter = max(self.counter, counter)
  }

  /// The next id that is neither live nor remembered.
  mutating func next(isLive: (NotificationID) -> Bool) -> NotificationID {
    if let stray { counter = stray }
    stray = nil
    while true {
      counter &+= 1
      if let id = NotificationID(rawValue: counter), owners[id] == nil, !isLive(id) { return id }
    }
  }

  /// Who owned a closed id; nil when it was never issued, or so long ago that it counts as such.
  func owner(of id: NotificationID) -> Owner? {
    owners[id]?.owner
  }

  /// The id lives again.
  mutating func forget(_ id: NotificationID) {
    owners[id] = nil
  }

  mutating func remember(_ id: NotificationID, _ owner: Owner, limit: Int) {
    guard remembered.count >= limit else {
      owners[id] = Past(owner: owner, place: remembered.count)
      return remembered.append(id)
    }
    let gone = remembered[oldest]
    if owners[gone]?.place == oldest { owners[gone] = nil }
    remembered[oldest] = id
    owners[id] = Past(owner: owner, place: oldest)
    oldest = (oldest + 1) % limit
  }
}
