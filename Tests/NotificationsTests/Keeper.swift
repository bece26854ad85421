@testable import Notifications

/// A store in memory: it knows of the core what the core says must be kept, and nothing else.
struct Keeper {
  private var live: [NotificationID: Saved.Live] = [:]
  private var gone: [Saved.Gone] = []
  private var permissions: [String: Permissions.Record] = [:]
  private var badges: [String: Badge] = [:]
  private var settings = Saved.Settings()
  private var counter: UInt32 = 0
  private(set) var past: [History.Record] = []

  mutating func absorb(_ core: inout Core) {
    let unsaved = core.takeUnsaved()
    for ended in unsaved.ended {
      gone.append(Saved.Gone(ended.id, ended.owner))
      if let record = ended.record { past.append(record) }
    }
    for id in unsaved.touched {
      let now = core.saved(id)
      // What has the same version is not written again.
      if let now, let old = live[id], old.version == now.version {
        live[id]?.standing = now.standing
      } else {
        live[id] = now
      }
    }
    for app in unsaved.permissions { permissions[app] = core.permissions.record(of: app) }
    for app in unsaved.badges { badges[app] = core.badges.record(of: app) }
    if unsaved.settings { settings = core.savedSettings }
    counter = core.counter
  }

  /// The next daemon numbers contents anew.
  var saved: Saved {
    var saved = Saved()
    saved.live = live.values.sorted { $0.standing.age < $1.standing.age }
    saved.gone = gone
    saved.permissions = permissions
    saved.badges = badges
    saved.settings = settings
    saved.counter = counter
    return saved
  }

  /// What is kept and should not be, or the other way round; nil: all is as the core has it.
  func difference(from core: Core) -> String? {
    let all = core.everything.touched
    guard Set(all) == Set(live.keys) else { return "\(live.keys.sorted()) are kept, not \(all)" }
    for id in all {
      guard let kept = live[id], let now = core.saved(id) else { return "\(id) is not kept" }
      guard kept.standing == now.standing, kept.owner == now.owner,
        kept.notification == now.notification, kept.treatment === now.treatment
      else { return "\(kept) is kept, not \(now)" }
    }
    guard settings == core.savedSettings else { return "other settings are kept" }
    guard Set(badges.keys) == core.everything.badges,
      badges.allSatisfy({ core.badges.record(of: $0) == $1 })
    else { return "other badges are kept" }
    for app in core.permissions.apps where permissions[app] != core.permissions.record(of: app) {
      return "another permission is kept of \(app)"
    }
    return nil
  }
}
