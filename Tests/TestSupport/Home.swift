import Foundation

extension World {
  /// What hark's `config.toml` says from now on.
  package func configure(_ text: String) throws {
    try write(text, to: "/home/.config/hark", "config.toml")
  }

  /// Installs an app: the lines of its desktop file after the type.
  package func install(_ id: String, _ lines: String) throws {
    try write(
      "[Desktop Entry]\nType=Application\n\(lines)\n",
      to: "/home/.local/share/applications",
      "\(id).desktop"
    )
  }

  private func write(_ text: String, to place: String, _ name: String) throws {
    let place = folder + place
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try text.write(toFile: place + "/" + name, atomically: true, encoding: .utf8)
  }
}

/// The command that calls a method; without a path, of the object that is named as the program is.
package func gdbusCall(
  _ method: String,
  _ arguments: [String] = [],
  of name: String = busName,
  at path: String? = nil,
  by program: String = "gdbus"
) -> [String] {
  let path = path ?? "/" + name.replacing(".", with: "/")
  return [program, "call", "--session", "--dest", name, "--object-path", path, "--method", method]
    + arguments
}
