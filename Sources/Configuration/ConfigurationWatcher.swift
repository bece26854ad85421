import CLibc
package import EventLoop

/// Tells when files of configuration may be others than they were, by inotify.
///
/// It looks at directories, since editors write a new file and rename it, and follows symbolic links,
/// since dotfiles are linked from elsewhere. What is not there yet is waited for.
package final class ConfigurationWatcher {
  private let loop: any EventLoop
  private let files: [String]
  private let folders: [String]
  private let changed: () -> Void

  private let descriptor: Int32
  private var watch: Watch?
  private var timer: Timer?
  private var places = WatchedPlaces(files: [], folders: [])
  /// By the number that inotify gave: a directory may have several names.
  private var directories: [Int32: [String]] = [:]
  private var firstChange: Int64?

  /// An editor's several steps are one change, and a file that is written all the time is read at times.
  private static let pause: Int64 = 50_000_000
  private static let longestPause: Int64 = 500_000_000

  /// Calls `changed` some time after one of `files`, or a TOML file in one of `folders`, has changed,
  /// come or gone. Without inotify it never does.
  package init(
    _ loop: any EventLoop,
    files: [String],
    folders: [String] = [],
    changed: @escaping () -> Void
  ) {
    self.loop = loop
    self.files = files.filter { isAbsolute($0) }
    self.folders = folders.filter { isAbsolute($0) }
    self.changed = changed
    descriptor = inotify_init1(Int32(IN_CLOEXEC_NONBLOCK))
    timer = loop.timer { [unowned(unsafe) self] in settle() }
    guard descriptor >= 0 else { return }
    watch = loop.watch(descriptor, .readable) { [unowned(unsafe) self] _ in read() }
    lookAgain()
  }

  deinit {
    watch?.cancel()
    if descriptor >= 0 { close(descriptor) }
  }

  private func settle() {
    firstChange = nil
    // A link may lead elsewhere now, or a directory be another one of the same name.
    lookAgain()
    changed()
  }

  /// Watches the directories that the files and links are in at present.
  private func lookAgain() {
    places = WatchedPlaces(files: files, folders: folders)
    var still: [Int32: [String]] = [:]
    for directory in places.directories {
      let mask =
        UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM)
        | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)
      let number = inotify_add_watch(descriptor, directory, mask)
      if number >= 0 { still[number, default: []].append(directory) }
    }
    for number in directories.keys where still[number] == nil {
      inotify_rm_watch(descriptor, number)
    }
    directories = still
  }

  private func read() {
    let header = MemoryLayout<inotify_event>.size
    var isOurs = false
    // As large as one event with the longest name needs, several times.
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      while true {
        let length = CLibc.read(descriptor, buffer.baseAddress, buffer.count)
        guard length > 0 else { return }
        var start = 0
        while start + header <= length {
          let event = buffer.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
          let nameStart = start + header
          let nameEnd = min(length, nameStart + Int(event.len))
          let name = buffer[nameStart..<nameEnd].prefix { $0 != 0 }
          if concerns(event, String(decoding: name, as: UTF8.self)) { isOurs = true }
          start = nameEnd
        }
      }
    }
    if isOurs { note() }
  }

  private func concerns(_ event: inotify_event, _ name: String) -> Bool {
    // Too many events, or the directory itself.
    if event.mask & (UInt32(IN_Q_OVERFLOW) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)) != 0 {
      return true
    }
    return directories[event.wd]?.contains { directory in
      places.concerns(name, in: directory)
        && !(event.mask & UInt32(IN_CREATE) != 0 && isBeingWritten(directory + "/" + name))
    } == true
  }

  private func note() {
    let first = firstChange ?? loop.now
    firstChange = first
    timer?.deadline = min(loop.now + Self.pause, first + Self.longestPause)
  }
}

/// A file that somebody has just made: what is in it counts when he has closed it.
private func isBeingWritten(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG)
    && status.st_nlink == 1
}
