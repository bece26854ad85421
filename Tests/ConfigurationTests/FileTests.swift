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

  @Test("policies of a directory, by the names of its files; of a wrong file the denials count")
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
    #expect(
      policies.all.map { $0.app } == [
        "first", "org.example.Ads", "app:org.gnome.Evolution", "x", "z",
      ]
    )
    #expect(policies.all.map { $0.state } == [.granted, .denied, .granted, .denied, .denied])
    #expect(policies.all[1].reason == "no advertisements")
    #expect(policies.all.map { $0.line } == [1, 1, 6, 1, 2])
    #expect(policies.all[0].file == folder("10-first.toml"))
    #expect(
      policies.diagnostics.map { $0.text }
        == [
          folder("3.toml") + ":4:1: `state` is missing; expected \"granted\" or \"denied\"",
          folder("5.toml") + ":1:1: unknown key `x`",
        ]
    )
  }

  @Test("an app is a bare id or a principal; of other kinds there is none")
  func policyApps() throws {
    let folder = Folder()
    let rows: [(String, [String])] = [
      ("org.x.App", ["app:org.x.App", "flatpak:org.x.App", "snap:org.x.App"]),
      ("app:x", ["app:x"]), ("flatpak:org.x.App", ["flatpak:org.x.App"]), ("snap:x", ["snap:x"]),
      ("exe:/bin/a:b", ["exe:/bin/a:b"]), ("script:/a", ["script:/a"]), ("cli", ["cli"]),
      ("app:firefox#https://x.org", ["app:firefox#https://x.org"]),
      ("", []), ("app:", []), ("flatpack:org.x.App", []), (":1.5", []),
    ]
    for (app, principals) in rows {
      try folder.write("[[policy]]\napp = \"\(app)\"\nstate = \"denied\"", to: "a.toml")
      let policies = Policies(directory: folder.path)
      #expect(policies.all.flatMap { $0.principals } == principals)
      let expected = "an app's id or whole key, without patterns"
      let problem = folder("a.toml") + ":2:7: \"\(app)\"; expected \(expected)"
      #expect(policies.diagnostics.map { $0.text } == (principals.isEmpty ? [problem] : []))
    }
  }

  @Test("a policy that cannot be read counts as it last did; one that is gone does not")
  func lastPolicies() throws {
    let folder = Folder()
    for name in ["1.toml", "2.toml"] {
      try folder.write("[[policy]]\napp = \"\(name)\"\nstate = \"denied\"", to: name)
    }
    let good = Policies(directory: folder.path)
    try folder.write("?", to: "1.toml")
    try folder.remove("2.toml")
    let wrong = Policies(directory: folder.path, after: good)
    #expect(wrong.all.map { $0.app } == ["1.toml"] && wrong.diagnostics.count == 1)
    #expect(Policies(directory: folder.path, after: wrong) == wrong)
    // A folder that is there and cannot be read takes nothing back; one that is gone does.
    let circle = folder("circle")
    folder.link("circle", to: "circle")
    let unread = Policies(directory: circle, after: good)
    #expect(unread.all == good.all && unread.diagnostics.count == 1)
    #expect(Policies(directory: folder("none"), after: good).all.isEmpty)
  }
}
