import CWayland

/// Asks the compositor for a token that lets another program's window come forward.
///
/// No surface is named: popups never have the keyboard, and wlroots before 0.16 voids the token of a
/// surface without it. The serial of the press alone is proof enough there. KWin 5.27 gives a program
/// that has no active window a token only while no other has one, surface named or not.
final class ActivationToken: ProxyOwner {
  private(set) var token: String?
  private let raw: UnsafeMutablePointer<xdg_activation_token_v1>
  private let then: (String?) -> Void
  private let callbacks = Callbacks(
    xdg_activation_token_v1_listener(
      done: { data, _, token in
        let request: ActivationToken = owner(data)
        request.token = String(cString: nonNull(token))
      })
  )

  init(
    _ connection: Connection,
    _ activation: UnsafeMutablePointer<xdg_activation_v1>,
    _ seat: UnsafeMutablePointer<wl_seat>,
    press: UInt32,
    then: @escaping (String?) -> Void
  ) {
    self.then = then
    raw = nonNull(xdg_activation_v1_get_activation_token(activation))
    super.init(connection)
    xdg_activation_token_v1_add_listener(raw, callbacks.address, opaque(self))
    xdg_activation_token_v1_set_serial(raw, press, seat)
    xdg_activation_token_v1_commit(raw)
  }

  deinit {
    xdg_activation_token_v1_destroy(raw)
  }

  var isDone: Bool { token != nil }

  /// Tells the one who asked, once; a token that lets nobody forward is none.
  func finish() {
    then(token.flatMap { $0.isEmpty || $0 == Self.refusedByKWin ? nil : $0 })
  }

  private static let refusedByKWin = "not-granted-666"
}
