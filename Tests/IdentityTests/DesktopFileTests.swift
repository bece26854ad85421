import EventLoop
import Foundation
import Glibc
import Identity
import Testing

struct DesktopFileTests {
  @Test(
    "ID-074 the user's folder comes first, then each of the system's, with folders joined by hyphens"
  )
  func order() throws {
    let world = try World()
    try world.desktopFile("foo", "Name=system")
    try world.desktopFile("foo", "Name=user", in: "home")
    try world.desktopFile("bar", "Name=system")
    try world.desktopFile("kde/settings/baz", "Name=below")
    #expect(world.files.file("foo")?.name == "user")
    #expect(world.files.file("bar")?.name == "system")
    #expect(world.files.file("kde-settings-baz")?.name == "below")
    #expect(world.files.file("baz") == nil)
    #expect(world.files.file("nothing") == nil)
  }

  @Test("ID-074 a hidden file hides those below, a malformed one does not")
  func hidden() throws {
    let world = try World()
    try world.desktopFile("foo", "Exec=foo")
    try world.desktopFile("foo", "Hidden=true", in: "home")
    try world.desktopFile("bar", "Name=system")
    try world.write("no desktop file", to: "home/applications/bar.desktop")
    try world.write("[Desktop Entry]\nHidden=true\n", to: "share/applications/baz.desktop")
    #expect(world.files.file("foo") == nil)
    #expect(world.files.file("baz") == nil)
    #expect(world.files.file("bar")?.name == "system")
    #expect(world.files.file(running: try world.program("bin/foo")) == nil)
  }

  @Test("ID-074 folders and languages of an environment")
  func environment() {
    let values = ["XDG_DATA_HOME": "/h/", "XDG_DATA_DIRS": "/a:relative:/b/"]
    #expect(
      DesktopFiles.folders { values[$0] }
        == ["/h/applications", "/a/applications", "/b/applications"]
    )
    #expect(
      DesktopFiles.folders { ["HOME": "/home/x"][$0] }
        == [
          "/home/x/.local/share/applications", "/usr/local/share/applications",
          "/usr/share/applications",
        ]
    )
  }

  static let languages: [(locale: String, name: String)] = [
    ("", "Files"), ("C", "Files"), ("POSIX", "Files"), ("C.UTF-8", "Files"), ("de", "Dateien"),
    ("de_DE.UTF-8", "Dateien"), ("de_CH", "Dateien CH"), ("de_CH.UTF-8@euro", "Dateien CH"),
    ("sr_RS@latin", "Datoteke"), ("sr_RS", "Датотеке"), ("fr_FR", "Files"), ("_@.", "Files"),
  ]

  @Test("ID-075 names are in the language of messages", arguments: languages)
  func language(_ locale: String, _ name: String) throws {
    let world = try World(locale: locale)
    try world.desktopFile(
      "files",
      "Name[sr]=Датотеке",
      "Name[de]=Dateien",
      "Name=Files",
      "Name[de_CH]=Dateien CH",
      "Name[sr@latin]=Datoteke",
      "Icon=files",
      "Icon[de_CH]=files-ch"
    )
    let file = try #require(world.files.file("files"))
    #expect(file.name == name)
    #expect(file.untranslatedName == "Files")
    #expect(file.icon == (name == "Dateien CH" ? "files-ch" : "files"))
  }

  @Test("ID-075 LC_ALL is above LC_MESSAGES is above LANG")
  func precedence() throws {
    for (values, name) in [
      (["LANG": "de"], "de"), (["LANG": "de", "LC_MESSAGES": "fr"], "fr"),
      (["LANG": "de", "LC_MESSAGES": "fr", "LC_ALL": "it"], "it"),
      (["LANG": "de", "LC_MESSAGES": "", "LC_ALL": ""], "de"), ([:], "en"),
    ] {
      let world = try World()
      try world.desktopFile("x", "Name=en", "Name[de]=de", "Name[fr]=fr", "Name[it]=it")
      let files = DesktopFiles(
        world.loop,
        folders: [world.applications],
        searchPath: [],
        locale: MessageLocale { values[$0] }
      )
      #expect(files.file("x")?.name == name)
    }
  }

  @Test("ID-075 what is read of a file")
  func fields() throws {
    let world = try World()
    try world.write(
      """
      # A comment before all.
      [Desktop Entry]
      Type = Application
      Name=A\\sname\\\\
      Icon=icon
      Exec=foo --bar %U
      TryExec=foo
      DBusActivatable=true
      NoDisplay=true
      StartupNotify=true
      StartupWMClass=Foo-window
      MimeType=text/plain;x-scheme-handler/FOO;x-scheme-handler/http;
      X-GNOME-UsesNotifications=true
      X-Flatpak=org.foo.Foo
      X-SnapInstanceName=foo
      X-Flatpak-RenamedFrom=old.desktop;older;
      Actions=new;quit;

      [Desktop Action new]
      Name=New
      Exec=other
      """,
      to: "share/applications/foo.desktop"
    )
    let file = try #require(world.files.file("foo"))
    #expect(file.id == "foo")
    #expect(file.path == world.applications + "/foo.desktop")
    #expect(file.name == "A name\\")
    #expect(file.icon == "icon")
    #expect(file.exec == "foo --bar %U")
    #expect(file.tryExec == "foo")
    #expect(file.isDBusActivatable && file.isNoDisplay && file.startupNotify)
    #expect(file.windowClass == "Foo-window" && file.schemes == ["foo", "http"])
    #expect(file.usesNotifications && !file.isHostApplication)
    #expect(file.flatpakID == "org.foo.Foo" && file.snapInstance == "foo")
    #expect(file.formerIDs == ["old", "older"])
  }

  static let malformed: [(String, Bool)] = [
    ("[Desktop Entry]\nType=Application\nName=x\n", true),
    ("\u{FEFF}[Desktop Entry]\nType=Application\nName=x\n", false),
    ("[Desktop Entry]\r\nType=Application\r\nName=x\r\n", true),
    ("[Desktop Entry]\nType=Application\nName=x", true),
    ("", false), ("\0\0\0", false), ("[Desktop Entry]\n", false), ("[]", false), ("=\n", false),
    ("[Desktop Entry]\nType=Application\n", false),
    ("[Desktop Entry]\nName=x\n", false),
    ("[Desktop Entry]\nType=Link\nName=x\nURL=y\n", false),
    ("Type=Application\nName=x\n", false),
    ("[Other]\nA=b\n[Desktop Entry]\nType=Application\nName=x\n", false),
    ("[Desktop Entry]\nType=Application\nName=x\nnothing\n", false),
    ("[Desktop Entry]\nType=Application\nName=x\n=y\n", false),
    ("[Desktop Entry]\nType=Application\nName=x\na]=y\n", false),
    ("[Desktop Entry\nType=Application\nName=x\n", false),
  ]

  @Test("ID-075 a malformed file is skipped", arguments: malformed)
  func skipped(_ text: String, _ isGood: Bool) throws {
    let world = try World()
    try world.write(text, to: "share/applications/foo.desktop")
    try world.desktopFile("bar", "Exec=bar")
    #expect((world.files.file("foo") != nil) == isGood)
    #expect(world.files.file(running: try world.program("bin/bar"))?.id == "bar")
  }

  @Test("ID-075 text that is not UTF-8, a pipe and a folder are skipped")
  func strange() throws {
    let world = try World()
    let bytes = Array("[Desktop Entry]\nType=Application\nName=".utf8) + [0xFF, 0xFE, 0x0A]
    try Data(bytes).write(to: URL(fileURLWithPath: world.applications + "/text.desktop"))
    mkfifo(world.applications + "/pipe.desktop", 0o600)
    try world.makeFolder("share/applications/folder.desktop")
    symlink(".", world.applications + "/circle")
    symlink("/nowhere", world.applications + "/broken.desktop")
    try world.desktopFile("good", "Exec=good")
    for id in ["text", "pipe", "folder", "broken"] { #expect(world.files.file(id) == nil) }
    #expect(world.files.file(running: try world.program("bin/good"))?.id == "good")
  }

  @Test("ID-040 the spellings of a desktop entry")
  func claimed() throws {
    let world = try World()
    try world.desktopFile("firefox")
    try world.desktopFile("org.foo.Bar", "X-Flatpak-RenamedFrom=org.old.Bar.desktop;")
    for (entry, id) in [
      ("firefox", "firefox"), ("firefox.desktop", "firefox"), ("Firefox", "firefox"),
      ("/usr/share/applications/firefox.desktop", "firefox"), ("org.foo.Bar", "org.foo.Bar"),
      ("org.old.Bar", "org.foo.Bar"), ("org.old.Bar.desktop", "org.foo.Bar"),
      ("org.foo.bar", nil), ("../firefox", nil), ("", nil), ("/", nil), (".desktop", nil),
    ] {
      #expect(world.files.file(claimed: entry)?.id == id, "\(entry)")
    }
  }

  @Test("ID-073 the object of an application")
  func objectPath() throws {
    let world = try World()
    try world.desktopFile("org.gnome.gedit-beta")
    #expect(world.files.file("org.gnome.gedit-beta")?.objectPath == "/org/gnome/gedit_beta")
  }

  // MARK: Changes

  /// A real loop, as changes come from the kernel.
  private func settle(_ loop: MainLoop, milliseconds: Int64) {
    let timer = loop.timer { loop.quit() }
    timer.deadline = loop.now + milliseconds * 1_000_000
    loop.run()
    timer.deadline = nil
  }

  private func settle(_ loop: MainLoop, until isSeen: () -> Bool) {
    let end = loop.now + 10_000_000_000
    while !isSeen(), loop.now < end { settle(loop, milliseconds: 20) }
  }

  @Test("ID-074 what is installed, changed or removed is seen once it has settled")
  func changes() throws {
    let world = try World()
    let loop = MainLoop()
    let files = DesktopFiles(
      loop,
      folders: [world.userApplications, world.applications],
      searchPath: [world.bin],
      locale: MessageLocale("C")
    )
    let program = try world.program("bin/foo")
    try world.desktopFile("bar", "Name=Bar")
    #expect(files.file("foo") == nil)
    #expect(files.file(running: program) == nil)
    #expect(files.file("bar")?.name == "Bar")

    // A new file, one replaced by a rename, one in a new folder, and the user's folder itself.
    try world.desktopFile("foo", "Exec=foo")
    try world.desktopFile("bar.new", "Name=New bar")
    rename(world.applications + "/bar.new.desktop", world.applications + "/bar.desktop")
    try world.desktopFile("kde/baz")
    settle(loop, milliseconds: 50)
    #expect(files.file("foo") == nil, "not before it has settled")
    settle(loop) { files.file("foo") != nil }
    #expect(files.file("foo")?.id == "foo")
    #expect(files.file(running: program)?.id == "foo")
    #expect(files.file("bar")?.name == "New bar")
    #expect(files.file("kde-baz") != nil)

    try world.makeFolder("home")
    try world.desktopFile("later/deep", in: "home")
    unlink(world.applications + "/foo.desktop")
    try world.desktopFile("kde/other")
    settle(loop) { files.file("foo") == nil }
    #expect(files.file("foo") == nil)
    #expect(files.file(running: program) == nil)
    #expect(files.file("kde-other") != nil)
    #expect(files.file("later-deep") != nil)
  }

  @Test(
    "ID-074 a folder that comes later is seen, whatever of the way to it is there",
    arguments: ["home", "home/.local", "home/.local/share"]
  )
  func laterFolder(present: String) throws {
    let world = try World()
    let loop = MainLoop()
    try world.makeFolder(present)
    let files = DesktopFiles(
      loop,
      folders: [
        world.root + "/home/.local/other/applications",
        world.root + "/home/.local/share/applications",
      ],
      searchPath: [],
      locale: MessageLocale("C")
    )
    #expect(files.file("foo") == nil)
    let revision = files.revision
    try world.makeFolder("home/elsewhere")
    settle(loop, milliseconds: 350)
    #expect(files.file("foo") == nil && files.revision == revision)
    try world.desktopFile("foo", in: "home/.local/share")
    settle(loop) { files.file("foo") != nil }
    #expect(files.file("foo") != nil)
  }

  @Test("ID-074 other files in the folders are no news")
  func caches() throws {
    let world = try World()
    let loop = MainLoop()
    let files = DesktopFiles(
      loop,
      folders: [world.applications],
      searchPath: [],
      locale: MessageLocale("C")
    )
    try world.desktopFile("foo", "Name=one")
    link(world.applications + "/foo.desktop", world.root + "/same file")
    #expect(files.file("foo")?.name == "one")
    // Written by its other name, it changes without a word: only reading anew would tell.
    try world.write("[Desktop Entry]\nType=Application\nName=two\n", to: "same file")
    try world.write("x", to: "share/applications/mimeinfo.cache")
    settle(loop, milliseconds: 350)
    #expect(files.file("foo")?.name == "one")
    try world.desktopFile("bar")
    settle(loop) { files.file("foo")?.name == "two" }
    #expect(files.file("foo")?.name == "two")
  }
}
