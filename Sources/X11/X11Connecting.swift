import CLibc
import CXcb
import EventLoop

/// A connection that is being made: done or failed within `limit`, whatever the server does.
///
/// Dropping it gives the attempt up, as `cancel()` does.
package final class X11Connecting {
  /// From the first byte to a display that is ready, in nanoseconds.
  package static let limit: Int64 = 2_000_000_000

  private let attempt: Attempt

  init(
    _ loop: any EventLoop,
    name: String,
    authority: String?,
    then: @escaping (Result<X11Display, X11Error>) -> Void
  ) {
    attempt = Attempt(loop, name: name, authority: authority, then: then)
  }

  deinit {
    attempt.cancel()
  }

  /// `then` is not called any more.
  package func cancel() {
    attempt.cancel()
  }
}

/// What waits on the loop for the server; it holds itself until it is done or cancelled.
private final class Attempt {
  private let loop: any EventLoop
  private let name: String
  private var then: ((Result<X11Display, X11Error>) -> Void)?
  private var timer: Timer?
  private var handshake: Handshake?
  private var connection: Connection?

  init(
    _ loop: any EventLoop,
    name: String,
    authority: String?,
    then: @escaping (Result<X11Display, X11Error>) -> Void
  ) {
    self.loop = loop
    self.name = name
    self.then = then
    let timer = loop.timer { self.begin(authority) }
    timer.deadline = loop.now
    self.timer = timer
  }

  func cancel() {
    then = nil
    timer = nil
    handshake?.cancel()
    handshake = nil
    connection?.close()
    connection = nil
  }

  private func begin(_ authority: String?) {
    guard let display = DisplayName(name) else { return finish(.failure(.badName(name))) }
    let addresses: [SocketAddress]
    do throws(X11Error) {
      addresses = try SocketAddress.candidates(display)
    } catch {
      return finish(.failure(error))
    }
    let limit = loop.timer { self.finish(.failure(self.handshake?.reasonSoFar ?? .silent)) }
    limit.deadline = loop.now + X11Connecting.limit
    timer = limit
    let records = Authority.load(authority ?? Self.usualAuthority())
    let handshake = Handshake(loop, addresses) {
      let server = Authority.Server(
        family: $0.family,
        address: $0.address,
        number: display.number
      )
      return Authority.cookie(in: records, for: server)
    } then: { answer in
      self.handshake = nil
      switch answer {
      case .success(let answer): self.adopt(answer, display)
      case .failure(let error): self.finish(.failure(error))
      }
    }
    self.handshake = handshake
    handshake.start()
  }

  private func adopt(_ answer: Handshake.Answer, _ display: DisplayName) {
    guard let connection = Connection(loop, answer) else {
      return finish(.failure(.notAdopted))
    }
    self.connection = connection
    connection.onLost = { _ in self.finish(.failure(.hungUp)) }
    Survey.start(connection, screen: display.screen) { result in
      switch result {
      case .success(let server): self.look(at: server)
      case .failure(let error): self.finish(.failure(error))
      }
    }
  }

  private func look(at server: Server) {
    var desktop: Desktop?
    let started = Desktop(server) {
      guard let desktop else { return }
      // The display is the connection's owner from here on.
      self.connection = nil
      self.finish(.success(X11Display(self.loop, name: self.name, server, desktop)))
    }
    desktop = started
    server.connection.onEvent = { _ = started.handle($0) }
    server.connection.onDrained = { started.settle() }
  }

  private func finish(_ result: Result<X11Display, X11Error>) {
    let then = then
    cancel()
    then?(result)
  }

  private static func usualAuthority() -> String {
    guard let home = getenv("HOME") else { return "" }
    return String(cString: home) + "/.Xauthority"
  }
}
