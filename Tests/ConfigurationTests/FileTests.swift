import Foundation
import Testing

@testable import Configuration

@Suite struct FileTests {
  @Test(
    "where a configuration may be",
    arguments: [
      (["HOME": "/h"], ["/h/.config", "/etc/xdg", "/etc"]),
      (["HOME": "/h", "XDG_CONFIG_HOME": "/c/"], ["/c", "/etc/xdg", "/etc"]),
      (["HOME": "/h", "XDG_CONFIG_HOME": "c"], ["/h/.config", "/etc/xdg", "/etc"]),
      (["XDG_CONFIG_DIRS": "/a::b:/etc:/c"], ["/a", "/etc", "/c"]),
      (["XDG_CONFIG_DIRS": ""], ["/etc/xdg", "/etc"]),
    ] as [([String: String], [String])]
  )
  func paths(variables: [String: String], folders: [String]) {
    let paths = ConfigurationPaths { variables[$0] }
    #expect(paths.candidates == folders.map { $0 + "/hark/config.toml" })
  }

  @Test("demand 46 the first that exists counts, also where it is wrong or leads nowhere")
  func first() throws {
    let folder = Folder()
    let paths = ConfigurationPaths(candidates: [folder("a"), folder("b"), folder("x/c")])
    #expect(try Configuration.load(paths).get() == Configuration())
    #expect(ConfigurationFile(paths).path == nil)
    try folder.write("popups = 2", to: "b")
    #expect(try Configuration.load(paths).get().popups == 2)
    folder.link("a", to: "nowhere")
    #expect(try Configuration.load(paths).get().popups == 2)
    try folder.write("popups = 3\nlayer = 1\n", to: "nowhere")
    let file = ConfigurationFile(paths)
    #expect(file.path == folder("a"))
    #expect(file.diagnostics.map { $0.place?.line } == [2])
    // Not by halves.
    #expect(throws: Diagnostics.self) { try Configuration.load(paths).get() }
  }

  @Test("what is no file is an error, and nobody waits for it")
  func noFile() throws {
    let folder = Folder()
    try folder.make("directory")
    mkfifo(folder("pipe"), 0o600)
    let large = String(repeating: "#", count: 1 << 20) + "\n"
    try folder.write(large, to: "large")
    for name in ["directory", "pipe", "large"] {
      let file = ConfigurationFile(ConfigurationPaths(candidates: [folder(name)]))
      #expect(file.diagnostics.count == 1, "\(name)")
      #expect(file.diagnostics.first?.text.hasPrefix(folder(name) + ": ") == true)
    }
  }

  @Test("policies of a directory, by the names of its files; a wrong file counts for nothing")
  func policies() throws {
    let folder = Folder()
    #expect(Policies(directory: folder("none")) == Policies(directory: folder("also-none")))
    try folder.write(
      """
      [[policy]]
      app = "org.example.Ads"
      state = "denied"
      reason = "no advertisements"

      [[policy]]
      app = "app:org.gnome.Evolution"
      state = "granted"
      """,
      to: "20-site.toml"
    )
    try folder.write("[[policy]]\napp = \"first\"\nstate = \"granted\"", to: "10-first.toml")
    try folder.write(
      "[[policy]]\napp = \"x\"\nstate = \"denied\"\n[[policy]]\napp=\"y\"",
      to: "3.toml"
    )
    try folder.write("nonsense", to: "4.toml.orig")
    try folder.write("x = 1\n[[policy]]\napp = \"z\"\nstate = \"denied\"", to: "5.toml")
    let policies = Policies(directory: folder.path)
    #expect(policies.all.map { $0.app } == ["first", "org.example.Ads", "app:org.gnome.Evolution"])
    #expect(policies.all.map { $0.state } == [.granted, .denied, .granted])
    #expect(policies.all[1].reason == "no advertisements")
    #expect(policies.all.map { $0.line } == [1, 1, 6])
    #expect(policies.all[0].file == folder("10-first.toml"))
    #expect(
      policies.diagnostics.map { $0.text }
        == [
          folder("3.toml") + ":4:1: `state` is missing; expected \"granted\" or \"denied\"",
          folder("5.toml") + ":1:1: unknown key `x`",
        ]
    )
  }
}
