import CTestLibc
import Foundation
import Glibc
import Identity
import TestSupport
import Testing

struct SandboxTests {
  static let info = """
    [Application]
    name=org.foo.Bar
    runtime=runtime/org.gnome.Platform/x86_64/44

    [Instance]
    instance-id=123456
    """

  @Test("ID-010 a file in the root of a Flatpak tells its id, whatever else speaks")
  func flatpak() throws {
    let world = try World()
    try world.desktopFile("org.foo.Bar", "Name=Bar", "Icon=org.foo.Bar", "X-Flatpak=org.foo.Bar")
    try world.desktopFile("firefox")
    let credentials = try world.process(
      100,
      cgroup: World.scope("app-firefox-1.scope"),
      flatpakInfo: Self.info
    )
    let identity = world.identify(credentials, ["firefox"])
    #expect(identity.level == .sandbox)
    #expect(identity.isSandboxed && identity.isVerified && !identity.isHost)
    #expect(identity.principal == "flatpak:org.foo.Bar")
    #expect(identity.appID == "org.foo.Bar")
    #expect(identity.name == "Bar")
    #expect(identity.desktopFile?.icon == "org.foo.Bar")
    #expect(identity.processID == 100)
    #expect(identity.evidence == ["Flatpak org.foo.Bar, instance 123456"])
  }

  @Test(
    "WEB-043 ID-010 links of an app's scheme are those of who is that app, which the bus can start",
    arguments: [
      (["X-Flatpak=org.foo.Bar", "DBusActivatable=true"], ["foo"]),
      (["X-Flatpak=org.foo.Bar"], []), (["X-Flatpak=org.foo", "DBusActivatable=true"], []),
      (["DBusActivatable=true"], []),
    ]
  )
  func schemes(lines: [String], schemes: [String]) throws {
    let world = try World()
    let more = (["MimeType=x-scheme-handler/foo;"] + lines).joined(separator: "\n")
    try world.desktopFile("org.foo.Bar", more)
    let credentials = try world.process(100, flatpakInfo: Self.info)
    #expect(world.identify(credentials).ownSchemes == schemes)
    let unit = try world.process(101, cgroup: World.scope("app-org.foo.Bar-1.scope"))
    #expect(world.identify(unit).ownSchemes == (lines == ["DBusActivatable=true"] ? ["foo"] : []))
  }

  @Test("ID-010 a runtime names itself in the group that only it has")
  func runtime() throws {
    let world = try World()
    let info = "[Application]\nname=org.foo.Bar\n[Runtime]\nname=org.gnome.Sdk\n"
    #expect(
      world.identify(try world.process(100, flatpakInfo: info)).principal
        == "flatpak:org.gnome.Sdk"
    )
  }

  static let ids: [(id: String, isGood: Bool)] = [
    ("org.foo.Bar", true), ("org.foo.Bar-baz", true), ("_a._b._c", true), ("a.b.c.d.e2", true),
    ("org.foo", false), ("org.foo-x.Bar", false), ("org..Bar", false), ("org.foo.", false),
    ("org.2foo.Bar", false), ("org.foo.-Bar", false), ("org.foo.Bär", false), ("", false),
    ("org.foo.Bar/../x", false), ("a.b." + String(repeating: "c", count: 251), true),
    ("a.b." + String(repeating: "c", count: 252), false),
  ]

  @Test("ID-012 an id of another form is nobody's", arguments: ids)
  func syntax(_ id: String, _ isGood: Bool) throws {
    let world = try World()
    let identity = world.identify(
      try world.process(100, flatpakInfo: "[Application]\nname=\(id)\n")
    )
    #expect(identity.level == (isGood ? .sandbox : .none))
    #expect(identity.principal == (isGood ? "flatpak:" + id : ""))
  }

  @Test(
    "ID-010 ID-011 a file that tells nothing is no sign of a host",
    arguments: ["", "garbage", "[Application]\n", "name=org.foo.Bar\n", "[Instance]\nname=a.b.c\n"]
  )
  func malformed(_ info: String) throws {
    let world = try World()
    try world.desktopFile("firefox")
    let credentials = try world.process(
      100,
      cgroup: World.scope("app-firefox-1.scope"),
      flatpakInfo: info
    )
    let identity = world.identify(credentials)
    #expect(identity.level == .none)
    #expect(!identity.isHost && !identity.isVerified && identity.principal.isEmpty)
  }

  @Test("ID-011 what hinders reading the root is no sign of a host")
  func unreadable() throws {
    let world = try World()
    let info = world.proc + "/100/root/.flatpak-info"
    let credentials = try world.process(100)
    #expect(world.identify(credentials).level == .program)
    // A link that the sandbox made, a pipe, a folder.
    try world.write(Self.info, to: "elsewhere")
    symlink(world.root + "/elsewhere", info)
    #expect(world.identify(credentials).level == .none)
    unlink(info)
    mkfifo(info, 0o600)
    #expect(world.identify(credentials).level == .none)
    unlink(info)
    mkdir(info, 0o700)
    #expect(world.identify(credentials).level == .none)
    rmdir(info)
    rmdir(world.proc + "/100/root")
    #expect(world.identify(credentials).level == .none)
    // A file in place of the folder.
    try world.write("", to: "proc/100/root")
    #expect(world.identify(credentials).level == .none)
  }

  @Test("ID-011 a root that may not be read is no sign of a host")
  func forbidden() throws {
    let world = try World()
    try world.desktopFile("firefox")
    let credentials = try world.process(100, cgroup: World.scope("app-firefox-1.scope"))
    #expect(world.identify(credentials).level == .unit)
    chmod(world.proc + "/100/root", 0)
    // For this thread alone: root may read everything.
    t_set_file_user(65534)
    let identity = world.identify(credentials)
    t_set_file_user(getuid())
    #expect(identity.level == .none)
    chmod(world.proc + "/100/root", 0o700)
  }

  static let snaps: [(cgroup: String, label: String, principal: String)] = [
    (
      World.scope("snap.firefox.firefox-4d5c2a5e-aaaa-bbbb-cccc-0123456789ab.scope"), "",
      "snap:firefox"
    ),
    (World.scope("snap.code_beta.code.service"), "", "snap:code_beta"),
    ("6:freezer:/snap.spotify\n0::/\n", "", "snap:spotify"),
    ("1:name=systemd:/user.slice/snap.a-b.c-d.scope\n", "", "snap:a-b"),
    ("0::/user.slice/session-2.scope\n", "snap.firefox.firefox (enforce)\0", "snap:firefox"),
    // The label is the kernel's word.
    (World.scope("snap.other.other.scope"), "snap.firefox.firefox", "snap:firefox"),
    ("0::/user.slice/session-2.scope\n", "unconfined", "exe:/usr/bin/something"),
    // Other hierarchies say nothing.
    ("8:pids:/snap.firefox.firefox.scope\n0::/\n", "", "exe:/usr/bin/something"),
    (World.scope("notsnap.firefox.scope"), "", "exe:/usr/bin/something"),
    // A name that no snap can have is nobody's.
    (World.scope("snap..x.scope"), "", ""),
    (World.scope("snap.Evil.x.scope"), "", ""),
    (World.scope("snap.a b.x.scope"), "", ""),
  ]

  @Test(
    "ID-013 ID-014 a snap is known by its unit, group or label, without asking snapd",
    arguments: snaps
  )
  func snap(_ cgroup: String, _ label: String, _ principal: String) throws {
    let world = try World()
    var credentials = try world.process(100, cgroup: cgroup)
    credentials.securityLabel = label
    let identity = world.identify(credentials)
    #expect(identity.principal == principal)
    #expect(identity.isSandboxed == principal.hasPrefix("snap:"))
    #expect((identity.level == .none) == principal.isEmpty)
  }

  @Test("ID-013 a snap's desktop file and its id for portals")
  func snapFile() throws {
    let world = try World()
    try world.desktopFile("firefox_firefox", "Name=Firefox", "X-SnapInstanceName=firefox")
    let identity = world.identify(
      try world.process(100, cgroup: World.scope("snap.firefox.firefox-1.scope"))
    )
    #expect(identity.principal == "snap:firefox")
    let exact = world.identify(
      try world.process(101, cgroup: World.scope("snap.firefox.firefox.scope"))
    )
    #expect(exact.name == "Firefox")
    #expect(exact.appID == "firefox_firefox")
  }

  /// Not where it is missing, nor in a container that allows no mounts.
  static let canSandbox =
    (try? run(["/usr/bin/bwrap", "--ro-bind", "/", "/", "/bin/true"], environment: [:]))?.succeeded
    ?? false

  @Test("ID-010 ID-041 a real sandbox", .enabled(if: canSandbox, "no sandbox can be made here"))
  func real() throws {
    let world = try World(processRoot: "/proc")
    try world.write(Self.info, to: "info")
    let sandbox = try Child(
      [
        "/usr/bin/bwrap", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
        "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc",
        "--ro-bind", world.root + "/info", "/.flatpak-info", "--unshare-pid", "--die-with-parent",
        "/bin/sleep", "30",
      ]
    )
    let inside = try wait(for: "the sandbox") { Self.descendant(of: sandbox.pid, running: "sleep") }
    let identity = world.identify(Credentials(userID: getuid(), processID: inside))
    #expect(identity.principal == "flatpak:org.foo.Bar")
    #expect(identity.level == .sandbox)
    #expect(identity.executable == "/usr/bin/sleep")
    let host = world.identify(Credentials(userID: getuid(), processID: getpid()))
    #expect(host.isHost)
  }

  private static func descendant(of processID: Int32, running name: String) -> Int32? {
    let link = try? FileManager.default.destinationOfSymbolicLink(
      atPath: "/proc/\(processID)/exe"
    )
    if let link, (link as NSString).lastPathComponent == name { return processID }
    return ProcessFacts(pid: processID).children.lazy.compactMap {
      descendant(of: $0, running: name)
    }.first
  }

  @Test(
    "FD-005 whose word is taken for others' calls: of this user's processes outside of sandboxes"
  )
  func isFree() throws {
    let world = try World()
    var free = try world.process(200)
    #expect(world.identifier.isFree(free))
    free.userID = getuid() + 1
    #expect(!world.identifier.isFree(free))
    let boxed = try world.process(201, flatpakInfo: Self.info)
    let snap = try world.process(202, cgroup: World.scope("snap.mail.mail-1.scope"))
    for credentials in [boxed, snap, Credentials(processID: 203), Credentials()] {
      #expect(!world.identifier.isFree(credentials), "\(credentials)")
    }
  }
}
