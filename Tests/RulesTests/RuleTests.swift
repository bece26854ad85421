import Configuration
import Testing

@testable import Rules

@Suite struct RuleTests {
  static func rules(_ text: String) throws -> RuleSet {
    try ConfigurationFile(text: text, path: "c.toml").complete().get().1
  }

  private static var subject: Subject {
    let subject = Subject()
    subject.principal = "app:org.chromium.Chromium#https://mail.example.org"
    subject.appName = "Chromium"
    subject.isVerified = true
    subject.level = .exe
    subject.category = "email.arrived"
    subject.urgency = .normal
    subject.summary = "New mail"
    subject.body = "From Ann\nHello"
    subject.origin = "mail.example.org"
    subject.tag = "inbox"
    subject.hints = [
      Named(name: "x-kde-eventId", value: "new"), Named(name: "value", value: "30"),
    ]
    subject.weekday = .sat
    subject.minute = 6 * 60
    subject.output = "HDMI-1"
    subject.isQuiet = false
    subject.modes = ["work", "focus"]
    return subject
  }

  @Test(
    "demand 26 what a rule may match, and what it then matches",
    arguments: [
      (#"app = "org.chromium.Chromium""#, true),
      (#"app = "app:org.chromium.Chromium""#, true),
      (#"app = "app:org.chromium.Chromium#https://mail.example.org""#, true),
      (#"app = "*#https://mail.*""#, true),
      (#"app = "Chromium""#, false),
      (#"app = ["org.mozilla.firefox", "org.chromium.*"]"#, true),
      (#"app = []"#, false),
      (#"app_name = "Chromium""#, true), (#"app_name = "chromium""#, false),
      (#"verified = true"#, true), (#"verified = false"#, false),
      (#"level = "exe""#, true), (#"level = ["sandbox", "unit"]"#, false),
      (#"category = "email.*""#, true), (#"category = "im.*""#, false),
      (#"urgency = "normal""#, true), (#"urgency = ["low", "critical"]"#, false),
      (#"summary = "*mail""#, true), (#"summary = "mail""#, false), (#"summary = "/mail$/""#, true),
      (#"body = '/^hello$/im'"#, true), (#"body = "Hello""#, false),
      (#"origin = "*.example.org""#, true), (#"tag = "inbox""#, true), (#"tag = "out*""#, false),
      (#"hints = { x-kde-eventId = "n*" }"#, true), (#"hints = { value = "31" }"#, false),
      (#"hints = { value = ["30", "31"], x-kde-eventId = "new" }"#, true),
      (#"hints = { none = "*" }"#, false), (#"hints."value" = "30""#, true),
      (#"time = { from = "22:00", to = "07:00" }"#, true),
      (#"time = { from = "22:00", to = "07:00", days = ["fri"] }"#, true),
      (#"time = { from = "22:00", to = "07:00", days = ["sat"] }"#, false),
      (#"output = "HDMI-*""#, true), (#"quiet = false"#, true), (#"quiet = true"#, false),
      (#"mode = "focus""#, true), (#"mode = "play""#, false),
      (#"app = "org.chromium.*", summary = "New*", quiet = true"#, false),
      (#"app = "org.chromium.*", summary = "New*", quiet = false"#, true),
      (#""#, true),
    ]
  )
  func matching(match: String, expected: Bool) throws {
    let text =
      match.hasPrefix("hints.\"")
      ? "[[rule]]\nmatch.\(match)\nset.popup = false"
      : "[[rule]]\nmatch = { \(match) }\nset.popup = false"
    let (outcome, trace) = try Self.rules(text).apply(to: Self.subject)
    #expect(outcome.popup == (expected ? false : nil))
    #expect(trace.count == (expected ? 1 : 0))
  }

  @Test("a path is a glob, and one of two parts is by [/]")
  func paths() throws {
    for (pattern, path) in [
      ("/usr/bin/foo", "/usr/bin/foo"), ("/opt/x.sh", "/opt/x.sh"), ("[/]opt/x", "/opt/x"),
    ] {
      let rules = try Self.rules("[[rule]]\nmatch.tag = \"\(pattern)\"\nset.popup = true")
      let subject = Subject()
      subject.tag = path
      #expect(rules.apply(to: subject).0.popup == true)
    }
  }

  @Test("a rule holds for a subject of which nothing is known, unless it asks for something")
  func nobody() throws {
    for match in ["", "app = \"\"", "app = \"*\"", "urgency = \"normal\"", "level = \"none\""] {
      let rules = try Self.rules("[[rule]]\nmatch = { \(match) }\nset.popup = true")
      #expect(rules.apply(to: Subject()).0.popup == true, "\(match)")
    }
  }

  @Test("what is sieved out is what would not match anyway")
  func sieve() {
    let patterns = [
      "", "a", "app:x", "x", "email.arrived", "email.*", "e*", "em*", "ema*", "emai*", "*",
      "?mail*",
      "[e]mail*", "a*b", "é", "é*", "e\u{301}", "e\u{301}*", "aé*", "abcdefghijklmnopq",
      "abcdefghijklmnopqrs*",
    ]
    let texts = [
      "", "a", "ab", "app:x", "x", "email.arrived", "email.", "email", "e", "é", "aé", "e\u{301}",
      "abcdefghijklmnopq", "abcdefghijklmnopqrst",
    ]
    for pattern in patterns {
      for text in texts where Glob(pattern).matches(text) {
        let common = Sieve.bits(of: [.glob(Glob(pattern))]) & Sieve.bits(of: text)
        #expect(common != 0, "\(pattern) \(text)")
      }
    }
  }

  @Test("twins that look the same are two texts, with wildcards and without")
  func twins() throws {
    let twins = ["é", "e\u{301}"]
    for (written, field) in zip(
      twins + twins + twins,
      ["app", "app", "app_name", "app_name", "summary", "summary"]
    ) {
      for pattern in [written, written + "*", "*" + written] {
        let rules = try Self.rules("[[rule]]\nmatch.\(field) = \"\(pattern)\"\nset.popup = true")
        let subject = Subject()
        for text in twins + twins {
          (subject.principal, subject.appName, subject.summary) = (text, text, text)
          let isMatch = Array(text.utf8) == Array(written.utf8)
          #expect((rules.apply(to: subject).0.popup == true) == isMatch, "\(field) \(pattern)")
        }
      }
    }
  }

  @Test("each urgency and level, and whether it is verified and quiet, is told from all others")
  func traits() throws {
    let urgencies = Urgency.allCases.map { "urgency = \"\($0.rawValue)\"" }
    let levels = TrustLevel.allCases.map { "level = \"\($0.rawValue)\"" }
    let flags = ["verified", "quiet"].flatMap { ["\($0) = false", "\($0) = true"] }
    for match in urgencies + levels + flags {
      let rules = try Self.rules("[[rule]]\nmatch = { \(match) }\nset.popup = true")
      for urgency in Urgency.allCases {
        for level in TrustLevel.allCases {
          for flag in 0..<4 {
            let subject = Subject()
            (subject.urgency, subject.level) = (urgency, level)
            (subject.isVerified, subject.isQuiet) = (flag & 1 != 0, flag & 2 != 0)
            let own = [
              "urgency = \"\(urgency.rawValue)\"", "level = \"\(level.rawValue)\"",
              "verified = \(subject.isVerified)", "quiet = \(subject.isQuiet)",
            ]
            let holds = rules.apply(to: subject).0.popup == true
            #expect(holds == own.contains(match), "\(match) \(own)")
          }
        }
      }
    }
  }

  @Test("every key of `set`, in an outcome")
  func setting() throws {
    let rules = try Self.rules(
      """
      [[rule]]
      name = "all"
      [rule.set]
      urgency = "low"
      timeout = 0
      popup = false
      centre = true
      history = false
      store = false
      drop = false
      sound = "none"
      group = "mail"
      tag = "t"
      category = "c"
      icon = "mail-unread"
      format = "%s"
      keep_after_close = true
      pass_level = 50
      run = { command = ["notify", "a b; rm -rf /"], on = "action" }
      [rule.set.style]
      background = "#102030"
      border = "#102040"
      app_name = "#ABCDEF"
      title = "#000000"
      body = "#000001"
      accent = "#000002"
      button = "#000003"
      """
    )
    let (outcome, trace) = rules.apply(to: Self.subject)
    var expected = Outcome()
    expected.urgency = .low
    expected.timeout = 0
    expected.popup = false
    expected.centre = true
    expected.history = false
    expected.store = false
    expected.drop = false
    expected.sound = "none"
    expected.group = "mail"
    expected.tag = "t"
    expected.category = "c"
    expected.icon = "mail-unread"
    expected.format = "%s"
    expected.keepAfterClose = true
    expected.passLevel = 50
    expected.style.background = StyleColor("#102030")
    expected.style.border = StyleColor("#102040")
    expected.style.appName = StyleColor("#abcdef")
    expected.style.title = StyleColor("#000000")
    expected.style.body = StyleColor("#000001")
    expected.style.accent = StyleColor("#000002")
    expected.style.button = StyleColor("#000003")
    var command = RunCommand()
    command.command = ["notify", "a b; rm -rf /"]
    command.occasion = .action
    expected.run = [command]
    #expect(outcome == expected)
    #expect(trace.map { $0.name } == ["all"])
    #expect(trace.first?.set.count == Outcome.settings.count)
    #expect(StyleColor("#ABCDEF")?.text == "#abcdef" && StyleColor("#10203040") == nil)
    #expect(StyleColor("#fA0")?.text == "#ffaa00" && StyleColor("#ab") == nil)
  }

  @Test("demand 45 from the first to the last, later ones win, and each says what it set")
  func order() throws {
    let rules = try Self.rules(
      """
      [[rule]]
      set = { popup = false, timeout = 1000, style.title = "#000000", run = { command = ["a"] } }

      [[rule]]
      name = "mail"
      match.category = "email.*"
      set = { popup = true, style.body = "#000000", run = [{ command = ["b"] }, { command = ["c"] }] }

      [[rule]]
      match.category = "im.*"
      set = { timeout = 5 }

      [[rule]]
      match.urgency = "critical"
      set.run = []
      """
    )
    let (outcome, trace) = rules.apply(to: Self.subject)
    #expect(outcome.popup == true)
    #expect(outcome.timeout == 1000)
    #expect(outcome.style.title != nil && outcome.style.body != nil)
    #expect(outcome.run.map { $0.command } == [["a"], ["b"], ["c"]])
    #expect(
      trace.map { $0.text } == [
        ##"c.toml:1: popup = false, run = { command = ["a"] }, style.title = "#000000", "##
          + "timeout = 1000",
        ##"c.toml:4 "mail": popup = true, run = [{ command = ["b"] }, { command = ["c"] }], "##
          + ##"style.body = "#000000""##,
      ]
    )
    let critical = Self.subject
    critical.urgency = .critical
    #expect(rules.apply(to: critical).0.run == [])
  }

  @Test(
    "demand 46 what is wrong, word by word",
    arguments: [
      (
        "[[rule]]\nmatch.app = 1\nset = {}",
        "2:13: 1; expected a glob or a /regular expression/"
      ),
      ("[[rule]]\nmatch.apps = \"a\"\nset = {}", "2:7: unknown key `apps`; did you mean `app`?"),
      (
        "[[rule]]\nmatch.summary = '/(/'\nset = {}",
        "2:17: a wrong regular expression: missing closing parenthesis after 1 bytes"
      ),
      (
        "[[rule]]\nmatch.summary = '/foo/x'\nset = {}",
        "2:17: unknown flag x of the regular expression /foo/; expected i, m or s; "
          + "a glob that begins with a slash begins with [/]"
      ),
      (
        "[[rule]]\nmatch.body = '/a\\/b/ig'\nset = {}",
        "2:14: unknown flag g of the regular expression /a\\/b/; expected i, m or s; "
          + "a glob that begins with a slash begins with [/]"
      ),
      ("[[rule]]\nset.format = \"\"", "2:14: \"\"; expected a string that is not empty"),
      ("[[rule]]\nset.format = \" \"", "2:14: \" \"; expected a string that is not empty"),
      (
        "[[rule]]\nmatch.urgency = [\"low\", \"hgih\"]\nset = {}",
        #"2:25: "hgih"; expected "low", "normal" or "critical""#
      ),
      (
        "[[rule]]\nmatch = { time = { from = \"1:00\" } }\nset = {}",
        "2:18: `to` is missing; expected a time such as \"22:30\""
      ),
      ("[[rule]]\nmatch = {}", "1:1: `set` is missing; expected a table"),
      ("[[rule]]\nset.popups = true", "2:5: unknown key `popups`; did you mean `popup`?"),
      ("[[rule]]\nset.timeout = -1", "2:15: -1; expected a number from 0 to 86400000 ms"),
      (
        "[[rule]]\nset.style = { tilte = \"#000000\" }",
        "2:15: unknown key `style.tilte`; did you mean `style.title`?"
      ),
      (
        "[[rule]]\nset.style.title = \"red\"",
        ##"2:19: "red"; expected a colour such as "#1d1f24""##
      ),
      (
        "[[rule]]\nset.run = { command = \"reboot now\" }",
        #"2:23: "reboot now"; expected an array: a program and its arguments"#
      ),
      (
        "[[rule]]\nset.run = { command = [] }",
        "2:23: no program; expected an array: a program and its arguments"
      ),
      (
        "[[rule]]\nset.run = { command = [\"a\"], on = \"close\" }",
        #"2:35: "close"; expected "shown", "action" or "closed"; did you mean `closed`?"#
      ),
      ("rule = 1", "1:8: 1; expected an array of tables, each begun by [[rule]]"),
      ("rule = [1]", "1:9: 1; expected a table"),
      (
        "popups = 0\n[[rule]]\nset = { popup = 1 }\nmatch = {}\n[[rule]]\nset = 1",
        """
        1:10: 0; expected a number from 1 to 20
        3:17: 1; expected true or false
        6:7: 1; expected a table
        """
      ),
    ]
  )
  func diagnostics(text: String, expected: String) {
    let file = ConfigurationFile(text: text, path: "c.toml")
    let wanted = expected.split(separator: "\n").map { "c.toml:" + $0 }
    #expect(file.readRules().1.map { $0.text } == wanted)
    #expect(throws: Diagnostics.self) { try file.complete().get() }
  }
}
