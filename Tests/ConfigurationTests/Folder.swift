import Foundation

/// A temporary folder of one test.
final class Folder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "hark-configuration-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  func make(_ directory: String) throws {
    try FileManager.default.createDirectory(
      atPath: self(directory),
      withIntermediateDirectories: true
    )
  }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: self(name), atomically: false, encoding: .utf8)
  }

  func rename(_ name: String, to other: String) {
    Foundation.rename(self(name), self(other))
  }

  func link(_ name: String, to target: String) {
    symlink(target, self(name))
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: self(name))
  }
}
