// swift-tools-version: 6.2
import PackageDescription

/// Every target of our own: Swift 6, nothing implicit, warnings are errors. Release builds are
/// Embedded Swift (docs/architecture.md).
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Embedded", .when(configuration: .release)),
  .unsafeFlags(["-wmo", "-O"], .when(configuration: .release)),
]

/// A target that touches neither C nor the outside world.
func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict + [.strictMemorySafety()])
}

/// A target that turns bytes, pixels or time into values, or back.
func adapter(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Its one object is linked again (scripts/link.sh), with each function where it serves best.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  let sections: SwiftSetting = .unsafeFlags(
    ["-Xfrontend", "-function-sections"],
    .when(configuration: .release)
  )
  return .executableTarget(
    name: name,
    dependencies: dependencies,
    swiftSettings: strict + [sections]
  )
}

let testing: [SwiftSetting] = [
  .treatAllWarnings(as: .error), .enableUpcomingFeature("MemberImportVisibility"),
]

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: testing)
}

let package = Package(
  name: "hark",
  products: [
    .executable(name: "harkd", targets: ["harkd"]),
    .executable(name: "hark", targets: ["hark"]),
  ],
  targets: [
    // The C libraries. A system library takes one pkg-config name, so each has its own.
    .systemLibrary(name: "CDBus", pkgConfig: "dbus-1"),
    .systemLibrary(name: "CGLib", pkgConfig: "glib-2.0"),
    .systemLibrary(name: "CPango", pkgConfig: "pangocairo"),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8"),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3"),
    .target(name: "CLibc"),
    .target(
      name: "CToml",
      cxxSettings: [.unsafeFlags(["-fno-exceptions", "-fno-rtti"]), .define("NDEBUG")],
      linkerSettings: [.linkedLibrary("stdc++")]
    ),
    .target(
      name: "CWayland",
      cSettings: [.unsafeFlags(["-I", "Sources/CWayland/include"])],
      linkerSettings: [.linkedLibrary("wayland-client"), .linkedLibrary("wayland-cursor")]
    ),
    .target(
      name: "CXcb",
      linkerSettings: [
        .linkedLibrary("xcb"), .linkedLibrary("xcb-shm"), .linkedLibrary("xcb-randr"),
        .linkedLibrary("xcb-shape"), .linkedLibrary("xcb-sync"), .linkedLibrary("xcb-xfixes"),
      ]
    ),

    // The core and the other pure parts.
    pure("Notifications"),
    pure("Display"),
    pure("Presentation", ["Display", "Notifications"]),

    // Adapters.
    adapter("EventLoop", ["CGLib", "CLibc"]),
    adapter("Configuration", ["CLibc", "CToml", "EventLoop", "Identity"]),
    adapter("Rules", ["CLibc", "CPCRE2", "Configuration"]),
    adapter("DBus", ["CDBus", "CLibc", "EventLoop"]),
    adapter("Identity", ["CLibc", "EventLoop", "Notifications"]),
    adapter("SQLite", ["CLibc", "CSQLite"]),
    adapter("Store", ["CLibc", "EventLoop", "Notifications", "SQLite"]),
    adapter(
      "Services",
      ["CLibc", "DBus", "EventLoop", "Identity", "Notifications", "Store"]
    ),
    adapter("Drawing", ["CPango", "Display", "Notifications", "Presentation"]),
    adapter("Wayland", ["CLibc", "CWayland", "Display", "EventLoop"]),
    adapter("X11", ["CLibc", "CXcb", "Display", "EventLoop"]),
    adapter(
      "Popups",
      [
        "CLibc", "Display", "Drawing", "EventLoop", "Notifications", "Presentation", "Wayland",
        "X11",
      ]
    ),

    // The programs.
    adapter(
      "Daemon",
      [
        "CLibc", "Configuration", "DBus", "Display", "EventLoop", "Identity", "Notifications",
        "Popups", "Presentation", "Rules", "Services", "Store",
      ]
    ),
    adapter(
      "Control",
      ["CLibc", "Configuration", "DBus", "EventLoop", "Identity", "Notifications", "Rules"]
    ),
    program("harkd", ["CLibc", "Daemon"]),
    program("hark", ["CLibc", "Control"]),

    // Tests.
    tests("ConfigurationTests", ["CLibc", "Configuration", "EventLoop"]),
    tests("RulesTests", ["Configuration", "Rules", "TestSupport"]),
    tests("DrawingTests", ["Display", "Drawing", "Notifications", "Presentation", "TestSupport"]),
    tests("PresentationTests", ["Display", "Notifications", "Presentation"]),
    tests("NotificationsTests", ["Notifications"]),
    .target(name: "CTestClients", dependencies: ["CWayland"], path: "Tests/CTestClients"),
    .target(name: "CTestLibc", path: "Tests/CTestLibc"),
    // Worlds for end-to-end tests: a bus, a display, real clients.
    .target(
      name: "TestSupport",
      dependencies: ["CTestLibc"],
      path: "Tests/TestSupport",
      swiftSettings: testing
    ),
    .testTarget(
      name: "EndToEnd",
      dependencies: ["CTestClients", "Presentation", "TestSupport"],
      exclude: ["clients", "test-setup.sh"],
      swiftSettings: testing
    ),
    tests("DBusTests", ["CDBus", "CLibc", "DBus", "EventLoop", "TestSupport"]),
    tests("EventLoopTests", ["EventLoop"]),
    tests("PopupsTests", ["Display", "EventLoop", "Notifications", "Popups", "Presentation"]),
    tests(
      "DaemonTests",
      [
        "CLibc", "Configuration", "DBus", "Daemon", "EventLoop", "Notifications", "Presentation",
        "TestSupport",
      ]
    ),
    tests("IdentityTests", ["CTestLibc", "EventLoop", "Identity", "TestSupport"]),
    tests(
      "ServicesTests",
      [
        "CDBus", "CLibc", "DBus", "EventLoop", "Identity", "Notifications", "Services",
        "Store", "TestSupport",
      ]
    ),
    tests("SQLiteTests", ["SQLite"]),
    .target(name: "CFaultyVFS", dependencies: ["CSQLite"], path: "Tests/CFaultyVFS"),
    tests(
      "StoreTests",
      ["CFaultyVFS", "CLibc", "EventLoop", "Notifications", "SQLite", "Store"]
    ),
    tests("WaylandTests", ["CTestClients", "Display", "EventLoop", "TestSupport", "Wayland"]),
    tests("X11Tests", ["CXcb", "Display", "EventLoop", "TestSupport", "X11"]),
    tests("ControlTests", ["CLibc", "Control", "DBus", "Services"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
