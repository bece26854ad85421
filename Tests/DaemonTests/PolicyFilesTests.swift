import EventLoop
import Foundation
import Notifications
import Testing

@testable import Daemon

/// The administrator's files, in a folder of the test's own.
struct PolicyFilesTests {
  private final class Scene {
    let folder = NSTemporaryDirectory() + "hark-policy-\(UUID().uuidString)"
    let loop = MainLoop()
    let files: PolicyFiles
    private(set) var calls: [[String: Permissions.Policy]] = []
    private(set) var log: [String] = []

    init() {
      var lines: (String) -> Void = { _ in }
      files = PolicyFiles(directory: folder) { lines($0) }
      lines = { [unowned self] in log.append($0) }
      files.changed = { [unowned self] in calls.append($0) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Nil removes the file.
    func write(_ text: String?, to name: String) throws {
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true
      )
      let path = folder + "/" + name
      guard let text else { return try FileManager.default.removeItem(atPath: path) }
      try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    func turn(until holds: () -> Bool) {
      var patience = 50
      while !holds(), patience > 0 {
        let timer = loop.timer { [loop] in loop.quit() }
        timer.deadline = loop.now + 100_000_000
        loop.run()
        patience -= 1
      }
    }

    func states() -> [String: Permissions.Decision] { files.all.mapValues { $0.decision } }
  }

  private static func entry(_ app: String, _ state: String, reason: String? = nil) -> String {
    "[[policy]]\napp = \"\(app)\"\nstate = \"\(state)\"\n"
      + (reason.map { "reason = \"\($0)\"\n" } ?? "")
  }

  @Test("WEB-130 by principal: a bare id is an app's of every kind, the later entry counts")
  func principals() throws {
    let scene = Scene()
    try scene.write(
      Self.entry("org.x.Ads", "granted") + Self.entry("exe:/opt/a b", "granted")
        + Self.entry("cli", "denied"),
      to: "10.toml"
    )
    try scene.write(
      Self.entry("org.x.Ads", "denied", reason: "no ads") + Self.entry("snap:org.x.Ads", "granted"),
      to: "20.toml"
    )
    scene.files.start(scene.loop)
    #expect(
      scene.files.all == [
        "app:org.x.Ads": .init(.denied, reason: "no ads"),
        "flatpak:org.x.Ads": .init(.denied, reason: "no ads"),
        "snap:org.x.Ads": .init(.granted, reason: "admin-file"),
        "exe:/opt/a b": .init(.granted), "cli": .init(.denied),
      ]
    )
    #expect(scene.calls == [scene.files.all])
    scene.files.reload()
    #expect(scene.calls.count == 1 && scene.log.isEmpty)
  }

  @Test("WEB-130 files that come, change and go are read by themselves")
  func changes() throws {
    let scene = Scene()
    scene.files.start(scene.loop)
    #expect(scene.calls.isEmpty)
    try scene.write(Self.entry("app:a", "denied"), to: "a.toml")
    scene.turn { scene.calls.count == 1 }
    #expect(scene.states() == ["app:a": .denied])
    try scene.write(Self.entry("app:a", "granted"), to: "a.toml")
    scene.turn { scene.calls.count == 2 }
    #expect(scene.states() == ["app:a": .granted])
    try scene.write(nil, to: "a.toml")
    scene.turn { scene.calls.count == 3 }
    #expect(scene.calls.last == [:])
  }

  @Test(
    "an app of a policy is one app, by its id or key",
    arguments: ["*", "org.x.*", "app:org.?", "script:", "exe:relative", "app:x#", "x:y", ""]
  )
  func wrongApp(app: String) throws {
    let scene = Scene()
    try scene.write(Self.entry(app, "denied"), to: "a.toml")
    scene.files.start(scene.loop)
    #expect(scene.states() == [:])
    let problem = "\"\(app)\"; expected an app's id or whole key, without patterns"
    #expect(scene.files.problems == ["\(scene.folder)/a.toml:2:7: \(problem)"])
  }

  @Test("of a file that is wrong from the start each denial counts that can be read, and no grant")
  func denials() throws {
    let scene = Scene()
    let right = Self.entry("app:a", "denied") + Self.entry("app:b", "granted")
    try scene.write(right + Self.entry("*", "denied") + Self.entry("app:c", "denied"), to: "a.toml")
    try scene.write(
      Self.entry("app:d", "denied") + "[[policy]]\napp = \"app:e\"\nstate = denied\n",
      to: "b.toml"
    )
    try scene.write(Self.entry("app:f", "denied") + Self.entry("app:g", "maybe"), to: "c.toml")
    scene.files.start(scene.loop)
    #expect(
      scene.states() == ["app:a": .denied, "app:c": .denied, "app:d": .denied, "app:f": .denied]
    )
    #expect(scene.files.problems.count == 3)
    #expect(scene.log.suffix(3).map { $0.hasSuffix(Self.told) } == [true, true, true])
    // A denial takes the place of a grant at once, and goes with the mistake.
    try scene.write(Self.entry("app:f", "granted"), to: "c.toml")
    scene.files.reload()
    #expect(scene.states()["app:f"] == .granted)
    try scene.write(Self.entry("app:f", "denied") + "x = 1", to: "c.toml")
    scene.files.reload()
    #expect(scene.states()["app:f"] == .denied)
    try scene.write("x = 1", to: "c.toml")
    scene.files.reload()
    #expect(scene.states()["app:f"] == .granted)
  }

  private static let told =
    "wrong; of it count the denials, and what it said when it was last right"

  @Test("a wrong file counts as it did when it was right; each problem is told once")
  func wrong() throws {
    let scene = Scene()
    try scene.write(Self.entry("app:a", "denied"), to: "a.toml")
    try scene.write(Self.entry("app:b", "denied") + "x = 1\n", to: "b.toml")
    scene.files.start(scene.loop)
    #expect(scene.states() == ["app:a": .denied, "app:b": .denied])
    #expect(
      scene.log == [
        "\(scene.folder)/b.toml:4:1: unknown key `x`", "\(scene.folder)/b.toml: \(Self.told)",
      ]
    )
    try scene.write("nonsense", to: "a.toml")
    try scene.write(Self.entry("app:c", "granted"), to: "c.toml")
    for _ in 0..<2 { scene.files.reload() }
    #expect(scene.states() == ["app:a": .denied, "app:b": .denied, "app:c": .granted])
    #expect(scene.log.count == 4 && scene.calls.count == 2)
    // Right again, and wrong again with the same mistake.
    try scene.write(Self.entry("app:b", "granted"), to: "b.toml")
    try scene.write(Self.entry("app:a", "granted"), to: "a.toml")
    scene.files.reload()
    #expect(scene.states() == ["app:a": .granted, "app:b": .granted, "app:c": .granted])
    try scene.write("nonsense", to: "a.toml")
    scene.files.reload()
    #expect(scene.states()["app:a"] == .granted && scene.log.count == 6)
    try scene.write(nil, to: "a.toml")
    scene.files.reload()
    #expect(scene.states() == ["app:b": .granted, "app:c": .granted])
  }
}
