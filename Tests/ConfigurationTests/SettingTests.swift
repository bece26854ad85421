import Testing

@testable import Configuration

@Suite struct SettingTests {
  private func read(_ text: String) -> ConfigurationFile {
    ConfigurationFile(text: text, path: "c.toml")
  }

  @Test("an empty file changes nothing, nor does the default file")
  func defaults() throws {
    #expect(try read("").result.get() == Configuration())
    let file = defaultFile(Configuration.settings, empty: Configuration())
    #expect(try read(file).result.get() == Configuration())
    #expect(read(file).assignments.isEmpty)
    // Its lines, when taken in, say what holds anyway.
    let lines = file.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }
    let all = read(lines.map { $0.dropFirst() }.joined(separator: "\n"))
    #expect(all.diagnostics == [])
    #expect(all.configuration == Configuration())
    #expect(all.assignments.count == Configuration.settings.count)
  }

  @Test("every option is read")
  func all() throws {
    let text = """
      default_policy = "prompt"
      store_heuristics = true
      identity = "strict"
      browsers = ["zen"]
      delegates = ["org.kde.kdeconnect"]
      control_allow = ["/usr/bin/hark"]
      critical_in_quiet = false
      inhibited_hides_quiet = true
      stack_duplicates = false
      expiry = "retain"
      popups = 20
      width = 400
      layer = "overlay"
      timeout.low = 0
      daily_limit = 0

      [[quiet_hours]]
      days = ["mon", "fri"]
      from = "22:00"
      to = 07:30:00

      [[quiet_hours]]
      from = "13:00"
      to = "24:00"

      [app."app:org.gnome.Evolution"]
      muted = true
      badges = false
      daily_limit = 7

      [app.cli]
      """
    let file = read(text)
    #expect(file.diagnostics == [])
    var expected = Configuration()
    expected.defaultPolicy = .prompt
    expected.storesHeuristics = true
    expected.identity = .strict
    expected.browsers = ["zen"]
    expected.delegates = ["org.kde.kdeconnect"]
    expected.controlAllow = ["/usr/bin/hark"]
    expected.criticalInQuiet = false
    expected.inhibitedHidesQuiet = true
    expected.stackDuplicates = false
    expected.expiry = .retain
    expected.popups = 20
    expected.width = 400
    expected.layer = .overlay
    expected.timeout.low = 0
    expected.dailyLimit = 0
    expected.quietHours = [
      WeeklySpan(days: [.mon, .fri], from: 22 * 60, to: 7 * 60 + 30),
      WeeklySpan(from: 13 * 60, to: 0),
    ]
    var evolution = AppSettings()
    evolution.isMuted = true
    evolution.badges = false
    evolution.dailyLimit = 7
    expected.apps = [
      Named(name: "app:org.gnome.Evolution", value: evolution),
      Named(name: "cli", value: AppSettings()),
    ]
    #expect(file.configuration == expected)
    #expect(file.assignments.first { $0.name == "timeout.low" }?.place.line == 14)
  }

  @Test(
    "demand 46 what is wrong, word by word",
    arguments: [
      ("popups = 21", "1:10: 21; expected a number from 1 to 20"),
      ("popups = 0", "1:10: 0; expected a number from 1 to 20"),
      ("popups = 2.5", "1:10: 2.5; expected a number from 1 to 20"),
      ("popups = \"5\"", "1:10: \"5\"; expected a number from 1 to 20"),
      (
        "width = 9223372036854775807",
        "1:9: 9223372036854775807; expected a number from 150 to 1000 px"
      ),
      ("\n  popup = 3", "2:3: unknown key `popup`; did you mean `popups`?"),
      (
        "default-policy = \"allow\"",
        "1:1: unknown key `default-policy`; did you mean `default_policy`?"
      ),
      ("nonsense = 1", "1:1: unknown key `nonsense`"),
      (
        "default_policy = \"alow\"",
        """
        1:18: "alow"; expected "allow", "prompt" or "deny"; did you mean `allow`?
        """
      ),
      ("default_policy = \"x\"", #"1:18: "x"; expected "allow", "prompt" or "deny""#),
      ("identity = true", #"1:12: true; expected "normal" or "strict""#),
      ("browsers = \"zen\"", #"1:12: "zen"; expected an array of desktop ids"#),
      (
        "browsers = [1, \"a\", {}]",
        "1:13: 1; expected a string\n1:21: a table; expected a string"
      ),
      ("browsers = [\"a\\u0000b\"]", "1:13: \"a\\u0000b\"; expected a string"),
      ("timeout = 3", "1:11: 3; expected a table"),
      ("timeout.lwo = 3", "1:9: unknown key `timeout.lwo`; did you mean `timeout.low`?"),
      ("[timeout]\nnormal = -1", "2:10: -1; expected a number from 0 to 86400000 ms"),
      (
        "[[quiet_hours]]\nfrom = \"25:00\"\nto = \"1:5\"",
        """
        2:8: "25:00"; expected a time such as "22:30"
        3:6: "1:5"; expected a time such as "22:30"
        """
      ),
      (
        "[[quiet_hours]]\nfrom = \"22:00\"",
        "1:1: `to` is missing; expected a time such as \"22:30\""
      ),
      (
        "[[quiet_hours]]\nfrom = \"1:00\"\nto = \"2:00\"\ndays = [\"moon\"]",
        """
        4:9: "moon"; expected "mon", "tue", "wed", "thu", "fri", "sat" or "sun"; did you mean `mon`?
        """
      ),
      ("[app.cli]\nmutde = true", "2:1: unknown key `mutde`; did you mean `muted`?"),
      ("[app]\ncli = 1", "2:7: 1; expected a table"),
      ("rules = []", "1:1: unknown key `rules`; did you mean `rule`?"),
      ("expiry = 1979-05-27", #"1:10: a date; expected "close" or "retain""#),
      (
        "width = 1\npopups = 0\nx = 1",
        """
        1:9: 1; expected a number from 150 to 1000 px
        2:10: 0; expected a number from 1 to 20
        3:1: unknown key `x`
        """
      ),
    ]
  )
  func diagnostics(text: String, expected: String) {
    let lines = read(text).diagnostics.map { $0.text }
    let wanted = expected.split(separator: "\n").map { "c.toml:" + $0 }
    #expect(lines == wanted)
    #expect(throws: Diagnostics.self) { try read(text).result.get() }
  }

  @Test(
    "an app is called by a whole key that some app can have",
    arguments: [
      "org.x.App", "bare id", "*", "", "script:", "exe:relative", "exe:/", "app:x#", "app:#y",
      "app:a/b", "app:x#y#z", "app:a\\u0007", "snap:", "command:x",
    ]
  )
  func wrongApp(key: String) {
    let lines = read("[app.\"\(key)\"]\nmuted = true").diagnostics.map { $0.text }
    let expected = "a whole key: app:ID, flatpak:ID, snap:ID, exe:/PATH, script:/PATH or cli"
    #expect(lines == ["c.toml:1:6: \"\(key)\"; expected \(expected)"])
  }

  @Test(
    "keys that apps have",
    arguments: [
      "cli", "app:org.x.App", "app:firefox#https://example.org", "flatpak:org.x.App", "snap:x_y",
      "exe:/opt/a b/c", "script:/home/me/é%23.sh",
    ]
  )
  func rightApp(key: String) {
    #expect(read("[app.\"\(key)\"]\nmuted = true").diagnostics == [])
  }

  @Test(
    "the nearest word",
    arguments: [
      ("popup", ["popups", "width"], "popups"), ("wdith", ["popups", "width"], "width"),
      ("to", ["from"], nil), ("", ["a"], "a"), ("x", [], nil),
      (String(repeating: "a", count: 100), ["a"], nil),
    ] as [(String, [String], String?)]
  )
  func spelling(word: String, known: [String], expected: String?) {
    #expect(nearest(to: word, among: known) == expected)
  }

  @Test("names are snake_case, and all of them say something")
  func names() {
    for setting in Configuration.settings {
      #expect(setting.name.allSatisfy { $0.isLowercase || $0 == "_" || $0 == "." })
      #expect(setting.description.about.last == "." && !setting.description.kind.isEmpty)
    }
    #expect(Set(Configuration.settings.map { $0.name }).count == Configuration.settings.count)
  }
}
