/// Senders that bring what others say: portals, and programs that the user names.
extension Identifier {
  /// Who a delegate speaks for; nil where it speaks for itself: it names no application, or itself,
  /// or is in a sandbox. What is kept for the application is one, whoever brings its word; only the
  /// portal has seen that it is in its sandbox (ID-061).
  package func identity(
    of appID: String,
    through delegate: Identity,
    isPortal: Bool
  ) -> Identity? {
    guard delegate.isHost, let file = desktopFiles.file(claimed: appID),
      file != delegate.desktopFile
    else { return nil }
    var identity = Identity(
      level: .name,
      principal: "app:" + file.id,
      appID: file.id,
      name: file.name,
      desktopFile: file,
      processID: delegate.processID,
      executable: delegate.executable,
      evidence: ["delegate \(delegate.name)"] + delegate.evidence
    )
    if !file.isHostApplication {
      if isPortal { identity.level = .sandbox }
      identity.principal = file.principal
    }
    return identity
  }
}

extension Claim {
  /// A delegate's word counts: who it speaks for, and by what name (KDE-040).
  package init(delegated identity: Identity, displayName: String) {
    self.init(
      name: displayName.isEmpty ? identity.name : displayName,
      icon: identity.desktopFile?.icon ?? "",
      desktopFile: identity.desktopFile
    )
  }
}
