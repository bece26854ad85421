/// What becomes of what a sender says of itself.
package struct Claim: Equatable {
  /// What the sender is called: its own name, or the one that it claims.
  package var name: String
  /// The icon that goes with the name.
  package var icon: String
  /// The application whose name and icon are shown, where that is one.
  package var desktopFile: DesktopFile?
  /// Names somebody whom the evidence does not support: an application, or anybody where nothing is
  /// known of the sender.
  package var isContradicted = false
  /// Who really sends, where the name is not the sender's.
  package var via: String?
  /// What was not believed, in words.
  package var rejected: [String] = []

  /// What one is called of whom nothing is known.
  package static let unknown = "Unknown program"
}

/// What to do with the name and icon of an application that the sender is not.
package enum ClaimPolicy {
  /// Shown with the mark.
  case marked
  /// Not used at all.
  case strict
}

extension Identifier {
  /// Judges what a notification says of its sender by what is known of it. `appIcon` counts where
  /// it is the icon of one application, by name or file; `displayName` is whose word it brings.
  package func claim(
    desktopEntry: String,
    appName: String,
    appIcon: String = "",
    displayName: String = "",
    by identity: Identity,
    policy: ClaimPolicy = .marked
  ) -> Claim {
    var rejected: [String] = []
    var claimed: (file: DesktopFile?, name: String)?
    var accepted: DesktopFile?
    var realName = identity.name.isEmpty ? Claim.unknown : identity.name
    let plainName = plainName(appName, identity)

    if !desktopEntry.isEmpty, let file = file(claimed: desktopEntry, by: identity) {
      if isSupported(file, by: identity) {
        accepted = file
      } else {
        rejected.append("desktop-entry \(desktopEntry)")
        // In a sandbox a false entry is ignored, and only the names that people see count.
        if !identity.isSandboxed { claimed = (file, file.name) }
      }
    }
    if !isDefault(appName, of: identity), isAnothers(appName, by: identity) {
      rejected.append("app_name \(appName)")
      claimed = claimed ?? (namesake(appName, of: identity), appName)
    }
    if let file = owner(ofIcon: appIcon), !isSupported(file, by: identity) {
      rejected.append("icon \(appIcon)")
      claimed = claimed ?? (file, plainName == realName ? file.name : plainName)
    }
    if isAnothers(displayName, by: identity) {
      rejected.append("x-kde-display-appname \(displayName)")
      claimed = claimed ?? (namesake(displayName, of: identity), displayName)
    }
    if claimed == nil, !identity.isVerified, Browsers.areFeigned(by: plainName, identity) {
      rejected.append("name \(plainName)")
      claimed = (nil, plainName)
    }
    let ownWord = displayName.isEmpty ? appName : displayName
    if identity.level == .none, claimed == nil, !ownWord.isEmpty {
      rejected.append("name \(ownWord)")
      claimed = (nil, ownWord)
    }

    // A program's name is a file's, and anybody may call a file so.
    if let claimed, identity.level == .program, folded(claimed.name) == folded(realName) {
      realName = identity.principal
    }

    guard let claimed, policy != .strict else {
      let file = claimed == nil ? accepted ?? identity.desktopFile : identity.desktopFile
      let name = claimed == nil ? accepted?.name ?? plainName : realName
      let isRenamed = !displayName.isEmpty && displayName != name && policy != .strict
      return Claim(
        name: isRenamed ? displayName : name,
        icon: file?.icon ?? "",
        desktopFile: file,
        isContradicted: claimed != nil,
        via: isRenamed ? realName : nil,
        rejected: rejected
      )
    }
    return Claim(
      name: claimed.name,
      icon: claimed.file?.icon ?? "",
      desktopFile: claimed.file,
      isContradicted: true,
      via: realName,
      rejected: rejected
    )
  }

  // MARK: What is claimed

  /// Most senders name themselves, and nothing needs to be looked up.
  private func file(claimed entry: String, by identity: Identity) -> DesktopFile? {
    entry == identity.appID && !entry.isEmpty
      ? identity.desktopFile : desktopFiles.file(claimed: entry)
  }

  /// The application that people would take the sender for, unless it is.
  private func namesake(_ appName: String, of identity: Identity) -> DesktopFile? {
    if appName.isEmpty || appName == identity.name { return nil }
    let name = String(appName.prefix(Self.longestName))
    let files = desktopFiles.files(named: name)
    return files.contains { isSupported($0, by: identity) } ? nil : files.first
  }

  private static let longestName = 100

  /// Tools give their own name where their caller gives none.
  private func isDefault(_ appName: String, of identity: Identity) -> Bool {
    appName == baseName(identity.executable) && ProgramKind(of: appName).isAnybodys
  }

  /// A browser's name is one whether it is installed, and by which name, or not.
  private func isAnothers(_ name: String, by identity: Identity) -> Bool {
    if name.isEmpty || identity.isVerified && name == identity.name { return false }
    return namesake(name, of: identity) != nil || ReservedNames.contain(name)
      || Browsers.areFeigned(by: name, identity)
  }

  private func owner(ofIcon icon: String) -> DesktopFile? {
    guard !icon.isEmpty else { return nil }
    var name = icon
    if icon.hasPrefix("/") || icon.hasPrefix("file:") {
      name = baseName(icon)
      if let dot = name.lastIndex(of: "."), dot != name.startIndex { name = String(name[..<dot]) }
    }
    // Icons of other names are shared: a terminal's, a folder's.
    guard !name.isEmpty, !name.contains("/"), let file = desktopFiles.file(name),
      file.icon == name || file.icon == icon
    else { return nil }
    return file
  }

  // MARK: What supports it

  private func isSupported(_ file: DesktopFile, by identity: Identity) -> Bool {
    if let own = identity.desktopFile, own == file { return true }
    switch identity.level {
    case .none:
      return false
    case .sandbox:
      if identity.principal.hasPrefix("snap:") {
        return file.snapInstance == identity.principal.dropFirst(5)
          || file.id.hasPrefix(identity.principal.dropFirst(5) + "_")
      }
      return file.id == identity.appID || file.id.hasPrefix(identity.appID + ".")
    case .program, .exe, .name, .unit:
      return runs(identity.executable, file) || runs(identity.script, file)
    }
  }

  func runs(_ program: String, _ file: DesktopFile) -> Bool {
    !program.isEmpty && desktopFiles.files(running: program).contains(file)
  }

  // MARK: What it is called

  /// Without a claim to doubt. What a verified application calls itself is at best its name in
  /// another form; a tool or script inside of its unit is not the application, and says whose word
  /// it brings.
  private func plainName(_ appName: String, _ identity: Identity) -> String {
    let isTool =
      !identity.executable.isEmpty
      && ProgramKind(of: baseName(identity.executable)).isAnybodys
    let speaksForItself = identity.isSandboxed || (identity.isVerified && !isTool)
    // Tools give their own name where their caller gives none.
    if speaksForItself || appName.isEmpty || appName == baseName(identity.executable) {
      return identity.name.isEmpty ? Claim.unknown : identity.name
    }
    return appName
  }
}
