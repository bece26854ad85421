import Foundation
import Glibc
import Identity
import TestSupport
import Testing

/// Programs that a desktop file owns, and those that none does.
struct ProgramTests {
  // MARK: Level exe

  @Test("ID-031 a program is found by Exec and TryExec, through PATH and links")
  func executable() throws {
    let world = try World()
    let program = try world.program("lib/foo/foo-bin")
    try world.link("bin/foo", to: "../lib/foo/foo-bin")
    for (exec, level) in [
      ("Exec=foo %U", Identity.Level.exe), ("Exec=\(world.bin)/foo", .exe),
      (#"Exec="\#(world.bin)/foo" %f"#, .exe), ("Exec=env A=b foo --now", .exe),
      ("TryExec=foo", .exe), ("Exec=bar", .program), ("Exec=", .program),
      ("Exec=relative/foo", .program),
    ] {
      let world2 = try World()
      try world2.desktopFile("org.foo.Foo", exec)
      let files = DesktopFiles(
        world2.loop,
        folders: [world2.applications],
        searchPath: ["/nowhere", world.bin],
        locale: MessageLocale("C")
      )
      let identifier = Identifier(files, processRoot: world.proc)
      unlink(world.proc + "/100/exe")
      unlink(world.proc + "/100/cwd")
      let identity = identifier.identify(try world.process(100, program))
      #expect(identity.level == level, "\(exec)")
      #expect(identity.principal == (level == .exe ? "app:org.foo.Foo" : "exe:" + program))
      #expect(identity.evidence == ["program \(program)"])
    }
  }

  @Test("ID-031 a program that was replaced while it runs is still its application's")
  func replaced() throws {
    let world = try World()
    try world.desktopFile("foo", "Exec=foo")
    let program = try world.program("bin/foo")
    #expect(world.identify(try world.process(100, program + " (deleted)")).appID == "foo")
  }

  static let wrappers: [(script: String, isFound: Bool)] = [
    ("#!/bin/sh\nexec ROOT/opt/foo/foo-bin \"$@\"\n", true),
    (
      "#!/bin/bash -e\n# comment\nLIB=ROOT/opt\nNAME='foo'\nexec $LIB/${NAME}/foo-bin $FLAGS \"$@\"",
      true
    ),
    ("#!/usr/bin/env bash\nROOT/opt/foo/foo-bin \"$@\"\n", true),
    (
      "#!/bin/sh\nHERE=\"$(dirname \"$(readlink -f \"$0\")\")\"\nexec -a \"$0\" \"$HERE/../opt/foo/foo-bin\" \"$@\"",
      true
    ),
    ("#!/bin/sh\nexec \"${0%/*}/../opt/foo/foo-bin\" \"$@\"\n", true),
    (
      "#!/bin/sh\nif x; then\n  export A=b ; exec other \"$@\"\nfi\nexec ROOT/opt/foo/foo-bin\n",
      true
    ),
    ("#!/bin/sh\necho ROOT/opt/foo/foo-bin\n", false),
    ("#!/bin/sh\nexec $(which foo-bin) \"$@\"\n", false),
    ("#!/bin/sh\nexec $UNSET/opt/foo/foo-bin \"$@\"\n", false),
    ("#!/usr/bin/python3\nexec ROOT/opt/foo/foo-bin \"$@\"\n", false),
    ("#!/bin/sh\nexec \"$(\n", false), ("#!", false), ("#!\n\n\n", false), ("", false),
    ("#!/bin/sh\n${\n$\nA=${B\nexec ${A}$ \"$@\"\nexec -a\nexec\n", false),
  ]

  @Test("ID-031 one level of wrapper script is followed", arguments: wrappers)
  func wrapper(_ script: String, _ isFound: Bool) throws {
    let world = try World()
    try world.desktopFile("foo", "Exec=foo %U")
    // Not in a folder of the application's own.
    let program = try world.program("opt/foo/foo-bin")
    try world.program("bin/foo", script.replacingOccurrences(of: "ROOT", with: world.root))
    let identity = world.identify(try world.process(100, program))
    #expect(identity.principal == (isFound ? "app:foo" : "exe:" + program))
  }

  @Test("ID-031 what lies in the application's own folder is the application")
  func folder() throws {
    let world = try World()
    try world.desktopFile("chrome", "Exec=\(world.root)/opt/google/chrome/google-chrome %U")
    try world.desktopFile("tool", "Exec=tool")
    try world.program(
      "opt/google/chrome/google-chrome",
      "#!/bin/bash\nexec -a x \"$HERE/chrome\" \"$@\""
    )
    try world.program("bin/tool")
    let cases: [(String, String)] = [
      ("opt/google/chrome/chrome", "app:chrome"), ("opt/google/chrome/lib/helper", "app:chrome"),
      ("opt/google/other", "exe:"), ("opt/google/chrome/lib/java", "exe:"),
      ("opt/google/chrome2/chrome", "exe:"), ("bin/other", "exe:"),
    ]
    for (index, (path, principal)) in cases.enumerated() {
      let program = try world.program(path)
      let identity = world.identify(try world.process(Int32(200 + index), program))
      #expect(identity.principal == (principal == "exe:" ? "exe:" + program : principal))
    }
  }

  @Test("ID-031 parts of a suite and launchers of web pages leave the application to itself")
  func several() throws {
    let world = try World()
    let program = try world.program("bin/office")
    let credentials = try world.process(100, program)
    try world.desktopFile("office-writer", "Exec=office --writer %U")
    try world.desktopFile("office-calc", "Exec=office --calc %U")
    #expect(world.identify(credentials).level == .program)

    let suite = try World()
    for id in ["office-writer", "office-calc"] { try suite.desktopFile(id, "Exec=office --\(id)") }
    try suite.desktopFile("office-start", "Exec=office %U")
    try suite.desktopFile("page", "Exec=office --app-id=xyz")
    #expect(
      suite.identify(try suite.process(100, try suite.program("bin/office"))).appID
        == "office-start"
    )

    let browser = try World()
    try browser.desktopFile("page", "Exec=browser --profile-directory=Default --app-id=xyz")
    #expect(
      browser.identify(try browser.process(100, try browser.program("bin/browser"))).level
        == .program
    )

    let hidden = try World()
    try hidden.desktopFile("mail", "Exec=mail %u")
    try hidden.desktopFile("mail-handler", "Exec=mail %u", "NoDisplay=true")
    #expect(
      hidden.identify(try hidden.process(100, try hidden.program("bin/mail"))).appID == "mail"
    )
  }

  @Test(
    "ID-031 interpreters, senders and launchers are no application",
    arguments: [
      "sh", "bash", "python3", "python3.11", "node", "java", "perl", "ruby3.1", "notify-send",
    ]
      + ["gdbus", "busctl", "dbus-send", "dunstify", "hark", "flatpak", "env"]
  )
  func interpreters(_ name: String) throws {
    let world = try World()
    try world.desktopFile("org.foo.Foo", "Exec=\(name)", "TryExec=\(name)")
    let identity = world.identify(try world.process(100, try world.program("bin/\(name)")))
    #expect(identity.level == .program)
  }

  @Test("ID-031 exported files of sandboxes own no program of the host")
  func exported() throws {
    let world = try World()
    try world.desktopFile("org.foo.Foo", "Exec=foo", "X-Flatpak=org.foo.Foo")
    #expect(world.identify(try world.process(100, try world.program("bin/foo"))).level == .program)
  }

  @Test("WEB-031 browsers are known by id, with evidence of a program or better")
  func browsers() throws {
    let world = try World()
    try world.desktopFile("firefox", "Exec=firefox %u")
    try world.desktopFile("my-browser", "Exec=mine")
    for program in ["firefox", "mine"] { try world.program("bin/" + program) }
    let firefox = world.identify(try world.process(100, world.bin + "/firefox"))
    let mine = world.identify(try world.process(101, world.bin + "/mine"))
    var claimed = world.identify(try world.process(102))
    #expect(Browsers().contains(firefox))
    #expect(!Browsers().contains(mine))
    #expect(Browsers(adding: ["my-browser.desktop"]).contains(mine))
    claimed.appID = "firefox"
    #expect(!Browsers().contains(claimed))
  }

  // MARK: Level program

  static let commands: [(program: String, words: String, script: Bool)] = [
    ("bash", "bash SCRIPT", true), ("bash", "bash -eu SCRIPT arg", true),
    ("bash", "bash -euo pipefail SCRIPT", true), ("sh", "sh -x -- SCRIPT", true),
    ("bash", "bash --rcfile x SCRIPT", true), ("bash", "bash -c SCRIPT", false),
    ("bash", "bash -lc SCRIPT", false), ("bash", "bash", false), ("bash", "-bash", false),
    ("sh", "sh -s SCRIPT", false),
    ("python3.11", "python3 SCRIPT", true), ("python3", "python3 -u -W ignore SCRIPT", true),
    ("python3", "python3 -Wmodule SCRIPT", true),
    ("python3", "python3 -m SCRIPT", false), ("python3", "python3 -Bc SCRIPT", false),
    ("python3", "python3 -", false), ("python3", "python3 -W", false),
    ("python3", "python3 LINK", true), ("python3", "python3 RELATIVE", true),
    ("python3", "python3 /none/at/all", false), ("python3", "python3 .", false),
    ("perl", "perl -w SCRIPT", true), ("perl", "perl -ne SCRIPT", false),
    ("node", "node --inspect SCRIPT", true), ("node", "node -r x SCRIPT", true),
    ("node", "node --eval SCRIPT", false), ("bun", "bun run SCRIPT", true),
    ("java", "java -Xmx1g -cp a:b -jar SCRIPT", true), ("java", "java -cp SCRIPT Main", false),
    ("java", "java SCRIPT", false), ("ruby3.1", "ruby -r json SCRIPT", true),
    ("php8.2", "php -d a=b -f SCRIPT", true), ("fish", "fish -C x SCRIPT", true),
    ("gjs-console", "gjs -m SCRIPT", true),
  ]

  @Test("ID-043 an interpreter is the script that it runs", arguments: commands)
  func script(_ program: String, _ words: String, _ isScript: Bool) throws {
    let world = try World()
    let script = try world.program("home/my script.x", "#!")
    try world.link("home/link", to: script)
    let arguments = words.split(separator: " ").map {
      switch $0 {
      case "SCRIPT": script
      case "LINK": world.root + "/home/link"
      case "RELATIVE": "home/my script.x"
      default: String($0)
      }
    }
    let executable = "/usr/bin/" + program
    let identity = world.identify(try world.process(100, executable, arguments: arguments))
    #expect(identity.level == .program)
    #expect(identity.principal == (isScript ? "script:" + script : "exe:" + executable))
    #expect(identity.name == (isScript ? "my script.x" : program))
    #expect(identity.isHost && !identity.isVerified && !identity.isSandboxed)
  }

  @Test("ID-043 ID-050 a program is its path")
  func plain() throws {
    let world = try World()
    let identity = world.identify(try world.process(100, "/opt/x/tool"))
    #expect(identity.principal == "exe:/opt/x/tool")
    #expect(identity.name == "tool")
    #expect(identity.executable == "/opt/x/tool")
    #expect(identity.desktopFile == nil && identity.appID.isEmpty)
  }

  struct Ancestor {
    var program: String
    var arguments: [String] = []
  }

  static let callers: [(label: String, terminal: Int, ancestors: [Ancestor], principal: String)] = [
    ("on a terminal", 34816, [Ancestor(program: "/usr/bin/waybar")], "cli"),
    ("nobody above", 0, [], "cli"),
    ("a program", 0, [Ancestor(program: "/usr/bin/waybar")], "exe:/usr/bin/waybar"),
    (
      "a program behind a shell", 0,
      [
        Ancestor(program: "/bin/sh", arguments: ["sh", "-c", "notify-send x"]),
        Ancestor(program: "/usr/bin/sway"),
      ], "exe:/usr/bin/sway"
    ),
    (
      "a script", 0,
      [
        Ancestor(program: "/bin/bash", arguments: ["bash", "SCRIPT"]),
        Ancestor(program: "/usr/bin/sway"),
      ],
      "SCRIPT"
    ),
    (
      "a script behind a shell and a launcher", 0,
      [
        Ancestor(program: "/usr/bin/timeout"),
        Ancestor(program: "/bin/sh", arguments: ["sh", "-c", "x"]),
        Ancestor(program: "/usr/bin/python3.11", arguments: ["python3", "SCRIPT"]),
      ], "SCRIPT"
    ),
    (
      "code on a command line", 0,
      [Ancestor(program: "/usr/bin/python3.11", arguments: ["python3", "-c", "x"])],
      "exe:/usr/bin/python3.11"
    ),
    (
      "the service manager", 0,
      [
        Ancestor(program: "/bin/sh", arguments: ["sh", "-c", "x"]),
        Ancestor(program: "/usr/lib/systemd/systemd"), Ancestor(program: "/usr/bin/waybar"),
      ], "cli"
    ),
  ]

  @Test(
    "ID-043 who sends through a tool is the terminal's user, or the caller",
    arguments: callers.indices
  )
  func caller(_ index: Int) throws {
    let row = Self.callers[index]
    for (number, tool) in ["notify-send", "gdbus", "busctl", "dbus-send", "dunstify", "hark"]
      .enumerated()
    {
      let world = try World()
      let script = try world.program("home/backup.sh", "#!/bin/bash")
      var parent: Int32 = 1
      for (index, ancestor) in row.ancestors.enumerated().reversed() {
        let processID = Int32(200 + index)
        try world.process(
          processID,
          ancestor.program,
          arguments: ancestor.arguments.map { $0 == "SCRIPT" ? script : $0 },
          parent: parent
        )
        parent = processID
      }
      let credentials = try world.process(
        Int32(100 + number),
        "/usr/bin/" + tool,
        parent: parent,
        terminal: row.terminal
      )
      let identity = world.identify(credentials)
      #expect(
        identity.principal == (row.principal == "SCRIPT" ? "script:" + script : row.principal),
        "\(tool) \(row.label)"
      )
      #expect(identity.evidence.first?.hasPrefix("sent by /usr/bin/\(tool)") == true)
    }
  }

  @Test("ID-050 a # in a path begins no site, and no other path has the same key")
  func hash() throws {
    let world = try World()
    let program = try world.program("home/a#b.org/tool")
    let tool = world.identify(try world.process(100, program))
    #expect(tool.principal == "exe:\(world.root)/home/a%23b.org/tool")
    #expect(tool.executable == program && tool.name == "tool")
    let script = try world.program("home/a%23b#", "#!/bin/sh")
    let shell = world.identify(try world.process(101, "/bin/sh", arguments: ["sh", script]))
    #expect(shell.principal == "script:\(world.root)/home/a%2523b%23")
  }

  @Test("ID-050 no key reads like another's: what has no shape is written as what it is")
  func shapeless() throws {
    let world = try World()
    let program = try world.program("home/\u{202E}a\u{200B}b")
    let identity = world.identify(try world.process(100, program))
    #expect(identity.principal == "exe:\(world.root)/home/%E2%80%AEa%E2%80%8Bb")
    #expect(identity.executable == program && identity.name == "ab")
  }

  @Test("WEB-326 no program, application or tool is called as hark itself is")
  func reserved() throws {
    let world = try World()
    let script = try world.program("home/Permission", "#!/bin/sh")
    let fake = world.identify(try world.process(100, "/bin/sh", arguments: ["sh", script]))
    #expect(fake.name == "script:" + script)
    try world.program("bin/x")
    try world.desktopFile("x", "Name=\u{202E}hark", "Exec=x")
    let application = world.identify(try world.process(101, world.bin + "/x"))
    #expect(application.level == .exe && application.name == "app:x")
    let tool = world.identify(try world.process(102, "/usr/bin/hark", terminal: 1))
    #expect(tool.principal == "cli" && tool.name == "hark send")
  }

  @Test("ID-043 a circle of ancestors ends")
  func circle() throws {
    let world = try World()
    try world.process(200, "/bin/sh", arguments: ["sh"], parent: 201)
    try world.process(201, "/bin/sh", arguments: ["sh"], parent: 200)
    let identity = world.identify(try world.process(100, "/usr/bin/notify-send", parent: 200))
    #expect(identity.principal == "cli")
  }

  // MARK: The real thing

  @Test("ID-043 a real script, started by its first line")
  func realScript() throws {
    let world = try World(processRoot: "/proc")
    let script = try world.program("home/backup.sh", "#!/bin/sh\nread x\n")
    let child = try Child([script], input: .pipe)
    let identity = try wait(for: "the script") { () -> Identity? in
      let identity = world.identify(child.credentials)
      return identity.principal == "script:" + script ? identity : nil
    }
    #expect(identity.script == script)
    #expect(identity.level == .program)
  }

  @Test("ID-043 a real tool below a real script")
  func realTool() throws {
    let world = try World(processRoot: "/proc")
    try makeProgram(world.bin + "/notify-send", copying: "/bin/sleep")
    let script = try world.program(
      "home/backup.sh",
      "#!/bin/sh\n\(world.bin)/notify-send 30\nexit 0\n"
    )
    // In a session of its own there is no terminal.
    let child = try Child(["/usr/bin/setsid", "--wait", script])
    func tool(below processID: Int32) -> Int32? {
      let link = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/\(processID)/exe"
      )
      if link == world.bin + "/notify-send" { return processID }
      return ProcessFacts(pid: processID).children.lazy.compactMap { tool(below: $0) }.first
    }
    let sender = try wait(for: "the tool") { tool(below: child.pid) }
    defer { kill(sender, SIGKILL) }
    let identity = world.identify(Credentials(userID: getuid(), processID: sender))
    #expect(identity.principal == "script:" + script)
    #expect(identity.name == "backup.sh")
  }

  static let hasUserManager =
    access("/run/user/\(getuid())/systemd/private", F_OK) == 0
    && access("/usr/bin/systemd-run", X_OK) == 0

  @Test(
    "ID-020 a real scope of the user manager",
    .enabled(if: hasUserManager, "no user manager runs here")
  )
  func realScope() throws {
    let world = try World(processRoot: "/proc")
    try world.desktopFile("org.foo.Bar")
    let child = try Child([
      "/usr/bin/systemd-run", "--user", "--scope", "--quiet",
      "--unit=app-org.foo.Bar-\(getpid()).scope", "/bin/sleep", "30",
    ])
    let identity = try wait(for: "the scope") { () -> Identity? in
      let identity = world.identify(child.credentials)
      return identity.level == .unit ? identity : nil
    }
    #expect(identity.principal == "app:org.foo.Bar")
  }
}
