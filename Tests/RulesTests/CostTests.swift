import Configuration
import Glibc
import TestSupport
import Testing

@testable import Rules

@Suite(.serialized) struct CostTests {
  @Test("a regular expression that would backtrack for ever ends soon, and is news once")
  func bomb() throws {
    let rules = try RuleTests.rules(
      #"""
      [[rule]]
      match.body = '/^(a+)+$/'
      set.popup = false

      [[rule]]
      match.body = '/(a|aa)*[^a]{3}(x|y)*(.*)*z$/s'
      set.popup = false

      [[rule]]
      match.summary = "t"
      set.timeout = 1
      """#
    )
    let subject = Subject()
    subject.summary = "t"
    subject.body = String(repeating: "a", count: 64 << 10) + "!"
    for round in 0..<5 {
      var outcome = Outcome()
      var trace: [TraceLine] = []
      let time = processorTime { (outcome, trace) = rules.apply(to: subject) }
      #expect(time < .milliseconds(500), "\(time)")
      // The other rules have their say.
      #expect(outcome.timeout == 1 && outcome.popup == nil)
      #expect(trace.first?.text.contains("no answer in time") == true)
      let news = trace.filter {
        if case .gaveUp(_, let isNews) = $0.step { isNews } else { false }
      }
      #expect(news.count == (round == 0 ? trace.count - 1 : 0))
    }
  }

  @Test(
    "expressions that go deep or wide end as well",
    arguments: [
      "/[a-z]+[0-9]/", "/.*x/s", "/(((((a*)*)*)*)*)*b/", "/(.*)\\\\1x/", "/(?:(?:a?){50}){50}b/",
      "/^(([a-z])+.)+[A-Z]([a-z])+$/",
      "/(?<=(a|b|c))x/", "/(?R)?a/", "/(a(?1)?b)*c/", "/\\\\p{L}+\\\\p{Lu}$/",
    ]
  )
  func hostile(pattern: String) throws {
    let file = ConfigurationFile(
      text: "[[rule]]\nmatch.body = \"\(pattern)\"\nset = {}",
      path: "c.toml"
    )
    let (rules, diagnostics) = file.readRules()
    try #require(diagnostics.isEmpty && rules.rules.count == 1)
    let subject = Subject()
    subject.body = String(repeating: "a", count: 64 << 10)
    let time = processorTime { _ = rules.apply(to: subject) }
    #expect(time < .milliseconds(500), "\(time)")
  }

  /// 500 rules as people have them.
  static var manyRules: String {
    var text = ""
    for index in 0..<500 {
      text += """
        [[rule]]
        name = "rule \(index)"
        match = { app = "org.example.App\(index)", summary = "/^(Build|Test) [0-9]+ (ok|failed)$/i" }
        set = { urgency = "low", timeout = 3000, popup = \(index % 2 == 0), group = "builds" }


        """
    }
    return text
  }

  @Test("500 rules are read in less than 20 ms, as shipped; here, tenfold")
  func loading() throws {
    let text = Self.manyRules
    var times: [Duration] = []
    for _ in 0..<5 {
      times.append(
        try processorTime {
          let count = try RuleTests.rules(text).rules.count
          #expect(count == 500)
        }
      )
    }
    let time = try #require(times.min())
    #expect(time < .milliseconds(200), "\(time)")
  }
}
