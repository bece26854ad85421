import CTestLibc
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Identity

/// Processes that end, and numbers that are used again.
struct ProcessTests {
  @Test("ID-002 without a process there is nobody")
  func noProcess() throws {
    let world = try World()
    for processID in [nil, 0, -1] as [Int32?] {
      let identity = world.identify(Credentials(processID: processID))
      #expect(identity.level == .none)
      #expect(identity.evidence == ["the bus names no process"])
    }
  }

  @Test("ID-004 another user's process is nobody")
  func otherUser() throws {
    let world = try World()
    var credentials = try world.process(100)
    credentials.userID = getuid() + 1
    #expect(world.identify(credentials).level == .none)
    credentials.userID = getuid()
    #expect(world.identify(credentials).level == .program)
  }

  @Test("ID-072 a process that is gone is nobody")
  func gone() throws {
    let world = try World(processRoot: "/proc")
    let child = try Child(["/bin/sleep", "30"])
    #expect(world.identify(child.credentials).isHost)
    child.end()
    let identity = world.identify(child.credentials)
    #expect(identity.level == .none)
    #expect(identity.evidence == ["process \(child.pid) is gone"])
    #expect(identity.processID == child.pid)
  }

  @Test("ID-072 a process that waits to be reaped is nobody")
  func zombie() throws {
    let world = try World(processRoot: "/proc")
    let parent = try Child([
      "/usr/bin/python3", "-c", "import os,time; os.fork() or os._exit(0); time.sleep(30)",
    ])
    let child = try wait(for: "a child") { ProcessFacts(pid: parent.pid).children.first }
    try wait(until: "its end") { text(of: "/proc/\(child)/stat").contains(") Z ") }
    #expect(world.identify(Credentials(processID: child)).level == .none)
  }

  @Test("ID-005 a number that is another process' after the look-up is nobody")
  func recycled() throws {
    let world = try World()
    let credentials = try world.process(100)
    #expect(world.identify(credentials).level == .program)
    // A pipe that has one line for each time it is read.
    let path = world.proc + "/100/stat"
    unlink(path)
    mkfifo(path, 0o600)
    let pipe = open(path, O_RDWR | O_CLOEXEC)
    defer { close(pipe) }
    func line(_ startTime: Int) -> [UInt8] {
      let line = Array(World.status(100, 1, 0, startTime).utf8)
      return line + [UInt8](repeating: 32, count: ProcessStatus.capacity - line.count)
    }
    for (first, second, level) in [(1, 1, Identity.Level.program), (1, 2, .none), (2, 1, .none)] {
      let lines = line(first) + line(second)
      #expect(write(pipe, lines, lines.count) == lines.count)
      let identity = world.identify(credentials)
      #expect(identity.level == level, "started \(first), then \(second)")
      if level == .none { #expect(identity.evidence == ["the process ended during the look-up"]) }
    }
  }

  @Test("ID-005 with a descriptor of the process that is asked instead")
  func descriptor() throws {
    let world = try World(processRoot: "/proc")
    let child = try Child(["/bin/sleep", "30"])
    let other = try Child(["/bin/sleep", "30"])
    var credentials = child.credentials
    let descriptor = t_pidfd(other.pid)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    credentials.processDescriptor = descriptor
    #expect(world.identify(credentials).isHost)
    other.end()
    // The number is alive, the process that the bus has seen is not.
    #expect(world.identify(credentials).level == .none)
  }

  @Test("ID-005 whatever is swapped while it is read, no two processes are mixed")
  func swapped() throws {
    let world = try World()
    for id in ["one", "two"] { try world.desktopFile(id, "Exec=\(id)") }
    try world.process(100, try world.program("bin/one"), startTime: 1)
    try world.process(101, try world.program("bin/two"), startTime: 2)
    let one = world.proc + "/100"
    let two = world.proc + "/101"
    let stop = Stop()
    let thread = Thread {
      while !stop.isSet { _ = t_exchange(one, two) }
    }
    thread.start()
    defer { stop.isSet = true }
    var seen: Set<String> = []
    for _ in 0..<3000 {
      let identity = world.identify(Credentials(processID: 100))
      seen.insert(identity.principal)
      if identity.level != .none {
        #expect(identity.principal == "app:" + (identity.executable as NSString).lastPathComponent)
      }
    }
    #expect(seen.isSubset(of: ["", "app:one", "app:two"]))
  }

  @Test("ID-072 whatever lacks or lies in /proc ends in an identity")
  func damaged() throws {
    for file in ["stat", "cgroup", "exe", "root"] {
      let world = try World()
      let credentials = try world.process(100)
      let path = world.proc + "/100/" + file
      try FileManager.default.removeItem(atPath: path)
      #expect(world.identify(credentials).level == .none, "\(file)")
    }
    let lines = [
      "", ")", "100 (x) S", "100 (x) S 1 1 1 0 -1", String(repeating: ") ", count: 400),
      "100 (x) S 99999999999 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 5 0",
      "100 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 99999999999999999999999 0",
    ]
    for line in lines {
      let world = try World()
      let credentials = try world.process(100)
      try world.write(line, to: "proc/100/stat")
      #expect(world.identify(credentials).level == .none, "\(line)")
    }
  }
}

/// Set by one thread and seen by another.
private final class Stop: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false
  var isSet: Bool {
    get { lock.withLock { value } }
    set { lock.withLock { value = newValue } }
  }
}
