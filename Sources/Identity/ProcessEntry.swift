import CLibc

/// One process as /proc has it.
///
/// The directory stays open: what is read belongs to this process, or fails when it has ended.
struct ProcessEntry: ~Copyable {
  let processID: Int32
  let status: ProcessStatus
  private let root: String
  private let directory: OpenFile

  init(_ processID: Int32, in root: String) throws(SystemError) {
    let directory = try OpenFile("\(root)/\(processID)", flags: O_DIRECTORY)
    status = try ProcessStatus(of: directory.descriptor, "stat")
    self.directory = directory
    self.processID = processID
    self.root = root
  }

  /// Fails unless the number is still this process'.
  func confirm(_ processDescriptor: Int32?) throws(Unidentified) {
    let isSame: Bool
    if let processDescriptor, processDescriptor >= 0 {
      var record = pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0)
      isSame = poll(&record, 1, 0) == 0
    } else {
      isSame = startTimeNow == status.startTime
    }
    guard isSame else { throw Unidentified(reason: "the process ended during the look-up") }
  }

  private var startTimeNow: UInt64? {
    do throws(SystemError) {
      return try ProcessStatus(of: AT_FDCWD, "\(root)/\(processID)/stat").startTime
    } catch {
      return nil
    }
  }

  /// The path of the program, also of one that was replaced while it ran.
  var executable: String {
    get throws(SystemError) {
      let path = try linkTarget("exe", in: directory.descriptor)
      return path.hasSuffix(" (deleted)") ? String(path.dropLast(10)) : path
    }
  }

  var controlGroups: ControlGroups {
    get throws(SystemError) {
      ControlGroups(try OpenFile("cgroup", in: directory.descriptor).bytes(atMost: 8192))
    }
  }

  /// The first 8 KiB of the command line.
  var arguments: [String] {
    get throws(SystemError) {
      try OpenFile("cmdline", in: directory.descriptor).bytes(atMost: 8192)
        .split(separator: 0, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  var workingDirectory: String {
    get throws(SystemError) { try linkTarget("cwd", in: directory.descriptor) }
  }

  /// The root directory as the process sees it; nil where it is on FUSE and closed to us, as that
  /// of a toolbox container may be: no sandbox has such a root.
  func rootDirectory() throws(SystemError) -> OpenFile? {
    do throws(SystemError) {
      return try OpenFile("root", in: directory.descriptor, flags: O_DIRECTORY)
    } catch {
      var system = statfs()
      guard error.code == EACCES, statfs("\(root)/\(processID)/root", &system) == 0,
        system.f_type == Self.fuse
      else { throw error }
      return nil
    }
  }

  private static let fuse = 0x6573_5546
}

/// The path of the program that a process runs; nil where it may not be read.
package func program(ofProcess processID: UInt32) -> String? {
  guard let processID = Int32(exactly: processID) else { return nil }
  do throws(SystemError) {
    return try ProcessEntry(processID, in: "/proc").executable
  } catch {
    return nil
  }
}

/// The line of /proc/PID/stat.
struct ProcessStatus {
  let parent: Int32
  let hasTerminal: Bool
  /// In ticks since the system started.
  let startTime: UInt64

  /// No line is longer.
  static let capacity = 1024

  init(of directory: Int32, _ path: String) throws(SystemError) {
    let line = try OpenFile(path, in: directory).bytes(atMost: Self.capacity)
    // The program's name stands in parentheses, and may hold some itself.
    let fields = line[(line.lastIndex(of: UInt8(ascii: ")")) ?? line.endIndex)...].split(
      separator: UInt8(ascii: " ")
    )
    guard fields.count > 20, let parent = Int32(decimal: fields[2]),
      let terminal = Int64(decimal: fields[5]), let startTime = UInt64(decimal: fields[20])
    else { throw SystemError(code: EINVAL) }
    self.parent = parent
    self.startTime = startTime
    hasTerminal = terminal != 0
  }
}

extension FixedWidthInteger {
  fileprivate init?(decimal digits: ArraySlice<UInt8>) {
    self.init(String(decoding: digits, as: UTF8.self))
  }
}

/// The control groups that tell of units and snaps.
struct ControlGroups {
  /// Of systemd's own hierarchy, where there is one.
  private(set) var systemd = ""
  private(set) var unified = ""
  private(set) var freezer = ""

  init(_ lines: [UInt8]) {
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(
        separator: UInt8(ascii: ":"),
        maxSplits: 2,
        omittingEmptySubsequences: false
      )
      guard parts.count == 3 else { continue }
      let path = String(decoding: parts[2], as: UTF8.self)
      switch String(decoding: parts[1], as: UTF8.self) {
      case "": unified = path
      case "name=systemd": systemd = path
      case "freezer": freezer = path
      default: break
      }
    }
  }

  /// The innermost scope or service.
  var unit: String? {
    Self.unit(in: systemd) ?? Self.unit(in: unified)
  }

  private static func unit(in path: String) -> String? {
    path.split(separator: "/").last { $0.hasSuffix(".scope") || $0.hasSuffix(".service") }
      .map { String($0) }
  }

  /// The unit or group of a snap: `snap.firefox.firefox-UUID.scope`.
  var snap: String? {
    for path in [systemd, unified, freezer] {
      if let part = path.split(separator: "/").last(where: { $0.hasPrefix("snap.") }) {
        return String(part)
      }
    }
    return nil
  }
}
