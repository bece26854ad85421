/// The web browsers: their notifications speak for many origins.
package struct Browsers {
  private let added: [String]

  /// `added` are desktop ids beside those known here.
  package init(adding added: [String] = []) {
    self.added = added.map { DesktopFiles.withoutSuffix($0) }
  }

  package func contains(_ identity: Identity) -> Bool {
    identity.isVerified && (Self.known.contains(identity.appID) || added.contains(identity.appID))
  }

  private static let known: Set<String> = [
    "brave-browser", "brave-browser-beta", "brave-browser-nightly", "brave_brave",
    "chromium", "chromium-browser", "chromium_chromium", "com.brave.Browser",
    "com.google.Chrome", "com.google.ChromeDev", "com.microsoft.Edge", "com.opera.Opera",
    "com.vivaldi.Vivaldi", "epiphany", "firefox", "firefox-beta", "firefox-developer-edition",
    "firefox-esr", "firefox-nightly", "firefox_firefox", "google-chrome", "google-chrome-beta",
    "google-chrome-unstable", "io.gitlab.librewolf-community", "librewolf", "microsoft-edge",
    "microsoft-edge-beta", "microsoft-edge-dev", "opera", "opera_opera",
    "org.chromium.Chromium", "org.gnome.Epiphany", "org.kde.falkon",
    "org.mozilla.firefox", "org.qutebrowser.qutebrowser", "vivaldi-stable", "waterfox",
    "io.github.ungoogled_software.ungoogled_chromium", "net.waterfox.waterfox", "zen",
    "app.zen_browser.zen",
  ]

  /// Programs that the browsers' start scripts run, where reading the script may not tell it.
  static let programs: [(id: String, path: String)] = [
    ("brave-browser", "/opt/brave.com/brave/brave"),
    ("brave-browser-beta", "/opt/brave.com/brave-beta/brave"),
    ("brave-browser-nightly", "/opt/brave.com/brave-nightly/brave"),
    ("chromium", "/usr/lib/chromium/chromium"),
    ("chromium", "/usr/lib64/chromium/chromium"),
    ("chromium-browser", "/usr/lib64/chromium-browser/chromium-browser"),
    ("chromium-browser", "/usr/lib/chromium-browser/chromium-browser"),
    ("firefox", "/usr/lib/firefox/firefox"),
    ("firefox", "/usr/lib64/firefox/firefox"),
    ("firefox", "/opt/firefox/firefox"),
    ("firefox-esr", "/usr/lib/firefox-esr/firefox-esr"),
    ("google-chrome", "/opt/google/chrome/chrome"),
    ("google-chrome-beta", "/opt/google/chrome-beta/chrome"),
    ("google-chrome-unstable", "/opt/google/chrome-unstable/chrome"),
    ("librewolf", "/usr/lib/librewolf/librewolf"),
    ("librewolf", "/usr/share/librewolf/librewolf"),
    ("microsoft-edge", "/opt/microsoft/msedge/msedge"),
    ("microsoft-edge-beta", "/opt/microsoft/msedge-beta/msedge"),
    ("microsoft-edge-dev", "/opt/microsoft/msedge-dev/msedge"),
    ("opera", "/usr/lib/x86_64-linux-gnu/opera/opera"),
    ("vivaldi-stable", "/opt/vivaldi/vivaldi-bin"),
  ]
}
