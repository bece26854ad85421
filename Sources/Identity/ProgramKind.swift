/// What the name of a program says about whom it speaks for.
enum ProgramKind {
  /// Runs a user's commands, or a script.
  case shell
  /// Runs a script.
  case interpreter
  /// Sends what its caller says.
  case sender
  /// Starts services and sessions.
  case serviceManager
  /// Starts another program in some other way, and waits.
  case launcher
  /// Speaks for itself.
  case application

  init(of name: String) {
    if Self.shells.contains(name) {
      self = .shell
    } else if Self.senders.contains(name) {
      self = .sender
    } else if Self.interpreters.contains(Self.withoutVersion(name)) {
      self = .interpreter
    } else if Self.serviceManagers.contains(name) {
      self = .serviceManager
    } else if Self.launchers.contains(name) {
      self = .launcher
    } else {
      self = .application
    }
  }

  /// No desktop file owns it, whatever its `Exec` says.
  var isAnybodys: Bool { self != .application }

  /// Tools and shells come and go; an application that has a bus name stays.
  var mayOwnNames: Bool { self == .application || self == .interpreter }

  /// `python` of `python3.11`.
  static func withoutVersion(_ name: String) -> String {
    var name = name[...]
    while let last = name.utf8.last, last.isDigit || last == UInt8(ascii: ".") {
      name = name.dropLast()
    }
    return String(name)
  }

  private static let shells: Set<String> = [
    "sh", "ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "ksh93", "mksh", "nu", "rbash",
    "tcsh", "xonsh", "yash", "zsh",
  ]
  private static let interpreters: Set<String> = [
    "bun", "deno", "dotnet", "gjs", "gjs-console", "guile", "java", "lua", "luajit", "mono", "node",
    "nodejs", "perl", "php", "pypy", "python", "ruby", "tclsh", "wish",
  ]
  private static let senders: Set<String> = [
    "busctl", "dbus-send", "dunstify", "gdbus", "hark", "notify-send",
  ]
  private static let serviceManagers: Set<String> = ["init", "systemd", "(systemd)"]
  private static let launchers: Set<String> = [
    "bwrap", "chrt", "env", "flatpak", "flock", "gtk-launch", "ionice", "nice", "nohup", "nsenter",
    "setpriv", "setsid", "snap", "snap-exec", "stdbuf", "sudo", "systemd-run", "taskset", "timeout",
    "unshare", "xargs", "xdg-open",
  ]
}
