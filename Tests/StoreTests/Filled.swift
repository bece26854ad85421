import Notifications

// One of everything, with each field another than it is by itself.

extension Notification {
  static var filled: Notification {
    var one = Notification(appName: "Mail", title: "Tïtle", receivedAt: 1_700_000_000_123)
    one.claimedName = "Bank"
    one.via = "fake.sh"
    one.icon = "mail-unread"
    one.isDoubted = true
    one.rejectedClaims = ["a claim", ""]
    one.about = "example.org"
    one.body = StyledText("böld link")
    one.body.runs = [
      StyledText.Run(range: 0..<5, style: [.bold, .italic]),
      StyledText.Run(range: 6..<10, style: .underline, link: 0),
    ]
    one.body.links = ["https://example.org/"]
    one.rawBody = "<b>böld</b> <a href='https://example.org/'>link</a>"
    one.actions = [Action(key: "default", label: ""), Action(key: "a\0001", label: "Answer")]
    one.urgency = .critical
    one.timeout = .milliseconds(0)
    one.category = "email.arrived"
    one.progress = 0
    one.image = Picture(width: 2, height: 3, pixels: [1, 2, 3, .max, 5, 6])
    one.tag = ""
    one.appends = true
    one.isResident = true
    one.isTransient = true
    one.hints = HintValue.filled.map { Hint(name: "x-hint", value: $0) }
    one.web = WebOptions(.filled)
    one.onLockScreen = .content
    one.isPrivate = true
    one.icon = "icon"
    return one
  }
}

extension HintValue {
  static var filled: [HintValue] {
    [
      .boolean(true), .boolean(false), .integer(-1, type: UInt8(ascii: "i")),
      .integer(.min, type: UInt8(ascii: "x")), .unsigned(.max), .double(-0.5), .double(.infinity),
      .string("", type: UInt8(ascii: "s")), .string("/org", type: UInt8(ascii: "o")), .bytes([]),
      .bytes([0, 255]), .array([], elements: "a{sv}"),
      .array([.string("é", type: UInt8(ascii: "s"))], elements: "s"),
      .dictionary(
        [.string("k", type: UInt8(ascii: "s")), .variant(.structure([.boolean(true)]))],
        entries: "sv"
      ), .structure([.unsigned(1), .array([.bytes([1])], elements: "ay")]),
      .variant(.variant(.integer(7, type: UInt8(ascii: "y")))),
    ]
  }
}

extension WebOptions.Fields {
  static var filled: WebOptions.Fields {
    var one = WebOptions.Fields()
    one.method = .create
    one.nid = "id"
    one.isPersistent = true
    one.requiresInteraction = true
    one.closesOnClick = false
    one.direction = .rtl
    one.language = "de"
    one.navigate = "https://example.org/there"
    one.data = [1, 2, 3]
    one.timestamp = 0
    one.alertsAgain = true
    one.isSilent = false
    one.vibration = [0, 100, .max]
    one.actionTargets = ["", "https://example.org/action"]
    one.template = .progress
    one.message = "message"
    one.expandedMessage = "expanded"
    one.items = [
      WebOptions.Item(title: "", message: "m"), WebOptions.Item(title: "t", message: ""),
    ]
    one.priority = -2
    one.pictureRole = .badge
    return one
  }
}

extension Owner {
  static var filled: Owner {
    Owner(peer: ":1.23", sender: .filled, appName: "claims", origin: "https://example.org")
  }
}

extension Sender {
  static var filled: Sender {
    Sender(
      level: .sandbox,
      principal: "flatpak:org.example.Mail",
      name: "Mail",
      processID: 4242,
      executable: "/usr/bin/mail",
      evidence: ["a cgroup", "a file"],
      wakeID: "org.example.Mail",
      schemes: ["mail", "news"]
    )
  }
}

extension Treatment {
  static var filled: Treatment {
    var wishes = Wishes()
    wishes.urgency = .low
    wishes.timeout = .never
    wishes.category = "im"
    wishes.tag = ""
    wishes.popsUp = false
    wishes.isListed = false
    wishes.isRemembered = true
    wishes.isStored = true
    wishes.isDropped = true
    wishes.isKept = true
    wishes.passLevel = 50
    wishes.group = "group"
    wishes.icon = "icon"
    wishes.sound = "sound"
    wishes.style.background = 0
    wishes.style.border = 1
    wishes.style.appName = 2
    wishes.style.title = 3
    wishes.style.body = 4
    wishes.style.accent = 0xff_ffff
    wishes.style.button = 6
    wishes.format = "%s"
    wishes.commands = [Command(["a", "", "c"], on: .action), Command([], on: .closed)]
    return Treatment(wishes, trace: ["rule 1", "rule 2"])
  }
}

extension Saved.Standing {
  static var filled: Saved.Standing {
    var one = Saved.Standing(
      age: 7,
      seniority: 3,
      created: Instant(nanoseconds: 1_000_000),
      flags: [.isRevoked, .isShout, .hasAppeared, .isAnnounced, .isAnnouncementHeard]
    )
    one.heldBy = .snoozed(1_700_000_000_000)
    one.left = .seconds(5)
    one.deadline = Instant(nanoseconds: 2_000_000)
    one.failsAt = Instant(nanoseconds: 3_000_000)
    one.deferredClose = .dismissed
    return one
  }

  static var plain: Saved.Standing {
    Saved.Standing(age: 0, seniority: 0, created: Instant(nanoseconds: 0), flags: [])
  }
}

extension Permissions.Record {
  static var filled: Permissions.Record {
    var one = Permissions.Record()
    one.user = UserDecision(.denied, since: 1, reason: "user")
    one.block = Block(reason: "dismissed-3", since: 2, expires: 3, isStored: true)
    one.dismissals = 4
    one.ignores = 5
    one.quietDismissals = 6
    one.quietIgnores = 7
    one.wasBlocked = true
    one.stored = .ask
    one.storedSince = 8
    one.distrustsYes = true
    one.unwritten = .no
    one.missingSince = 9
    return one
  }
}

extension Saved.Settings {
  static func filled() throws -> Saved.Settings {
    var one = Saved.Settings()
    one.isEnabled = false
    one.bus = "0123456789abcdef"
    one.quiet.isManual = true
    one.quiet.until = 1
    one.quiet.hours = try hours(3)
    one.quiet.waivedUntil = 2
    one.quiet.modes = Modes(["work", "50"]) ?? Modes()
    one.apps = [
      "app:one": AppSettings(isMuted: true, dailyLimit: 0),
      "app:two": AppSettings(showsBadges: false),
    ]
    one.badges = ["app:one": .number(.max), "app:two": .flag, "app:three": .nothing]
    one.configuredApps = ["app:one": AppSettings(dailyLimit: 5)]
    one.configuredHours = try hours(5)
    one.inhibitions = Inhibitions(
      live: [
        Inhibition(cookie: 1, peer: ":1.2", kind: .locker, app: "locker", reason: "because"),
        Inhibition(cookie: 2, peer: ":1.3", kind: .application, app: "film", reason: ""),
      ],
      cleared: [Inhibitions.Cleared(cookie: 3, peer: ":1.4")],
      lastCookie: 3
    )
    return one
  }

  private static func hours(_ days: UInt8) throws -> WeeklyHours {
    guard let window = WeeklyHours.Window(dayBits: days, from: 1320, to: 1440),
      let hours = WeeklyHours([window])
    else { throw Missing() }
    return hours
  }

  struct Missing: Error {}
}
