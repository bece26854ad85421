@testable import Notifications

/// A core with a clock that the test moves, and short ways to say what happens.
struct Fixture {
  var core: Core
  var now = Instant(nanoseconds: 1_000_000_000)
  private var lastCall: UInt64 = 0
  /// Effects of the last event.
  var effects: [Effect] = []

  init(limits: Limits = Limits(), counter: UInt32 = 0, display: Bool = true) {
    core = Core(limits: limits, counter: counter)
    // Most tests send the same again and again.
    core.preferences.stacksDuplicates = false
    if display { apply(.displayPresent(true)) }
  }

  static let alice = Owner(peer: ":1.1", principal: "alice")
  static let bob = Owner(peer: ":1.2", principal: "bob")

  mutating func apply(_ event: Event) {
    effects = core.apply(event, at: now)
  }

  mutating func call() -> Call {
    lastCall += 1
    return Call(token: lastCall)
  }

  mutating func advance(_ milliseconds: Int) {
    now = now + .milliseconds(milliseconds)
    apply(.deadline)
  }

  /// The id that the reply carries, 0 without one.
  @discardableResult
  mutating func notify(
    _ title: String = "title",
    replaces: UInt32 = 0,
    from owner: Owner = alice,
    _ change: (inout Notification) -> Void = { _ in }
  ) -> UInt32 {
    var notification = Notification(appName: owner.principal, title: title, receivedAt: 0)
    change(&notification)
    let call = call()
    apply(.notify(notification, replaces: replaces, from: owner, call))
    for case .replyID(call, let id) in effects { return id.rawValue }
    return 0
  }

  /// What becomes of a new one.
  mutating func state(
    _ title: String,
    from owner: Owner = alice,
    _ change: (inout Notification) -> Void = { _ in }
  ) -> Entry.State? {
    let id = notify(title, from: owner, change)
    return core[id]?.state
  }

  /// As the screen would: the first candidates are shown.
  mutating func show() {
    apply(.shown(core.candidates.map(\.id), output: "OUT"))
  }

  mutating func close(_ id: UInt32) {
    apply(.closeNotification(id, from: Self.alice, call()))
  }

  func closes(_ id: UInt32) -> [CloseReason] {
    effects.compactMap {
      if case .closed(let closed, let reason, _) = $0, closed.rawValue == id { reason } else { nil }
    }
  }

  var invoked: [String] {
    effects.compactMap { if case .actionInvoked(_, let key, _) = $0 { key } else { nil } }
  }

  func isLive(_ id: UInt32) -> Bool { core[id] != nil }
}

func id(_ raw: UInt32) -> NotificationID {
  guard let id = NotificationID(rawValue: raw) else { fatalError("0 is no id") }
  return id
}

func actions(_ keys: String...) -> [Notification.Action] {
  keys.map { Notification.Action(key: $0, label: $0) }
}

extension Owner {
  /// A verified app at a bus name.
  convenience init(peer: String, principal: String) {
    self.init(peer: peer, sender: Sender(level: .exe, principal: principal))
  }
}
