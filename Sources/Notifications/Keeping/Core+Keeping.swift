// What the store asks of the core at the end of a turn.

extension Core {
  /// What has changed since this was last asked.
  package mutating func takeUnsaved() -> Unsaved {
    let taken = unsaved
    unsaved = Unsaved()
    return taken
  }

  /// A live one, or one that is live for its owner, as it is to be kept; nil: there is none.
  package func saved(_ id: NotificationID) -> Saved.Live? {
    guard let entry = entries[id] else { return nil }
    return Saved.Live(
      id: id,
      notification: entry.notification,
      owner: entry.owner,
      treatment: entry.treatment,
      standing: entry.standing
    )
  }

  package var savedSettings: Saved.Settings { Saved.Settings() }
}
