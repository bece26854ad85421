/// What is live, by id; notes what has changed, whatever step changed it.
struct LiveEntries {
  private var entries: [NotificationID: Entry] = [:]
  /// In the order of changes; an id may repeat.
  private var touched: [NotificationID] = []

  subscript(id: NotificationID) -> Entry? {
    get { entries[id] }
    _modify {
      touch(id)
      yield &entries[id]
    }
  }

  mutating func removeValue(forKey id: NotificationID) -> Entry? {
    touch(id)
    return entries.removeValue(forKey: id)
  }

  /// What is kept of the id is another thing now.
  mutating func touch(_ id: NotificationID) {
    if touched.last != id { touched.append(id) }
  }

  mutating func takeTouched() -> [NotificationID] {
    let taken = touched
    touched = []
    return taken
  }

  var ids: [NotificationID] { entries.keys.sorted { $0.rawValue < $1.rawValue } }
  var count: Int { entries.count }
  var values: some Sequence<Entry> { entries.values }
}
