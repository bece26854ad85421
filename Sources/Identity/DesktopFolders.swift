import CLibc
import EventLoop

/// The `applications` folders, the first to win, and word of their changes.
final class DesktopFolders {
  let paths: [String]
  /// When desktop files last came or went, on the loop's clock, and when the first of those did
  /// that were not yet read; nil when nothing did.
  private(set) var changed: (first: Int64, last: Int64)?

  private let loop: any EventLoop
  private var descriptor: Int32 = -1
  private var watch: Watch?
  /// The system has no more watches to give; then everything is read anew now and then.
  private var isBlind = false
  /// The watches of folders above missing ones, and which names are awaited there.
  private var parents: [Int32: Set<String>] = [:]

  init(_ loop: any EventLoop, _ paths: [String]) {
    self.loop = loop
    self.paths = paths
  }

  deinit {
    watch?.cancel()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Where the desktop files of each id are, the one that counts first. Changes are told from here
  /// on.
  func read() -> [String: [String]] {
    startWatching()
    changed = isBlind ? (loop.now + Self.blindness, loop.now + Self.blindness) : nil
    for watch in parents.keys { inotify_rm_watch(descriptor, watch) }
    parents = [:]
    var found: [String: [String]] = [:]
    for path in paths {
      read(path, prefix: "", depth: 0, &found)
    }
    return found
  }

  private func read(_ path: String, prefix: String, depth: Int, _ found: inout [String: [String]]) {
    // Watched first: what comes while it is read is told, at worst twice.
    guard follow(path, prefix), let folder = opendir(path) else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".desktop") {
        let id = prefix + name.dropLast(8)
        found[id, default: []].append("\(path)/\(name)")
      } else if !name.hasPrefix("."), depth < Self.depth, found.count < Self.limit {
        var status = stat()
        if stat("\(path)/\(name)", &status) == 0, status.isDirectory {
          read("\(path)/\(name)", prefix: "\(prefix)\(name)-", depth: depth + 1, &found)
        }
      }
    }
  }

  /// Links may lead in circles.
  private static let depth = 4
  private static let limit = 20_000
  private static let blindness: Int64 = 60_000_000_000

  // MARK: Watching

  private func startWatching() {
    guard watch == nil else { return }
    descriptor = inotify_init1(Int32(IN_CLOEXEC_NONBLOCK))
    guard descriptor >= 0 else {
      isBlind = true
      return
    }
    watch = loop.watch(descriptor, .readable) { [unowned(unsafe) self] _ in readEvents() }
  }

  /// False where there is no such folder; one that the daemon looks for is then awaited.
  private func follow(_ path: String, _ prefix: String) -> Bool {
    let changes =
      IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE | IN_DELETE_SELF
      | IN_MOVE_SELF | IN_ONLYDIR
    if inotify_add_watch(descriptor, path, UInt32(changes)) >= 0 { return true }
    let code = c_errno()
    guard code == ENOENT || code == ENOTDIR else {
      if code == ENOSPC { isBlind = true }
      return code != EACCES
    }
    if prefix.isEmpty { awaitFolder(path) }
    return false
  }

  /// Watches the nearest folder above that there is.
  private func awaitFolder(_ path: String) {
    let arrivals = UInt32(IN_CREATE | IN_MOVED_TO | IN_ONLYDIR | IN_MASK_ADD)
    var path = path
    while !path.isEmpty {
      let parent = parentDirectory(path)
      let watch = inotify_add_watch(descriptor, parent.isEmpty ? "/" : parent, arrivals)
      guard watch < 0 else { return parents[watch, default: []].formUnion([baseName(path)]) }
      path = parent
    }
  }

  private func readEvents() {
    let size = MemoryLayout<inotify_event>.size
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      while true {
        let count = CLibc.read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        var offset = 0
        while offset + size <= count {
          let event = buffer.load(fromByteOffset: offset, as: inotify_event.self)
          let bytes = buffer[(offset + size)..<min(count, offset + size + Int(event.len))]
          if concerns(event, String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)) {
            changed = (changed?.first ?? loop.now, loop.now)
          }
          offset += size + Int(event.len)
        }
      }
    }
  }

  /// Caches and temporary files come and go beside desktop files.
  private func concerns(_ event: inotify_event, _ name: String) -> Bool {
    if let awaited = parents[event.wd] { return awaited.contains(name) }
    return event.mask & UInt32(IN_ISDIR | IN_DELETE_SELF | IN_MOVE_SELF | IN_Q_OVERFLOW) != 0
      || name.hasSuffix(".desktop")
  }
}
