import CLibc
package import EventLoop

/// The installed applications, as their desktop files tell them.
///
/// Nothing is read before the first question. One by id costs a list of the folders once, and that
/// file; one by program or name reads all files once. Later changes are read with the first question
/// after they have settled.
package final class DesktopFiles {
  private let folders: DesktopFolders
  private let loop: any EventLoop
  private let locale: MessageLocale
  private let searchPath: [String]
  /// Where the files of each id are, the one that counts first.
  private var paths: [String: [String]]?
  /// How often the folders were read: what was asked before may have another answer now.
  package private(set) var revision = 0
  private var parsed: [String: Parsed] = [:]
  private var wholeCatalogue: DesktopCatalogue?

  private struct Parsed {
    /// Nil for a file that is no good.
    var file: DesktopFile?
    var stamp: Stamp
  }

  /// `folders` are the `applications` folders, the one that wins first; `searchPath` is where
  /// commands are looked for.
  package init(
    _ loop: any EventLoop,
    folders: [String],
    searchPath: [String],
    locale: MessageLocale
  ) {
    self.loop = loop
    self.folders = DesktopFolders(loop, folders)
    self.searchPath = searchPath
    self.locale = locale
  }

  /// The folders and commands that an environment names.
  package convenience init(_ loop: any EventLoop, environment: (String) -> String?) {
    self.init(
      loop,
      folders: Self.folders(environment),
      searchPath: Self.list(environment("PATH"), else: "/usr/local/bin:/usr/bin:/bin"),
      locale: MessageLocale(environment: environment)
    )
  }

  package static func folders(_ environment: (String) -> String?) -> [String] {
    var bases = list(environment("XDG_DATA_DIRS"), else: "/usr/local/share:/usr/share")
    if let home = list(environment("XDG_DATA_HOME"), else: "").first {
      bases.insert(home, at: 0)
    } else if let home = environment("HOME"), home.hasPrefix("/") {
      bases.insert(home + "/.local/share", at: 0)
    }
    return bases.map { ($0.hasSuffix("/") ? String($0.dropLast()) : $0) + "/applications" }
  }

  /// Absolute paths only: others mean nothing here.
  private static func list(_ value: String?, else standard: String) -> [String] {
    let value = value ?? ""
    return (value.isEmpty ? standard : value).split(separator: ":")
      .filter { $0.hasPrefix("/") }.map { String($0) }
  }

  // MARK: Questions

  /// The application of a desktop id.
  package func file(_ id: String) -> DesktopFile? {
    current()[id].flatMap { first(of: $0, id) }
  }

  /// The application that a `desktop-entry` names in one of the ways that senders write it.
  package func file(claimed entry: String) -> DesktopFile? {
    let id = Self.withoutSuffix(entry.hasPrefix("/") ? baseName(entry) : entry)
    guard !id.isEmpty, !id.contains("/") else { return nil }
    if let file = file(id) { return file }
    let lower = id.lowercased()
    if lower != id, let file = file(lower) { return file }
    return catalogue.file(formerly: id)
  }

  /// The application that a program is.
  package func file(running executable: String) -> DesktopFile? {
    catalogue.file(running: executable)
  }

  /// All that may be the application of a program, parts of a suite and launchers of web pages
  /// included.
  package func files(running executable: String) -> [DesktopFile] {
    catalogue.files(running: executable)
  }

  /// The applications that a reader would take `name` for.
  package func files(named name: String) -> [DesktopFile] {
    catalogue.files(named: name)
  }

  /// Whether a snap has any application, by the names of its files or by what they say.
  package func hasApplication(ofSnap instance: String) -> Bool {
    // In names of files the key of an instance follows behind a plus sign.
    let plain = instance.reduce(into: "") { $0 += $1 == "_" ? "+" : String($1) }
    let paths = current()
    for (id, places) in paths where id.hasPrefix(instance + "_") || id.hasPrefix(plain + "_") {
      if first(of: places, id) != nil { return true }
    }
    return catalogue.hasSnap(instance)
  }

  // MARK: Reading

  static func withoutSuffix(_ name: String) -> String {
    name.hasSuffix(".desktop") ? String(name.dropLast(8)) : name
  }

  private var catalogue: DesktopCatalogue {
    let paths = current()
    if let wholeCatalogue { return wholeCatalogue }
    let files = paths.keys.sorted().compactMap { id in paths[id].flatMap { first(of: $0, id) } }
    let catalogue = DesktopCatalogue(files, searchPath: searchPath)
    wholeCatalogue = catalogue
    return catalogue
  }

  /// A package manager writes many files: changes are read when none came for a while.
  private static let settling: Int64 = 300_000_000
  private static let patience: Int64 = 3_000_000_000

  private func current() -> [String: [String]] {
    if let paths {
      // In the usual case nothing did.
      guard let changed = folders.changed,
        loop.now - changed.last >= Self.settling || loop.now - changed.first >= Self.patience
      else { return paths }
      wholeCatalogue = nil
      dropChanged()
    }
    let paths = folders.read()
    self.paths = paths
    revision += 1
    return paths
  }

  private func dropChanged() {
    for (path, entry) in parsed where Stamp(path) != entry.stamp { parsed[path] = nil }
  }

  /// A malformed file is passed over, one that says that it is hidden hides those below.
  private func first(of paths: [String], _ id: String) -> DesktopFile? {
    for path in paths {
      if let file = parse(path, id) { return file.isHidden ? nil : file }
    }
    return nil
  }

  private func parse(_ path: String, _ id: String) -> DesktopFile? {
    if let known = parsed[path] { return known.file }
    var result = Parsed(file: nil, stamp: Stamp())
    do throws(SystemError) {
      let file = try OpenFile(path)
      let status = try file.status
      result.stamp = Stamp(status)
      if status.isRegular, status.st_size < 1 << 20 {
        let bytes = try file.bytes(atMost: Int(status.st_size))
        result.file = DesktopFile(bytes, id: id, path: path, locale: locale)
      }
    } catch {
      // As one that is no good.
    }
    parsed[path] = result
    return result.file
  }
}

/// What changes with a file's content.
private struct Stamp: Equatable {
  var inode: UInt64 = 0
  var size: Int64 = 0
  var seconds: Int64 = 0
  var nanoseconds: Int64 = 0

  init() {}

  init(_ status: stat) {
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    seconds = Int64(status.st_mtim.tv_sec)
    nanoseconds = Int64(status.st_mtim.tv_nsec)
  }

  init(_ path: String) {
    var status = stat()
    if stat(path, &status) == 0 { self.init(status) } else { self.init() }
  }
}
