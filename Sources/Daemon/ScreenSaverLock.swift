import DBus

/// Whether the desktop's screen saver is active, on the session bus.
final class ScreenSaverLock {
  /// Its last word: who locked the screen may end, and the screen is locked all the same.
  private(set) var isLocked = false
  /// Who owns the name tells; some who own it for inhibiting alone do not.
  private(set) var tells = false

  private let connection: Connection
  private var changed: (() -> Void)?
  private var screenSaver: FollowedName?

  private static let name: BusName = "org.freedesktop.ScreenSaver"
  private static let interface: InterfaceName = "org.freedesktop.ScreenSaver"
  /// The specification's, and an older one.
  private static let paths: [ObjectPath] = ["/org/freedesktop/ScreenSaver", "/ScreenSaver"]

  init(_ connection: Connection, changed: @escaping () -> Void) {
    self.connection = connection
    self.changed = changed
    connection.addMatch(
      MatchRule(sender: Self.name, interface: Self.interface, member: "ActiveChanged")
    )
    screenSaver = FollowedName(Self.name, connection) { [unowned(unsafe) self] owner in
      tells = false
      if let owner = owner.flatMap({ BusName($0) }) { ask(owner, Self.paths[...]) }
      self.changed?()
    }
  }

  /// Nothing is told any more.
  func cancel() {
    changed = nil
    screenSaver?.cancel()
  }

  /// False for a signal that is of no concern here.
  func handle(_ message: Message) -> Bool {
    if screenSaver?.handle(message) ?? false { return true }
    guard message.isSignal(Self.interface, "ActiveChanged"), message.sender == screenSaver?.owner
    else { return false }
    take(message)
    return true
  }

  private func ask(_ owner: BusName, _ paths: ArraySlice<ObjectPath>) {
    guard let path = paths.first else { return }
    let question = OutgoingMessage.call(owner, path, Self.interface, "GetActive")
    connection.call(question.withoutAutoStart()) { answer in
      guard owner.text == self.screenSaver?.owner else { return }
      switch answer {
      case .success(let reply): self.take(reply)
      case .failure: if !self.tells { self.ask(owner, paths.dropFirst()) }
      }
    }
  }

  private func take(_ message: Message) {
    var reader = message.reader()
    guard let isActive = reader.boolean() else { return }
    tells = true
    isLocked = isActive
    changed?()
  }

  /// Another who can tell says otherwise.
  func forget() {
    isLocked = false
  }
}
