import Foundation
import TestSupport
import Testing

/// What `hark` says of a configuration on the disk.
@Suite struct ConfigurationTests {
  @Test("hark config and hark rules: values, origins, what is wrong, exit codes", .needsHark)
  func commands() async throws {
    try await inWorld(daemon: nil) { world in
      let folder = world.folder + "/configuration/hark"
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true
      )
      let path = folder + "/config.toml"
      let environment = world.environment.merging(
        ["XDG_CONFIG_HOME": world.folder + "/configuration", "XDG_CONFIG_DIRS": world.folder]
      ) { $1 }
      func hark(_ words: String...) throws -> Outcome {
        try run([Programs.control] + words, environment: environment)
      }
      let none = try hark("config", "path", "--json")
      #expect(none.output == "{\"path\":\"\(path)\",\"exists\":false}\n")

      let text = """
        popups = 3
        [[rule]]
        name = "mail"
        match = { category = "email.*", summary = '/inv(oice|ite)/i' }
        set = { urgency = "low", popup = false }
        """
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try hark("config", "path").output == path + "\n")
      #expect(try hark("config", "check").succeeded && hark("rules", "check").succeeded)
      #expect(try hark("config", "get", "popups").output == "3\n")
      #expect(try hark("config", "get", "layer").output == "top\n")
      let one = try hark("config", "get", "popups", "--json")
      #expect(
        one.output
          == "{\"name\":\"popups\",\"value\":3,\"default\":5,\"file\":\"\(path)\",\"line\":1}\n"
      )
      #expect(try hark("config", "list").output.contains("\(path):1"))
      let typo = try hark("config", "get", "popup")
      #expect(typo.status == .exited(2) && typo.errors.contains("did you mean popups?"))

      let hit = try hark("rules", "test", "--category", "email.x", "--summary", "INVITE", "--json")
      #expect(
        hit.output == """
          {"trace":[{"file":"\(path)","line":2,"name":"mail",\
          "set":["popup = false","urgency = \\"low\\""]}],\
          "outcome":{"urgency":"low","popup":false}}

          """
      )
      #expect(try hark("rules", "test", "--category", "email.x").output == "no rule matches\n")
      #expect(try hark("rules", "test", "--urgency", "loud").status == .exited(2))

      try "popups = 30\n".write(toFile: path, atomically: true, encoding: .utf8)
      let wrong = try hark("config", "check")
      #expect(wrong.status == .exited(1))
      #expect(wrong.output == "\(path):1:10: 30; expected a number from 1 to 20\n")
      let other = try hark("config", "get", "width")
      #expect(other.status == .exited(1) && other.output == "300\n")
      #expect(other.errors.contains("the file is wrong, the daemon holds its last good one"))
      #expect(try hark("config", "list").errors.contains("the daemon holds its last good one"))
      #expect(try hark("rules", "test").status == .exited(1))
      #expect(try hark("config", "check", world.folder + "/none").status == .exited(1))
      #expect(try hark("config", "list", "surplus").status == .exited(2))
      #expect(try hark("config", "default").output.contains("\n#popups = 5\n"))
    }
  }
}
