import CLibc

/// The directories in which something must happen before files are others than they were.
struct WatchedPlaces: Equatable {
  /// The names that count in a directory; nil: those of all its files in TOML.
  private(set) var names: [String: [String]] = [:]
  private(set) var folders: [String] = []

  /// The links that a file may be away.
  private static let mostLinks = 16

  init(files: [String], folders: [String]) {
    for file in files { follow(file, links: Self.mostLinks) }
    for folder in folders {
      // Whether the folder itself comes, goes, or is another one.
      follow(folder, links: Self.mostLinks)
      if isDirectory(folder) { self.folders.append(folder) }
    }
  }

  func concerns(_ name: String, in directory: String) -> Bool {
    names[directory]?.contains(name) == true
      || folders.contains(directory) && name.hasSuffix(".toml")
  }

  var directories: [String] {
    var all = folders
    for directory in names.keys where !all.contains(directory) { all.append(directory) }
    return all
  }

  /// From the root down: each link on the way, what is behind it, and where the way ends.
  private mutating func follow(_ path: String, links: Int) {
    var directory = "/"
    let parts = path.split(separator: "/").map { String($0) }
    for (index, part) in parts.enumerated() {
      let next = directory == "/" ? "/" + part : directory + "/" + part
      let isLast = index == parts.count - 1
      if let target = linkTarget(next) {
        names[directory, default: []].append(part)
        guard links > 0 else { return }
        var whole = isAbsolute(target) ? target : directory + "/" + target
        for rest in parts[(index + 1)...] { whole += "/" + rest }
        return follow(whole, links: links - 1)
      }
      if isLast || !isDirectory(next) {
        names[directory, default: []].append(part)
        return
      }
      if part == ".." {
        directory = parent(of: directory)
      } else if part != "." {
        directory = next
      }
    }
  }
}

private func parent(of directory: String) -> String {
  guard let slash = directory.lastIndex(of: "/"), slash != directory.startIndex else { return "/" }
  return String(directory[..<slash])
}

private func isDirectory(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
}

/// Where a symbolic link leads; nil for anything else.
private func linkTarget(_ path: String) -> String? {
  var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
  let length = readlink(path, &bytes, bytes.count)
  guard length > 0 else { return nil }
  return String(decoding: bytes[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
