import Notifications

/// All desktop files that are there, by what they run and by what they are called.
struct DesktopCatalogue {
  private var byProgram: [String: [DesktopFile]] = [:]
  /// By the folders that are an application's own.
  private var byFolder: [String: [DesktopFile]] = [:]
  private var byName: [String: [DesktopFile]] = [:]
  private var byFormerID: [String: DesktopFile] = [:]
  private var snaps: Set<String> = []

  init(_ files: [DesktopFile], searchPath: [String]) {
    var paths = ProgramPaths(searchPath: searchPath)
    for file in files {
      for id in file.formerIDs where byFormerID[id] == nil { byFormerID[id] = file }
      if !file.isNoDisplay {
        var names = [folded(file.name), folded(file.id)]
        if file.untranslatedName != file.name { names.append(folded(file.untranslatedName)) }
        for (index, name) in names.enumerated() where !names[..<index].contains(name) {
          byName[name, default: []].append(file)
        }
      }
      if file.isHostApplication { add(file, &paths) }
      if !file.snapInstance.isEmpty { snaps.insert(file.snapInstance) }
    }
  }

  private mutating func add(_ file: DesktopFile, _ paths: inout ProgramPaths) {
    let command = LaunchCommand(file.exec)
    var programs: [String] = []
    for word in [command.program, file.tryExec] where !word.isEmpty {
      for program in paths.programs(word)
      where !programs.contains(program) && !ProgramKind(of: baseName(program)).isAnybodys {
        programs.append(program)
      }
    }
    for (id, path) in Browsers.programs where id == file.id && !programs.contains(path) {
      programs.append(path)
    }
    var folders: [String] = []
    for program in programs {
      byProgram[program, default: []].append(file)
      let folder = parentDirectory(program)
      if !folders.contains(folder), isApplicationFolder(folder) { folders.append(folder) }
    }
    for folder in folders { byFolder[folder, default: []].append(file) }
  }

  /// Every file whose program this is, or lies beside it in a folder of the application's own.
  func files(running executable: String) -> [DesktopFile] {
    if let files = byProgram[executable] { return files }
    var folder = parentDirectory(executable)
    while !folder.isEmpty {
      if let files = byFolder[folder] { return files }
      folder = parentDirectory(folder)
    }
    return []
  }

  /// The application that a program is; nil where there are several and none is the likeliest.
  func file(running executable: String) -> DesktopFile? {
    let launched = files(running: executable).map { ($0, LaunchCommand($0.exec)) }
      .filter { !$0.1.isWebApplication }
    // Parts of a suite have arguments, the suite has none.
    let plain = launched.filter { $0.1.isPlain }.map { $0.0 }
    return Self.only(plain.isEmpty ? launched.map { $0.0 } : plain, of: executable)
  }

  private static func only(_ files: [DesktopFile], of executable: String) -> DesktopFile? {
    if files.count < 2 { return files.first }
    let shown = files.filter { !$0.isNoDisplay }
    if shown.count == 1 { return shown.first }
    let name = baseName(executable)
    return files.first { $0.id == name || $0.id.hasSuffix("." + name) }
  }

  func files(named name: String) -> [DesktopFile] {
    let name = folded(name)
    return name.isEmpty ? [] : byName[name] ?? []
  }

  func hasSnap(_ instance: String) -> Bool { snaps.contains(instance) }

  func file(formerly id: String) -> DesktopFile? { byFormerID[id] }
}

/// A folder that holds one application, unlike `/usr/bin`: it lies somewhere below a folder that is
/// made for such ones.
func isApplicationFolder(_ folder: String) -> Bool {
  let parts = folder.split(separator: "/")
  guard let last = parts.last, !sharedFolders.contains(String(last)),
    !isArchitecture(last)
  else { return false }
  return parts.dropLast().contains { applicationRoots.contains(String($0)) }
}

/// As in `/usr/lib/x86_64-linux-gnu`.
private func isArchitecture(_ name: Substring) -> Bool {
  let parts = name.split(separator: "-")
  guard parts.count >= 3, let last = parts.last else { return false }
  return parts[parts.count - 2] == "linux" && (last.hasPrefix("gnu") || last.hasPrefix("musl"))
}

private let applicationRoots: Set<String> = [
  "lib", "lib32", "lib64", "libexec", "opt", "share", "store",
]
private let sharedFolders: Set<String> = [
  "bin", "games", "lib", "lib32", "lib64", "libexec", "local", "opt", "sbin", "scripts", "share",
]

/// What a reader takes for the same name: case, blanks, punctuation and invisible characters aside.
func folded(_ name: String) -> String {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(name.utf8.count)
  for byte in name.utf8 {
    guard byte < 0x80 else { return foldedUnicode(name) }
    if byte.isAlphanumeric { bytes.append(byte.isLetter ? byte | 0x20 : byte) }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func foldedUnicode(_ name: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in name.lowercased().unicodeScalars where !scalar.isShapeless {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber, .otherSymbol:
      result.append(scalar)
    default:
      break
    }
  }
  return String(result)
}
