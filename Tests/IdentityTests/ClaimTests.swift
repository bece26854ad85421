import Identity
import Testing

/// What senders say of themselves, and what people get to see of it.
struct ClaimTests {
  let world: World
  let firefox: Identity
  let script: Identity
  let flatpak: Identity
  let inFoot: Identity
  let alarm: Identity
  let none = Identity.unknown("gone")

  init() throws {
    world = try World()
    // What files run is looked up once, with the first question that takes it.
    for program in ["firefox", "alarm", "office"] { try world.program("bin/" + program) }
    try world.program("bin/gajim", "#!/usr/bin/python3")
    try world.desktopFile(
      "firefox",
      "Name=Firefox ESR",
      "Name[de]=Feuerfuchs",
      "Icon=firefox",
      "Exec=firefox %u"
    )
    try world.desktopFile("foot", "Name=Foot", "Icon=foot", "Exec=foot")
    try world.desktopFile("org.foo.Bar", "Name=Bar", "Icon=org.foo.Bar", "X-Flatpak=org.foo.Bar")
    try world.desktopFile("org.foo.Bar.Editor", "Name=Bar Editor", "X-Flatpak=org.foo.Bar")
    try world.desktopFile("org.foo.Barn", "Name=Barn", "X-Flatpak=org.foo.Barn")
    try world.desktopFile("org.gnome.Evolution", "Name=Evolution", "Exec=evolution")
    try world.desktopFile(
      "org.gnome.Evolution-alarm-notify",
      "Name=Alarms",
      "Exec=alarm",
      "NoDisplay=true"
    )
    try world.desktopFile("office", "Name=Office", "Exec=office")
    try world.desktopFile("office-writer", "Name=Writer", "Exec=office --writer")
    try world.desktopFile("gajim", "Name=Gajim", "Icon=gajim", "Exec=gajim")
    try world.desktopFile("terminal", "Name=Terminal", "Icon=utilities-terminal", "Exec=term")
    try world.desktopFile("panel", "Name=Network", "NoDisplay=true", "Exec=panel")
    firefox = world.identify(try world.process(100, world.bin + "/firefox"))
    let fake = try world.program("home/fake.sh", "#!/bin/sh")
    script = world.identify(try world.process(101, "/bin/sh", arguments: ["sh", fake]))
    flatpak = world.identify(
      try world.process(102, flatpakInfo: "[Application]\nname=org.foo.Bar\n")
    )
    inFoot = world.identify(
      try world.process(103, "/usr/bin/notify-send", cgroup: World.scope("app-foot-1.scope"))
    )
    alarm = world.identify(
      try world.process(
        104,
        world.bin + "/alarm",
        cgroup: World.scope("app-org.gnome.Evolution-1.scope")
      )
    )
    try #require(firefox.level == .exe && script.level == .program && flatpak.level == .sandbox)
    try #require(inFoot.level == .unit && alarm.level == .unit)
  }

  @Test("WEB-326 ID-040 ID-041 ID-042 what is shown of a claim")
  func table() {
    let rows: [(String, Identity, String, String, String, String, Int)] = [
      // Who, desktop-entry, app_name, icon: what is shown, and how much was rejected.
      ("own claim", firefox, "firefox", "Firefox", "firefox", "Firefox ESR", 0),
      ("own name in another form", firefox, "", "firefox", "", "Firefox ESR", 0),
      ("a name of no application", firefox, "", "Electron", "", "Firefox ESR", 0),
      ("nothing claimed", firefox, "", "", "", "Firefox ESR", 0),
      ("another's name", firefox, "firefox", "Foot", "", "Foot · via Firefox ESR", 1),
      ("another's entry", firefox, "foot", "", "", "Foot · via Firefox ESR", 1),

      ("a script claims an application", script, "firefox", "", "", "Firefox ESR · via fake.sh", 1),
      (
        "all at once", script, "firefox.desktop", "Firefox ESR", "firefox",
        "Firefox ESR · via fake.sh", 3
      ),
      ("by name", script, "", "firefox esr", "", "firefox esr · via fake.sh", 1),
      ("by id", script, "", "FireFox", "", "FireFox · via fake.sh", 1),
      (
        "with invisible characters", script, "", "Fire\u{200B}fox", "",
        "Fire\u{200B}fox · via fake.sh", 1
      ),
      ("by icon", script, "", "Backup", "firefox", "Backup · via fake.sh", 1),
      ("by icon alone", script, "", "", "firefox", "Firefox ESR · via fake.sh", 1),
      (
        "by icon file", script, "", "Backup", "/usr/share/icons/firefox.png",
        "Backup · via fake.sh", 1
      ),
      ("a shared icon", script, "", "Backup", "utilities-terminal", "Backup", 0),
      ("a name of its own", script, "backup", "Backup", "dialog-information", "Backup", 0),
      ("no name", script, "", "", "", "fake.sh", 0),
      ("the interpreter's name", script, "", "sh", "", "fake.sh", 0),
      ("a name nobody sees in menus", script, "", "Network", "", "Network", 0),

      ("a sandbox' own entry", flatpak, "org.foo.Bar", "bar", "", "Bar", 0),
      ("a part of it", flatpak, "org.foo.Bar.Editor", "", "", "Bar Editor", 0),
      ("no part of it", flatpak, "org.foo.Barn", "", "", "Bar", 1),
      ("a sandbox claims another", flatpak, "firefox", "", "", "Bar", 1),
      ("by name too", flatpak, "firefox", "Firefox", "", "Firefox · via Bar", 2),
      ("a sandbox' free text", flatpak, "", "System", "", "Bar", 0),

      ("a tool inside a unit", inFoot, "", "Backup", "", "Backup", 0),
      ("with its default name", inFoot, "", "notify-send", "", "Foot", 0),
      ("claims another", inFoot, "firefox", "", "", "Firefox ESR · via Foot", 1),
      ("a helper of a unit", alarm, "org.gnome.Evolution-alarm-notify", "", "", "Alarms", 0),
      ("claims another host app", alarm, "foot", "", "", "Foot · via Evolution", 1),

      ("nobody", none, "", "Backup", "", "Backup · via Unknown program", 1),
      ("nobody has an icon", none, "", "Backup", "x", "Backup · via Unknown program", 1),
      ("an application's icon", none, "", "", "firefox", "Firefox ESR · via Unknown program", 1),
      ("nobody claims", none, "firefox", "", "", "Firefox ESR · via Unknown program", 1),
      ("nobody says nothing", none, "", "", "", "Unknown program", 0),
    ]
    for (label, identity, entry, appName, icon, shown, rejected) in rows {
      let claim = world.identifier.claim(
        desktopEntry: entry,
        appName: appName,
        appIcon: icon,
        by: identity
      )
      #expect(claim.shownName == shown, "\(label)")
      #expect(claim.isContradicted == shown.contains(" · via "), "\(label)")
      #expect(claim.rejected.count == rejected, "\(label): \(claim.rejected)")
      let strict = world.identifier.claim(
        desktopEntry: entry,
        appName: appName,
        appIcon: icon,
        by: identity,
        policy: .strict
      )
      #expect(strict.isContradicted == claim.isContradicted, "\(label)")
      if claim.isContradicted {
        #expect(strict.shownName == realName(identity), "\(label)")
        #expect(strict.icon == identity.desktopFile?.icon ?? "", "\(label)")
      } else {
        #expect(strict == claim, "\(label)")
      }
    }
  }

  @Test("WEB-326 hark's own names and those of browsers are nobody else's")
  func reserved() throws {
    let world = try World()
    for program in ["esr", "other"] { try world.program("bin/" + program) }
    try world.desktopFile("firefox-esr", "Name=Firefox ESR", "Exec=esr")
    try world.desktopFile("other", "Name=Other", "Exec=other")
    let esr = world.identify(try world.process(100, world.bin + "/esr"))
    let other = world.identify(try world.process(101, world.bin + "/other"))
    let named = try world.program("home/firefox", "#!/bin/sh")
    let script = world.identify(try world.process(102, "/bin/sh", arguments: ["sh", named]))
    let tool = world.identify(try world.process(103, "/usr/bin/hark", terminal: 1))
    var snap = Identity.unknown("")
    (snap.level, snap.principal, snap.name) = (.sandbox, "snap:chromium", "chromium")
    let rows: [(Identity, String, String)] = [
      (esr, "Firefox", "Firefox ESR"), (esr, "Chromium", "Chromium · via Firefox ESR"),
      (other, "Firefox", "Firefox · via Other"), (other, "hark", "hark · via Other"),
      (self.script, "Google Chrome", "Google Chrome · via fake.sh"),
      (self.script, "Hark", "Hark · via fake.sh"),
      (self.script, "Permission", "Permission · via fake.sh"),
      (self.script, "Ha\u{200D}rk", "Ha\u{200D}rk · via fake.sh"),
      (self.script, "Harking", "Harking"),
      (script, "firefox", "firefox · via script:" + named),
      (script, "", "firefox · via script:" + named), (script, "Backup", "Backup"),
      (tool, "hark", "hark send"), (snap, "Chromium", "chromium"),
    ]
    for (identity, name, shown) in rows {
      for displayed in [false, true] where !displayed || shown == name + " · via \(identity.name)" {
        func claim(_ policy: ClaimPolicy) -> Claim {
          world.identifier.claim(
            desktopEntry: "firefox",
            appName: displayed ? "" : name,
            displayName: displayed ? name : "",
            by: identity,
            policy: policy
          )
        }
        #expect(claim(.marked).shownName == shown)
        #expect(claim(.marked).isContradicted == shown.contains(" · via "), "\(name)")
        #expect(claim(.strict).isContradicted == shown.contains(" · via "), "\(name)")
        #expect(!claim(.strict).shownName.contains("·"))
      }
    }
  }

  @Test("ID-040 a claim brings its icon, and never the principal")
  func icon() {
    let claim = world.identifier.claim(desktopEntry: "firefox", appName: "", by: script)
    #expect(claim.icon == "firefox")
    #expect(claim.desktopFile?.id == "firefox")
    #expect(claim.rejected == ["desktop-entry firefox"])
    #expect(script.principal.hasPrefix("script:"))
    #expect(world.identifier.claim(desktopEntry: "", appName: "", by: firefox).icon == "firefox")
    #expect(world.identifier.claim(desktopEntry: "", appName: "x", by: script).icon.isEmpty)
  }

  @Test(
    "ID-042 WEB-326 the program of another application in the same unit, and of the same suite, is believed"
  )
  func supported() throws {
    let office = world.identify(try world.process(200, world.bin + "/office"))
    #expect(office.appID == "office")
    let writer = world.identifier.claim(
      desktopEntry: "office-writer",
      appName: "Writer",
      by: office
    )
    #expect(writer.shownName == "Writer")
    #expect(!writer.isContradicted)
    let path = world.bin + "/gajim"
    let gajim = world.identify(
      try world.process(201, "/usr/bin/python3.11", arguments: ["python3", path])
    )
    #expect(gajim.principal == "script:" + path)
    let claim = world.identifier.claim(desktopEntry: "gajim", appName: "Gajim", by: gajim)
    #expect(claim.shownName == "Gajim")
    #expect(claim.icon == "gajim")
    #expect(claim.rejected.isEmpty)
  }

  @Test("WEB-326 names are compared in the reader's language too")
  func translated() throws {
    let world = try World(locale: "de")
    try world.desktopFile("files", "Name=Files", "Name[de]=Über Dateien", "Exec=files")
    let identity = world.identify(try world.process(100))
    for (name, isContradicted) in [
      ("Files", true), ("über dateien", true), ("ÜBER-DATEIEN", true), ("Dateien", false),
    ] {
      let claim = world.identifier.claim(desktopEntry: "", appName: name, by: identity)
      #expect(claim.isContradicted == isContradicted, "\(name)")
    }
  }

  @Test("WEB-326 whatever text is claimed, nothing breaks")
  func anyText() {
    let texts = [
      "", " ", "\0", "·", "/", "//", ".", "..", ".desktop", "/.desktop", "\u{200B}", "[", "%",
    ]
    for text in texts + [
      String(repeating: "x", count: 10_000), String(repeating: "é", count: 5_000),
    ] {
      for identity in [firefox, script, flatpak, inFoot, none] {
        let claim = world.identifier.claim(
          desktopEntry: text,
          appName: text,
          appIcon: text,
          by: identity
        )
        // Of whom nothing is known, any name is too much.
        #expect(claim.isContradicted == (identity.level == .none && !text.isEmpty))
      }
    }
  }

  private func realName(_ identity: Identity) -> String {
    identity.level == .none ? Claim.unknown : identity.name
  }

  // MARK: Delegates

  @Test("KDE-040 whose word it is stands before who brings it; an application's name is a claim")
  func displayNames() {
    let rows: [(String, Identity, String, String, Bool)] = [
      ("a script", script, "WhatsApp", "WhatsApp · via fake.sh", false),
      ("a script claims an application", script, "Foot", "Foot · via fake.sh", true),
      ("an application", firefox, "Mail of a page", "Mail of a page · via Firefox ESR", false),
      ("an application's own name", firefox, "Firefox ESR", "Firefox ESR", false),
      ("a sandbox", flatpak, "WhatsApp", "WhatsApp · via Bar", false),
      ("nobody", none, "WhatsApp", "WhatsApp · via Unknown program", true),
    ]
    for (label, identity, name, shown, isDoubted) in rows {
      func claim(_ policy: ClaimPolicy) -> Claim {
        world.identifier.claim(
          desktopEntry: "",
          appName: "",
          displayName: name,
          by: identity,
          policy: policy
        )
      }
      #expect(claim(.marked).shownName == shown, "\(label)")
      #expect(claim(.marked).isContradicted == isDoubted, "\(label)")
      #expect(claim(.strict).shownName == realName(identity), "\(label)")
    }
    let delegated = Claim(delegated: firefox, displayName: "Foot")
    #expect(delegated.shownName == "Foot" && !delegated.isContradicted)
    #expect(delegated.icon == "firefox")
  }

  @Test("ID-061 who is spoken for is the named application; only the portal proves its sandbox")
  func delegated() throws {
    let host = world.identify(try world.process(300))
    func principal(_ id: String, isPortal: Bool) -> (String, Identity.Level)? {
      world.identifier.identity(of: id, through: host, isPortal: isPortal)
        .map { ($0.principal, $0.level) }
    }
    #expect(principal("org.foo.Bar", isPortal: true)! == ("flatpak:org.foo.Bar", .sandbox))
    // What is kept for it is the same as when it speaks itself.
    #expect(principal("org.foo.Bar", isPortal: false)! == (flatpak.principal, .name))
    #expect(principal("firefox.desktop", isPortal: true)! == ("app:firefox", .name))
    #expect(principal("not.there", isPortal: true) == nil)
    let identity = world.identifier.identity(of: "firefox", through: host, isPortal: false)
    #expect(identity?.evidence.first == "delegate something")
    for speaker in [firefox, flatpak, none] {
      let own = world.identifier.identity(of: "firefox", through: speaker, isPortal: true)
      #expect(own == nil, "itself, from a sandbox, from nobody")
    }
  }
}

extension Claim {
  fileprivate var shownName: String { via.map { "\(name) · via \($0)" } ?? name }
}
