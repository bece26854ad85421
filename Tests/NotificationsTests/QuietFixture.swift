@testable import Notifications

/// Quiet with clocks and a zone that the test moves.
final class QuietFixture {
  var quiet: Quiet
  var clock = WallClock(offset: 0)
  var instant = Instant(nanoseconds: 0)
  var effects: [Quiet.Effect] = []
  let zone: MovableZone
  private var lastCall: UInt64 = 0

  /// Starts at a local time of the zone.
  init(
    _ zone: Zone = .utc,
    at start: LocalDate = LocalDate(2026, 6, 1),
    settings: Quiet.Settings = Quiet.Settings(),
    kept: Quiet.Kept = Quiet.Kept()
  ) {
    let movable = MovableZone(zone)
    self.zone = movable
    quiet = Quiet(settings: settings, local: LocalTime { movable.zone.secondsEast($0) })
    clock.offset = start.wall(zone)
    _ = quiet.restore(kept, Inhibitions(), present: [], at: now)
    effects = quiet.clockChanged(at: now)
  }

  var now: Moment { clock.moment(instant) }

  func call() -> Call {
    lastCall += 1
    return Call(token: lastCall)
  }

  /// To the deadline and on, as the timer would, until so much time has passed.
  func advance(minutes: Int) {
    let end = instant + .seconds(minutes * 60)
    effects = []
    while let next = quiet.nextDeadline(clock), next <= end {
      instant = next
      effects += quiet.deadlinePassed(at: now)
    }
    instant = end
  }

  func advance(to date: LocalDate) {
    advance(minutes: Int((date.wall(zone.zone) - now.wall) / 60_000))
  }

  func manual(_ isOn: Bool) { effects = quiet.setManual(isOn, at: now) }
  func until(_ wall: Int64) { effects = quiet.setUntil(wall, at: now) }
  func modes(_ words: String...) { effects = quiet.setModes(words, at: now) }
  func locked(_ isLocked: Bool, _ source: Quiet.LockSources = .logind) {
    effects = quiet.setLocked(isLocked, by: source, at: now)
  }

  func hours(_ windows: WeeklyHours.Window?...) {
    let hours = WeeklyHours(windows.compactMap(\.self))
    effects = quiet.setHours(hours ?? WeeklyHours(), at: now)
  }

  /// The cookie, 0 without one.
  @discardableResult
  func inhibit(
    _ kind: Inhibition.Kind = .application,
    by peer: String = ":1.1",
    name: String = "Meet",
    claim: String = "org.x.Meet",
    reason: String = "Presenting"
  ) -> UInt32 {
    effects = quiet.inhibit(
      kind,
      by: peer,
      name: name,
      claim: claim,
      reason: reason,
      call(),
      at: now
    )
    if case .cookie(_, let cookie)? = effects.last { return cookie }
    return 0
  }

  func uninhibit(_ cookie: UInt32, by peer: String = ":1.1") {
    effects = quiet.uninhibit(cookie, by: peer, call(), at: now)
  }

  /// What `Inhibited` was said to be, in the last step.
  var inhibited: [Bool] {
    effects.compactMap { if case .inhibited(let value) = $0 { value } else { nil } }
  }

  var turns: [Bool] {
    effects.compactMap { if case .quiet(let value) = $0 { value } else { nil } }
  }
}

/// A zone that somebody may exchange while it is in use.
final class MovableZone {
  var zone: Zone

  init(_ zone: Zone) { self.zone = zone }
}

/// A time zone as a table: the first offset, and instants (ms) from which another one holds.
struct Zone {
  var name: String
  var first: Int
  var changes: [(from: Int64, seconds: Int)] = []

  func secondsEast(_ utc: Int64) -> Int {
    changes.last { $0.from <= utc }?.seconds ?? first
  }

  static let utc = Zone(name: "UTC", first: 0)
  static let kathmandu = Zone(name: "Kathmandu", first: 20_700)
  /// 29 March 2026 2:00 to 3:00, 25 October 3:00 to 2:00.
  static let berlin = Zone(
    name: "Berlin",
    first: 3600,
    changes: [
      (LocalDate(2026, 3, 29, 1).utc, 7200), (LocalDate(2026, 10, 25, 1).utc, 3600),
    ]
  )
  /// 8 March 2026 2:00 to 3:00, 1 November 2:00 to 1:00.
  static let newYork = Zone(
    name: "New York",
    first: -18_000,
    changes: [
      (LocalDate(2026, 3, 8, 7).utc, -14_400), (LocalDate(2026, 11, 1, 6).utc, -18_000),
    ]
  )
  /// Midnight is skipped: 26 April 2026 0:00 to 1:00, 30 October 0:00 to 29 October 23:00.
  static let cairo = Zone(
    name: "Cairo",
    first: 7200,
    changes: [
      (LocalDate(2026, 4, 23, 22).utc, 10_800), (LocalDate(2026, 10, 29, 21).utc, 7200),
    ]
  )
  /// Half an hour: 5 April 2026 2:00 to 1:30, 4 October 2:00 to 2:30.
  static let lordHowe = Zone(
    name: "Lord Howe",
    first: 39_600,
    changes: [
      (LocalDate(2026, 4, 4, 15).utc, 37_800), (LocalDate(2026, 10, 3, 15, 30).utc, 39_600),
    ]
  )
  /// All of Friday, 30 December 2011 was left out.
  static let apia = Zone(
    name: "Apia",
    first: -36_000,
    changes: [(LocalDate(2011, 12, 30, 10).utc, 50_400)]
  )
}

/// A date on the calendar.
struct LocalDate {
  /// Days since 1 January 1970.
  var day: Int
  var minute: Int
  private let text: String

  init(_ year: Int, _ month: Int, _ date: Int, _ hour: Int = 0, _ minute: Int = 0) {
    let y = month <= 2 ? year - 1 : year
    let m = (month + 9) % 12
    day = 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + date - 1 - 719_468
    self.minute = hour * 60 + minute
    text = "\(year)-\(month)-\(date) \(hour):\(minute)"
  }

  var utc: Int64 { Int64(day) * 86_400_000 + Int64(minute) * 60_000 }

  /// The first time that a zone's clocks show this, in milliseconds since the epoch.
  func wall(_ zone: Zone) -> Int64 {
    let offsets = Set([zone.first] + zone.changes.map(\.seconds)).sorted(by: >)
    for seconds in offsets {
      let wall = utc - Int64(seconds) * 1000
      if zone.secondsEast(wall) == seconds { return wall }
    }
    fatalError("\(text) never comes in \(zone.name)")
  }
}
