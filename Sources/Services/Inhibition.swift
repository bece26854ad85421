import DBus
import Notifications

// Plasma's part of `org.freedesktop.Notifications` (KDE-010..019): programs hold quiet on.

extension FreedesktopNotifications {
  /// What is held on, of control peers: `command` or `locker`.
  private static let kindHint = "x-hark-kind"

  var inhibitionMethods: [Method] {
    [
      Method(
        "Inhibit",
        [
          Argument("desktop_entry", "s"), Argument("reason", "s"), Argument("hints", "a{sv}"),
        ],
        returns: [Argument("cookie", "u")]
      ) { [unowned(unsafe) self] in inhibit($0) },
      Method("UnInhibit", [Argument("cookie", "u")]) { [unowned(unsafe) self] in uninhibit($0) },
    ]
  }

  var inhibited: Property {
    Property("Inhibited", "b") { [unowned(unsafe) self] in
      $0.boolean(desk.core.quiet.isInhibited)
    }
  }

  /// Broadcast: whoever plays sounds of its own wants to know (KDE-017).
  func tellInhibited(_ isInhibited: Bool) {
    connection.enqueue(
      .propertiesChanged(Self.path, Self.name) {
        $0.entry("Inhibited", "b") { $0.boolean(isInhibited) }
      }
    )
  }

  private func inhibit(_ call: MethodCall) {
    var reader = call.message.reader()
    let claim = reader.string() ?? ""
    let reason = reader.string() ?? ""
    var kindName: String?
    reader.forEachEntry { key, value in
      if key == Self.kindHint { kindName = value.string() ?? "" }
    }
    var kind = Inhibition.Kind.application
    if let kindName {
      guard let named = Inhibition.Kind(rawValue: kindName) else {
        return call.fail(.invalidArgs, "\(Self.kindHint) is command or locker")
      }
      guard isControl(call) else { return }
      kind = named
    }
    let sender = peers[call.message.sender].sender
    let permissions = desk.core.permissions
    guard sender.level != .none, permissions.status(of: sender.principal).state != .denied else {
      return call.fail(.accessDenied, "who may not notify, or is not known, holds no quiet on")
    }
    let proved = sender.name.isEmpty ? sender.principal : sender.name
    desk.handle(
      .quiet(
        .inhibit(
          kind,
          by: call.message.sender,
          name: proved,
          claim: claim,
          reason: reason,
          calls.open(call)
        )
      )
    )
  }

  private func uninhibit(_ call: MethodCall) {
    var reader = call.message.reader()
    let cookie = reader.uint32() ?? 0
    desk.handle(.quiet(.uninhibit(cookie, by: call.message.sender, calls.open(call))))
  }
}
