import CLibc
package import EventLoop

/// The way into a bus without waiting, for one that must not hold up the program: libdbus blocks until
/// the bus has answered.
///
/// Dropping it gives the attempt up. `then` is called once, from the loop, within `limit`.
package final class BusEntry {
  package typealias Answer = (Result<Connection, DBusError>) -> Void

  /// In nanoseconds. A bus is slow at times, such as while the machine starts.
  package static let limit: Int64 = 25_000_000_000
  /// Longer than any line that is a yes.
  private static let longestLine = 1024

  private let loop: any EventLoop
  private let then: Answer
  private var timer: Timer?
  private var watch: Watch?
  private var socket: Int32 = -1
  private var received: [UInt8] = []
  private var connection: Connection?
  private var result: Result<Connection, DBusError>?

  package init(_ loop: any EventLoop, _ address: BusAddress, then: @escaping Answer) {
    self.loop = loop
    self.then = then
    timer = loop.timer { [unowned(unsafe) self] in finish() }
    timer?.deadline = loop.now + Self.limit
    begin(address)
  }

  deinit {
    watch?.cancel()
    if socket >= 0 { close(socket) }
  }

  /// The digits of our user id, each as the two hexadecimal digits of its letter.
  private static var user: String {
    String(decoding: "\(geteuid())".utf8.flatMap { [UInt8(ascii: "3"), $0] }, as: UTF8.self)
  }

  private func begin(_ address: BusAddress) {
    var reason = "it has no address of a Unix socket"
    for name in address.sockets {
      let answer = name.withUnsafeBytes { c_connect_local($0.baseAddress, $0.count) }
      if answer >= 0 {
        socket = answer
        break
      }
      reason = String(cString: strerror(-answer))
    }
    guard socket >= 0 else { return end(.failure(DBusError(.disconnected, reason))) }
    // The socket of a process that runs takes a line at once.
    guard send("\0AUTH EXTERNAL \(Self.user)\r\n") else {
      return end(.failure(DBusError(.disconnected, "it takes nothing")))
    }
    watch = loop.watch(socket, .readable) { [unowned(unsafe) self] _ in receive() }
  }

  private func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return c_send(socket, bytes, 0, bytes.count) == bytes.count
  }

  private func receive() {
    var chunk = [UInt8](repeating: 0, count: Self.longestLine)
    let count = recv(socket, &chunk, chunk.count, Int32(MSG_DONTWAIT))
    if count < 0, c_errno() == EAGAIN || c_errno() == EINTR { return }
    guard count > 0 else { return end(.failure(DBusError(.disconnected, "it hung up"))) }
    received += chunk[..<count]
    guard received.count < Self.longestLine else { return refused() }
    guard received.last == UInt8(ascii: "\n") else { return }
    guard received.starts(with: "OK ".utf8), send("BEGIN\r\n") else { return refused() }
    greet()
  }

  private func refused() {
    end(.failure(DBusError(.accessDenied, "it lets us not in")))
  }

  private func greet() {
    watch?.cancel()
    watch = nil
    let connection = Connection(nil, socket, loop)
    socket = -1
    self.connection = connection
    connection.call(.call(.bus, .bus, .bus, "Hello")) { [unowned(unsafe) self] answer in
      switch answer {
      case .success: end(.success(connection))
      case .failure(let error): end(.failure(error))
      }
    }
    connection.flush()
  }

  /// What is under way is done first: whoever hears of the end may drop this and the connection.
  private func end(_ result: Result<Connection, DBusError>) {
    watch?.cancel()
    self.result = result
    timer?.deadline = loop.now
  }

  private func finish() {
    let result = result ?? .failure(DBusError(.noReply, "it does not answer"))
    connection = nil
    withExtendedLifetime(self) { then(result) }
  }
}
