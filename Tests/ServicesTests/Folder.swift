import Foundation

/// A folder of its own, which goes with it.
final class Folder {
  let path = FileManager.default.temporaryDirectory.path + "/hark-services-\(UUID().uuidString)"

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
