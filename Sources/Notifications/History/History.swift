/// What is past: the last closed notifications, for read-back.
package struct History {
  private var records: [Record] = []
  private var cost = 0

  package struct Record {
    package var id: NotificationID
    /// As of the entry.
    package var version: UInt64
    private let content: Content
    package var owner: Owner
    package var reason: CloseReason
    /// In milliseconds since the epoch.
    package var closedAt: Int64
    var cost: Int
    /// What kept it off the screen at the end.
    package var heldBy: Entry.HoldReason?
    /// It has been on the screen.
    package var hasAppeared = false
    /// The user had not seen it when it ended.
    package var isUnread = false

    init(_ entry: Entry, _ reason: CloseReason, wall: Int64) {
      id = entry.id
      version = entry.version
      content = entry.content
      owner = entry.owner
      self.reason = reason
      closedAt = wall
      cost = entry.cost
      heldBy = entry.heldBy
      hasAppeared = entry.hasAppeared
      isUnread = entry.isUnread && reason != .dismissed
    }

    package var notification: Notification { content.notification }
    package var sent: Content { content.asSent }
    package var treatment: Treatment? { content.treatment }
  }

  /// Which of those of an id.
  package struct Key: Hashable {
    package var id: NotificationID
    package var closedAt: Int64

    package init(_ id: NotificationID, closedAt: Int64) {
      self.id = id
      self.closedAt = closedAt
    }
  }

  /// When the one that ended first did; nil: there is none.
  package var start: Int64? { records.map { $0.closedAt }.min() }

  mutating func forget(_ keys: [Key]?) {
    let keys = keys.map { Set($0) }
    records.removeAll { record in
      let isMeant = keys?.contains(Key(record.id, closedAt: record.closedAt)) ?? true
      if isMeant { cost -= record.cost }
      return isMeant
    }
  }

  /// The newest record of an id.
  package func record(of id: NotificationID) -> Record? {
    records.last { $0.id == id }
  }

  /// Drops the oldest in blocks, so that a full history does not move at each close.
  mutating func append(_ record: Record, _ limits: Limits) {
    records.append(record)
    cost += record.cost
    guard
      records.count > limits.records * 5 / 4 || cost > limits.recordContent * 5 / 4
    else { return }
    var surplus = 0
    while surplus < records.count,
      records.count - surplus > limits.records || cost > limits.recordContent
    {
      cost -= records[surplus].cost
      surplus += 1
    }
    records.removeFirst(surplus)
  }
}
