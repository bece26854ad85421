@testable import Notifications

/// A core in which one app has a grant, and short ways to use the strict interface.
struct WebFixture {
  var base: Fixture

  init(display: Bool = true, limits: Limits = Limits()) {
    base = Fixture(limits: limits, display: display)
    set(.granted, Self.app.principal)
  }

  static let app = Owner(peer: ":1.1", principal: "app:a")
  /// Another process of the same app.
  static let twin = Owner(peer: ":1.5", principal: "app:a")
  static let stranger = Owner(peer: ":1.2", principal: "app:b")
  /// One that the bus can start.
  static let wakeable = Owner(
    peer: ":1.1",
    sender: Sender(level: .exe, principal: "app:a", wakeID: "a")
  )

  var effects: [Effect] { base.effects }
  var core: Core { base.core }

  mutating func set(_ decision: Permissions.Decision?, _ app: String) {
    base.apply(.permission(.set(app: app, decision, base.call())))
  }

  /// The id of what came to be, or 0.
  @discardableResult
  mutating func show(
    from owner: Owner = app,
    persistent: Bool = false,
    tag: String? = nil,
    _ change: (inout Notification, inout WebOptions.Fields) -> Void = { _, _ in }
  ) -> UInt32 {
    var fields = WebOptions.Fields()
    fields.isPersistent = persistent
    fields.closesOnClick = !persistent
    var notification = Notification(appName: "a", title: "t", receivedAt: 0)
    notification.tag = tag
    change(&notification, &fields)
    notification.web = WebOptions(fields)
    base.apply(.web(.show(notification), from: owner, base.call()))
    return newest
  }

  @discardableResult
  mutating func create(
    _ nid: String,
    from owner: Owner = app,
    priority: Int = 0,
    _ change: (inout Notification, inout WebOptions.Fields) -> Void = { _, _ in }
  ) -> UInt32 {
    show(from: owner) {
      $1.method = .create
      $1.nid = nid
      $1.priority = priority
      $0.urgency = priority < 0 ? .low : priority < 2 ? .normal : .critical
      change(&$0, &$1)
    }
  }

  /// True or false as the app is told, nil where it is refused.
  mutating func update(
    _ nid: String,
    from owner: Owner = app,
    _ change: (inout Notification, inout WebOptions.Fields) -> Void
  ) -> Bool? {
    guard let (id, old) = core.notification(named: nid, of: owner) else { return false }
    var notification = old
    var fields = old.web?.fields ?? WebOptions.Fields()
    change(&notification, &fields)
    notification.web = WebOptions(fields)
    base.apply(.web(.update(id, notification), from: owner, base.call()))
    return flag
  }

  mutating func clear(_ nid: String, from owner: Owner = app) -> Bool? {
    base.apply(.web(.clear(nid: nid), from: owner, base.call()))
    return flag
  }

  mutating func close(_ id: UInt32, from owner: Owner = app) {
    base.apply(.web(.close(id), from: owner, base.call()))
  }

  /// A click of the pointer, with its token.
  mutating func click(_ raw: UInt32, _ key: String = "default", token: String? = "token") {
    base.apply(.invoke(raw, key: key, .pointer(Press(serial: 1))))
    guard let id = NotificationID(rawValue: raw) else { return }
    base.apply(.activationToken(id, token))
  }

  /// Everything but news for watchers.
  var told: [Effect] {
    effects.filter {
      switch $0 {
      case .added, .changed, .removed, .permission, .quiet: false
      default: true
      }
    }
  }

  var signals: [WebSignal] {
    effects.compactMap { if case .web(let signal, _) = $0 { signal } else { nil } }
  }

  private var newest: UInt32 {
    for case .added(let id) in effects { return id.rawValue }
    for case .replyID(_, let id) in effects { return id.rawValue }
    return 0
  }

  private var flag: Bool? {
    for case .answer(_, .flag(let flag)) in effects { return flag }
    return nil
  }
}
