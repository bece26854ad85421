/// Where a configuration may be.
package struct ConfigurationPaths: Equatable, Sendable {
  /// In their order; only the first that exists is read.
  package var candidates: [String]

  package init(candidates: [String]) {
    self.candidates = candidates
  }

  /// The order is that of the XDG base directory specification, in which a relative path counts as
  /// none.
  package init(environment: (String) -> String?) {
    var folders: [String] = []
    if let own = environment("XDG_CONFIG_HOME"), isAbsolute(own) {
      folders.append(own)
    } else if let home = environment("HOME") {
      folders.append(home + "/.config")
    }
    let shared = environment("XDG_CONFIG_DIRS") ?? ""
    for folder in (shared.isEmpty ? "/etc/xdg" : shared).split(separator: ":") {
      folders.append(String(folder))
    }
    folders.append("/etc")
    candidates = []
    for folder in folders where isAbsolute(folder) {
      let isEnded = folder.utf8.last == UInt8(ascii: "/")
      let path = folder + (isEnded ? "" : "/") + "hark/config.toml"
      if !candidates.contains(path) { candidates.append(path) }
    }
  }
}

func isAbsolute(_ path: String) -> Bool {
  path.utf8.first == UInt8(ascii: "/")
}
