import DBus
import Notifications

/// What Center1's properties and `StateChanged` tell: why it is quiet, and what was not seen.
struct CenterState: Equatable {
  var isEnabled = true
  var isManual = false
  /// Milliseconds since the epoch; 0: no end.
  var until: Int64 = 0
  var isQuiet = false
  var reasons: [String] = []
  var modes: [String] = []
  var unread: UInt32 = 0
  var inhibitions: [Inhibition] = []

  init() {}

  init(_ core: Core) {
    isEnabled = core.isEnabled
    isManual = core.quiet.kept.isManual
    until = core.quiet.kept.until
    isQuiet = core.quiet.isQuiet
    reasons = core.quiet.reasons
    modes = core.quiet.modes.names
    unread = UInt32(clamping: core.unseen)
    inhibitions = core.quiet.inhibitions.live
  }

  fileprivate func writeInhibitions(_ writer: inout Writer) {
    writer.array("a{sv}") {
      for inhibition in inhibitions {
        $0.dictionary {
          $0.entry("cookie", "u") { $0.uint32(inhibition.cookie) }
          $0.entry("kind", "s") { $0.string(inhibition.kind.rawValue) }
          $0.entry("app", "s") { $0.string(inhibition.app) }
          $0.entry("reason", "s") { $0.string(inhibition.reason) }
          $0.entry("sender", "s") { $0.string(inhibition.peer) }
        }
      }
    }
  }
}

/// One part of the state: a property, and a key of `StateChanged`.
private struct StatePart: Sendable {
  let property: MemberName
  let key: String
  let type: Signature
  let differs: @Sendable (CenterState, CenterState) -> Bool
  let write: @Sendable (CenterState, inout Writer) -> Void

  static let all = [
    StatePart(property: "Enabled", key: "enabled", type: "b") {
      $0.isEnabled != $1.isEnabled
    } write: {
      $1.boolean($0.isEnabled)
    },
    StatePart(property: "QuietMode", key: "quiet_mode", type: "b") {
      $0.isManual != $1.isManual
    } write: {
      $1.boolean($0.isManual)
    },
    StatePart(property: "QuietUntil", key: "quiet_until", type: "x") {
      $0.until != $1.until
    } write: {
      $1.int64($0.until)
    },
    StatePart(property: "Quiet", key: "quiet", type: "b") {
      $0.isQuiet != $1.isQuiet
    } write: {
      $1.boolean($0.isQuiet)
    },
    StatePart(property: "QuietReasons", key: "reasons", type: "as") {
      $0.reasons != $1.reasons
    } write: {
      $1.strings($0.reasons)
    },
    StatePart(property: "Modes", key: "modes", type: "as") {
      $0.modes != $1.modes
    } write: {
      $1.strings($0.modes)
    },
    StatePart(property: "UnreadCount", key: "unread", type: "u") {
      $0.unread != $1.unread
    } write: {
      $1.uint32($0.unread)
    },
    StatePart(property: "Inhibitions", key: "inhibitions", type: "aa{sv}") {
      $0.inhibitions != $1.inhibitions
    } write: {
      $0.writeInhibitions(&$1)
    },
  ]
}

extension Center {
  var properties: [Property] {
    StatePart.all.map { part in
      Property(
        part.property,
        part.type,
        { [unowned(unsafe) self] in part.write(CenterState(desk.core), &$0) },
        set: setter(of: part.property.text)
      )
    }
  }

  /// Nil where the property follows from others.
  private func setter(of property: String) -> ((MethodCall, inout Reader) -> Void)? {
    switch property {
    case "Enabled":
      { [unowned(unsafe) self] in desk.handle(.enable($1.boolean() ?? true, calls.open($0))) }
    case "QuietMode":
      { [unowned(unsafe) self] in
        desk.handle(.quiet(.manual($1.boolean() ?? false, calls.open($0))))
      }
    case "QuietUntil":
      { [unowned(unsafe) self] in desk.handle(.quiet(.until($1.int64() ?? 0, calls.open($0)))) }
    default: nil
    }
  }

  /// Tells watchers, and nobody else (WEB-300), what is another thing than they were told last.
  func tellState() {
    guard !watchers.isEmpty else { return }
    let (state, before) = (CenterState(desk.core), toldState)
    guard state != before else { return }
    toldState = state
    let parts = StatePart.all.filter { $0.differs(state, before) }
    watchers.send("StateChanged") {
      $0.dictionary {
        for part in StatePart.all { $0.entry(part.key, part.type) { part.write(state, &$0) } }
      }
    }
    watchers.sendProperties {
      for part in parts { $0.entry(part.property.text, part.type) { part.write(state, &$0) } }
    }
  }
}
