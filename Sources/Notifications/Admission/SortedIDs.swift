/// Ids in the order of a key.
///
/// A plain sorted array: what is moved on insertion is at most some ten thousand small items, which
/// the processor does in a microsecond or two, and the usual place is the end.
struct SortedIDs {
  private var keys: [UInt64] = []
  private(set) var ids: [NotificationID] = []

  var count: Int { ids.count }
  var isEmpty: Bool { ids.isEmpty }
  var firstKey: UInt64? { keys.first }
  /// Where keys are instants.
  var firstInstant: Instant? { keys.first.map { Instant(nanoseconds: Int64($0)) } }

  mutating func insert(_ id: NotificationID, key: UInt64) {
    let place = firstIndex(key, id)
    keys.insert(key, at: place)
    ids.insert(id, at: place)
  }

  mutating func remove(_ id: NotificationID, key: UInt64) {
    guard let place = index(of: id, key: key) else { return }
    keys.remove(at: place)
    ids.remove(at: place)
  }

  func index(of id: NotificationID, key: UInt64) -> Int? {
    let place = firstIndex(key, id)
    return place < ids.count && keys[place] == key && ids[place] == id ? place : nil
  }

  /// The first place whose key and id are not below these.
  private func firstIndex(_ key: UInt64, _ id: NotificationID) -> Int {
    var low = 0
    var high = keys.count
    if let last = keys.last, last < key { return high }
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key || (keys[middle] == key && ids[middle] < id) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
