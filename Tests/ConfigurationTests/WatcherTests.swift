import EventLoop
import Foundation
import Testing

@testable import Configuration

@Suite struct WatcherTests {
  /// Counts the calls to reload.
  private final class Scene {
    let folder = Folder()
    let loop = MainLoop()
    private var watcher: ConfigurationWatcher?
    private(set) var calls = 0

    func watch(files: [String] = ["hark/config.toml"], folders: [String] = []) {
      watcher = ConfigurationWatcher(
        loop,
        files: files.map { folder($0) },
        folders: folders.map { folder($0) }
      ) { [unowned self] in calls += 1 }
    }

    func turn(seconds: Double) {
      let timer = loop.timer { [loop] in loop.quit() }
      timer.deadline = loop.now + Int64(seconds * 1e9)
      loop.run()
    }

    /// The calls that an act leads to: waits until the expected ones came, then for more.
    func calls(expecting expected: Int = 1, after act: () throws -> Void) rethrows -> Int {
      let before = calls
      try act()
      var patience = 50
      while calls - before < expected, patience > 0 {
        turn(seconds: 0.1)
        patience -= 1
      }
      turn(seconds: 0.2)
      return calls - before
    }
  }

  private static func scene() throws -> Scene {
    let scene = Scene()
    try scene.folder.make("hark")
    try scene.folder.write("a", to: "hark/config.toml")
    return scene
  }

  @Test("demand 46 written in place, renamed over, and removed; several steps are one change")
  func edited() throws {
    let scene = try Self.scene()
    scene.watch()
    let folder = scene.folder
    #expect(scene.calls(expecting: 0) {} == 0)
    #expect(try scene.calls { try folder.write("b", to: "hark/config.toml") } == 1)
    let steps = try scene.calls {
      folder.rename("hark/config.toml", to: "hark/config.toml~")
      try folder.write("c", to: "hark/.new")
      folder.rename("hark/.new", to: "hark/config.toml")
      try folder.write("d", to: "hark/config.toml")
    }
    #expect(steps == 1)
    #expect(try scene.calls { try folder.remove("hark/config.toml") } == 1)
    #expect(try scene.calls { try folder.write("e", to: "hark/config.toml") } == 1)
  }

  @Test("other files of the directory are none of its business")
  func others() throws {
    let scene = try Self.scene()
    scene.watch()
    let calls = try scene.calls(expecting: 0) {
      try scene.folder.write("x", to: "hark/config.toml.swp")
      try scene.folder.write("x", to: "other")
      scene.folder.rename("hark/config.toml.swp", to: "hark/4913")
    }
    #expect(calls == 0)
  }

  @Test("a new file counts when who makes it is done")
  func slowly() throws {
    let scene = Scene()
    try scene.folder.make("hark")
    scene.watch()
    let path = scene.folder("hark/config.toml")
    let file = try #require(fopen(path, "we"))
    #expect(scene.calls(expecting: 0) { fputs("popups = ", file) } == 0)
    #expect(scene.calls { fclose(file) } == 1)
  }

  @Test("the file, its directory, or both are links: what they lead to, and where they lead")
  func links() throws {
    let scene = Scene()
    let folder = scene.folder
    try folder.make("dotfiles/one")
    try folder.make("dotfiles/two")
    try folder.write("1", to: "dotfiles/one/config.toml")
    try folder.write("2", to: "dotfiles/two/config.toml")
    try folder.make("store")
    try folder.write("3", to: "store/real")
    // hark -> dotfiles/one, whose config.toml is there; two/config.toml -> ../../store/real
    try folder.remove("dotfiles/two/config.toml")
    folder.link("dotfiles/two/config.toml", to: "../../store/real")
    folder.link("hark", to: "dotfiles/one")
    scene.watch()
    #expect(try scene.calls { try folder.write("4", to: "dotfiles/one/config.toml") } == 1)
    #expect(try scene.calls(expecting: 0) { try folder.write("5", to: "store/real") } == 0)
    let relinked = try scene.calls {
      try folder.remove("hark")
      folder.link("hark", to: folder("dotfiles/two"))
    }
    #expect(relinked == 1)
    #expect(try scene.calls { try folder.write("6", to: "store/real") } == 1)
    #expect(
      try scene.calls(expecting: 0) { try folder.write("7", to: "dotfiles/one/config.toml") } == 0
    )
    // Atomically, as stow and nix do.
    folder.link("new", to: "dotfiles/one")
    #expect(scene.calls { folder.rename("new", to: "hark") } == 1)
    #expect(try scene.calls { try folder.write("8", to: "dotfiles/one/config.toml") } == 1)
  }

  @Test("links in a circle, and a link to nothing that comes later")
  func loops() throws {
    let scene = Scene()
    let folder = scene.folder
    try folder.make("hark")
    try folder.make("elsewhere")
    folder.link("hark/config.toml", to: "../a")
    folder.link("a", to: "b")
    folder.link("b", to: "a")
    scene.watch()
    let aimed = try scene.calls {
      try folder.remove("b")
      folder.link("b", to: "elsewhere/c.toml")
    }
    #expect(aimed == 1)
    #expect(try scene.calls { try folder.write("x", to: "elsewhere/c.toml") } == 1)
  }

  @Test("directories that are not there yet, that go, and that come again")
  func later() throws {
    let scene = Scene()
    let folder = scene.folder
    scene.watch(files: ["config/hark/config.toml"])
    #expect(try scene.calls { try folder.make("config") } == 1)
    #expect(try scene.calls { try folder.make("config/hark") } == 1)
    #expect(try scene.calls { try folder.write("1", to: "config/hark/config.toml") } == 1)
    #expect(try scene.calls { try folder.remove("config") } == 1)
    let again = try scene.calls {
      try folder.make("config/hark")
      try folder.write("2", to: "config/hark/config.toml")
    }
    #expect(again >= 1)
    #expect(try scene.calls { try folder.write("3", to: "config/hark/config.toml") } == 1)
  }

  @Test("the TOML files of a folder")
  func policies() throws {
    let scene = Scene()
    let folder = scene.folder
    scene.watch(files: [], folders: ["policy.d"])
    #expect(try scene.calls { try folder.make("policy.d") } == 1)
    #expect(try scene.calls { try folder.write("x", to: "policy.d/a.toml") } == 1)
    #expect(try scene.calls(expecting: 0) { try folder.write("x", to: "policy.d/a.toml~") } == 0)
    #expect(try scene.calls { try folder.remove("policy.d/a.toml") } == 1)
  }

  @Test("a file that is written all the time is read at times")
  func busy() throws {
    let scene = try Self.scene()
    scene.watch()
    for _ in 0..<60 {
      try scene.folder.write("x", to: "hark/config.toml")
      scene.turn(seconds: 0.02)
    }
    #expect(scene.calls >= 1)
  }
}
