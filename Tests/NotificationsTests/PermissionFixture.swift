@testable import Notifications

/// Permissions with clocks that the test moves, and short ways to say what happens.
final class PermissionFixture {
  var permissions: Permissions
  var clock = WallClock(offset: 1_700_000_000_000)
  var instant = Instant(nanoseconds: 1_000_000_000)
  var effects: [Permissions.Effect] = []
  /// Every effect since the last look.
  var all: [Permissions.Effect] = []
  private var lastCall: UInt64 = 0

  static let app = "app:org.x.Mail"
  static let other = "app:org.x.Chat"
  static let boxed = "flatpak:org.x.Boxed"
  static let script = "script:/home/u/job.sh"
  /// The token of a click on one of the app's notifications.
  static let click = Gesture(token: "click")

  init(
    _ policy: Permissions.DefaultPolicy = .allow,
    storesHeuristics: Bool = false,
    kept: [String: Permissions.Record] = [:],
    limits: Permissions.Limits = Permissions.Limits()
  ) {
    permissions = Permissions(
      limits: limits,
      defaultPolicy: policy,
      storesHeuristics: storesHeuristics
    )
    permissions.restore(kept)
  }

  var now: Moment { clock.moment(instant) }

  func call() -> Call {
    lastCall += 1
    return Call(token: lastCall)
  }

  func note(_ new: [Permissions.Effect]) {
    effects = new
    all += new
  }

  func advance(_ span: Instant.Span) {
    instant = instant + span
    note(permissions.deadlinePassed(at: now))
  }

  func advance(days: Int) { advance(.seconds(days * 86_400)) }

  @discardableResult
  func request(
    _ app: String = app,
    by peer: String = ":1.1",
    _ gesture: Gesture = click
  ) -> Call {
    let call = call()
    if gesture == Self.click { permissions.tokenIssued(gesture.token, to: app, at: now) }
    note(permissions.request(app, by: peer, gesture, call, at: now))
    return call
  }

  func answer(_ answer: Permissions.Answer, _ app: String = app) {
    note(permissions.answer(app, answer, nil, at: now))
  }

  @discardableResult
  func set(_ decision: Permissions.Decision?, _ app: String = app) -> Call {
    let call = call()
    note(permissions.set(app, decision, call, at: now))
    return call
  }

  func use(_ app: String = app) -> Permissions.Admission {
    let (admission, effects) = permissions.use(by: app, at: now)
    note(effects)
    return admission
  }

  @discardableResult
  func watch(_ app: String = app, by peer: String = ":1.9") -> Bool {
    permissions.watch(app, by: peer)
  }

  func store(_ table: [String: StoreWord]) {
    note(permissions.storeChanged(table, at: now))
  }

  func policy(_ entries: [String: Permissions.Policy]) {
    note(permissions.setPolicy(entries, at: now))
  }

  func leave(_ peer: String) {
    note(permissions.peerLeft(peer, at: now))
  }

  func quiet(_ isQuiet: Bool) {
    note(permissions.quietChanged(isQuiet, at: now))
  }

  func state(_ app: String = app) -> Permissions.State { permissions.status(of: app).state }

  /// Asks by a click and has the prompt end without a choice.
  func exhaust(_ outcome: Permissions.Record.Outcome, times: Int, _ app: String = app) {
    for _ in 0..<times {
      request(app)
      switch outcome {
      case .dismissed: answer(.dismissed, app)
      case .ignored: advance(.seconds(60))
      }
    }
  }

  /// The effects that are replies.
  var answers: [Permissions.Effect] {
    effects.filter { if case .answer = $0 { true } else { false } }
  }

  /// The effects that are words to the portal's store.
  var writes: [Permissions.Effect] {
    effects.filter { if case .write = $0 { true } else { false } }
  }

  /// The states told to a peer, in the last step.
  func told(_ peer: String) -> [Permissions.State] {
    effects.compactMap {
      if case .tell(peer, _, let status) = $0 { status.state } else { nil }
    }
  }
}
