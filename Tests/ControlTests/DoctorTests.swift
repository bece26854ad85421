import Testing

@testable import Control

@Suite struct DoctorTests {
  @Test("service files are read as dbus-daemon reads them")
  func serviceFile() throws {
    let text = """
      # a comment
      [D-BUS Service]
      Name = org.freedesktop.Notifications
      Exec=/usr/bin/mako --config=x
      SystemdService=mako.service
      [Other]
      Name=no
      """
    let file = try #require(ServiceFile(path: "/d/mako.service", text: text))
    #expect(file.name == "org.freedesktop.Notifications")
    #expect(file.exec == "/usr/bin/mako --config=x")
    #expect(file.systemdService == "mako.service")
    #expect(file.folder == "/d")
  }

  @Test("other files are none", arguments: ["", "Name=x", "[D-BUS Service]\nExec=x", "\u{0}\u{1}"])
  func noServiceFile(text: String) {
    #expect(ServiceFile(path: "/d/x.service", text: text) == nil)
  }

  @Test(
    "folders in the order of dbus-daemon(1), each once",
    arguments: [
      (
        ["HOME": "/h"],
        ["/h/.local/share", "/usr/local/share", "/usr/share"]
      ),
      (
        [
          "HOME": "/h", "XDG_RUNTIME_DIR": "/r", "XDG_DATA_HOME": "/data",
          "XDG_DATA_DIRS": "/a/:/b",
        ],
        ["/r", "/data", "/a", "/b", "/usr/share"]
      ),
      ([:], ["/usr/local/share", "/usr/share"]),
    ] as [([String: String], [String])]
  )
  func folders(variables: [String: String], roots: [String]) {
    let folders = serviceFolders { variables[$0] }
    #expect(folders.map { $0.path } == roots.map { $0 + "/dbus-1/services" })
    #expect(folders.map { $0.namesFilesByService } == roots.map { $0 == "/r" })
  }

  @Test(
    "the unit of a process, from its cgroup",
    arguments: [
      (
        "0::/user.slice/user-1000.slice/user@1000.service/session.slice/harkd.service",
        "harkd.service"
      ),
      ("0::/user.slice/user-1000.slice/session-2.scope", "session-2.scope"),
      ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.service/sub", "a.service"),
      ("12:cpu:/x.service\n1:name=systemd:/y.service", "y.service"),
      ("0::/user.slice/user-1000.slice/user@1000.service/init.scope", "init.scope"),
      ("0::/user.slice/user-1000.slice/user@1000.service/x", nil), ("0::/", nil), ("", nil),
      ("nonsense", nil),
    ] as [(String, String?)]
  )
  func unit(cgroups: String, expected: String?) {
    #expect(Process.unit(cgroups: cgroups) == expected)
  }

  @Test("the parent of a process")
  func parent() {
    #expect(Process.parent(status: "Name:\tx\nPPid:\t42\nTracerPid:\t0\n") == 42)
    #expect(Process.parent(status: "Name:\tx\n") == nil)
  }
}
