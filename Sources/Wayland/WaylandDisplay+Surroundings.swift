import Display

extension WaylandDisplay {
  /// Every seat is watched; `anew` when the time has changed.
  func watchIdleness(anew: Bool = false) {
    guard case .ready = stage, let globals else { return }
    for seat in globals.seats {
      if anew { seat.idleWatch = nil }
      if idleAfter > 0, seat.idleWatch == nil {
        seat.idleWatch = IdleWatch(globals, seat.raw, after: idleAfter)
      }
    }
    if anew { lookRound(globals) }
  }

  /// Tells what has changed round the popups.
  func lookRound(_ globals: Globals) {
    globals.toplevels?.turn()
    let now = Surroundings(
      isFullScreen: globals.toplevels?.isFullScreen(on: surface?.monitors.last) ?? false,
      // Whoever uses one of several seats is there.
      isIdle: !globals.seats.isEmpty && globals.seats.allSatisfy { $0.idleWatch?.isIdle ?? false }
    )
    guard now != surroundings else { return }
    surroundings = now
    handlers?.surroundingsChanged()
  }
}
