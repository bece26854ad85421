import Identity
import Testing

@testable import struct Identity.UnitName

/// Units as desktops make them (ID-022), and the desktop id that each tells.
struct UnitTests {
  static let vectors: [(unit: String, id: String?)] = [
    ("app-gnome-org.gnome.Evince-12345.scope", "org.gnome.Evince"),
    ("app-firefox-1234.scope", "firefox"),
    ("app-gnome-firefox.service", "firefox"),
    (
      #"app-gnome-org.gnome.Evolution\x2dalarm\x2dnotify-2437.scope"#,
      "org.gnome.Evolution-alarm-notify"
    ),
    ("app-KDE-org.kde.okular@12345.service", "org.kde.okular"),
    ("app-KDE-org.kde.okular-12345.service", "org.kde.okular"),
    ("app-org.foo.Bar-autostart.service", "org.foo.Bar"),
    ("app-com.obsproject.Studio-d70acc38b5154a3a8b4a60accc4b15f4.scope", "com.obsproject.Studio"),
    ("app-not-a-well-formed-unit-name", nil),
    ("vte-spawn-8e51d4b6-e5d3-4a4a-93b3-6ed8ba3b1b1f.scope", nil),
    ("session-2.scope", nil),
    // Beyond the list.
    ("app-org.foo.Bar@autostart.service", "org.foo.Bar"),
    ("app-gnome-terminal-77.scope", "gnome-terminal"),
    ("app-firefox.scope", nil),
    ("app-.scope", nil),
    ("app--.scope", nil),
    ("app-.service", nil),
    (".service", nil),
    (#"app-a\x2.service"#, nil),
    (#"app-a\xzz-1.scope"#, nil),
    ("app-unknown-1.scope", nil),
  ]

  static let installed = [
    "org.gnome.Evince", "firefox", "org.gnome.Evolution-alarm-notify", "org.kde.okular",
    "org.foo.Bar", "com.obsproject.Studio", "gnome-terminal", "well",
  ]

  @Test("ID-020 ID-021 ID-022 a unit's name tells the application", arguments: vectors)
  func vector(_ unit: String, _ id: String?) throws {
    let world = try World()
    for installed in Self.installed { try world.desktopFile(installed) }
    let identity = world.identify(try world.process(100, cgroup: World.scope(unit)))
    if let id {
      #expect(identity.level == .unit)
      #expect(identity.principal == "app:" + id)
      #expect(identity.appID == id)
      #expect(identity.evidence == ["unit \(unit)"])
    } else {
      #expect(identity.level == .program)
      #expect(identity.principal == "exe:/usr/bin/something")
    }
  }

  @Test("ID-021 a candidate counts only where its desktop file exists")
  func onlyInstalled() throws {
    let world = try World()
    let credentials = try world.process(100, cgroup: World.scope("app-firefox-1234.scope"))
    #expect(world.identify(credentials).level == .program)
  }

  @Test("ID-021 both readings are tried, with the launcher part first")
  func candidates() {
    #expect(UnitName(text: "app-a-b-1.scope").candidates == ["a-b", "b"])
    #expect(UnitName(text: "app-a-b-1.slice").candidates == ["a-b", "b"])
    #expect(
      UnitName(text: "app-a-b-1@2.service").candidates == ["a-b-1", "b-1", "a-b", "b"]
    )
  }

  static let places: [(cgroup: String, level: Identity.Level)] = [
    // The innermost unit decides; slices around it do not.
    (World.scope("app-firefox-1.slice/vte-spawn-1.scope"), .program),
    (World.scope("app-firefox-1.scope/below/it"), .unit),
    // Hybrid hierarchies.
    ("1:name=systemd:/user.slice/app-firefox-1.scope\n0::/\n", .unit),
    ("7:memory:/app-firefox-1.scope\n1:name=systemd:/\n0::/\n", .program),
    ("1:name=systemd:/\n0::/app-firefox-1.scope\n", .unit),
    ("", .program), ("::\n:\n\n", .program), ("0::/a:b/app-firefox-1.scope", .unit),
  ]

  @Test(
    "ID-020 the unit is the innermost scope or service of systemd's hierarchy",
    arguments: places
  )
  func place(_ cgroup: String, _ level: Identity.Level) throws {
    let world = try World()
    try world.desktopFile("firefox")
    #expect(world.identify(try world.process(100, cgroup: cgroup)).level == level)
  }

  @Test(
    "ID-030 a bus name with a desktop file counts where no unit does, and tells programs of a unit apart"
  )
  func names() throws {
    let world = try World()
    for id in ["org.foo.Bar", "foot"] { try world.desktopFile(id) }
    let bare = try world.process(100)
    let inUnit = try world.process(101, cgroup: World.scope("app-foot-1.scope"))

    let named = world.identify(bare, [":1.7", "org.none.Here", "org.foo.Bar"])
    #expect(named.level == .name)
    #expect(named.principal == "app:org.foo.Bar")
    #expect(named.evidence == ["bus name org.foo.Bar"])
    #expect(world.identify(bare, [":1.7", "org.none.Here"]).level == .program)

    #expect(world.identify(inUnit, ["org.none.Here"]).principal == "app:foot")
    #expect(world.identify(inUnit, ["org.foo.Bar", "foot"]).level == .unit)
    let picked = world.identify(inUnit, ["org.foo.Bar"])
    #expect(picked.principal == "app:org.foo.Bar")
    #expect(picked.level == .name)
    #expect(picked.evidence == ["bus name org.foo.Bar", "unit app-foot-1.scope"])
  }

  @Test("ID-030 the bus is asked for names only where they can tell more")
  func whetherNamesTell() throws {
    let world = try World()
    let foot = try world.program("bin/foot")
    try world.desktopFile("foot", "Exec=foot")
    let script = try world.program("bin/scripted", "#!/usr/bin/python3\n")
    try world.desktopFile("org.foo.Scripted", "Exec=scripted")
    let unit = World.scope("app-foot-1.scope")
    let scripted = World.scope("app-org.foo.Scripted-1.scope")
    let python = "/usr/bin/python3.11"
    let table: [(program: String, script: String?, cgroup: String?, asks: Bool)] = [
      (foot, nil, nil, false), (foot, nil, unit, false), (python, script, scripted, false),
      ("/usr/bin/notify-send", nil, nil, false), ("/usr/bin/notify-send", nil, unit, false),
      ("/usr/bin/bash", "/home/me/run.sh", unit, false),
      ("/usr/lib/helper", nil, unit, true), (python, "/home/me/mine.py", unit, true),
      ("/usr/lib/helper", nil, nil, true), (python, "/home/me/mine.py", nil, true),
    ]
    for (index, row) in table.enumerated() {
      let credentials = try world.process(
        Int32(100 + index),
        row.program,
        arguments: [row.program] + [row.script].compactMap { $0 },
        cgroup: row.cgroup ?? "0::/user.slice/session-2.scope\n"
      )
      let identity = world.identify(credentials)
      #expect(world.identifier.mayBeNamed(identity) == row.asks, "\(row) \(identity.evidence)")
    }
  }
}
