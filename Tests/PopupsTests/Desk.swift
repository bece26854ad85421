import Display
import EventLoop
import Glibc
import Notifications
import Presentation

@testable import Popups

/// A core and the popups of it, wired as the daemon does.
final class Desk {
  let loop = ManualLoop()
  let display = PaperDisplay()
  private(set) var core = Core()
  private(set) var log: [String] = []
  /// What the popups reported, but for what is shown.
  private(set) var story: [String] = []
  private(set) var shown: [NotificationID] = []
  private(set) var popups: Popups?

  /// The search for a display must find none of the session that the tests run in.
  private static let hidden: Void = {
    for name in ["DISPLAY", "WAYLAND_DISPLAY"] { unsetenv(name) }
    setenv("XDG_RUNTIME_DIR", "/nowhere", 1)
  }()

  init() {
    _ = Self.hidden
    popups = Popups(
      loop,
      systemdEnvironment: { $0([]) },
      core: { [unowned self] in core },
      log: { [unowned self] in log.append($0) },
      handle: { [unowned self] in handle($0) }
    )
    popups?.take(display, DisplayEnvironment([]))
  }

  /// As a turn of the daemon.
  func handle(_ event: Event) {
    switch event {
    case .shown(let ids, _): shown = ids
    case .hover(let pauses): story.append(pauses ? "pause" : "go on")
    case .invoke(let id, let key, _): story.append("invoke \(id) \(key)")
    case .dismiss(let ids, _): story.append("dismiss \(ids)")
    case .openLink(let target): story.append("open \(target)")
    case .permission(.answer(let app, let answer, _)):
      story.append("\(app) \(answer.rawValue)")
    case .displayPresent(let isPresent): story.append(isPresent ? "display" : "no display")
    default: break
    }
    _ = core.apply(event, at: Instant(nanoseconds: loop.now))
  }

  func endTurn() {
    popups?.update(core.stackRevision)
  }

  @discardableResult
  func notify(
    _ title: String,
    from app: String = "app:app",
    _ change: (inout Notification) -> Void = { _ in }
  ) -> UInt32 {
    var notification = Notification(appName: "app", title: title, receivedAt: 0)
    notification.timeout = .never
    change(&notification)
    let before = Set(core.live.map { $0.id.rawValue })
    let owner = Owner(peer: ":1.1", sender: Sender(level: .exe, principal: app))
    handle(.notify(notification, replaces: 0, from: owner, Call(token: 0)))
    endTurn()
    return core.live.map { $0.id.rawValue }.first { !before.contains($0) } ?? 0
  }

  func pointer(_ event: PointerEvent) {
    display.handlers?.pointer(event)
    endTurn()
  }

  func wait(_ milliseconds: Int64) {
    loop.advance(to: loop.now + milliseconds * 1_000_000)
    endTurn()
  }

  /// The middle of a card, or of what a hit within it names.
  func place(where isMeant: (Hit) -> Bool) -> Point? {
    guard let scene = popups?.scene else { return nil }
    for y in stride(from: 0, to: scene.surface.height, by: 2) {
      for x in stride(from: 0, to: scene.surface.width, by: 2) {
        let point = Point(x: x, y: y)
        if let hit = scene.hit(logical: point), isMeant(hit) { return point }
      }
    }
    return nil
  }

  func click(_ point: Point, _ button: PointerButton = .primary) {
    pointer(.pressed(button, point))
    pointer(.released(button, point, press: InputSerial(value: 7)))
  }
}
