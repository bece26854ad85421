/// What has changed of that which outlives the daemon, since somebody last asked.
package struct Unsaved {
  /// Live ones that are new, have other content (then their revision is another one) or another
  /// standing; and those that are live no more.
  package var touched: Set<NotificationID> = []
  /// What was closed, in order. An id may live, end and live again in one turn.
  package var closed: [Closed] = []
  package var permissions: Set<String> = []
  package var settings = false

  package init() {}

  package struct Closed {
    package var record: History.Record
    /// It enters the past; else only its owner is remembered.
    package var isWorthKeeping: Bool

    package init(_ record: History.Record, isWorthKeeping: Bool) {
      self.record = record
      self.isWorthKeeping = isWorthKeeping
    }
  }

  package var isEmpty: Bool {
    touched.isEmpty && closed.isEmpty && permissions.isEmpty && !settings
  }
}
