import CLibc
import CXcb
import EventLoop

/// The way from a display's name to a socket on which the set-up was exchanged, without waiting:
/// libxcb's own way waits for the server without a limit.
final class Handshake {
  /// A connected socket, and what the server answered on it.
  struct Answer {
    var socket: Int32
    var setup: [UInt8]
    var isUnix: Bool
  }

  private let loop: any EventLoop
  private var addresses: ArraySlice<SocketAddress>
  private let cookie: (SocketAddress) -> [UInt8]?
  private var then: ((Result<Answer, X11Error>) -> Void)?
  private var address: SocketAddress?
  private var lastError = X11Error.silent
  private var descriptor: Int32 = -1
  private var watch: Watch?
  private var retry: Timer?
  private var toSend: ArraySlice<UInt8> = []
  private var received: [UInt8] = []

  /// `then` is called once, unless `cancel()` comes first.
  init(
    _ loop: any EventLoop,
    _ addresses: [SocketAddress],
    cookie: @escaping (SocketAddress) -> [UInt8]?,
    then: @escaping (Result<Answer, X11Error>) -> Void
  ) {
    self.loop = loop
    self.addresses = addresses[...]
    self.cookie = cookie
    self.then = then
  }

  func start() {
    guard let next = addresses.popFirst() else { return finish(.failure(lastError)) }
    address = next
    attempt()
  }

  func cancel() {
    then = nil
    retry = nil
    abandonSocket()
  }

  /// What is known when the patience of the caller ends.
  var reasonSoFar: X11Error {
    guard let address, watch == nil else { return .silent }
    return .unreachable(server: address.label, EAGAIN)
  }

  private func attempt() {
    guard let address else { return }
    let (socket, error) = openSocket(address)
    descriptor = socket
    switch error {
    case 0:
      connected()
    case EINPROGRESS:
      watch = loop.watch(socket, .writable) { _ in
        let error = socketError(socket)
        self.watch?.cancel()
        self.watch = nil
        if error == 0 { self.connected() } else { self.tryNext(.unreachable(error)) }
      }
    case EAGAIN:
      // The server's queue of newcomers is full.
      abandonSocket()
      let timer = loop.timer { self.attempt() }
      timer.deadline = loop.now + 100_000_000
      retry = timer
    default:
      tryNext(.unreachable(error))
    }
  }

  private enum Failure {
    case unreachable(Int32)
    case hungUp
  }

  private func tryNext(_ failure: Failure) {
    switch failure {
    case .hungUp: lastError = .hungUp
    // A missing abstract socket says less than the missing file before it.
    case .unreachable(ECONNREFUSED) where lastError != .silent: break
    case .unreachable(let error):
      lastError = .unreachable(server: address?.label ?? "", error)
    }
    abandonSocket()
    start()
  }

  private func connected() {
    guard let address else { return }
    toSend = Self.request(cookie: cookie(address))[...]
    watch = loop.watch(descriptor, [.readable, .writable]) { _ in self.exchange() }
  }

  private func exchange() {
    if !toSend.isEmpty {
      let count = toSend.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if isTransient(c_errno()) { return }
        return tryNext(.hungUp)
      }
      toSend = toSend.dropFirst(count)
      if toSend.isEmpty { watch?.events = .readable }
    }
    // No byte more than the set-up: what follows belongs to libxcb.
    while true {
      let wanted = Self.length(of: received)
      guard received.count < wanted else { break }
      var chunk = [UInt8](repeating: 0, count: wanted - received.count)
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0, isTransient(c_errno()) { return }
      guard count > 0 else { return tryNext(.hungUp) }
      received += chunk[..<count]
    }
    judge()
  }

  private func judge() {
    guard received.first != 1 else {
      watch?.cancel()
      watch = nil
      let answer = Answer(
        socket: descriptor,
        setup: received,
        isUnix: address?.isUnix ?? false
      )
      descriptor = -1
      return finish(.success(answer))
    }
    let length = received.first == 0 ? Int(received[1]) : received.count
    let words = received.dropFirst(8).prefix(length).prefix { $0 != 0 && $0 != 10 }
    finish(.failure(.refused(String(decoding: words, as: UTF8.self))))
  }

  private func finish(_ result: Result<Answer, X11Error>) {
    let then = then
    cancel()
    then?(result)
  }

  private func abandonSocket() {
    watch?.cancel()
    watch = nil
    received = []
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  private func isTransient(_ error: Int32) -> Bool { error == EAGAIN || error == EINTR }

  /// How long the answer is, as far as what has come of it can tell.
  static func length(of received: [UInt8]) -> Int {
    guard received.count >= 8 else { return 8 }
    let words = received.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 6, as: UInt16.self) }
    return 8 + Int(words) * 4
  }

  /// The first thing a client says: byte order, protocol 11.0, and how it proves who it is.
  static func request(cookie: [UInt8]?) -> [UInt8] {
    let name = cookie == nil ? [] : Authority.cookieMethod
    let data = cookie ?? []
    let order: UInt8 = 1.littleEndian == 1 ? UInt8(ascii: "l") : UInt8(ascii: "B")
    var bytes: [UInt8] = [order, 0]
    for word in [11, 0, UInt16(name.count), UInt16(truncatingIfNeeded: data.count), 0] {
      withUnsafeBytes(of: word) { bytes += $0 }
    }
    for part in [name, data] {
      bytes += part
      bytes += [UInt8](repeating: 0, count: (4 - part.count % 4) % 4)
    }
    return bytes
  }
}
