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

  /// Whether somebody who is no such browser has the name of one.
  static func areFeigned(by name: String, _ identity: Identity) -> Bool {
    let name = folded(name)
    guard let family = families.first(where: { $0.names.contains(name) }) else { return false }
    guard identity.isVerified else { return true }
    let snap = identity.principal.hasPrefix("snap:") ? identity.principal.dropFirst(5) : ""
    return !family.ids.contains(identity.appID) && !family.ids.contains("\(snap)_\(snap)")
  }

  private static let known = Set(families.flatMap { $0.ids })

  /// By what they are called, as `folded` has it.
  private static let families: [(names: [String], ids: [String])] = [
    (
      ["brave", "bravebrowser", "bravewebbrowser"],
      [
        "brave-browser", "brave-browser-beta", "brave-browser-nightly", "brave_brave",
        "com.brave.Browser",
      ]
    ),
    (
      ["chromium", "chromiumbrowser", "chromiumwebbrowser", "ungoogledchromium"],
      [
        "chromium", "chromium-browser", "chromium_chromium", "org.chromium.Chromium",
        "io.github.ungoogled_software.ungoogled_chromium",
      ]
    ),
    (
      ["chrome", "googlechrome"],
      [
        "com.google.Chrome", "com.google.ChromeDev", "google-chrome", "google-chrome-beta",
        "google-chrome-unstable",
      ]
    ),
    (
      ["microsoftedge", "msedge"],
      [
        "com.microsoft.Edge", "microsoft-edge", "microsoft-edge-beta", "microsoft-edge-dev",
      ]
    ),
    (["opera", "operabrowser"], ["com.opera.Opera", "opera", "opera_opera"]),
    (["vivaldi", "vivaldibrowser"], ["com.vivaldi.Vivaldi", "vivaldi-stable"]),
    (["epiphany", "gnomeweb"], ["epiphany", "org.gnome.Epiphany"]),
    (
      [
        "firefox", "firefoxesr", "firefoxbrowser", "firefoxwebbrowser", "mozillafirefox",
        "firefoxbeta", "firefoxnightly", "firefoxdeveloperedition",
      ],
      [
        "firefox", "firefox-beta", "firefox-developer-edition", "firefox-esr", "firefox-nightly",
        "firefox_firefox", "org.mozilla.firefox",
      ]
    ),
    (["librewolf"], ["io.gitlab.librewolf-community", "librewolf"]),
    (["falkon"], ["org.kde.falkon"]),
    (["qutebrowser"], ["org.qutebrowser.qutebrowser"]),
    (["waterfox"], ["waterfox", "net.waterfox.waterfox"]),
    (["zenbrowser"], ["zen", "app.zen_browser.zen"]),
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
