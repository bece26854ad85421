import DBus
import Testing

struct MatchRuleTests {
  @Test("a rule names what it has; a quote in the argument ends no text")
  func texts() {
    var rule = MatchRule(sender: "a.b", interface: "c.d", member: "E")
    let plain = "type='signal',sender='a.b',interface='c.d',member='E'"
    #expect(rule.text == plain)
    rule.path = "/f"
    for (argument, text) in [("g", "'g'"), ("", "''"), ("it's", #"'it'\''s'"#), ("'", #"''\'''"#)] {
      rule.argument = argument
      #expect(rule.text == plain + ",path='/f',arg0=" + text)
    }
    #expect(
      MatchRule(sender: "a.b", interface: "c.d", member: "E", argument: "g.h").text
        == plain + ",arg0='g.h'"
    )
    #expect(
      MatchRule(sender: "a.b", interface: "c.d", member: "E", namespace: "g.h").text
        == plain + ",arg0namespace='g.h'"
    )
  }
}
