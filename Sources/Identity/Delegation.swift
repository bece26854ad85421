/// Senders that bring what others say: portals, and programs that the user names.
extension Identifier {
  /// Such a sender may name the application that it speaks for; a sandboxed one never may.
  /// `trusted` are bus names from the configuration.
  package func isDelegate(
    _ identity: Identity,
    ownedNames: [String],
    trusted: [String] = []
  ) -> Bool {
    identity.isHost
      && ownedNames.contains {
        $0 == Self.portal || $0.hasPrefix(Self.portalBackends) || trusted.contains($0)
      }
  }

  /// Who a delegate speaks for. Only the portal itself has seen whether that one is in a sandbox;
  /// nil where there is no such application.
  package func identity(
    of appID: String,
    through delegate: Identity,
    ownedNames: [String]
  ) -> Identity? {
    let id = DesktopFiles.withoutSuffix(appID)
    guard let file = desktopFiles.file(claimed: id) else { return nil }
    var identity = Identity(
      level: .name,
      principal: "app:" + file.id,
      appID: file.id,
      name: file.name,
      desktopFile: file,
      processID: delegate.processID,
      executable: delegate.executable,
      evidence: ["delegate \(delegate.name)"]
    )
    if ownedNames.contains(Self.portal), !file.isHostApplication {
      identity.level = .sandbox
      identity.principal =
        file.flatpakID.isEmpty ? "snap:" + file.snapInstance : "flatpak:" + file.flatpakID
    }
    return identity
  }

  private static let portal = "org.freedesktop.portal.Desktop"
  private static let portalBackends = "org.freedesktop.impl.portal.desktop."
}
