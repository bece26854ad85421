import Testing

@testable import Control

@Suite struct HistoryTests {
  /// What is wrong is seen before a bus is asked.
  @Test(
    "options that say nothing, or nothing there, are refused",
    arguments: [
      (["delete", "--text", ""], "--text takes words"),
      (["delete", "--text", " \t"], "--text takes words"),
      (["delete", "--text", "*"], "--text takes words"),
      (["--text="], "--text takes words"),
      (["export", "--text="], "--text takes words"),
      (["delete", "--app="], "--app takes an app"),
      (["delete", "--app", "x", "--limit", "5"], "--limit is not for hark history delete"),
      (["delete", "7", "--limit", "5"], "--limit is not for hark history delete"),
      (["export", "--limit", "5"], "--limit is not for hark history export"),
      (["import", "--limit", "5"], "--limit is not for hark history import"),
      (["redo", "7", "--text", "x"], "hark history redo takes no options"),
      (["import", "--app", "x"], "hark history import takes no options"),
    ]
  )
  func refused(words: [String], problem: String) throws {
    let failure = #expect(throws: Failure.self) {
      _ = try Command.history.run(try Command.history.parse(words))
    }
    #expect(failure?.code == .usage)
    #expect(failure?.message.hasPrefix(problem) == true, "\(words): \(String(describing: failure))")
  }
}
