import CGLib

/// A timer on the GLib loop. It tells GLib its deadline each time the loop is about to sleep, so
/// setting it costs nothing (`g_source_set_ready_time` wakes the loop by a system call).
final class TimerSource: Timer {
  private let context: OpaquePointer
  /// Made when the timer is first set: GLib asks every source whenever the loop turns.
  private var source: Source<TimerSource>?
  private let turn: Turn
  private let handler: () -> Void

  init(_ context: OpaquePointer, _ turn: Turn, _ handler: @escaping () -> Void) {
    self.context = context
    self.turn = turn
    self.handler = handler
    super.init()
  }

  override func deadlineChanged() {
    guard source == nil else { return }
    let source = Source<TimerSource>(turn.timerFunctions)
    source.attach(to: context, owner: self)
    self.source = source
  }

  deinit {
    source?.destroy()
  }

  static func functions() -> UnsafeMutablePointer<GSourceFuncs> {
    functionTable(
      prepare: { raw, timeout in
        let wait = Source<TimerSource>.owner(raw).wait(raw)
        timeout?.pointee = wait
        return wait == 0 ? 1 : 0
      },
      check: { raw in Source<TimerSource>.owner(raw).wait(raw) == 0 ? 1 : 0 },
      dispatch: { raw, _, _ in
        Source<TimerSource>.owner(raw).fire()
        return 1
      }
    )
  }

  /// Milliseconds until the deadline, rounded up so that the loop never wakes too early; −1 for none.
  private func wait(_ raw: UnsafeMutablePointer<GSource>?) -> gint {
    guard let deadline else { return -1 }
    let left = deadline - Int64(g_source_get_time(raw)) * 1000
    return left <= 0 ? 0 : gint(min((left + 999_999) / 1_000_000, Int64(gint.max)))
  }

  private func fire() {
    deadline = nil
    handler()
    turn.end?()
  }
}
