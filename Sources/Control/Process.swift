import DBus
import CLibc

/// What `/proc` tells of a process.
struct Process {
  var id: UInt32
  /// "" when it may not be read.
  var executable: String
  /// The systemd unit that it runs in, if any.
  var unit: String?
  var parent: (id: UInt32, name: String)?

  init(id: UInt32) {
    self.id = id
    executable = linkTarget("/proc/\(id)/exe") ?? ""
    unit = contents("/proc/\(id)/cgroup").flatMap { Self.unit(cgroups: $0) }
    if let status = contents("/proc/\(id)/status"), let parent = Self.parent(status: status) {
      let name = contents("/proc/\(parent)/comm") ?? ""
      self.parent = (parent, String(name.split(separator: "\n").first ?? ""))
    }
  }

  /// The unit at the end of the path of the cgroup that systemd keeps; its own slices and the user
  /// manager do not count.
  static func unit(cgroups: String) -> String? {
    for line in cgroups.split(separator: "\n") {
      // ID:CONTROLLERS:PATH
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[1].isEmpty || fields[1] == "name=systemd" else { continue }
      for part in fields[2].split(separator: "/").reversed() {
        if part.hasSuffix(".service"), !part.hasPrefix("user@") { return String(part) }
        if part.hasSuffix(".scope") { return String(part) }
      }
    }
    return nil
  }

  static func parent(status: String) -> UInt32? {
    for line in status.split(separator: "\n") where line.hasPrefix("PPid:") {
      return line.split(separator: "\t").last.flatMap { UInt32($0) }
    }
    return nil
  }

  /// How it was started, in words.
  var origin: String {
    if let unit, unit.hasSuffix(".service") { return "as the systemd user unit \(unit)" }
    guard let parent else { return "in a way that cannot be seen" }
    let place = unit.map { ", in \($0)" } ?? ""
    return "by process \(parent.id) (\(parent.name))\(place)"
  }

  /// Its members of the present object.
  func write(_ json: inout JSON) {
    json.key("pid")
    json.number(id)
    json.key("exe")
    json.string(executable)
    if let unit {
      json.key("unit")
      json.string(unit)
    }
    if let parent {
      json.key("parent")
      json.object {
        $0.key("pid")
        $0.number(parent.id)
        $0.key("name")
        $0.string(parent.name)
      }
    }
  }
}

/// The text of a small file; nil when it cannot be read.
func contents(_ path: String) -> String? {
  guard let file = fopen(path, "re") else { return nil }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 64 << 10)
  let length = fread(&bytes, 1, bytes.count, file)
  return String(decoding: bytes[..<length], as: UTF8.self)
}

private func linkTarget(_ path: String) -> String? {
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = bytes.withUnsafeMutableBytes { bytes in
    bytes.withMemoryRebound(to: CChar.self) { text in
      text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
    }
  }
  return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
}
