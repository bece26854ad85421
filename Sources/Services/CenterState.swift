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
    unread = UInt32(clamping: core.unread)
    inhibitions = core.quiet.inhibitions.live
  }
}

/// One part of the state: a property, and a key of `StateChanged`.
private struct StatePart: Sendable {
  let property: MemberName
  let key: String
  let type: Signature
  let differs: @Sendable (CenterState, CenterState) -> Bool
  let write: @Sendable (CenterState, inout Writer) -> Void

  init<Value: Equatable & SendableMetatype>(
    _ property: MemberName,
    _ key: String,
    _ type: Signature,
    _ value: @escaping @Sendable (CenterState) -> Value,
    _ write: @escaping @Sendable (inout Writer, Value) -> Void
  ) {
    self.property = property
    self.key = key
    self.type = type
    differs = { value($0) != value($1) }
    self.write = { write(&$1, value($0)) }
  }

  static let all = [
    StatePart("Enabled", "enabled", "b", { $0.isEnabled }, { $0.boolean($1) }),
    StatePart("QuietMode", "quiet_mode", "b", { $0.isManual }, { $0.boolean($1) }),
    StatePart("QuietUntil", "quiet_until", "x", { $0.until }, { $0.int64($1) }),
    StatePart("Quiet", "quiet", "b", { $0.isQuiet }, { $0.boolean($1) }),
    StatePart("QuietReasons", "reasons", "as", { $0.reasons }, { $0.strings($1) }),
    StatePart("Modes", "modes", "as", { $0.modes }, { $0.strings($1) }),
    StatePart("UnreadCount", "unread", "u", { $0.unread }, { $0.uint32($1) }),
    StatePart("Inhibitions", "inhibitions", "aa{sv}", { $0.inhibitions }, { $0.inhibitions($1) }),
  ]
}

extension Writer {
  fileprivate mutating func inhibitions(_ inhibitions: [Inhibition]) {
    array("a{sv}") {
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
