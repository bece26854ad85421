import Notifications

extension Archive {
  mutating func write(_ settings: Saved.Settings) {
    flag(1, !settings.isEnabled)
    block(2) { $0.write(settings.quiet) }
    for (app, own) in settings.apps { block(3) { $0.write(own, of: app) } }
    for (app, own) in settings.configuredApps { block(4) { $0.write(own, of: app) } }
    write(5, settings.configuredHours)
    block(6) { $0.write(settings.inhibitions) }
    text(7, settings.bus)
    for (app, badge) in settings.badges {
      block(8) {
        $0.text(1, app)
        $0.write(badge)
      }
    }
  }

  private mutating func write(_ quiet: Quiet.Kept) {
    flag(1, quiet.isManual)
    number(2, quiet.until)
    write(3, quiet.hours)
    number(4, quiet.waivedUntil)
    texts(5, quiet.modes.names)
  }

  private mutating func write(_ tag: UInt8, _ hours: WeeklyHours) {
    for window in hours.windows {
      block(tag) {
        $0.number(1, Int64(window.days))
        $0.number(2, Int64(window.from))
        $0.number(3, Int64(window.to))
      }
    }
  }

  private mutating func write(_ settings: AppSettings, of app: String) {
    text(1, app)
    flag(2, settings.isMuted)
    flag(4, !settings.showsBadges)
    number(3, settings.dailyLimit.map { Int64($0) })
  }

  private mutating func write(_ badge: Badge) {
    switch badge {
    case .nothing: break
    case .flag: flag(2, true)
    case .number(let number): self.number(3, Int64(bitPattern: number))
    }
  }

  private mutating func write(_ inhibitions: Inhibitions) {
    for inhibition in inhibitions.live {
      block(1) {
        $0.number(1, Int64(inhibition.cookie))
        $0.text(2, inhibition.peer)
        $0.text(3, inhibition.kind.rawValue)
        $0.text(4, inhibition.app)
        $0.text(5, inhibition.reason)
      }
    }
    for cleared in inhibitions.cleared {
      block(2) {
        $0.number(1, Int64(cleared.cookie))
        $0.text(2, cleared.peer)
      }
    }
    number(3, Int64(inhibitions.lastCookie))
  }
}

extension Saved.Settings {
  init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init()
    var windows: [WeeklyHours.Window] = []
    while let field = try reader.next() {
      switch field.tag {
      case 1: isEnabled = !(try field.flag())
      case 2: quiet = try Quiet.Kept(try field.fields())
      case 3: try AppSettings.read(try field.fields(), into: &apps)
      case 4: try AppSettings.read(try field.fields(), into: &configuredApps)
      case 5: windows.append(try WeeklyHours.Window(try field.fields()))
      case 6: inhibitions = try Inhibitions(try field.fields())
      case 7: bus = try field.text()
      case 8: try Badge.read(try field.fields(), into: &badges)
      default: break
      }
    }
    configuredHours = WeeklyHours(windows) ?? WeeklyHours()
  }
}

extension Quiet.Kept {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    self.init()
    var windows: [WeeklyHours.Window] = []
    var names: [String] = []
    while let field = try reader.next() {
      switch field.tag {
      case 1: isManual = try field.flag()
      case 2: until = try field.number()
      case 3: windows.append(try WeeklyHours.Window(try field.fields()))
      case 4: waivedUntil = try field.number()
      case 5: names.append(try field.text())
      default: break
      }
    }
    hours = WeeklyHours(windows) ?? WeeklyHours()
    modes = Modes(names) ?? Modes()
  }
}

extension WeeklyHours.Window {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var days: UInt8 = 0
    var (from, to) = (0, 0)
    while let field = try reader.next() {
      switch field.tag {
      case 1: days = try field.number(as: UInt8.self)
      case 2: from = try field.number(as: Int.self)
      case 3: to = try field.number(as: Int.self)
      default: break
      }
    }
    guard let window = WeeklyHours.Window(dayBits: days, from: from, to: to) else {
      throw Damaged()
    }
    self = window
  }
}

extension AppSettings {
  fileprivate static func read(
    _ reader: ArchiveReader,
    into apps: inout [String: AppSettings]
  ) throws(Damaged) {
    var reader = reader
    var settings = AppSettings()
    var app = ""
    while let field = try reader.next() {
      switch field.tag {
      case 1: app = try field.text()
      case 2: settings.isMuted = try field.flag()
      case 3: settings.dailyLimit = try field.number(as: Int.self)
      case 4: settings.showsBadges = !(try field.flag())
      default: break
      }
    }
    apps[app] = settings
  }
}

extension Inhibitions {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var live: [Inhibition] = []
    var cleared: [Cleared] = []
    var last: UInt32 = 0
    while let field = try reader.next() {
      switch field.tag {
      case 1: live.append(try Inhibition(try field.fields()))
      case 2:
        let gone = try Inhibition(try field.fields())
        cleared.append(Cleared(cookie: gone.cookie, peer: gone.peer))
      case 3: last = try field.number(as: UInt32.self)
      default: break
      }
    }
    self.init(live: live, cleared: cleared, lastCookie: last)
  }
}

extension Inhibition {
  fileprivate init(_ reader: ArchiveReader) throws(Damaged) {
    var reader = reader
    var cookie: UInt32 = 0
    var (peer, kind, app, reason) = ("", "", "", "")
    while let field = try reader.next() {
      switch field.tag {
      case 1: cookie = try field.number(as: UInt32.self)
      case 2: peer = try field.text()
      case 3: kind = try field.text()
      case 4: app = try field.text()
      case 5: reason = try field.text()
      default: break
      }
    }
    self.init(
      cookie: cookie,
      peer: peer,
      kind: Kind(rawValue: kind) ?? .application,
      app: app,
      reason: reason
    )
  }
}

extension Badge {
  fileprivate static func read(
    _ reader: ArchiveReader,
    into badges: inout [String: Badge]
  ) throws(Damaged) {
    var reader = reader
    var badge = Badge.nothing
    var app = ""
    while let field = try reader.next() {
      switch field.tag {
      case 1: app = try field.text()
      case 2: badge = .flag
      case 3: badge = Badge(UInt64(bitPattern: try field.number()))
      default: break
      }
    }
    badges[app] = badge
  }
}
