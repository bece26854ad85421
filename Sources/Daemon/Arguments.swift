import CLibc

/// The command line of `harkd`.
struct Arguments {
  var replaces = false
  /// The variables HARK_TEST_* count (ID-071).
  var isTest = false
  var request: Request = .run

  enum Request {
    case run
    case help
    case version
    case wrong(String)
  }

  static let help = """
    Usage: harkd [--replace]

    The notification daemon: owns org.freedesktop.Notifications on the session bus.

      --replace   take the name from the daemon that owns it, if that one allows it; a harkd hands over
              all that it has, and no call is lost
      --test-mode heed HARK_TEST_PROC_ROOT, HARK_TEST_DESKTOP_DIRS and HARK_TEST_POLICY_DIR; for
                  tests alone, as whoever sets them says who is who
      --version   print the version
      --help      print this

    Exit status: 0 at its end, 1 on failure (no bus), 2 for a wrong option,
    3 when another daemon owns the name.

    """

  init(_ words: [String]) {
    for word in words {
      switch word {
      case "--replace": replaces = true
      case "--test-mode": isTest = true
      case "--help", "-h": request = .help
      case "--version": request = .version
      default: request = .wrong(word)
      }
    }
  }

  /// Becomes a daemon that has just started, and takes the names from what this one leaves. Returns
  /// where it cannot.
  func beginAnew() {
    var argv = (["harkd"] + Self.ofProcess + (replaces ? [] : ["--replace"])).map { strdup($0) }
    argv.append(nil)
    c_begin_anew(&argv)
  }

  static var ofProcess: [String] {
    (1..<max(1, Int(c_argc()))).compactMap { c_argv()?[$0].map { String(cString: $0) } }
  }
}
