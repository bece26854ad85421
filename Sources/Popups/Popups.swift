package import Display
import Drawing
package import EventLoop
package import Notifications
package import Presentation

/// Shows what the core wants seen on the display that there is, and reports what the user does there.
///
/// A display comes and goes; without one everything else runs on.
package final class Popups {
  private let handle: (Event) -> Void
  private let log: (String) -> Void
  private var finder: DisplayFinder?
  private var display: (any Display)?
  /// The display that was lost last: it is still at work when it says so.
  private var retired: (any Display)?
  /// The variables that led to the display.
  package private(set) var environment: [(name: String, value: String)] = []

  private let loop: any EventLoop
  private let core: () -> Core
  private var theme = Theme.standard
  private let layout = Layout()
  /// Made with the first popup: it loads the fonts.
  private var painter: Painter?
  private var stackRevision: UInt64?
  var scene: Scene?
  var hover: Hit?
  private var pressed: Hit?
  /// Where the pointer is over the popups.
  private var pointerPlace: Point?
  /// Where the pointer lies without having been moved there for what is shown now.
  private var parked: Point?
  /// Another card has come under the pointer, which has not moved since.
  private var intrusion: (place: Point, time: Int64)?
  private var pausesTime = false
  private var lastPlacement: Placement?
  /// The question on the screen, and since when it is there and no press came too early.
  private var asked: (question: QuestionScene, since: Int64)?
  private var lastChange: Int64 = .min / 2
  /// Nanoseconds: a pointer that comes so soon after the popups changed was there before them.
  private static let arrival: Int64 = 500_000_000
  /// The stack has changed since the scene was laid out.
  private var isStale = false
  private var awaitsFrame = false
  private var pace: Timer?
  private var lastDrawn: Int64 = .min / 2
  /// What each buffer of the display shows.
  private var buffers: [Int: Painting] = [:]
  private var newest: Painting?
  /// Called with what goes on round the popups whenever it has changed; nothing without a display.
  package var surroundings: (Surroundings) -> Void = { _ in }
  private var toldSurroundings = Surroundings()
  /// Seconds without input after which the user is idle; 0 is never.
  package var idleAfter = 0 {
    didSet { display?.idleAfter = idleAfter }
  }
  private var reported: (ids: [NotificationID], output: String) = ([], "")

  package init(
    _ loop: any EventLoop,
    systemdEnvironment: @escaping (@escaping ([(name: String, value: String)]) -> Void) -> Void,
    core: @escaping () -> Core,
    log: @escaping (String) -> Void,
    handle: @escaping (Event) -> Void
  ) {
    self.loop = loop
    self.core = core
    self.handle = handle
    self.log = log
    pace = loop.timer { [unowned(unsafe) self] in paceIsOver() }
    finder = DisplayFinder(loop, userEnvironment: systemdEnvironment, log: log) {
      [unowned(unsafe) self] in take($0, $1)
    }
  }

  package func start() {
    finder?.start()
  }

  package func attach(_ environment: DisplayEnvironment) {
    finder?.attach(environment)
  }

  package func show(with theme: Theme) {
    guard theme != self.theme else { return }
    self.theme = theme
    refresh()
  }

  package func close() {
    finder?.stop()
    display?.close()
    display = nil
  }

  package var displayName: String? { display?.name }
  package var outputs: [Output] { display?.outputs ?? [] }
  package var outputInUse: String? { display?.output?.name }
  package var focused: FocusedWindow? { display?.focused }
  package var problems: [String] { display == nil ? finder?.problems ?? [] : [] }

  package func requestActivationToken(for press: Press, then: @escaping (String?) -> Void) {
    guard let display else { return then(nil) }
    display.requestActivationToken(for: InputSerial(value: press.serial), then: then)
  }

  // MARK: Displays

  func take(_ display: any Display, _ environment: DisplayEnvironment) {
    self.display?.close()
    self.display = display
    self.environment = environment.variables
    display.handlers = DisplayHandlers(
      frame: { [unowned(unsafe) self] in frame() },
      pointer: { [unowned(unsafe) self] in pointer($0) },
      outputsChanged: { [unowned(unsafe) self] in
        tellPresence()
        refresh()
      },
      surroundingsChanged: { [unowned(unsafe) self] in tellSurroundings() },
      lost: { [unowned(unsafe) self] in lost($0) }
    )
    display.idleAfter = idleAfter
    forgetPictures()
    // Before the first popup comes: it may have to wait for the end of a film.
    tellSurroundings()
    tellPresence()
    refresh()
  }

  private func tellSurroundings() {
    let now = display?.surroundings ?? Surroundings()
    guard now != toldSurroundings else { return }
    toldSurroundings = now
    surroundings(now)
  }

  /// A display whose outputs are all off shows nothing either.
  private func tellPresence() {
    let isPresent = display?.output != nil
    if isPresent != core().hasDisplay { handle(.displayPresent(isPresent)) }
  }

  private func lost(_ reason: String) {
    log("the display \(display?.name ?? "") is gone: \(reason)")
    retired = display
    display = nil
    environment = []
    forgetPictures()
    tellPresence()
    tellSurroundings()
    finder?.start()
  }

  private func forgetPictures() {
    buffers = [:]
    newest = nil
    scene = nil
    hover = nil
    pressed = nil
    pointerPlace = nil
    pausesTime = false
    lastPlacement = nil
    asked = nil
    awaitsFrame = false
    reported = ([], "")
  }

  // MARK: Pictures

  /// Called at the end of each turn with the core's `stackRevision`.
  package func update(_ revision: UInt64) {
    guard revision != stackRevision else { return }
    stackRevision = revision
    refresh()
  }

  /// However much changes before the next frame, the stack is laid out once more for it. A change of
  /// size has the display ask at once, so the pace is kept here too.
  private func refresh() {
    isStale = true
    guard display != nil, !awaitsFrame else { return }
    // Half a frame: a sender that keeps the pace of the display never waits for the timer.
    let due = lastDrawn + frameInterval / 2
    if scene != nil, loop.now < due {
      pace?.deadline = due
    } else {
      layOut()
      requestFrame()
    }
  }

  private func paceIsOver() {
    guard isStale, !awaitsFrame else { return }
    layOut()
    requestFrame()
  }

  private func requestFrame() {
    guard scene != nil, !awaitsFrame else { return }
    awaitsFrame = true
    display?.requestFrame()
  }

  private func layOut() {
    guard let display else { return }
    isStale = false
    let stack = Stack(core())
    guard !stack.isEmpty, let output = display.output else {
      scene = nil
      newest = nil
      buffers = [:]
      display.place(nil)
      lastPlacement = nil
      asked = nil
      return report()
    }
    let painter = painter ?? Painter()
    self.painter = painter
    let scene = layout.scene(
      for: stack,
      theme: theme,
      scale: output.scale,
      usable: output.usable,
      measurer: painter
    )
    self.scene = scene
    if scene.placement != lastPlacement { lastChange = loop.now }
    lastPlacement = scene.placement
    display.place(scene.placement)
    // Something else may lie under the pointer now.
    if let pointerPlace {
      let hit = scene.hit(logical: pointerPlace)
      if hit?.card != hover?.card || hit?.question != hover?.question {
        intrusion = (pointerPlace, loop.now)
      }
      hover = hit
      display.setCursor(scene.cursor(over: hover))
    }
  }

  private func frame() {
    awaitsFrame = false
    pace?.deadline = nil
    lastDrawn = loop.now
    if isStale { layOut() }
    guard let display, let scene, let painter else { return }
    let painting = Painting(scene: scene, hover: hover)
    display.draw { frame in
      painter.paint(painting, over: buffers[frame.buffer], into: frame)
      let damage = painting.damage(since: newest)
      if buffers.count > 4 { buffers = [:] }
      buffers[frame.buffer] = painting
      newest = painting
      return damage
    }
    noteQuestion()
    report()
  }

  /// A question can be answered half a second after it was drawn where it is, and after the last
  /// press that came before that.
  private func noteQuestion() {
    let question = newest?.scene.question
    guard question != asked?.question else { return }
    asked = question.map { ($0, loop.now) }
  }

  /// Tells the core what is on the screen now.
  private func report() {
    let shown = (ids: newest?.scene.shown ?? [], output: display?.output?.name ?? "")
    guard shown != reported else { return }
    reported = shown
    handle(.shown(shown.ids, output: shown.output))
  }

  // MARK: The pointer

  private func pointer(_ event: PointerEvent) {
    switch event {
    case .moved(let point):
      if pointerPlace == nil {
        parked = loop.now - lastChange < Self.arrival ? point : nil
      }
      pointerPlace = point
      if point != parked {
        parked = nil
        setPause(true)
      }
      setHover(scene?.hit(logical: point))
    case .left:
      pointerPlace = nil
      pressed = nil
      setHover(nil)
      setPause(false)
    case .pressed(let button, let point):
      let hit = scene?.hit(logical: point)
      pressed = isHasty(hit, button, at: point) ? nil : hit
    case .released(let button, let point, let press):
      // A press that is dragged elsewhere is taken back.
      guard let hit = scene?.hit(logical: point), hit == pressed else { return pressed = nil }
      pressed = nil
      // What comes under it next was not what it came for.
      parked = point
      setPause(false)
      clicked(hit, button, Press(serial: press.value))
    }
  }

  /// The pointer stops the time of what is shown (FD-220), but not one that only lies where popups
  /// come: left there, it would keep them all for good.
  private func setPause(_ pauses: Bool) {
    guard pauses != pausesTime else { return }
    pausesTime = pauses
    handle(.hover(pauses))
  }

  /// A press that was on its way before its card came there chose nothing. To close one card after
  /// the other by clicks at one place is no such haste.
  private func isHasty(_ hit: Hit?, _ button: PointerButton, at point: Point) -> Bool {
    if hit?.question != nil {
      guard let asked, asked.question == scene?.question else { return true }
      let isHasty = loop.now - asked.since < Self.arrival
      if isHasty { self.asked?.since = loop.now }
      return isHasty
    }
    guard button == .primary, let intrusion, intrusion.place == point,
      loop.now - intrusion.time < Self.arrival
    else { return false }
    switch hit {
    case .button, .link: return true
    case .body: return hit.map { scene?.cursor(over: $0) == .hand } ?? false
    case .disabled, .close, .more, .question, .answer, nil: return false
    }
  }

  private func setHover(_ hit: Hit?) {
    guard hit != hover else { return }
    hover = hit
    if let scene { display?.setCursor(scene.cursor(over: hit)) }
    requestFrame()
  }

  /// The same question asked again has a time of its own.
  private func answer(_ app: String, _ answer: Permissions.Answer) {
    asked = nil
    handle(.permission(.answer(app: app, answer, nil)))
  }

  private func clicked(_ hit: Hit, _ button: PointerButton, _ press: Press) {
    // Until the session is unlocked, popups can only be closed.
    if core().quiet.isLocked {
      guard button == .primary, case .close = hit else { return }
    }
    switch (button, hit) {
    case (.primary, .answer(let app, let answer)):
      self.answer(app, answer)
    case (.middle, .question(let app)), (.middle, .answer(let app, _)):
      answer(app, .dismissed)
    case (.primary, .body(let id)):
      handle(.invoke(id.rawValue, key: Notification.Action.defaultKey, .pointer(press)))
    case (.primary, .button(let id, let key)):
      handle(.invoke(id.rawValue, key: key, .pointer(press)))
    case (.primary, .link(_, let target)):
      handle(.openLink(target))
    case (.primary, .close(let id)):
      handle(.dismiss([id.rawValue], nil))
    case (.middle, .more):
      handle(.dismissWaiting)
    case (.middle, _):
      if let id = hit.card { handle(.dismiss([id.rawValue], nil)) }
    default:
      break
    }
  }
}
