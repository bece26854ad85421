import DBus
import CLibc

/// A file by which the bus starts the owner of a name.
package struct ServiceFile: Equatable {
  package var path: String
  package var name: String
  package var exec: String
  package var systemdService: String?

  /// Nil when the text is no such file.
  package init?(path: String, text: String) {
    self.path = path
    var values: [String: String] = [:]
    var isInside = false
    for line in text.split(separator: "\n") {
      let line = trimmed(line)
      if line.utf8.first == UInt8(ascii: "[") {
        isInside = line == "[D-BUS Service]"
      } else if isInside, line.utf8.first != UInt8(ascii: "#") {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { values[trimmed(parts[0])] = trimmed(parts[1]) }
      }
    }
    guard let name = values["Name"] else { return nil }
    self.name = name
    exec = values["Exec"] ?? ""
    systemdService = values["SystemdService"]
  }

  /// Those that claim a name; the first one wins.
  static func claiming(_ name: String, environment: (String) -> String?) -> [ServiceFile] {
    var found: [ServiceFile] = []
    for folder in serviceFolders(environment: environment) {
      for entry in folder.entries where entry.hasSuffix(".service") {
        guard !folder.namesFilesByService || entry == name + ".service" else { continue }
        let path = folder.path + "/" + entry
        if let file = contents(path).flatMap({ ServiceFile(path: path, text: $0) }),
          file.name == name
        {
          found.append(file)
        }
      }
    }
    return found
  }

  var folder: Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }

  func write(_ json: inout JSON, wins: Bool) {
    json.object {
      $0.key("file")
      $0.string(path)
      $0.key("exec")
      $0.string(exec)
      if let systemdService {
        $0.key("systemd_service")
        $0.string(systemdService)
      }
      $0.key("wins")
      $0.boolean(wins)
    }
  }
}

/// A folder that dbus-daemon looks into for a session's services.
package struct ServiceFolder: Equatable {
  package var path: String
  /// Files by any other name than the service's are not looked at.
  package var namesFilesByService = false

  /// The names in it, in the order in which dbus-daemon reads them: of two files for one name in one
  /// folder it takes the first.
  fileprivate var entries: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
      )
    }
    return names
  }
}

/// The order is that of `standard_session_servicedirs` in dbus-daemon(1).
package func serviceFolders(environment: (String) -> String?) -> [ServiceFolder] {
  var folders: [ServiceFolder] = []
  if let runtime = environment("XDG_RUNTIME_DIR") {
    folders.append(ServiceFolder(path: runtime + "/dbus-1/services", namesFilesByService: true))
  }
  var roots: [String] = []
  if let home = environment("XDG_DATA_HOME") ?? environment("HOME").map({ $0 + "/.local/share" }) {
    roots.append(home)
  }
  let shared = environment("XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share"
  roots += shared.split(separator: ":").map { String($0) }
  // Where dbus-daemon's own files are.
  roots.append("/usr/share")
  for root in roots {
    let trimmed = root.utf8.last == UInt8(ascii: "/") ? String(root.dropLast()) : root
    let folder = ServiceFolder(path: trimmed + "/dbus-1/services")
    if !folders.contains(folder) { folders.append(folder) }
  }
  return folders
}

private func trimmed(_ text: Substring) -> String {
  var text = text
  while text.first?.isWhitespace == true { text.removeFirst() }
  while text.last?.isWhitespace == true { text.removeLast() }
  return String(text)
}
