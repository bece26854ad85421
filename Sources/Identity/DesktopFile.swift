import Notifications

/// What hark wants to know of one desktop file.
package final class DesktopFile: Equatable, Sendable {
  /// The file's name without `.desktop`, with the folders below `applications` before it.
  package let id: String
  package let path: String
  /// In the user's language.
  package let name: String
  package let untranslatedName: String
  package let icon: String
  /// The command line of `Exec`, as written.
  package let exec: String
  package let tryExec: String
  package let isHidden: Bool
  package let isNoDisplay: Bool
  package let isDBusActivatable: Bool
  package let startupNotify: Bool
  /// `StartupWMClass`: what its windows call themselves.
  package let windowClass: String
  /// `X-GNOME-UsesNotifications`.
  package let usesNotifications: Bool
  /// `X-Hark-Click`, or an action `hark.notification-click`: clicks come as that action (WEB-044).
  package let takesClicks: Bool
  /// The Flatpak that exported the file; empty for none.
  package let flatpakID: String
  package let snapInstance: String
  /// Ids that the application had before.
  package let formerIDs: [String]
  /// Of `x-scheme-handler/…` in `MimeType`, in lower case.
  package let schemes: [String]

  package static func == (one: DesktopFile, other: DesktopFile) -> Bool {
    one === other || (one.path == other.path && one.id == other.id)
  }

  /// The application runs on this side of every sandbox.
  package static let clickAction = "hark.notification-click"

  package var isHostApplication: Bool { flatpakID.isEmpty && snapInstance.isEmpty }

  /// The key of whatever is kept for the application (ID-050).
  package var principal: String {
    if isHostApplication { return "app:" + id }
    return flatpakID.isEmpty ? "snap:" + snapInstance : "flatpak:" + flatpakID
  }

  /// The object at which the application answers to `org.freedesktop.Application`.
  package var objectPath: String {
    var path = "/"
    for character in id {
      path.append(character == "." ? "/" : character == "-" ? "_" : character)
    }
    return path
  }

  /// Nil for a file that is malformed or describes no application.
  init?(_ bytes: [UInt8], id: String, path: String, locale: MessageLocale) {
    var draft = Draft(locale: locale)
    guard KeyFile.read(bytes, { draft.take($0) }), !draft.isMalformed,
      draft.isApplication || draft.isHidden
    else { return nil }
    self.id = id
    self.path = path
    untranslatedName = PlainText.name(draft.name.untranslated ?? "")
    let name = draft.name.best.map { PlainText.name($0) } ?? untranslatedName
    self.name = ReservedNames.contain(name) ? "app:" + id : name
    icon = draft.icon.best ?? draft.icon.untranslated ?? ""
    exec = draft.exec
    tryExec = draft.tryExec
    isHidden = draft.isHidden
    isNoDisplay = draft.isNoDisplay
    isDBusActivatable = draft.isDBusActivatable
    startupNotify = draft.startupNotify
    windowClass = draft.windowClass
    usesNotifications = draft.usesNotifications
    takesClicks = draft.takesClicks || draft.actions.contains(Self.clickAction)
    flatpakID = draft.flatpakID
    snapInstance = draft.snapInstance
    formerIDs = draft.formerIDs
    schemes = draft.schemes
    if name.isEmpty && !isHidden { return nil }
  }
}

/// A desktop file while it is read.
private struct Draft {
  let locale: MessageLocale
  var name = Localized()
  var icon = Localized()
  var exec = ""
  var tryExec = ""
  var actions: [String] = []
  var isApplication = false
  var isHidden = false
  var isNoDisplay = false
  var isDBusActivatable = false
  var startupNotify = false
  var windowClass = ""
  var usesNotifications = false
  var takesClicks = false
  var flatpakID = ""
  var snapInstance = ""
  var formerIDs: [String] = []
  var schemes: [String] = []
  /// A value that was wanted is not text, or the first group is another one.
  var isMalformed = false
  private var isInEntry = false
  private var hasGroup = false

  struct Localized {
    var untranslated: String?
    var best: String?
    var rank = Int.max
  }

  init(locale: MessageLocale) {
    self.locale = locale
  }

  mutating func take(_ line: KeyFile.Line) {
    switch line {
    case .group(let name):
      isInEntry = name == "Desktop Entry"
      if !hasGroup && !isInEntry { isMalformed = true }
      hasGroup = true
    case .entry(let key, let locale, let value):
      guard isInEntry, let first = key.first else { return }
      if !locale.isEmpty {
        guard let rank = self.locale.rank(of: locale) else { return }
        if key == "Name" { name.take(string(value), rank) }
        if key == "Icon" { icon.take(string(value), rank) }
      } else {
        take(key, first, value)
      }
    }
  }

  private mutating func take(_ key: KeyFile.Text, _ first: UInt8, _ value: KeyFile.Text) {
    switch first {
    case UInt8(ascii: "A"):
      if key == "Actions" { actions = value.list }
    case UInt8(ascii: "D"):
      if key == "DBusActivatable" { isDBusActivatable = value == "true" }
    case UInt8(ascii: "E"):
      if key == "Exec" { exec = string(value) }
    case UInt8(ascii: "H"):
      if key == "Hidden" { isHidden = value == "true" }
    case UInt8(ascii: "I"):
      if key == "Icon" { icon.untranslated = string(value) }
    case UInt8(ascii: "M"):
      if key == "MimeType" { schemes = Self.schemes(value) }
    case UInt8(ascii: "N"):
      if key == "Name" { name.untranslated = string(value) }
      if key == "NoDisplay" { isNoDisplay = value == "true" }
    case UInt8(ascii: "S"):
      if key == "StartupNotify" { startupNotify = value == "true" }
      if key == "StartupWMClass" { windowClass = string(value) }
    case UInt8(ascii: "T"):
      if key == "Type" { isApplication = value == "Application" }
      if key == "TryExec" { tryExec = string(value) }
    case UInt8(ascii: "X"):
      if key == "X-Flatpak" { flatpakID = string(value) }
      if key == "X-Flatpak-RenamedFrom" {
        formerIDs = value.list.map { DesktopFiles.withoutSuffix($0) }
      }
      if key == "X-SnapInstanceName" { snapInstance = string(value) }
      if key == "X-GNOME-UsesNotifications" || key == "X-Hark-UsesNotifications" {
        usesNotifications = usesNotifications || value == "true"
      }
      if key == "X-Hark-Click" { takesClicks = value == "true" }
    default:
      break
    }
  }

  private static func schemes(_ value: KeyFile.Text) -> [String] {
    let prefix = "x-scheme-handler/"
    return value.split(separator: UInt8(ascii: ";"))
      .filter { $0.starts(with: prefix.utf8) }
      .compactMap { $0.dropFirst(prefix.utf8.count).string?.lowercased() }
  }

  private mutating func string(_ value: KeyFile.Text) -> String {
    guard let string = value.string else {
      isMalformed = true
      return ""
    }
    return string
  }
}

extension Draft.Localized {
  mutating func take(_ text: String, _ rank: Int) {
    guard rank < self.rank else { return }
    best = text
    self.rank = rank
  }
}

/// The language of messages, as desktop files name it.
package struct MessageLocale: Sendable {
  /// The suffixes of keys to take, the best first.
  let candidates: [[UInt8]]

  /// `text` is as in `LC_MESSAGES`: `lang_COUNTRY.ENCODING@MODIFIER`.
  package init(_ text: String) {
    let modifier = text.firstIndex(of: "@").map { text[$0...] } ?? ""
    let place = text.prefix { $0 != "." && $0 != "@" }
    let language = place.prefix { $0 != "_" }
    guard !language.isEmpty, place != "C", place != "POSIX" else {
      candidates = []
      return
    }
    var candidates: [String] = []
    for place in [place, language] {
      for candidate in [place + modifier, place] where !candidates.contains(String(candidate)) {
        candidates.append(String(candidate))
      }
    }
    self.candidates = candidates.map { Array($0.utf8) }
  }

  /// The one that counts of an environment.
  package init(environment: (String) -> String?) {
    var text = ""
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] where text.isEmpty {
      text = environment(name) ?? ""
    }
    self.init(text)
  }

  func rank(of locale: KeyFile.Text) -> Int? {
    candidates.firstIndex { $0.elementsEqual(locale) }
  }
}
