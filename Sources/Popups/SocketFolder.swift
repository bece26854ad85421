import CLibc
import EventLoop

/// A folder in which display servers make their sockets.
struct SocketFolder {
  let path: String
  /// How the sockets' names begin.
  let prefix: String

  /// The names of the sockets, the newest first.
  func sockets() -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var found: [(name: String, changed: Int64)] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard isSocketName(name), stat("\(path)/\(name)", &status) == 0,
        status.st_mode & mode_t(S_IFMT) == mode_t(S_IFSOCK)
      else { continue }
      found.append((name, Int64(status.st_mtim.tv_sec) << 30 + Int64(status.st_mtim.tv_nsec)))
    }
    return found.sorted { $0.changed > $1.changed }.map { $0.name }
  }

  func isSocketName(_ name: String) -> Bool {
    name.hasPrefix(prefix) && !name.hasSuffix(".lock")
  }
}

/// Tells when a new socket appears in one of some folders.
final class SocketWatch {
  private let descriptor: Int32
  private let folders: [SocketFolder]
  private var watch: Watch?

  init(_ loop: any EventLoop, _ folders: [SocketFolder], _ appeared: @escaping () -> Void) {
    self.folders = folders
    descriptor = inotify_init1(Int32(IN_CLOEXEC_NONBLOCK))
    for folder in folders {
      inotify_add_watch(descriptor, folder.path, UInt32(IN_CREATE) | UInt32(IN_MOVED_TO))
    }
    watch = loop.watch(descriptor, .readable) { [unowned(unsafe) self] _ in
      if readEvents() { appeared() }
    }
  }

  deinit {
    watch?.cancel()
    close(descriptor)
  }

  /// True when one of them is a socket's.
  private func readEvents() -> Bool {
    var concerns = false
    let size = MemoryLayout<inotify_event>.size
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        var offset = 0
        while offset + size <= count {
          let event = buffer.load(fromByteOffset: offset, as: inotify_event.self)
          let bytes = buffer[(offset + size)..<min(count, offset + size + Int(event.len))]
          let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
          if folders.contains(where: { $0.isSocketName(name) }) { concerns = true }
          offset += size + Int(event.len)
        }
      }
    }
    return concerns
  }
}
