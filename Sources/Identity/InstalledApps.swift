/// Tells which apps have a desktop file, whenever those may be others than before (WEB-139).
///
/// It reads nothing that nobody else has asked for: before the first question to the desktop files,
/// and between two readings of them, there is no news.
package final class InstalledApps {
  private let desktopFiles: DesktopFiles
  private var revision = 0

  package init(_ desktopFiles: DesktopFiles) {
    self.desktopFiles = desktopFiles
  }

  /// Whether `check` would look at anything.
  package var hasNews: Bool { desktopFiles.revision != revision }

  /// Tells of each of `apps` (principals) that can be installed whether it is; nothing without news.
  package func check(_ apps: [String], _ tell: (_ app: String, _ isInstalled: Bool) -> Void) {
    guard hasNews else { return }
    revision = desktopFiles.revision
    for app in apps {
      if let isInstalled = isInstalled(app) { tell(app, isInstalled) }
    }
  }

  /// Nil for programs, which are no matter of desktop files.
  private func isInstalled(_ app: String) -> Bool? {
    // A site is there as long as its browser.
    let app = String(app.prefix { $0 != "#" })
    if let id = app.suffix(after: "app:") ?? app.suffix(after: "flatpak:") {
      return desktopFiles.file(id) != nil
    }
    return app.suffix(after: "snap:").map { desktopFiles.hasApplication(ofSnap: $0) }
  }
}

extension String {
  fileprivate func suffix(after prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
