import EventLoop
import Glibc
import Testing

@testable import Identity

struct InstalledAppsTests {
  private static let apps = [
    "app:here", "app:gone", "app:here#https://e.org", "app:gone#https://e.org", "app:hidden",
    "flatpak:org.x.Here", "flatpak:org.x.Gone", "snap:one", "snap:two", "snap:two_key",
    "snap:three",
    "snap:on", "snap:hidden", "exe:/bin/here", "script:/here", "cli", "app:",
  ]

  private func told(_ installed: InstalledApps) -> [String: Bool] {
    var told: [String: Bool] = [:]
    installed.check(Self.apps) { told[$0] = $1 }
    return told
  }

  @Test("WEB-139 each app by its desktop file, snaps by any of theirs; programs have none")
  func presence() throws {
    let world = try World()
    try world.desktopFile("here")
    try world.desktopFile("hidden", "Hidden=true")
    try world.desktopFile("org.x.Here", "X-Flatpak=org.x.Here")
    try world.desktopFile("one_app")
    try world.desktopFile("two+key_app")
    try world.desktopFile("org.own.Name", "X-SnapInstanceName=three")
    try world.desktopFile("hidden_app", "Hidden=true")
    let installed = InstalledApps(world.files)
    // Nothing is read for its sake.
    #expect(told(installed).isEmpty && !installed.hasNews)
    _ = world.files.file("here")
    #expect(installed.hasNews)
    #expect(
      told(installed) == [
        "app:here": true, "app:gone": false, "app:here#https://e.org": true,
        "app:gone#https://e.org": false, "app:hidden": false, "flatpak:org.x.Here": true,
        "flatpak:org.x.Gone": false, "snap:one": true, "snap:two": false, "snap:two_key": true,
        "snap:three": true, "snap:on": false, "snap:hidden": false, "app:": false,
      ]
    )
    #expect(!installed.hasNews && told(installed).isEmpty)
  }

  @Test("WEB-139 again when desktop files were read anew")
  func changes() throws {
    let world = try World()
    let loop = MainLoop()
    let files = DesktopFiles(
      loop,
      folders: [world.applications],
      searchPath: [],
      locale: MessageLocale("C")
    )
    try world.desktopFile("here")
    let installed = InstalledApps(files)
    _ = files.file("here")
    #expect(told(installed)["app:gone"] == false)
    try world.desktopFile("gone")
    unlink(world.applications + "/here.desktop")
    let timer = loop.timer { loop.quit() }
    let end = loop.now + 10_000_000_000
    repeat {
      timer.deadline = loop.now + 400_000_000
      loop.run()
      // A change alone is no news; somebody has to ask.
      #expect(!installed.hasNews)
      _ = files.file("other")
    } while !installed.hasNews && loop.now < end
    let told = told(installed)
    #expect(told["app:gone"] == true && told["app:here"] == false)
    #expect(told["app:gone#https://e.org"] == true)
  }
}
