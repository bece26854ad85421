/// What has changed of that which outlives the daemon, since somebody last asked.
package struct Unsaved {
  /// Ids that were live, or are; an id may repeat.
  package var touched: [NotificationID] = []
  /// What has ended, in order. An id may live, end and live again in one turn.
  package var ended: [Ended] = []
  package var permissions: Set<String> = []
  package var badges: Set<String> = []
  package var settings = false

  package struct Ended {
    package var id: NotificationID
    package var owner: Owner
    /// Nil where nothing of it enters the past.
    package var record: History.Record?
  }
}
