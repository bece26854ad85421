import Foundation

/// A display of a world: Xvfb, headless Sway, or KWin on a virtual output.
package final class DisplayServer {
  package enum Kind: Equatable {
    case x11
    case sway
    case kwin
  }

  package static let size = (width: 1280, height: 800)

  private static let names = Names()

  /// A name for an X server that no other one of this process gets, also while this one is down: the
  /// first free one would be another test's, with this test's daemon waiting for it.
  package static func ownName() -> String { names.next() }

  private final class Names: @unchecked Sendable {
    private let lock = NSLock()
    /// The ports that belong to the numbers are below those that the kernel gives away.
    private var last = 1000 + Int(getpid()) % 100 * 250

    func next() -> String {
      lock.withLock {
        last += 1
        return ":\(last)"
      }
    }
  }

  package let kind: Kind
  package private(set) var child: Child
  /// What a program needs in its environment to come here.
  package let environment: [String: String]
  let folder: String
  /// Starts the server again with the same name.
  private let restart: () throws -> Child

  init(
    kind: Kind,
    child: Child,
    environment: [String: String],
    folder: String,
    restart: @escaping () throws -> Child
  ) {
    self.kind = kind
    self.child = child
    self.environment = environment
    self.folder = folder
    self.restart = restart
  }

  package func end() {
    child.end()
  }

  /// Ends it as a crash would, and takes away what it leaves lying about.
  package func kill() throws {
    child.signal(SIGKILL)
    try child.ended()
    if let number = environment["DISPLAY"]?.dropFirst() {
      unlink("/tmp/.X\(number)-lock")
      unlink("/tmp/.X11-unix/X\(number)")
    }
  }

  package func startAgain() throws {
    child = try restart()
  }
}

extension World {
  /// Starts a display and puts it into the environment of what starts from now on.
  package func startDisplay(_ screen: Screen) throws {
    let server: DisplayServer
    switch screen {
    case .none: return
    case .x11: server = try startXvfb()
    case .sway: server = try startSway()
    case .nestedSway:
      let outer = try startSway(named: "outer")
      outerDisplay = outer
      server = try startSway(inside: outer)
    case .kwin(let scale): server = try startKWin(scale: scale)
    }
    display = server
    environment.merge(server.environment) { $1 }
  }

  /// An X server whose picture lies in a file.
  package func startXvfb() throws -> DisplayServer {
    let pictures = folder + "/xvfb"
    mkdir(pictures, 0o755)
    let log = logPath("xvfb.log")
    let (width, height) = DisplayServer.size
    let options = [
      "-screen", "0", "\(width)x\(height)x24", "-dpi", "96", "-nolisten", "tcp", "-noreset",
      "-fbdir", pictures,
    ]
    let announcement = pictures + "/number"
    let child = try Child(
      ["Xvfb", DisplayServer.ownName(), "-displayfd", "1"] + options,
      environment: environment,
      output: .file(announcement),
      errors: .file(log)
    )
    let number = try wait(for: "Xvfb", limit: .seconds(20)) {
      guard child.isRunning else { throw Trouble("Xvfb ended: \(text(of: log))") }
      let line = text(of: announcement)
      return line.hasSuffix("\n") ? line.dropLast() : nil
    }
    let environment = environment
    return DisplayServer(
      kind: .x11,
      child: child,
      environment: ["DISPLAY": ":\(number)"],
      folder: pictures
    ) {
      let child = try Child(
        ["Xvfb", ":\(number)"] + options,
        environment: environment,
        output: .file(log),
        errors: .file(log)
      )
      try wait(until: "Xvfb :\(number)") { access("/tmp/.X11-unix/X\(number)", F_OK) == 0 }
      return child
    }
  }

  /// Sway without a screen.
  ///
  /// It refuses root, so that root runs it as nobody.
  ///
  /// Headless outputs cannot be taken away. Inside of another Sway, an output is a window there.
  package func startSway(named name: String = "sway", inside outer: DisplayServer? = nil) throws
    -> DisplayServer
  {
    let place = folder + "/" + name
    mkdir(place, 0o700)
    let (width, height) = DisplayServer.size
    let configuration = place + "/config"
    try """
    output HEADLESS-1 resolution \(width)x\(height) position 0 0
    xwayland disable
    focus_on_window_activation focus
    default_border none
    for_window [app_id="wlroots"] floating enable, resize set \(width) \(height)

    """.write(toFile: configuration, atomically: true, encoding: .utf8)
    var command = ["sway", "-c", configuration]
    if geteuid() == 0 {
      let nobody: uid_t = 65534
      chown(place, nobody, nobody)
      chmod(configuration, 0o644)
      command =
        [
          "setpriv", "--pdeathsig", "KILL", "--reuid=\(nobody)", "--regid=\(nobody)",
          "--clear-groups", "--",
        ] + command
    }
    let log = logPath("\(name).log")
    let environment = environment.merging([
      "WLR_BACKENDS": outer == nil ? "headless" : "wayland",
      "WAYLAND_DISPLAY": outer?.environment["WAYLAND_DISPLAY"] ?? "",
      "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman",
      "XDG_RUNTIME_DIR": place, "HOME": place, "XDG_CACHE_HOME": place,
    ]) { $1 }
    let started = { () throws -> Child in
      for name in try FileManager.default.contentsOfDirectory(atPath: place)
      where name.hasPrefix("wayland-") || name.hasPrefix("sway-ipc") {
        unlink(place + "/" + name)
      }
      let child = try Child(
        command,
        environment: environment,
        output: .file(log),
        errors: .file(log)
      )
      try wait(until: "Sway's sockets", limit: .seconds(20)) {
        guard child.isRunning else { throw Trouble("Sway ended: \(text(of: log).suffix(600))") }
        return World.socket(in: place, "sway-ipc") != nil
          && World.socket(in: place, "wayland-") != nil
      }
      return child
    }
    let child = try started()
    guard let socket = World.socket(in: place, "wayland-") else { throw Trouble("no socket") }
    let server = DisplayServer(
      kind: .sway,
      child: child,
      environment: ["WAYLAND_DISPLAY": socket],
      folder: place,
      restart: started
    )
    try wait(until: "Sway's output", limit: .seconds(10)) {
      try swaymsg(on: server, "-t", "get_outputs").contains(outer == nil ? "HEADLESS-1" : "WL-1")
    }
    return server
  }

  static func socket(in folder: String, _ prefix: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".lock") }.sorted().first
      .map { folder + "/" + $0 }
  }

  /// Asks the Sway of this world.
  @discardableResult
  package func swaymsg(on server: DisplayServer? = nil, _ words: String...) throws -> String {
    guard let server = server ?? display, server.kind == .sway,
      let socket = World.socket(in: server.folder, "sway-ipc")
    else { throw Trouble("there is no Sway here") }
    let outcome = try TestSupport.run(
      ["swaymsg", "-s", socket] + words,
      environment: environment
    )
    guard outcome.succeeded else {
      throw Trouble("swaymsg \(words): \(outcome.output) \(outcome.errors)")
    }
    return outcome.output
  }

  /// Takes an output of a nested Sway away.
  package func unplug(_ output: String) throws {
    try swaymsg(on: outerDisplay, "[title=\"\(output)\"] kill")
  }

  /// KWin with fractional scale.
  ///
  /// Debian gives the program a capability that a container may
  /// refuse, so that a copy without it runs; nothing of the system is changed.
  package func startKWin(scale: Double) throws -> DisplayServer {
    let place = folder + "/kwin"
    mkdir(place, 0o700)
    let program = place + "/kwin_wayland"
    try makeProgram(program, copying: "/usr/bin/kwin_wayland")
    let log = logPath("kwin.log")
    let (width, height) = DisplayServer.size
    let environment = environment.merging([
      "XDG_RUNTIME_DIR": place, "QT_QPA_PLATFORM": "", "KDE_DEBUG": "1",
    ]) { $1 }
    let started = {
      let child = try Child(
        [
          program, "--virtual", "--width", "\(width)", "--height", "\(height)", "--scale",
          "\(scale)", "--socket", "wayland-hark", "--no-lockscreen", "--no-global-shortcuts",
        ],
        environment: environment,
        output: .file(log),
        errors: .file(log)
      )
      try wait(until: "KWin's socket", limit: .seconds(30)) {
        guard child.isRunning else { throw Trouble("KWin ended: \(text(of: log).suffix(600))") }
        return access(place + "/wayland-hark", F_OK) == 0
      }
      return child
    }
    return DisplayServer(
      kind: .kwin,
      child: try started(),
      environment: ["WAYLAND_DISPLAY": place + "/wayland-hark"],
      folder: place,
      restart: started
    )
  }
}
