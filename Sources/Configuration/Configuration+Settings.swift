import Identity

extension Configuration {
  package static var settings: [Setting<Configuration>] {
    policy + quiet + badges + appearance + keeping + [apps, rules]
  }

  private static var policy: [Setting<Configuration>] {
    [
      Setting(
        "default_policy",
        .choice,
        "What an app may that was not asked about: show, be asked about, or nothing.",
        get: { $0.defaultPolicy },
        set: { $0.defaultPolicy = $1 }
      ),
      Setting(
        "store_heuristics",
        .boolean,
        "Whether the portals' store is told of blocks that nobody decided, while they last.",
        get: { $0.storesHeuristics },
        set: { $0.storesHeuristics = $1 }
      ),
      Setting(
        "identity",
        .choice,
        "\"strict\": names and icons that an app claims without evidence are not shown at all.",
        get: { $0.identity },
        set: { $0.identity = $1 }
      ),
      Setting(
        "browsers",
        .list(of: .text, "an array of desktop ids"),
        "Browsers besides those that are known, whose sites have settings of their own.",
        get: { $0.browsers },
        set: { $0.browsers = $1 }
      ),
      Setting(
        "delegates",
        .list(of: .text, "an array of bus names"),
        "Who may send in another app's name, besides the portals.",
        get: { $0.delegates },
        set: { $0.delegates = $1 }
      ),
      Setting(
        "control_allow",
        .list(of: .text, "an array of paths"),
        "Executables that may control hark; where empty, every one that is not sandboxed.",
        get: { $0.controlAllow },
        set: { $0.controlAllow = $1 }
      ),
    ]
  }

  private static var quiet: [Setting<Configuration>] {
    [
      Setting(
        "critical_in_quiet",
        .boolean,
        "Critical notifications pop up in quiet, unless their app is muted.",
        get: { $0.criticalInQuiet },
        set: { $0.criticalInQuiet = $1 }
      ),
      Setting(
        "inhibited_hides_quiet",
        .boolean,
        "Apps that ask whether notifications are inhibited hear of other apps' requests alone.",
        get: { $0.inhibitedHidesQuiet },
        set: { $0.inhibitedHidesQuiet = $1 }
      ),
      Setting(
        "idle_after",
        .integer(0...86_400, "s"),
        "Without input for so long one is away, and popups keep their time; 0 is never.",
        get: { $0.idleAfter },
        set: { $0.idleAfter = $1 }
      ),
      Setting(
        "quiet_hours",
        .list(
          of: .table("a table with `from` and `to`", WeeklySpan(), WeeklySpan.settings),
          "an array of tables"
        ),
        "Hours of the week in which it is quiet.",
        get: { $0.quietHours },
        set: { $0.quietHours = $1 }
      ),
    ]
  }

  private static var badges: [Setting<Configuration>] {
    [
      Setting(
        "badges_require_grant",
        .boolean,
        "Only apps that the user has granted notifications put badges on their icons.",
        get: { $0.badgesRequireGrant },
        set: { $0.badgesRequireGrant = $1 }
      ),
      Setting(
        "badges_in_quiet",
        .boolean,
        "Badges stay in quiet.",
        get: { $0.badgesInQuiet },
        set: { $0.badgesInQuiet = $1 }
      ),
      Setting(
        "derive_badges",
        .boolean,
        "An app that sets no badge has the number of its live notifications.",
        get: { $0.deriveBadges },
        set: { $0.deriveBadges = $1 }
      ),
      Setting(
        "unity_name",
        .boolean,
        "Owns com.canonical.Unity where no dock does: some apps publish badges only to it.",
        get: { $0.unityName },
        set: { $0.unityName = $1 }
      ),
    ]
  }

  private static var keeping: [Setting<Configuration>] {
    [
      Setting(
        "history_days",
        .integer(0...36_500, "days"),
        "How long what is past is remembered; 0 is for ever.",
        get: { $0.history.days },
        set: { $0.history.days = $1 }
      ),
      Setting(
        "history_count",
        .integer(0...10_000_000),
        "How many past ones are remembered; 0 is all of them.",
        get: { $0.history.count },
        set: { $0.history.count = $1 }
      ),
      Setting(
        "history_keeps_revoked",
        .boolean,
        "What its sender closed is remembered too.",
        get: { $0.history.keepsRevoked },
        set: { $0.history.keepsRevoked = $1 }
      ),
      Setting(
        "durability",
        .choice,
        "What survives: the end of the daemon, or also that of the power, which each call waits for.",
        get: { $0.durability },
        set: { $0.durability = $1 }
      ),
    ]
  }

  private static var appearance: [Setting<Configuration>] {
    [
      Setting(
        "stack_duplicates",
        .boolean,
        "Equal notifications of one app are one popup with a count.",
        get: { $0.stackDuplicates },
        set: { $0.stackDuplicates = $1 }
      ),
      Setting(
        "expiry",
        .choice,
        "A notification whose popup had its time is closed, or retained in the list.",
        get: { $0.expiry },
        set: { $0.expiry = $1 }
      ),
      Setting(
        "retain_for",
        .integer(1...8784, "hours"),
        "How long what is retained stays in the list.",
        get: { $0.retainFor },
        set: { $0.retainFor = $1 }
      ),
      Setting(
        "timeout.low",
        .integer(0...86_400_000, "ms"),
        "How long a popup of low urgency stays that does not say itself; 0 is for ever.",
        get: { $0.timeout.low },
        set: { $0.timeout.low = $1 }
      ),
      Setting(
        "timeout.normal",
        .integer(0...86_400_000, "ms"),
        "How long a popup of normal urgency stays that does not say itself; 0 is for ever.",
        get: { $0.timeout.normal },
        set: { $0.timeout.normal = $1 }
      ),
      Setting(
        "popups",
        .integer(1...20),
        "How many popups are on the screen at most.",
        get: { $0.popups },
        set: { $0.popups = $1 }
      ),
      Setting(
        "width",
        .integer(150...1000, "px"),
        "How wide a popup is.",
        get: { $0.width },
        set: { $0.width = $1 }
      ),
      Setting(
        "layer",
        .choice,
        "Wayland: popups are above windows, or above full-screen windows too.",
        get: { $0.layer },
        set: { $0.layer = $1 }
      ),
      Setting(
        "daily_limit",
        dailyLimitKind,
        "An app's notifications in a day beyond which they raise no popup; 0 is no limit.",
        get: { $0.dailyLimit },
        set: { $0.dailyLimit = $1 }
      ),
    ]
  }

  private static var apps: Setting<Configuration> {
    Setting(
      "app",
      .named(
        "a table for each app, such as [app.\"app:org.gnome.Evolution\"]",
        .table("a table", AppSettings(), AppSettings.settings),
        keys: PrincipalKey.expected,
        areRight: PrincipalKey.isRight
      ),
      "What holds for one app alone, by its principal, as hark inspect shows it.",
      get: { $0.apps },
      set: { $0.apps = $1 }
    )
  }

  private static var rules: Setting<Configuration> {
    let table = Kind<TOMLValue>("a table", read: { value, _ in value }, write: { $0.content })
    return Setting(
      "rule",
      .list(of: table, "an array of tables, each begun by [[rule]]"),
      "What becomes of which notification; see below.",
      get: { $0.rules },
      set: { $0.rules = $1 }
    )
  }

  static var dailyLimitKind: Kind<Int> { .integer(0...1_000_000) }
}

extension AppSettings {
  package static var settings: [Setting<AppSettings>] {
    [
      Setting(
        "muted",
        .boolean,
        "Its notifications are listed, and raise neither popup nor sound.",
        get: { $0.isMuted },
        set: { $0.isMuted = $1 }
      ),
      Setting(
        "badges",
        .boolean,
        "Its badges are shown.",
        get: { $0.badges },
        set: { $0.badges = $1 }
      ),
      Setting(
        "daily_limit",
        Configuration.dailyLimitKind,
        "As `daily_limit`, for this app.",
        get: { $0.dailyLimit },
        set: { $0.dailyLimit = $1 }
      ),
      Setting(
        "history_days",
        .integer(1...36_500, "days"),
        "How long what is past of it is remembered, where that is less than `history_days`.",
        get: { $0.historyDays },
        set: { $0.historyDays = $1 }
      ),
      Setting(
        "history_count",
        .integer(1...10_000_000),
        "How many past ones of it are remembered, where that is less than `history_count`.",
        get: { $0.historyCount },
        set: { $0.historyCount = $1 }
      ),
    ]
  }
}
