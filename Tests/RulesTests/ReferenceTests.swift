import Configuration
import Foundation
import Testing

@testable import Rules

/// `docs/configuration.md`: its tables are made from the tables of options.
@Suite struct ReferenceTests {
  private static let path =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs/configuration.md").path

  private static var tables: [(name: String, text: String)] {
    [
      ("options", referenceTable(Configuration.settings, empty: Configuration())),
      ("quiet_hours", referenceTable(WeeklySpan.settings, empty: nil)),
      ("app", referenceTable(AppSettings.settings, empty: AppSettings())),
      ("rule", referenceTable(Rule.settings, empty: nil)),
      ("match", referenceTable(Match.settings, empty: nil)),
      ("set", referenceTable(Outcome.settings, empty: nil)),
      ("run", referenceTable(RunCommand.settings, empty: RunCommand())),
      ("policy", referenceTable(Policy.settings, empty: nil)),
    ]
  }

  /// The page with the tables as they should be.
  private static func updated(_ page: String) throws -> String {
    var page = page
    for table in tables {
      let begin = try #require(page.range(of: "<!-- begin: \(table.name) -->\n"), "\(table.name)")
      let rest = begin.upperBound..<page.endIndex
      let end = try #require(page.range(of: "<!-- end -->", range: rest), "\(table.name)")
      page.replaceSubrange(begin.upperBound..<end.lowerBound, with: table.text)
    }
    return page
  }

  @Test("the reference is up to date; HARK_WRITE_REFERENCE=1 writes it")
  func reference() throws {
    let page = try String(contentsOfFile: Self.path, encoding: .utf8)
    let wanted = try Self.updated(page)
    #expect(page == wanted, "docs/configuration.md is not what the tables of options say")
    if ProcessInfo.processInfo.environment["HARK_WRITE_REFERENCE"] != nil {
      try wanted.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
  }

  @Test("the page's example has nothing wrong, and does what it says")
  func example() throws {
    let page = try String(contentsOfFile: Self.path, encoding: .utf8)
    let begin = try #require(page.range(of: "```toml\n"))
    let end = try #require(page.range(of: "```", range: begin.upperBound..<page.endIndex))
    let file = ConfigurationFile(
      text: String(page[begin.upperBound..<end.lowerBound]),
      path: "example.toml"
    )
    #expect(file.readRules().1 == [])
    let (configuration, rules) = try file.complete().get()
    #expect(configuration.popups == 3 && configuration.apps.count == 1)
    var subject = Subject()
    subject.body = "Your code is 123456."
    #expect(rules.apply(to: subject).1.map { $0.name } == ["codes"])
    #expect(rules.apply(to: subject).0.store == false)
    subject = Subject()
    subject.category = "im.received"
    subject.summary = "Ann"
    #expect(rules.apply(to: subject).0.passLevel == 50)
    subject.principal = "app:org.gnome.Builder"
    subject.summary = "Build SUCCEEDED"
    #expect(rules.apply(to: subject).0.popup == false)
  }
}
