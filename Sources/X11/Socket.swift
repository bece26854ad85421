import CLibc
import CXcb

/// An address that an X server may listen at.
struct SocketAddress: Equatable {
  /// A `sockaddr`, as the system wants it.
  var bytes: [UInt8]
  /// How a user knows it.
  var label: String
  /// Whose cookie to show there.
  var family: UInt16
  var address: [UInt8]

  /// Whether descriptors can be passed and memory shared.
  var isUnix: Bool { bytes.starts(with: Self.header(AF_UNIX)) }

  /// Where to look for a display, best first.
  static func candidates(_ name: DisplayName) throws(X11Error) -> [SocketAddress] {
    switch name.host {
    case .path(let path):
      return [local(path, label: path)]
    case .local:
      let path = "/tmp/.X11-unix/X\(name.number)"
      return [local(path, label: path), local("\0" + path, label: path)]
    case .network("localhost"):
      return ["127.0.0.1", "::1"].compactMap { internet($0, name.port, family: Authority.local) }
    case .network(let host):
      guard let address = internet(host, name.port, family: nil) else { throw .hostName(host) }
      return [address]
    }
  }

  private static func local(_ path: String, label: String) -> SocketAddress {
    let isAbstract = path.utf8.first == 0
    return SocketAddress(
      bytes: header(AF_UNIX) + Array(path.utf8) + (isAbstract ? [] : [0]),
      label: label,
      family: Authority.local,
      address: hostName()
    )
  }

  private static func internet(_ host: String, _ port: UInt16, family: UInt16?) -> SocketAddress? {
    let portBytes = [UInt8(port >> 8), UInt8(port & 255)]
    var address = [UInt8](repeating: 0, count: 16)
    let bytes: [UInt8]
    let ownFamily: UInt16
    if inet_pton(AF_INET, host, &address) == 1 {
      address = Array(address.prefix(4))
      bytes = header(AF_INET) + portBytes + address + [UInt8](repeating: 0, count: 8)
      ownFamily = Authority.internet
    } else if inet_pton(AF_INET6, host, &address) == 1 {
      bytes = header(AF_INET6) + portBytes + [0, 0, 0, 0] + address + [0, 0, 0, 0]
      ownFamily = Authority.internet6
    } else {
      return nil
    }
    // A server reached through localhost is known by the host's name, as Xlib has it.
    return SocketAddress(
      bytes: bytes,
      label: "\(host) port \(port)",
      family: family ?? ownFamily,
      address: family == Authority.local ? hostName() : address
    )
  }

  private static func header(_ family: Int32) -> [UInt8] {
    withUnsafeBytes(of: UInt16(family)) { Array($0) }
  }
}

/// A socket on its way to be connected; `error` is 0, or why it is not (`EINPROGRESS`, `EAGAIN`: yet).
func openSocket(_ address: SocketAddress) -> (descriptor: Int32, error: Int32) {
  guard address.bytes.count <= MemoryLayout<sockaddr_un>.size else { return (-1, ENAMETOOLONG) }
  let family = address.bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt16.self) }
  let descriptor = socket(Int32(family), CXCB_STREAM, 0)
  guard descriptor >= 0 else { return (-1, c_errno()) }
  if Int32(family) != AF_UNIX {
    // Room for a strip of pixels whenever the socket counts as writable.
    var room: Int32 = 1 << 18
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    var yes: Int32 = 1
    setsockopt(descriptor, CXCB_TCP, TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }
  let result = address.bytes.withUnsafeBytes {
    connect(
      descriptor,
      $0.baseAddress?.assumingMemoryBound(to: sockaddr.self),
      socklen_t($0.count)
    )
  }
  return (descriptor, result == 0 ? 0 : c_errno())
}

/// What became of a connection in progress: 0, or an `errno`.
func socketError(_ descriptor: Int32) -> Int32 {
  var error: Int32 = 0
  var length = socklen_t(MemoryLayout<Int32>.size)
  guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 else { return c_errno() }
  return error
}

func hostName() -> [UInt8] {
  var buffer = [CChar](repeating: 0, count: 256)
  guard gethostname(&buffer, buffer.count - 1) == 0 else { return [] }
  return buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
}
