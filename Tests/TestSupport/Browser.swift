import Foundation

/// A web browser with one page and its service worker.
///
/// The page has `watch(name, notification)`, which tells what becomes of a notification of its own.
package final class Browser {
  package enum Kind: String, Sendable {
    case chromium
    case firefox

    /// What Debian calls the program, the desktop file and the package.
    package var name: String { self == .chromium ? "chromium" : "firefox-esr" }

    /// Why it cannot be used here; nil where it can.
    package var trouble: String? {
      self == .chromium ? Self.troubleOfChromium : Self.troubleOfFirefox
    }

    private static let troubleOfChromium = chromium.tried {
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--user-data-dir=\($0)/profile", "--dump-dom", "about:blank",
      ]
    }

    private static let troubleOfFirefox = firefox.tried {
      [
        "--headless", "--no-remote", "--profile", $0, "--screenshot", "\($0)/picture.png",
        "about:blank",
      ]
    }

    private func tried(_ flags: (String) -> [String]) -> String? {
      guard Programs.exists(name) else { return "\(name) is not installed" }
      let home = NSTemporaryDirectory() + "hark-browser-" + UUID().uuidString
      mkdir(home, 0o700)
      defer { try? FileManager.default.removeItem(atPath: home) }
      do {
        let outcome = try TestSupport.run(
          [name] + flags(home),
          environment: ["PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home],
          limit: .seconds(30)
        )
        let words = outcome.errors.split(separator: "\n").last ?? ""
        return outcome.succeeded ? nil : "\(name) does not start here: \(words)"
      } catch {
        return "\(name) does not start here: \(error)"
      }
    }
  }

  /// Something that page or worker heard.
  package struct Event: Equatable {
    package let type: String
    /// The notification's title, or what the page calls it.
    package let name: String
    /// In a worker, the action, "" for the notification itself.
    package let action: String?
    package let data: JSON
  }

  private let helper: Helper
  /// The site: scheme, host and port.
  package let origin: String

  fileprivate init(helper: Helper) throws {
    self.helper = helper
    let answer = try helper.ask(["do": "start"], limit: .seconds(60))
    guard let origin = answer["origin"].string else {
      throw Trouble("the browser did not start: \(answer.line)")
    }
    self.origin = origin
  }

  /// Leaves the page for that of another site.
  package func visit(_ origin: String) throws {
    _ = try helper.ask(["do": "visit", "origin": .text(origin)], limit: .seconds(60))
    try startWorker()
  }

  fileprivate func startWorker() throws {
    try run(
      """
      await navigator.serviceWorker.register('/worker.js');
      await navigator.serviceWorker.ready;
      """
    )
  }

  /// Runs the body of an asynchronous function in the page.
  @discardableResult
  package func run(_ script: String) throws -> JSON {
    try helper.ask(["do": "evaluate", "script": .text(script)], limit: .seconds(60))["value"]
  }

  package func events() throws -> [Event] {
    try helper.ask(["do": "events"])["events"].list.map {
      Event(
        type: $0["type"].string ?? "",
        name: $0["name"].string ?? "",
        action: $0["action"].string,
        data: $0["data"]
      )
    }
  }

  /// Waits for an event of one notification.
  @discardableResult
  package func heard(_ type: String, of name: String) throws -> Event {
    do {
      return try wait(for: "\(type) of \(name)") {
        try events().first { $0.type == type && $0.name == name }
      }
    } catch let late as TimedOut {
      throw Trouble("\(late); there was \(try events())")
    }
  }
}

extension World {
  /// Starts a browser on the display of this world, with its worker at work.
  package func startBrowser(_ kind: Browser.Kind) throws -> Browser {
    var flags: [String] = []
    if kind == .chromium && display?.kind == .sway {
      flags = ["--ozone-platform=wayland"]
      // Aside of where popups are.
      for act in ["floating enable", "resize set 600 500", "move position 0 200"] {
        try swaymsg("for_window", "[app_id=\".*\"]", act)
      }
    }
    let helper = try Helper(
      [Programs.python, Programs.clients + "/browser.py", kind.rawValue, folder + "/profile"]
        + flags,
      environment: environment,
      log: logPath("browser.log")
    )
    keep(helper)
    let browser = try Browser(helper: helper)
    try browser.startWorker()
    return browser
  }
}
