import CTestLibc
import Foundation

// Descriptors of the test process. All are close-on-exec from birth, which Foundation's `Pipe` is not.

/// Two connected stream sockets.
package func socketPair() throws -> (Int32, Int32) {
  var ends: [Int32] = [-1, -1]
  let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Trouble("no sockets: \(reason())") }
  return (ends[0], ends[1])
}

/// A pipe whose ends are closed with it.
package final class PipeEnds {
  package let reading: FileHandle
  package let writing: FileHandle

  package init() throws {
    var ends: [Int32] = [-1, -1]
    guard t_pipe(&ends) == 0 else { throw Trouble("no pipe: \(reason())") }
    reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
  }

  /// Whether nobody has its end for writing; waits so long for that, as a program that is being
  /// started has it for a moment.
  package func hasEnded(within limit: Duration = .zero) -> Bool {
    var record = pollfd(fd: reading.fileDescriptor, events: 0, revents: 0)
    return poll(&record, 1, Int32(limit / .milliseconds(1))) == 1
      && record.revents & Int16(POLLHUP) != 0
  }
}

/// A Unix socket at a path.
package final class Listener: Sendable {
  package let path: String
  package let descriptor: Int32

  /// `queue`: how many may wait to be accepted; nil: nobody listens.
  package init(
    _ path: String = "/tmp/hark-\(UUID().uuidString.prefix(8))",
    queue: Int32? = 5
  ) throws {
    self.path = path
    descriptor = streamSocket()
    guard withAddress(path, { bind(descriptor, $0, $1) }) == 0,
      queue.map({ listen(descriptor, $0) }) ?? 0 == 0
    else { throw Trouble("cannot serve \(path): \(reason())") }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  /// Waits for somebody to call.
  package func accept() -> Int32 { t_accept(descriptor) }
}

/// A socket that is connected to a path; it may not be when nobody takes the call.
package func connected(to path: String, nonBlocking: Bool = false) -> Int32 {
  let descriptor = streamSocket(nonBlocking: nonBlocking)
  _ = withAddress(path) { connect(descriptor, $0, $1) }
  return descriptor
}

/// Sends bytes with descriptors; returns how many bytes went. The macros for it are not imported.
package func send(_ bytes: [UInt8], with descriptors: [Int32], to socket: Int32) -> Int {
  let length = 16 + 4 * descriptors.count
  var control = [UInt8](repeating: 0, count: (length + 7) / 8 * 8)
  control.withUnsafeMutableBytes {
    $0.storeBytes(of: length, as: Int.self)
    $0.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
    $0.storeBytes(of: 1, toByteOffset: 12, as: Int32.self)
    for (index, descriptor) in descriptors.enumerated() {
      $0.storeBytes(of: descriptor, toByteOffset: 16 + 4 * index, as: Int32.self)
    }
  }
  var bytes = bytes
  return bytes.withUnsafeMutableBytes { bytes in
    control.withUnsafeMutableBytes { control in
      var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      return withUnsafeMutablePointer(to: &part) {
        var message = msghdr()
        message.msg_iov = $0
        message.msg_iovlen = 1
        message.msg_control = control.baseAddress
        message.msg_controllen = control.count
        return sendmsg(socket, &message, 0)
      }
    }
  }
}

private func streamSocket(nonBlocking: Bool = false) -> Int32 {
  let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
  return socket(AF_UNIX, Int32(kind | (nonBlocking ? SOCK_NONBLOCK.rawValue : 0)), 0)
}

private func withAddress<T>(
  _ path: String,
  _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
) -> T {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  return withUnsafePointer(to: address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
