import CLibc
import Configuration
import Notifications
import Store

extension Preferences {
  /// The core's part of the configuration.
  init(_ configuration: Configuration) {
    self.init()
    limits.visible = configuration.popups
    limits.lowLifetime = Self.lifetime(configuration.timeout.low)
    limits.normalLifetime = Self.lifetime(configuration.timeout.normal)
    defaultPolicy = .init(configuration.defaultPolicy)
    storesHeuristics = configuration.storesHeuristics
    quiet.criticalInQuiet = configuration.criticalInQuiet
    quiet.inhibitedHidesQuiet = configuration.inhibitedHidesQuiet
    quietHours = WeeklyHours(configuration.quietHours) ?? quietHours
    badges.requiresGrant = configuration.badgesRequireGrant
    badges.showsInQuiet = configuration.badgesInQuiet
    badges.derives = configuration.deriveBadges
    stacksDuplicates = configuration.stackDuplicates
    dailyLimit = configuration.dailyLimit
    if configuration.expiry == .retain { retention = .seconds(configuration.retainFor * 3600) }
    remembersRevoked = configuration.history.keepsRevoked
    for app in configuration.apps {
      apps[app.name] = Notifications.AppSettings(
        isMuted: app.value.isMuted,
        showsBadges: app.value.badges,
        dailyLimit: app.value.dailyLimit
      )
    }
  }

  /// 0 is for ever.
  private static func lifetime(_ milliseconds: Int) -> Instant.Span? {
    milliseconds == 0 ? nil : .milliseconds(milliseconds)
  }
}

extension Permissions.DefaultPolicy {
  fileprivate init(_ policy: DefaultPolicy) {
    switch policy {
    case .allow: self = .allow
    case .prompt: self = .prompt
    case .deny: self = .deny
    }
  }
}

extension WeeklyHours {
  fileprivate init?(_ hours: [WeeklySpan]) {
    var windows: [Window] = []
    for span in hours {
      var bits: UInt8 = 0
      for (index, day) in Weekday.allCases.enumerated() where span.days.contains(day) {
        bits |= 1 << UInt8(index)
      }
      if let window = Window(dayBits: bits, from: span.from, to: span.to) { windows.append(window) }
    }
    self.init(windows)
  }
}

extension LocalTime {
  /// The zone of the machine.
  static var system: LocalTime {
    LocalTime { milliseconds in
      var seconds = time_t(milliseconds / 1000)
      var reading = tm()
      return localtime_r(&seconds, &reading) == nil ? 0 : reading.tm_gmtoff
    }
  }
}

extension Retention {
  /// 0 is without a bound.
  init(_ configuration: Configuration) {
    self.init()
    let history = configuration.history
    count = history.count == 0 ? .max : history.count
    age = history.days == 0 ? nil : Self.age(history.days)
    for app in configuration.apps {
      let bounds = Bounds(count: app.value.historyCount, age: app.value.historyDays.map(Self.age))
      if bounds != Bounds() { apps[app.name] = bounds }
    }
  }

  private static func age(_ days: Int) -> Int64 { Int64(days) * 24 * 3_600_000 }
}
